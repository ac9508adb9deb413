//! What can be done to a rectification, one address for each verb. Every request names the version it saw.

use endpoint::{BodyPrint, Call, Failure, OpenApiRouter, Reply, Shared};
use kernel::{
    Date, Problem, Timestamp,
    id::{RectificationId, StaffId, UnitId},
    mask,
};
use ledger::Unit;
use seal::Sealed;
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{body::RectificationStateBody, check_person, law, open_unit, opened};
use crate::{
    intake::{REMARK_CHARS_MAX, prose},
    model::rectification::RectificationCommand as Command,
    rectify::{self, Act},
    sealing::MatterKey,
};

/// Does what `command` makes of the unit of work, and answers with the rectification as it then is.
pub(super) async fn carry_out(
    call: Call,
    id: RectificationId,
    print: BodyPrint,
    version: u64,
    command: impl Fn(&mut Unit<'_>) -> Result<Command, Problem> + Send + 'static,
) -> Result<Reply, Failure> {
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    call.write(print, move |unit| {
        let act = Act { id, version: Some(version), command: command(unit)? };
        let state = rectify::act(unit, &act, &actor, &law)?;
        Reply::ok(&RectificationStateBody::of(&state, &actor, unit.now(), language))
    })
    .await
}

/// Seals what somebody says for its place, numbers taken out.
async fn sealed(call: &Call, id: RectificationId, field: &str, text: &str) -> Result<Sealed, Failure> {
    let opened = opened(call, id).await?;
    let text = prose(text, REMARK_CHARS_MAX).map_err(|text| Problem::invalid("/words", text))?;
    let key: MatterKey<'_> = opened.key()?;
    Ok(key.seal(field, &mask::redact(&text, &[]), &*call.shared.ledger().ports().random))
}

/// Declares the endpoint of one verb.
macro_rules! act {
    ($(#[doc = $doc:literal])+ $name:ident($request:ident) at $path:literal, |$call:ident, $id:ident, $json:ident| $body:expr) => {
        $(#[doc = $doc])+
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "voice", request_body = $request,
            params(("id" = String, Path, description = "The rectification")),
            responses(
                (status = 200, description = "The rectification as it now is", body = RectificationStateBody),
                (status = 401, description = "Nobody is signed in", body = ::endpoint::ProblemBody),
                (status = 403, description = "The caller may see it and may not do this", body = ::endpoint::ProblemBody),
                (status = 404, description = "There is no such rectification, or the caller may not see it", body = ::endpoint::ProblemBody),
                (status = 409, description = "Its state forbids it, or somebody else was faster", body = ::endpoint::ProblemBody),
                (status = 422, description = "Fields are wrong", body = ::endpoint::ProblemBody),
            )
        )]
        pub async fn $name(
            $call: Call,
            ::endpoint::Path($id): ::endpoint::Path<RectificationId>,
            $json: ::endpoint::Json<$request>,
        ) -> Result<Reply, Failure> {
            $body
        }
    };
}

/// A measure that was taken.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TakeMeasureRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Its number.
    pub measure: u32,
    /// What is said of it.
    #[serde(default)]
    #[schema(max_length = 4000)]
    pub words: Option<String>,
}

act! {
    /// Say that a measure was taken
    take_rectification_measure(TakeMeasureRequest) at "/api/voice/rectifications/{id}/measure", |call, id, json| {
        let TakeMeasureRequest { version, measure, words } = json.value;
        let words = match words.as_deref().filter(|text| !text.trim().is_empty()) {
            Some(text) => Some(sealed(&call, id, "measure_done", text).await?),
            None => None,
        };
        carry_out(call, id, json.print, version, move |_| Ok(Command::Measure { measure, words: words.clone() })).await
    }
}

/// What somebody says at a step.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WordsRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// What.
    #[schema(max_length = 4000)]
    pub words: String,
}

act! {
    /// Submit a rectification for its check
    ///
    /// By its owner, once all measures are taken and there is evidence.
    submit_rectification(WordsRequest) at "/api/voice/rectifications/{id}/submit", |call, id, json| {
        let words = sealed(&call, id, "report", &json.value.words).await?;
        carry_out(call, id, json.print, json.value.version, move |_| Ok(Command::Submit { words: words.clone() })).await
    }
}

act! {
    /// Press for a rectification
    supervise_rectification(WordsRequest) at "/api/voice/rectifications/{id}/supervise", |call, id, json| {
        let words = sealed(&call, id, "supervision", &json.value.words).await?;
        let command = move |_: &mut Unit<'_>| Ok(Command::Supervise { words: words.clone() });
        carry_out(call, id, json.print, json.value.version, command).await
    }
}

act! {
    /// Tell all units concerned
    circulate_rectification(WordsRequest) at "/api/voice/rectifications/{id}/circulate", |call, id, json| {
        let words = sealed(&call, id, "circular", &json.value.words).await?;
        let command = move |_: &mut Unit<'_>| Ok(Command::Circulate { words: words.clone() });
        carry_out(call, id, json.print, json.value.version, command).await
    }
}

act! {
    /// Give a rectification up
    cancel_rectification(WordsRequest) at "/api/voice/rectifications/{id}/cancel", |call, id, json| {
        let words = sealed(&call, id, "cancellation", &json.value.words).await?;
        carry_out(call, id, json.print, json.value.version, move |_| Ok(Command::Cancel { words: words.clone() })).await
    }
}

/// A check.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Whether it is done.
    pub is_done: bool,
    /// What is said.
    #[schema(max_length = 4000)]
    pub words: String,
    /// The last day on which it is to be done, when it is not.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
}

act! {
    /// Check a rectification
    ///
    /// By somebody other than its owner.
    check_rectification(CheckRequest) at "/api/voice/rectifications/{id}/check", |call, id, json| {
        let CheckRequest { version, is_done, words, due } = json.value;
        let words = sealed(&call, id, "check", &words).await?;
        let due = due.map(Timestamp::end_of);
        let command = move |_: &mut Unit<'_>| Ok(Command::Check { is_done, words: words.clone(), due });
        carry_out(call, id, json.print, version, command).await
    }
}

/// A look-back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LookBackRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// Whether the cause is gone.
    pub is_effective: bool,
    /// What is said.
    #[schema(max_length = 4000)]
    pub words: String,
    /// The last day on which it is to be put right, when the cause is not gone.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub due: Option<Date>,
}

act! {
    /// Look back on a rectification
    ///
    /// The orders of the same cause before and after are counted and kept with it.
    look_back_on_rectification(LookBackRequest) at "/api/voice/rectifications/{id}/look_back", |call, id, json| {
        let LookBackRequest { version, is_effective, words, due } = json.value;
        let words = sealed(&call, id, "look_back", &words).await?;
        let (due, law) = (due.map(Timestamp::end_of), law(&call.shared));
        carry_out(call, id, json.print, version, move |unit| {
            let (state, now) = (rectify::load(unit, id)?, unit.now());
            let counted = rectify::counted(unit.connection(), &state, now, &law)?;
            Ok(Command::LookBack { is_effective, words: words.clone(), counted, due })
        })
        .await
    }
}

/// More time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PostponeRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The new last day.
    #[schema(value_type = String, format = Date)]
    pub due: Date,
    /// Why.
    #[schema(max_length = 4000)]
    pub words: String,
}

act! {
    /// Give a rectification more time
    postpone_rectification(PostponeRequest) at "/api/voice/rectifications/{id}/postpone", |call, id, json| {
        let PostponeRequest { version, due, words } = json.value;
        let words = sealed(&call, id, "postponement", &words).await?;
        let due = Timestamp::end_of(due);
        let command = move |_: &mut Unit<'_>| Ok(Command::Postpone { due, words: words.clone() });
        carry_out(call, id, json.print, version, command).await
    }
}

/// Who answers for it from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HandOverRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The unit.
    #[schema(value_type = String)]
    pub unit: UnitId,
    /// The person of that unit.
    #[schema(value_type = String)]
    pub owner: StaffId,
    /// Why.
    #[schema(max_length = 4000)]
    pub words: String,
}

act! {
    /// Hand a rectification over
    hand_over_rectification(HandOverRequest) at "/api/voice/rectifications/{id}/hand_over", |call, id, json| {
        let HandOverRequest { version, unit: unit_id, owner, words } = json.value;
        let words = sealed(&call, id, "handover", &words).await?;
        carry_out(call, id, json.print, version, move |unit| {
            let place = open_unit(unit.connection(), unit_id, "/unit")?;
            check_person(unit, owner, &place, "/owner")?;
            Ok(Command::HandOver { unit: place, owner, words: words.clone() })
        })
        .await
    }
}

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(take_rectification_measure))
        .routes(routes!(submit_rectification))
        .routes(routes!(check_rectification))
        .routes(routes!(look_back_on_rectification))
        .routes(routes!(supervise_rectification))
        .routes(routes!(circulate_rectification))
        .routes(routes!(postpone_rectification))
        .routes(routes!(hand_over_rectification))
        .routes(routes!(cancel_rectification))
}
