//! What can be done to an interception, one address for each verb. Every request names the version it saw.

use endpoint::{BodyPrint, Call, Failure, Json, OpenApiRouter, Path, ProblemBody, Reply, Shared, typed::prose};
use kernel::{Problem, id::InterceptionId};
use seal::Sealed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{Opened, body::InterceptionStateBody, opened};
use crate::{
    desk::{self, Act},
    intake::WORDS_CHARS_MAX,
    model::{
        interception::Command,
        words::{DelayGround, Ground, GuardEnding, GuardField, PoliceSays, RelativeSays, Restriction, VisitFinding},
    },
    rules::RulesSource,
};

/// Characters of a paper's number.
const PAPER_CHARS_MAX: usize = 64;

/// Does what `command` says, and answers with the interception as it then is.
async fn carry_out(
    call: Call,
    id: InterceptionId,
    print: BodyPrint,
    version: u64,
    command: Command,
) -> Result<Reply, Failure> {
    let (actor, rules, language) = (call.actor.clone(), call.shared.rules()?, call.language);
    call.write(print, move |unit| {
        let act = Act { id, version: Some(version), command: command.clone() };
        let state = desk::act(unit, &act, &actor, &rules)?;
        Reply::ok(&InterceptionStateBody::of(&state, &rules, (&actor, unit.now(), language)))
    })
    .await
}

/// Seals what somebody says for its place, names and numbers taken out.
async fn sealed(call: &Call, id: InterceptionId, field: &str, text: &str) -> Result<Sealed, Failure> {
    let opened: Opened = opened(call, id).await?;
    let text = prose(text, WORDS_CHARS_MAX).map_err(|text| Problem::invalid("/words", text))?;
    Ok(opened.key()?.seal(field, &opened.redacted(&text)?, &*call.shared.ledger().ports().random))
}

/// Declares the request and the endpoint of one verb; fields follow the version, and `words` says where they are sealed.
macro_rules! act {
    (
        $(#[doc = $doc:literal])+
        $name:ident at $path:literal, $(#[doc = $request_doc:literal])+ $request:ident {
            $($(#[doc = $field_doc:literal])+ $(#[schema($($schema:tt)*)])? $field:ident: $type:ty,)*
        } $(words $place:literal)?, |$given:ident $(, $words:ident)?| $command:expr
    ) => {
        $(#[doc = $request_doc])+
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        pub struct $request {
            /// The version that the caller saw.
            pub version: u64,
            $($(#[doc = $field_doc])+ $(#[schema($($schema)*)])? pub $field: $type,)*
        }

        $(#[doc = $doc])+
        #[utoipa::path(
            post, path = $path, operation_id = stringify!($name), tag = "guard", request_body = $request,
            params(("id" = String, Path, description = "The interception")),
            responses(
                (status = 200, description = "The interception as it now is", body = InterceptionStateBody),
                (status = 401, description = "Nobody is signed in", body = ProblemBody),
                (status = 403, description = "The caller may see it and may not do this", body = ProblemBody),
                (status = 404, description = "There is no such interception, or the caller may not see it", body = ProblemBody),
                (status = 409, description = "Its state forbids it, or somebody else was faster", body = ProblemBody),
                (status = 422, description = "Fields are wrong", body = ProblemBody),
            )
        )]
        pub async fn $name(
            call: Call,
            Path(id): Path<InterceptionId>,
            json: Json<$request>,
        ) -> Result<Reply, Failure> {
            let ($given, print) = (json.value, json.print);
            let version = $given.version;
            $(let $words = sealed(&call, id, $place, &$given.words).await?;)?
            carry_out(call, id, print, version, $command).await
        }
    };
}

act! {
    /// Answer a step of the dialogue
    ///
    /// The outcome follows at once. A step may be answered anew while the interception is open.
    answer_step at "/api/guard/interceptions/{id}/answer",
    /// An answer.
    AnswerStepRequest {
        /// The part.
        part: String,
        /// The step.
        step: String,
        /// The answer.
        answer: String,
    }, |given| Command::Answer { part: given.part, step: given.step, answer: given.answer }
}

act! {
    /// Record a call to a trusted relative
    call_relative at "/api/guard/interceptions/{id}/call_relative",
    /// The call.
    CallRelativeRequest {
        /// What they said.
        says: RelativeSays,
        /// Who was called and what was said.
        #[schema(max_length = 4000)]
        words: String,
    } words "relative", |given, words| Command::CallRelative { says: given.says, words }
}

act! {
    /// Record a call to the police line
    call_police at "/api/guard/interceptions/{id}/call_police",
    /// The call.
    CallPoliceRequest {
        /// What they said.
        says: PoliceSays,
        /// What was said.
        #[schema(max_length = 4000)]
        words: String,
    } words "police", |given, words| Command::CallPolice { says: given.says, words }
}

act! {
    /// Delay the transfer
    ///
    /// For as long as the law or the policy says; until then the customer may call it back.
    delay_transfer at "/api/guard/interceptions/{id}/delay",
    /// Why.
    DelayTransferRequest {
        /// Why.
        ground: DelayGround,
    }, |given| Command::Delay { ground: given.ground }
}

act! {
    /// Call the transfer back for the customer
    revoke_transfer at "/api/guard/interceptions/{id}/revoke",
    /// Nothing more is needed.
    RevokeTransferRequest {
    }, |_given| Command::Revoke
}

act! {
    /// Waive the delay under the conditions of the law
    waive_delay at "/api/guard/interceptions/{id}/waive",
    /// The conditions.
    WaiveDelayRequest {
        /// The conditions that are met, by their keys.
        conditions: Vec<String>,
    }, |given| Command::Waive { conditions: given.conditions }
}

act! {
    /// Let the transfer go before its time
    ///
    /// By somebody who did not handle it.
    release_transfer at "/api/guard/interceptions/{id}/release",
    /// Why.
    ReleaseTransferRequest {
        /// Why.
        #[schema(max_length = 4000)]
        words: String,
    } words "release", |given, words| Command::Release { words }
}

act! {
    /// Limit the account
    ///
    /// The customer has been told what the law asks for: the reason, the remedy and the papers that are needed.
    limit_account at "/api/guard/interceptions/{id}/limit",
    /// The limit.
    LimitAccountRequest {
        /// What is limited.
        restriction: Restriction,
        /// What was told, by the keys of the law's list.
        told: Vec<String>,
        /// Reason, remedy and papers, as they were told.
        #[schema(max_length = 4000)]
        words: String,
    } words "limit", |given, words| Command::Limit { restriction: given.restriction, told: given.told, words }
}

act! {
    /// Record the customer's appeal against the limit
    appeal_limit at "/api/guard/interceptions/{id}/appeal",
    /// The appeal.
    AppealLimitRequest {
        /// What they say.
        #[schema(max_length = 4000)]
        words: String,
    } words "appeal", |given, words| Command::Appeal { words }
}

act! {
    /// Lift the limit
    lift_limit at "/api/guard/interceptions/{id}/lift",
    /// Why.
    LiftLimitRequest {
        /// Why.
        #[schema(max_length = 4000)]
        words: String,
    } words "lift", |given, words| Command::Lift { words }
}

act! {
    /// Note something on an interception
    note_on_interception at "/api/guard/interceptions/{id}/note",
    /// The note.
    NoteOnInterceptionRequest {
        /// What.
        #[schema(max_length = 4000)]
        words: String,
    } words "note", |given, words| Command::Note { words }
}

act! {
    /// Settle an interception
    ///
    /// What was saved is counted by the definition of the policy.
    settle_interception at "/api/guard/interceptions/{id}/settle",
    /// What became of it.
    SettleInterceptionRequest {
        /// How it ended.
        ending: GuardEnding,
        /// The kind of scam, by its key; when it was one.
        scam: Option<String>,
        /// What left all the same, in fen.
        #[schema(minimum = 0)]
        sent: i64,
        /// What is said of it.
        #[schema(max_length = 4000)]
        words: String,
    } words "settle", |given, words| Command::Settle { ending: given.ending, scam: given.scam, sent: given.sent, words }
}

act! {
    /// Record that it was reported as fraud later
    report_interception at "/api/guard/interceptions/{id}/report",
    /// The report.
    ReportInterceptionRequest {
        /// The kind of scam, by its key.
        scam: String,
        /// What the fraudsters got, in fen.
        #[schema(minimum = 0)]
        lost: i64,
        /// What is said of it.
        #[schema(max_length = 4000)]
        words: String,
    } words "report", |given, words| Command::Report { scam: given.scam, lost: given.lost, words }
}

act! {
    /// Record the visit
    record_follow_up at "/api/guard/interceptions/{id}/visit",
    /// The visit.
    RecordFollowUpRequest {
        /// What was found.
        finding: VisitFinding,
        /// What was said.
        #[schema(max_length = 4000)]
        words: String,
    } words "visit", |given, words| Command::Visit { finding: given.finding, words }
}

/// The paper that the customer signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignRefusalRequest {
    /// The version that the caller saw.
    pub version: u64,
    /// The number of the paper in the bank's archive.
    #[schema(max_length = 64)]
    pub paper: String,
}

/// Record that the customer signed that they refuse the advice
#[utoipa::path(
    post, path = "/api/guard/interceptions/{id}/sign_refusal", operation_id = "sign_refusal", tag = "guard",
    request_body = SignRefusalRequest, params(("id" = String, Path, description = "The interception")),
    responses(
        (status = 200, description = "The interception as it now is", body = InterceptionStateBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller may see it and may not do this", body = ProblemBody),
        (status = 404, description = "There is no such interception, or the caller may not see it", body = ProblemBody),
        (status = 409, description = "Its state forbids it, or somebody else was faster", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn sign_refusal(
    call: Call,
    Path(id): Path<InterceptionId>,
    json: Json<SignRefusalRequest>,
) -> Result<Reply, Failure> {
    let SignRefusalRequest { version, paper } = json.value;
    let paper = prose(&paper, PAPER_CHARS_MAX).map_err(|text| Problem::invalid("/paper", text))?;
    carry_out(call, id, json.print, version, Command::SignRefusal { paper }).await
}

/// Which fields, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealInterceptionRequest {
    /// Which fields.
    pub fields: Vec<GuardField>,
    /// Why, of the closed list.
    pub ground: Ground,
}

/// One field in clear.
#[derive(Serialize, ToSchema)]
pub struct RevealedInterceptionField {
    /// Which field.
    pub field: GuardField,
    /// Its value.
    pub value: String,
}

/// Fields in clear. Asking for them left an event.
#[derive(Serialize, ToSchema)]
pub struct RevealedInterceptionBody {
    /// The fields.
    pub fields: Vec<RevealedInterceptionField>,
}

/// Reveal personal data of an interception
#[utoipa::path(
    post, path = "/api/guard/interceptions/{id}/reveal", operation_id = "reveal_interception", tag = "guard",
    request_body = RevealInterceptionRequest, params(("id" = String, Path, description = "The interception")),
    responses(
        (status = 200, description = "The fields in clear; an event says who asked, and why", body = RevealedInterceptionBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.interception.reveal`", body = ProblemBody),
        (status = 404, description = "There is no such interception, or the caller may not see it", body = ProblemBody),
        (status = 422, description = "A field is not held", body = ProblemBody),
    )
)]
pub async fn reveal_interception(
    call: Call,
    Path(id): Path<InterceptionId>,
    json: Json<RevealInterceptionRequest>,
) -> Result<axum::response::Response, Failure> {
    let RevealInterceptionRequest { fields, ground } = json.value;
    let opened = opened(&call, id).await?;
    // Opened before the event is left: a value that cannot be shown leaves no trace of having been seen.
    let key = opened.key()?;
    let open = |field: &GuardField| {
        let Some(sealed) = opened.state.sealed_of(*field) else { return Ok(None) };
        let value = key.open(field.as_str(), sealed)?.into_exposed();
        Ok::<_, Problem>(Some(RevealedInterceptionField { field: *field, value }))
    };
    let values = fields.iter().filter_map(|field| open(field).transpose()).collect::<Result<Vec<_>, _>>()?;
    let (actor, rules) = (call.actor.clone(), call.shared.rules()?);
    let act = Act { id, version: None, command: Command::Reveal { fields, ground } };
    // The answer holds what must not be kept, so no idempotency key applies; asking twice leaves two events.
    call.write_unkept(move |unit| desk::act(unit, &act, &actor, &rules).map(drop)).await?;
    let no_store = [(axum::http::header::CACHE_CONTROL, "no-store")];
    Ok(axum::response::IntoResponse::into_response((no_store, axum::Json(RevealedInterceptionBody { fields: values }))))
}

/// The endpoints of this file.
pub(super) fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(answer_step))
        .routes(routes!(call_relative))
        .routes(routes!(call_police))
        .routes(routes!(sign_refusal))
        .routes(routes!(delay_transfer))
        .routes(routes!(revoke_transfer))
        .routes(routes!(waive_delay))
        .routes(routes!(release_transfer))
        .routes(routes!(limit_account))
        .routes(routes!(appeal_limit))
        .routes(routes!(lift_limit))
        .routes(routes!(note_on_interception))
        .routes(routes!(settle_interception))
        .routes(routes!(report_interception))
        .routes(routes!(record_follow_up))
        .routes(routes!(reveal_interception))
}
