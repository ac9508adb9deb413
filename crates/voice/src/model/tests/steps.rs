//! The steps of stories beyond the plain procedure, family by family.

use kernel::{
    Currency, Money,
    id::{AttachmentId, OrderId, StaffId},
};

use super::script::{Story, path, sealed};
use crate::model::{
    Command,
    award::{AwardCommand, Grant},
    facts::{FactsCommand, Material},
    group::GroupCommand,
    lead::{LeadCommand, LeadGround},
    mediation::MediationCommand,
    parts::{AxisKey, Means, Reference},
    rapid::{RapidCommand, UrgentGround},
    recusal::{RecusalGround, RecuseCommand},
    repayment::{RepaymentCommand, RepaymentGround, RepaymentSide, Terms},
    review::{ReviewCommand, ReviewOutcome},
    routing::{Because, RouteCommand},
};

/// The figure behind `name=` in a step.
pub(super) fn figure(words: &[&str], name: &str) -> Option<i64> {
    let text = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
    Some(text.parse().unwrap())
}

/// An amount, in renminbi unless the step says dollars.
pub(super) fn amount(words: &[&str], minor: i64) -> Money {
    Money::new(minor, if words.contains(&"dollars") { Currency::Usd } else { Currency::Cny })
}

/// The command of a step.
pub(super) fn command(story: &Story, words: &[&str]) -> Command {
    let number = figure(words, "no").unwrap_or(1).unsigned_abs() as u32;
    let money = |name: &str| figure(words, name).map(|minor| amount(words, minor));
    match words[0] {
        "ask-award" => Command::Award(AwardCommand::Propose {
            grant: Grant { compensation: money("pay"), waiver: money("waive") },
            why: sealed("why"),
        }),
        "grant-award" => Command::Award(AwardCommand::Approve { number }),
        "refuse-award" => Command::Award(AwardCommand::Refuse { number, why: sealed("why") }),
        "recall-award" => Command::Award(AwardCommand::Recall { number }),
        "recuse" => Command::Recuse(RecuseCommand {
            person: StaffId::from_bits(figure(words, "who").unwrap_or(2).unsigned_abs().into()),
            ground: RecusalGround::Related,
            why: None,
        }),
        "route" => Command::Route(RouteCommand {
            route: Reference::parse("card").unwrap(),
            name: "信用卡".to_owned(),
            unit: path(words.get(1).copied().unwrap_or("/HO/CARD/")),
            person: None,
            because: vec![Because::Keyword { word: "年费".to_owned() }],
        }),
        "give" => Command::Assign { unit: path(words[1]), person: None, why: None },
        "urgent" => Command::Rapid(RapidCommand::Mark {
            ground: UrgentGround::FundsAtRisk,
            why: None,
            on_call: figure(words, "who").map(|who| StaffId::from_bits(who.unsigned_abs().into())),
        }),
        "calm" => Command::Rapid(RapidCommand::Calm { why: sealed("why") }),
        "ask-lead" => Command::Lead(LeadCommand::Propose {
            grounds: if words.contains(&"mute") { Vec::new() } else { vec![LeadGround::Typical] },
            why: None,
        }),
        "take-lead" => Command::Lead(LeadCommand::Take),
        "decline-lead" => Command::Lead(LeadCommand::Decline { why: sealed("why") }),
        "instruct" => Command::Lead(LeadCommand::Instruct {
            unit: path("/HO/CARD/"),
            text: sealed("text"),
            due: story.now.plus_days(figure(words, "in").unwrap_or(2)),
        }),
        "report" => Command::Lead(LeadCommand::Report { number, text: sealed("text") }),
        "demand" => {
            let due = story.now.plus_days(figure(words, "in").unwrap_or(2));
            Command::Lead(LeadCommand::Demand { number, text: sealed("text"), due })
        }
        "close-lead" => Command::Lead(LeadCommand::Close { summary: sealed("summary") }),
        "ask-review" => Command::Review(ReviewCommand::Request {
            at: story.now.plus_days(-figure(words, "ago").unwrap_or(0)),
            means: Means::Post,
            reference: words.contains(&"numbered").then(|| Reference::parse("SQ-1").unwrap()),
            why: sealed("why"),
        }),
        "join" => Command::Group(GroupCommand::Join {
            name: sealed("member"),
            phone: Some(sealed("member phone")),
            speaks: words.contains(&"speaks"),
        }),
        "leave" => Command::Group(GroupCommand::Leave { number }),
        "speak" => Command::Group(GroupCommand::Speak { number, speaks: true }),
        "hush" => Command::Group(GroupCommand::Speak { number, speaks: false }),
        "charge" => Command::Group(GroupCommand::Charge { person: StaffId::from_bits(4) }),
        "tick" => Command::Group(GroupCommand::Tick { item: words[1].to_owned() }),
        "report-major" => Command::Group(GroupCommand::Report { means: Means::Online, at: story.now, reference: None }),
        "take-review" => Command::Review(ReviewCommand::Take),
        "find-review" => Command::Review(ReviewCommand::Find {
            outcome: ReviewOutcome::ALL
                .iter()
                .copied()
                .find(|one| words.contains(&one.as_str()))
                .unwrap_or(ReviewOutcome::Upheld),
            facts: sealed("facts"),
            basis: sealed("basis"),
        }),
        "refer" | "mediator-takes" | "mediator-declines" | "mediated" | "mediation-fails" | "performed" => {
            Command::Mediation(mediation(story, words, money("pay")))
        }
        "repay" => {
            let side = if words.contains(&"customer") { RepaymentSide::Customer } else { RepaymentSide::Bank };
            let terms = Terms {
                total: Money::fen(figure(words, "total").unwrap_or(1_000_000)),
                waived: money("waive"),
                instalments: figure(words, "times").unwrap_or(6).unsigned_abs() as u32,
                first_on: story.now.date(),
            };
            Command::Repayment(RepaymentCommand::Propose { side, terms, words: None })
        }
        "agree" | "disagree" => Command::Repayment(RepaymentCommand::Answer {
            number,
            agrees: words[0] == "agree",
            ground: words.contains(&"ground").then_some(RepaymentGround::NoLegalGround),
            words: words.contains(&"said").then(|| sealed("words")),
        }),
        "invite" => Command::InviteVisit,
        "facts" => Command::Facts(FactsCommand {
            material: if words.contains(&"file") {
                Material::Attachment { attachment: AttachmentId::from_bits(u128::from(number)) }
            } else if words.contains(&"again") {
                Material::Duplicate { order: OrderId::from_bits(9) }
            } else {
                Material::Told
            },
            received_at: story.now.plus_days(-figure(words, "ago").unwrap_or(0)),
            new: !words.contains(&"old"),
            why: sealed("why"),
        }),
        other => panic!("no step is called {other}"),
    }
}

/// The command of a step of a mediation.
fn mediation(story: &Story, words: &[&str], amount: Option<Money>) -> MediationCommand {
    let at = story.now;
    match words[0] {
        "refer" => MediationCommand::Refer {
            mediator: AxisKey::new(words.get(1).copied().unwrap_or("finance")),
            why: sealed("why"),
        },
        "mediator-takes" => MediationCommand::Accept { at, why: sealed("why") },
        "mediator-declines" => MediationCommand::Decline { at, why: sealed("why") },
        "mediated" => MediationCommand::Agree {
            at,
            terms: sealed("terms"),
            amount,
            perform_by: at.plus_days(figure(words, "in").unwrap_or(5)),
        },
        "mediation-fails" => MediationCommand::Fail { at, why: sealed("why") },
        _ => MediationCommand::Perform { at },
    }
}
