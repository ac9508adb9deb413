//! Small bodies that several families of endpoints share.

use kernel::{
    Actor, Money, OrgPath, Timestamp,
    id::{ClockId, LetterId, OrderId, StaffId},
    text::Language,
};
use people::api::body::{ActionBody, TextBody};
use regulation::{MatterKind, MatterSource, deadline};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::model::{
    Clock, ClockMood, Law, Order, StageName, allowed_actions,
    clock::ClockEnd,
    letter::LetterKind,
    parts::{Classification, Means},
};

/// The kinds of matter, for the description of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatterWord {
    /// A complaint (投诉).
    Complaint,
    /// A report of illegal acts (举报).
    Report,
    /// A petition (信访).
    Petition,
    /// A question.
    Consultation,
    /// A suggestion.
    Suggestion,
    /// Praise.
    Praise,
    /// A request for help.
    HelpRequest,
}

impl From<MatterWord> for MatterKind {
    fn from(word: MatterWord) -> Self {
        match word {
            MatterWord::Complaint => Self::Complaint,
            MatterWord::Report => Self::Report,
            MatterWord::Petition => Self::Petition,
            MatterWord::Consultation => Self::Consultation,
            MatterWord::Suggestion => Self::Suggestion,
            MatterWord::Praise => Self::Praise,
            MatterWord::HelpRequest => Self::HelpRequest,
        }
    }
}

impl From<MatterKind> for MatterWord {
    fn from(kind: MatterKind) -> Self {
        match kind {
            MatterKind::Complaint => Self::Complaint,
            MatterKind::Report => Self::Report,
            MatterKind::Petition => Self::Petition,
            MatterKind::Consultation => Self::Consultation,
            MatterKind::Suggestion => Self::Suggestion,
            MatterKind::Praise => Self::Praise,
            MatterKind::HelpRequest => Self::HelpRequest,
        }
    }
}

/// Who passes matters on, for the description of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SourceWord {
    /// The customer came to the bank.
    #[default]
    Direct,
    /// The National Financial Regulatory Administration, 12378 included.
    Nfra,
    /// The People's Bank of China, 12363 included.
    Pbc,
    /// A government or its petition office, 12345 included.
    Government,
    /// Market supervision, 12315 included.
    MarketSupervision,
    /// A consumers' association.
    ConsumerAssociation,
    /// Any other body.
    OtherBody,
    /// The media.
    Media,
}

impl From<SourceWord> for MatterSource {
    fn from(word: SourceWord) -> Self {
        match word {
            SourceWord::Direct => Self::Direct,
            SourceWord::Nfra => Self::Nfra,
            SourceWord::Pbc => Self::Pbc,
            SourceWord::Government => Self::Government,
            SourceWord::MarketSupervision => Self::MarketSupervision,
            SourceWord::ConsumerAssociation => Self::ConsumerAssociation,
            SourceWord::OtherBody => Self::OtherBody,
            SourceWord::Media => Self::Media,
        }
    }
}

impl From<MatterSource> for SourceWord {
    fn from(source: MatterSource) -> Self {
        match source {
            MatterSource::Direct => Self::Direct,
            MatterSource::Nfra => Self::Nfra,
            MatterSource::Pbc => Self::Pbc,
            MatterSource::Government => Self::Government,
            MatterSource::MarketSupervision => Self::MarketSupervision,
            MatterSource::ConsumerAssociation => Self::ConsumerAssociation,
            MatterSource::OtherBody => Self::OtherBody,
            MatterSource::Media => Self::Media,
        }
    }
}

/// An amount in minor units of a currency, fen for renminbi.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AmountBody {
    /// Minor units.
    #[schema(example = 30000)]
    pub minor: i64,
    /// ISO 4217.
    #[schema(value_type = String, example = "CNY")]
    pub currency: kernel::Currency,
}

impl From<Money> for AmountBody {
    fn from(money: Money) -> Self {
        Self { minor: money.minor(), currency: money.currency() }
    }
}

impl From<AmountBody> for Money {
    fn from(body: AmountBody) -> Self {
        Self::new(body.minor, body.currency)
    }
}

/// The place of a matter on the axes of JR/T 0169.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ClassesBody {
    /// Axis A: the channel.
    pub channel: String,
    /// Axis B: the business.
    pub business: String,
    /// Axis C: the reason.
    pub reason: String,
}

impl From<&Classification> for ClassesBody {
    fn from(classes: &Classification) -> Self {
        Self {
            channel: classes.channel.as_str().to_owned(),
            business: classes.business.as_str().to_owned(),
            reason: classes.reason.as_str().to_owned(),
        }
    }
}

/// A time in which a clock stood still.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockPauseBody {
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when; absent while it lasts.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
}

/// A clock on an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClockBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: ClockId,
    /// The row of the regulation files that sets it, with its version.
    #[schema(example = "cp.nfra.simple@1")]
    pub rule: String,
    /// What it is.
    pub title: TextBody,
    /// The law it comes from; absent for the bank's own policy and for a sender's own deadline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub law: Option<TextBody>,
    /// The article; only of verified rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Whether the row was verified against the law.
    pub is_verified: bool,
    /// How it stands.
    pub mood: ClockMood,
    /// When it started.
    #[schema(value_type = String, format = DateTime)]
    pub start: Timestamp,
    /// When it is due.
    #[schema(value_type = String, format = DateTime)]
    pub due: Timestamp,
    /// It leans on a year whose holidays are not known yet.
    pub is_provisional: bool,
    /// How often it was extended.
    pub extensions: u8,
    /// When it stood still.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<ClockPauseBody>,
    /// When it was answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub answered_at: Option<Timestamp>,
    /// How the deadline came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<TextBody>,
}

impl ClockBody {
    /// A clock as it stands at `now`.
    pub fn of(clock: &Clock, now: Timestamp, law: &Law) -> Self {
        let row = law.rules.clock(&clock.rule);
        let pauses: Vec<_> =
            clock.pauses.iter().map(|pause| kernel::calendar::Pause { from: pause.from, to: pause.to }).collect();
        let of_law = row.filter(|row| row.row.kind == regulation::RowKind::Law);
        Self {
            id: clock.id,
            rule: clock.rule.to_string(),
            title: law.title(&clock.rule).into(),
            law: of_law.map(|row| row.row.law.title.clone().into()),
            article: row.and_then(|row| row.row.article.clone()),
            is_verified: row.is_some_and(|row| row.row.verified),
            mood: clock.mood(now),
            start: clock.start,
            due: clock.due,
            is_provisional: clock.provisional,
            extensions: clock.extensions,
            pauses: clock.pauses.iter().map(|pause| ClockPauseBody { from: pause.from, to: pause.to }).collect(),
            answered_at: match clock.end {
                Some(ClockEnd::Answered(at)) => Some(at),
                Some(ClockEnd::Cancelled(_)) | None => None,
            },
            explanation: row.map(|row| deadline(row, clock.start, &law.calendar, &pauses).explanation.into()),
        }
    }
}

/// A letter of an order.
#[derive(Debug, Serialize, ToSchema)]
pub struct LetterBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: LetterId,
    /// What it tells.
    pub kind: LetterKind,
    /// Since when it is owed.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// It still has to go out.
    pub is_owed: bool,
    /// When it was delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delivered_at: Option<Timestamp>,
    /// How it was delivered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub means: Option<Means>,
    /// The tracking number, the message's number or the id of the recording.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl From<&crate::model::Letter> for LetterBody {
    fn from(letter: &crate::model::Letter) -> Self {
        let delivery = letter.delivery.as_ref();
        Self {
            id: letter.id,
            kind: letter.kind,
            at: letter.at,
            is_owed: letter.owed(),
            delivered_at: delivery.map(|delivery| delivery.at),
            means: delivery.map(|delivery| delivery.means),
            reference: delivery.and_then(|d| d.reference.as_ref()).map(|r| r.as_str().to_owned()),
        }
    }
}

/// An order as an act leaves it; the texts are in the whole order.
#[derive(Debug, Serialize, ToSchema)]
pub struct OrderStateBody {
    /// The id.
    #[schema(value_type = String, example = "wo_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: OrderId,
    /// The number the complainant was given.
    #[schema(example = "XB20260302-7K3F9-Q2M8N")]
    pub receipt: String,
    /// Its version; an act names the one it saw.
    pub version: u64,
    /// The step it has reached.
    pub stage: StageName,
    /// What kind of matter.
    pub matter: MatterWord,
    /// The place of the unit that is answerable.
    #[schema(value_type = String, example = "/HO/GZ/")]
    pub unit: OrgPath,
    /// The person it was given to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub handler: Option<StaffId>,
    /// Its place on the axes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub classes: Option<ClassesBody>,
    /// Its clocks, open ones first.
    pub clocks: Vec<ClockBody>,
    /// Its letters.
    pub letters: Vec<LetterBody>,
    /// What the caller can do, and why not what they cannot.
    pub allowed_actions: Vec<ActionBody>,
}

impl OrderStateBody {
    /// An order as `actor` sees it at `now`.
    pub fn of(order: &Order, actor: &Actor, now: Timestamp, law: &Law, language: Language) -> Self {
        let action = |action: crate::model::ActionState| {
            ActionBody::new(action.verb.as_str(), action.refusal.map(Into::into), language)
        };
        Self {
            id: order.id,
            receipt: order.receipt.clone(),
            version: order.version,
            stage: order.stage.name(),
            matter: order.matter.into(),
            unit: order.unit.clone(),
            handler: order.handler,
            classes: order.classification.as_ref().map(ClassesBody::from),
            clocks: order.clocks_in_order().into_iter().map(|clock| ClockBody::of(clock, now, law)).collect(),
            letters: order.letters.iter().map(LetterBody::from).collect(),
            allowed_actions: allowed_actions(order, actor, now, law).into_iter().map(action).collect(),
        }
    }
}
