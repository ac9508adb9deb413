//! What is done to a teaching case: written anew, confirmed by somebody else, withdrawn.

use endpoint::{Call, Failure, Reply};
use kernel::{Problem, Text, id::TeachingCaseId, mask};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    body::CaseStateBody,
    load, opened,
    texts::{Texts, checked_tags},
    unit_names,
};
use crate::{
    anonymous::Known,
    api::{acts::act, reading},
    intake::{Faults, NARRATIVE_CHARS_MAX, REMARK_CHARS_MAX, TITLE_CHARS_MAX, prose},
    model::teaching_case::{CaseEvent, CaseVerb},
    store::teaching_cases::{self, Shown},
};

/// What a case says now.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReviseCaseRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What it is, in one line.
    #[schema(max_length = 120)]
    pub title: String,
    /// What happened.
    #[schema(max_length = 20000)]
    pub story: String,
    /// What the bank did.
    #[schema(max_length = 20000)]
    pub handling: String,
    /// What is to be learnt.
    #[schema(max_length = 4000)]
    pub lessons: String,
    /// By which words to find it.
    #[serde(default)]
    pub tags: Vec<String>,
}

act! {
    /// Revise a teaching case
    ///
    /// Names, numbers, places and dates are taken out again; what was published stays until somebody else confirms the new text.
    revise_case(ReviseCaseRequest) of [TeachingCaseId] giving [CaseStateBody]
    "The case", "The case as it now is", "The caller may see it and may not do this",
    "There is no such case, or the caller may not see it",
    "Its state forbids it, or somebody else was faster";
    at "/api/voice/cases/{id}/revise" = "revise_case", |call, id, json| {
        let request = json.value;
        let opened = opened(&call, id).await?;
        let mut faults = Faults::default();
        let mut take = |pointer: &str, text: &str, most: usize| faults.take(pointer, prose(text, most)).unwrap_or_default();
        let title = take("/title", &request.title, TITLE_CHARS_MAX);
        let story = take("/story", &request.story, NARRATIVE_CHARS_MAX);
        let handling = take("/handling", &request.handling, NARRATIVE_CHARS_MAX);
        let lessons = take("/lessons", &request.lessons, REMARK_CHARS_MAX);
        let tags = checked_tags(&request.tags, &mut faults);
        faults.check()?;
        let place = opened.case.unit.clone();
        let units = call.read(move |conn| unit_names(conn, &place)).await?;
        let texts = Texts { title, story, handling, lessons, tags, removed: Vec::new() };
        let texts = texts.anonymous(&Known { names: Vec::new(), units });
        let sealed = texts.seal(&opened.key()?, &*call.shared.ledger().ports().random);
        let event = CaseEvent::Revised { texts: Box::new(sealed) };
        append(call, id, (json.print, request.version), CaseVerb::Revise, event, None).await
    }
}

/// The version that the caller saw.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmCaseRequest {
    /// The version that the caller saw.
    pub version: u64,
}

act! {
    /// Confirm and publish a teaching case
    ///
    /// By somebody other than its writer, who has read that it tells nobody who and where.
    confirm_case(ConfirmCaseRequest) of [TeachingCaseId] giving [CaseStateBody]
    "The case", "The case as it now is", "The caller may see it and may not do this",
    "There is no such case, or the caller may not see it",
    "Its state forbids it, or somebody else was faster";
    at "/api/voice/cases/{id}/confirm" = "confirm_case", |call, id, json| {
        let opened = opened(&call, id).await?;
        let key = opened.key()?;
        let texts = &opened.case.texts;
        let open = |field: &str, sealed: &seal::Sealed| key.open(field, sealed).map(kernel::Pii::into_exposed);
        let shown = Shown {
            title: open("title", &texts.title)?,
            body: [open("story", &texts.story)?, open("handling", &texts.handling)?, open("lessons", &texts.lessons)?]
                .join("\n"),
            at: Some(reading::now(&call.shared)),
        };
        append(call, id, (json.print, json.value.version), CaseVerb::Confirm, CaseEvent::Confirmed, Some(shown)).await
    }
}

/// Why a case is shown no more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WithdrawCaseRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
}

act! {
    /// Withdraw a teaching case
    withdraw_case(WithdrawCaseRequest) of [TeachingCaseId] giving [CaseStateBody]
    "The case", "The case as it now is", "The caller may see it and may not do this",
    "There is no such case, or the caller may not see it",
    "Its state forbids it, or somebody else was faster";
    at "/api/voice/cases/{id}/withdraw" = "withdraw_case", |call, id, json| {
        let opened = opened(&call, id).await?;
        let why = prose(&json.value.why, REMARK_CHARS_MAX).map_err(|text| Problem::invalid("/why", text))?;
        let why = opened.key()?.seal("why", &mask::redact(&why, &[]), &*call.shared.ledger().ports().random);
        let gone = Some(Shown::default());
        append(call, id, (json.print, json.value.version), CaseVerb::Withdraw, CaseEvent::Withdrawn { why }, gone).await
    }
}

/// Appends an event that the case's step and the caller's rights let happen, and brings its row up to date.
async fn append(
    call: Call,
    id: TeachingCaseId,
    (print, version): (endpoint::BodyPrint, u64),
    verb: CaseVerb,
    event: CaseEvent,
    shown: Option<Shown>,
) -> Result<Reply, Failure> {
    let (actor, language) = (call.actor.clone(), call.language);
    call.write(print, move |unit| {
        let case = load(unit, id)?;
        case.gate(verb, &actor).map_err(Problem::from)?;
        if case.version != version {
            let text =
                Text::fixed("案例已被他人修改；请刷新后再试。", "Somebody else has changed the case; load it again.");
            return Err(Problem::new(kernel::ProblemKind::Conflict, text).because("raced"));
        }
        unit.append(&id.to_string(), version, &actor.reference, std::slice::from_ref(&event))?;
        let (case, now) = (load(unit, id)?, unit.now());
        teaching_cases::update(unit.connection(), &case, shown.clone(), now)?;
        Reply::ok(&CaseStateBody::of(&case, &actor, language))
    })
    .await
}
