//! What happened to an interception. Stored for ever: a changed shape is a new payload version with an upgrade, and the old
//! sample stays. Who, to whom, and what people say are sealed.

use kernel::{
    OrgPath, Text, Timestamp,
    id::{CustomerId, DecisionId, InterceptionId, SubjectId},
};
use ledger::{Event, UpgradeError};
use regulation::RuleRef;
use seal::Sealed;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::model::words::{
    Channel, DelayEnd, DelayGround, Ground, GuardEnding, GuardField, GuardOutcome, PoliceSays, RelativeSays,
    Restriction, VisitFinding,
};

/// The customer who pays, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// Whose key seals it.
    pub subject: SubjectId,
    /// The customer, when the bank knows them as one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sealed>,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<Sealed>,
    /// The account that pays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Sealed>,
}

/// Who gets the money, sealed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Payee {
    /// The name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Sealed>,
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<Sealed>,
}

/// An interception as it was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    /// Its id.
    pub interception: InterceptionId,
    /// Where it was.
    pub unit: OrgPath,
    /// The decision from which it came; none when somebody opened it by hand.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<DecisionId>,
    /// Where the transfer was asked for.
    pub channel: Channel,
    /// Who pays.
    pub payer: Payer,
    /// Who gets the money.
    pub payee: Payee,
    /// The amount in fen.
    pub amount: i64,
    /// What the customer says it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<Sealed>,
    /// What the decision, or whoever opened it, demands.
    pub outcome: GuardOutcome,
    /// Why, in words that name nobody.
    pub reasons: Vec<Text>,
    /// The version of the book of dialogues.
    pub book: u32,
    /// The parts of the dialogue.
    pub parts: Vec<String>,
}

/// One thing that happened to an interception.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum InterceptionEvent {
    /// It was opened.
    Opened(Box<Opened>),
    /// A step of the dialogue was answered, or answered anew.
    Answered {
        /// The part.
        part: String,
        /// The step.
        step: String,
        /// The answer.
        answer: String,
        /// Its points.
        points: i32,
        /// What the answer lifts to by itself.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        raises: Option<GuardOutcome>,
        /// What is demanded from now on.
        outcome: GuardOutcome,
    },
    /// A trusted relative was called.
    RelativeCalled {
        /// What they said.
        says: RelativeSays,
        /// Who was called and what was said.
        words: Sealed,
    },
    /// The police line was called.
    PoliceCalled {
        /// What they said.
        says: PoliceSays,
        /// What was said.
        words: Sealed,
    },
    /// The customer signed that they were warned and refuse the advice.
    RefusalSigned {
        /// The number of the paper in the bank's archive.
        paper: String,
    },
    /// The transfer waits.
    Delayed {
        /// Why.
        ground: DelayGround,
        /// The row that says how long.
        rule: RuleRef,
        /// Until when.
        until: Timestamp,
    },
    /// The delay ended.
    DelayEnded {
        /// How.
        how: DelayEnd,
        /// The conditions that were met, when it was waived.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        conditions: Vec<String>,
        /// Why, when somebody else let it go.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        words: Option<Sealed>,
    },
    /// The account was limited, and the customer was told what the law asks for.
    Limited {
        /// What.
        restriction: Restriction,
        /// The things of the law's list that were told.
        told: Vec<String>,
        /// Reason, remedy and papers, as they were told.
        words: Sealed,
    },
    /// The customer appealed against the limit.
    LimitAppealed {
        /// What they say.
        words: Sealed,
    },
    /// The limit was lifted.
    LimitLifted {
        /// Why.
        words: Sealed,
    },
    /// Something worth keeping was said.
    Noted {
        /// What.
        words: Sealed,
    },
    /// It was settled.
    Settled {
        /// How.
        ending: GuardEnding,
        /// What kind of scam it was, by its key.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scam: Option<String>,
        /// What left all the same, in fen.
        sent: i64,
        /// What was saved, in fen, by the definition of the policy.
        saved: i64,
        /// What is said of it.
        words: Sealed,
        /// When the customer is to be visited.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        visit_at: Option<Timestamp>,
    },
    /// It was reported as fraud later.
    Reported {
        /// What kind of scam it was, by its key.
        scam: String,
        /// What the fraudsters got, in fen.
        lost: i64,
        /// What remains saved, in fen.
        saved: i64,
        /// When that became known.
        known_at: Timestamp,
        /// What is said of it.
        words: Sealed,
    },
    /// It is time for the visit.
    VisitDue,
    /// The customer was visited.
    Visited {
        /// What was found.
        finding: VisitFinding,
        /// What was said.
        words: Sealed,
    },
    /// Personal data was shown in clear.
    Revealed {
        /// Which.
        fields: Vec<GuardField>,
        /// Why.
        ground: Ground,
    },
}

impl InterceptionEvent {
    /// What somebody said, with its place.
    pub const fn remark(&self) -> Option<(&'static str, &Sealed)> {
        Some(match self {
            Self::RelativeCalled { words, .. } => ("relative", words),
            Self::PoliceCalled { words, .. } => ("police", words),
            Self::Limited { words, .. } => ("limit", words),
            Self::LimitAppealed { words } => ("appeal", words),
            Self::LimitLifted { words } => ("lift", words),
            Self::Noted { words } => ("note", words),
            Self::Settled { words, .. } => ("settle", words),
            Self::Reported { words, .. } => ("report", words),
            Self::Visited { words, .. } => ("visit", words),
            Self::DelayEnded { words: Some(words), .. } => ("release", words),
            Self::Opened(_)
            | Self::Answered { .. }
            | Self::RefusalSigned { .. }
            | Self::Delayed { .. }
            | Self::DelayEnded { words: None, .. }
            | Self::VisitDue
            | Self::Revealed { .. } => return None,
        })
    }

    /// What happened, in words and without what people wrote.
    pub fn sentence(&self) -> Text {
        let both =
            |zh: &str, en: &str, title: Text| Text::of(format!("{zh}：{}", title.zh), format!("{en}: {}", title.en));
        match self {
            Self::Opened(opened) => both("发起拦截", "Opened", opened.outcome.title()),
            Self::Answered { outcome, .. } => {
                both("看听问：应答一项，当前要求", "Answered a step; now", outcome.title())
            }
            Self::RelativeCalled { says, .. } => both("联系亲属", "Called a relative", says.title()),
            Self::PoliceCalled { says, .. } => both("拨打警方专线", "Called the police", says.title()),
            Self::RefusalSigned { .. } => {
                Text::fixed("客户签署拒绝劝阻确认书", "The customer signed that they refuse the advice")
            }
            Self::Delayed { ground, .. } => both("延迟到账", "Delayed for", ground.title()),
            Self::DelayEnded { how, .. } => both("延迟结束", "The delay ended", how.title()),
            Self::Limited { restriction, .. } => both("限制账户并告知", "Limited, and told so", restriction.title()),
            Self::LimitAppealed { .. } => Text::fixed("客户对限制提出申诉", "The customer appealed against the limit"),
            Self::LimitLifted { .. } => Text::fixed("解除限制", "The limit was lifted"),
            Self::Noted { .. } => Text::fixed("备注", "Noted"),
            Self::Settled { ending, .. } => both("处置结果", "Settled", ending.title()),
            Self::Reported { .. } => Text::fixed("事后报案", "Reported as fraud later"),
            Self::VisitDue => Text::fixed("系统提醒：应当回访", "It is time for the visit"),
            Self::Visited { finding, .. } => both("回访", "Visited", finding.title()),
            Self::Revealed { ground, .. } => both("查看明文", "Personal data was shown", ground.title()),
        }
    }
}

impl Event for InterceptionEvent {
    const TYPE: &'static str = "guard.interception";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Opened(_) => "opened",
            Self::Answered { .. } => "answered",
            Self::RelativeCalled { .. } => "relative_called",
            Self::PoliceCalled { .. } => "police_called",
            Self::RefusalSigned { .. } => "refusal_signed",
            Self::Delayed { .. } => "delayed",
            Self::DelayEnded { .. } => "delay_ended",
            Self::Limited { .. } => "limited",
            Self::LimitAppealed { .. } => "limit_appealed",
            Self::LimitLifted { .. } => "limit_lifted",
            Self::Noted { .. } => "noted",
            Self::Settled { .. } => "settled",
            Self::Reported { .. } => "reported",
            Self::VisitDue => "visit_due",
            Self::Visited { .. } => "visited",
            Self::Revealed { .. } => "revealed",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}
