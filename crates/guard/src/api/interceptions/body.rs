//! Interceptions as they go over the wire: masked, with the dialogue to hold and the law that each measure rests on.

use kernel::{
    Actor, OrgPath, Problem, Timestamp,
    id::{CustomerId, DecisionId, InterceptionId},
    text::Language,
};
use people::api::body::{ActionBody, TextBody};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Opened,
    parts::{AccountLimitBody, DelayBody, GivenBody, InterceptionEventBody, InterceptionLawBody, SaidBody},
};
use crate::{
    api::dialogues::DialoguePartBody,
    model::{
        interception::{Interception, Rules},
        words::{Channel, GuardEnding, GuardField, GuardOutcome, PoliceSays, RelativeSays, Stage, VisitFinding},
    },
    store::interceptions::InterceptionRow,
};

/// How an interception stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterceptionStateBody {
    /// The id.
    #[schema(value_type = String, example = "ic_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: InterceptionId,
    /// Its version; every act names it.
    pub version: u64,
    /// The step it has reached.
    pub stage: Stage,
    /// What is demanded now.
    pub outcome: GuardOutcome,
    /// The points of the answers so far; above zero they speak for fraud.
    pub points: i32,
    /// Steps of the dialogue that are left.
    pub steps_left: usize,
    /// Until when the transfer waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delay_until: Option<Timestamp>,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<GuardEnding>,
    /// What was saved, in fen.
    pub saved: i64,
    /// What the caller can do, and why not what they cannot.
    pub allowed_actions: Vec<ActionBody>,
}

impl InterceptionStateBody {
    pub(in crate::api) fn of(
        state: &Interception,
        rules: &Rules,
        (actor, now, language): (&Actor, Timestamp, Language),
    ) -> Self {
        let actions = state.allowed_actions(actor, now).into_iter();
        Self {
            id: state.id,
            version: state.version,
            stage: state.stage,
            outcome: state.outcome,
            points: state.points(),
            steps_left: rules.book.steps_of(&state.parts).saturating_sub(state.answers.len()),
            delay_until: state.waiting().map(|delay| delay.until),
            ending: state.result.as_ref().map(|result| result.ending),
            saved: state.result.as_ref().map_or(0, |result| result.saved),
            allowed_actions: actions
                .map(|(verb, refusal)| ActionBody::new(verb.as_str(), refusal.map(Into::into), language))
                .collect(),
        }
    }
}

/// An interception in the list.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterceptionRowBody {
    /// The id.
    #[schema(value_type = String)]
    pub id: InterceptionId,
    /// Its version.
    pub version: u64,
    /// The step it has reached.
    pub stage: Stage,
    /// Where it was.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The decision from which it came; none when it was opened by hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub decision: Option<DecisionId>,
    /// Where the transfer was asked for.
    pub channel: Channel,
    /// The customer's masked name.
    pub name_masked: String,
    /// The payee's masked account.
    pub payee_masked: String,
    /// The amount in fen.
    pub amount: i64,
    /// What is demanded.
    pub outcome: GuardOutcome,
    /// What became of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ending: Option<GuardEnding>,
    /// The kind of scam.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scam: Option<String>,
    /// What was saved, in fen.
    pub saved: i64,
    /// When it was opened.
    #[schema(value_type = String, format = DateTime)]
    pub opened_at: Timestamp,
    /// When it was settled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub settled_at: Option<Timestamp>,
    /// Until when the transfer waits.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub delay_until: Option<Timestamp>,
    /// When the customer is to be visited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub visit_at: Option<Timestamp>,
    /// The visit is due.
    pub is_visit_due: bool,
}

impl InterceptionRowBody {
    pub(super) fn of(row: InterceptionRow, now: Timestamp) -> Self {
        Self {
            is_visit_due: row.visit_at.is_some_and(|at| at <= now),
            id: row.id,
            version: row.version,
            stage: row.stage,
            unit: row.unit,
            decision: row.decision,
            channel: row.channel,
            name_masked: row.name_masked,
            payee_masked: row.payee_masked,
            amount: row.amount,
            outcome: row.outcome,
            ending: row.ending,
            scam: row.scam,
            saved: row.saved,
            opened_at: row.opened_at,
            settled_at: row.settled_at,
            delay_until: row.delay_until,
            visit_at: row.visit_at,
        }
    }
}

/// An interception in full.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterceptionBody {
    /// How it stands.
    #[serde(flatten)]
    pub state: InterceptionStateBody,
    /// Where it was.
    #[schema(value_type = String)]
    pub unit: OrgPath,
    /// The decision from which it came.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub decision: Option<DecisionId>,
    /// Where the transfer was asked for.
    pub channel: Channel,
    /// The customer, when the bank knows them as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// The customer's masked name.
    pub name_masked: String,
    /// The customer's masked telephone number.
    pub phone_masked: String,
    /// The payee's masked name.
    pub payee_name_masked: String,
    /// The payee's masked account.
    pub payee_masked: String,
    /// The personal fields that are held and can be shown in clear.
    pub held: Vec<GuardField>,
    /// The amount in fen.
    pub amount: i64,
    /// What the customer says it is for, numbers taken out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purpose: Option<String>,
    /// What was demanded when it was opened.
    pub demanded: GuardOutcome,
    /// Why, in words that name nobody.
    pub reasons: Vec<TextBody>,
    /// The dialogue to hold.
    pub dialogue: Vec<DialoguePartBody>,
    /// The answers so far.
    pub answers: Vec<GivenBody>,
    /// What relatives said, oldest first.
    pub relatives: Vec<RelativeSays>,
    /// What the police said, oldest first.
    pub police: Vec<PoliceSays>,
    /// The paper with the customer's refusal of the advice.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal_paper: Option<String>,
    /// The delay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delay: Option<DelayBody>,
    /// The limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<AccountLimitBody>,
    /// The kind of scam.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scam: Option<String>,
    /// When the customer is to be visited.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub visit_at: Option<Timestamp>,
    /// What the visit found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit: Option<VisitFinding>,
    /// What was said at the steps, oldest first.
    pub said: Vec<SaidBody>,
    /// What the measures rest on.
    pub law: InterceptionLawBody,
    /// Everything that happened, oldest first.
    pub history: Vec<InterceptionEventBody>,
}

impl InterceptionBody {
    pub(super) fn of(opened: &Opened, rules: &Rules, caller: (&Actor, Timestamp, Language)) -> Result<Self, Problem> {
        let (state, key) = (&opened.state, opened.key()?);
        let masked = |field: GuardField, mask: fn(&str) -> String| {
            let sealed = state.sealed_of(field);
            let shown = |sealed| Ok::<_, Problem>(mask(key.open(field.as_str(), sealed)?.expose()));
            Ok::<_, Problem>(sealed.map(shown).transpose()?.unwrap_or_default())
        };
        let purpose = state.purpose.as_ref().map(|sealed| key.open("purpose", sealed)).transpose()?;
        let held = GuardField::ALL.iter().copied().filter(|field| state.sealed_of(*field).is_some());
        Ok(Self {
            state: InterceptionStateBody::of(state, rules, caller),
            unit: state.unit.clone(),
            decision: state.decision,
            channel: state.channel,
            customer: state.payer.customer,
            name_masked: masked(GuardField::Name, kernel::mask::name)?,
            phone_masked: masked(GuardField::Phone, kernel::mask::phone)?,
            payee_name_masked: masked(GuardField::PayeeName, kernel::mask::name)?,
            payee_masked: masked(GuardField::PayeeAccount, kernel::mask::account)?,
            held: held.collect(),
            amount: state.amount,
            purpose: purpose.map(|text| opened.redacted(text.expose())).transpose()?,
            demanded: state.demanded,
            reasons: state.reasons.iter().cloned().map(Into::into).collect(),
            dialogue: state.parts.iter().filter_map(|name| rules.book.part(name)).map(Into::into).collect(),
            answers: GivenBody::all(state),
            relatives: state.relatives.clone(),
            police: state.police.clone(),
            refusal_paper: state.refusal_paper.clone(),
            delay: state.delay.as_ref().map(Into::into),
            limit: state.limit.as_ref().map(Into::into),
            scam: state.result.as_ref().and_then(|result| result.scam.clone()),
            visit_at: state.visit_at,
            visit: state.visit.map(|(finding, _)| finding),
            said: state.remarks.iter().map(|remark| SaidBody::of(remark, &key)).collect::<Result<_, _>>()?,
            law: InterceptionLawBody::of(&rules.law, caller.1.date()),
            history: history(opened),
        })
    }
}

fn history(opened: &Opened) -> Vec<InterceptionEventBody> {
    let body = |recorded: &ledger::Recorded<crate::model::interception::InterceptionEvent>| InterceptionEventBody {
        version: recorded.version,
        at: recorded.at,
        by: recorded.actor.as_str().to_owned(),
        kind: ledger::Event::kind(&recorded.event),
        sentence: recorded.event.sentence().into(),
    };
    opened.events.iter().map(body).collect()
}
