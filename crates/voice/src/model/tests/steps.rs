//! The steps of stories beyond the plain procedure, family by family.

use kernel::{Money, id::StaffId};

use super::script::{Story, path, sealed};
use crate::model::{
    Command,
    award::{AwardCommand, Grant},
    group::GroupCommand,
    lead::{LeadCommand, LeadGround},
    parts::{Means, Reference},
    rapid::{RapidCommand, UrgentGround},
    recusal::{RecusalGround, RecuseCommand},
    review::{ReviewCommand, ReviewOutcome},
    routing::{Because, RouteCommand},
};

/// The figure behind `name=` in a step.
fn figure(words: &[&str], name: &str) -> Option<i64> {
    let text = words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))?;
    Some(text.parse().unwrap())
}

/// The command of a step.
pub(super) fn command(story: &Story, words: &[&str]) -> Command {
    let number = figure(words, "no").unwrap_or(1).unsigned_abs() as u32;
    let money = |name: &str| figure(words, name).map(Money::fen);
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
        other => panic!("no step is called {other}"),
    }
}
