//! The portal's "ask before you pay": somebody tells an account, a telephone number or the text of a message, and hears what to do.
//!
//! Anybody may ask. It must never tell whether a number is on a list, keep or log what was asked, or answer quickly to somebody who
//! dials through numbers.

use axum::http::{HeaderName, HeaderValue, header};
use endpoint::{
    Failure, Json, OpenApiRouter, ProblemBody, PublicCall, RateLimit, Shared,
    puzzle::{ProofRequest, Toll},
    typed::{Faults, prose},
};
use kernel::{Pii, Problem, Text};
use people::{api::body::TextBody, model::numbers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::decisions::screen;
use crate::model::sign::{Advice, Answer, AskLevel, Number, Sign, Signs};

/// Questions from one address: without proof of work a family that asks about a message; with proof an outlet's hall of customers on
/// its own network.
const QUESTIONS: Toll = Toll {
    free: RateLimit { name: "portal.ask.address", times_max: 5, window_seconds: 600 },
    proven: RateLimit { name: "portal.ask.proven", times_max: 60, window_seconds: 600 },
};
/// Characters of a message: a long chat; more says nothing more.
const MESSAGE_CHARS_MAX: usize = 2_000;

/// What somebody asks about: at least one of the three.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskRequest {
    /// The account or card that is to get the money.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64)]
    pub account: Option<Pii<String>>,
    /// The telephone number that called or wrote.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 64)]
    pub phone: Option<Pii<String>>,
    /// The message as it came.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub message: Option<Pii<String>>,
    /// The answer to a puzzle, when one was asked for (`reason` is `proof-needed`).
    #[serde(default)]
    pub proof: Option<ProofRequest>,
}

/// A sign in the words of the message.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignBody {
    /// Its name in data.
    pub key: String,
    /// How much it says.
    pub level: AskLevel,
    /// What was noticed.
    pub title: TextBody,
    /// Why it matters.
    pub why: TextBody,
    /// What to do.
    pub act: TextBody,
}

/// The line to call.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineBody {
    /// Its number.
    pub number: String,
    /// Its name.
    pub title: TextBody,
}

/// What to do.
#[derive(Debug, Serialize, ToSchema)]
pub struct AskAnswerBody {
    /// How urgent it is.
    pub level: AskLevel,
    /// In one sentence.
    pub title: TextBody,
    /// What to do, most important first.
    pub advice: Vec<TextBody>,
    /// What was noticed in the message, what says most first.
    pub signs: Vec<SignBody>,
    /// The line to call.
    pub line: LineBody,
}

impl From<&Sign> for SignBody {
    fn from(sign: &Sign) -> Self {
        let (title, why, act) = (sign.title.clone().into(), sign.why.clone().into(), sign.act.clone().into());
        Self { key: sign.key.clone(), level: sign.level, title, why, act }
    }
}

impl AskAnswerBody {
    fn of(answer: &Answer<'_>, signs: &Signs) -> Self {
        let Advice { key, title, advice } = answer.advice;
        Self {
            level: *key,
            title: title.clone().into(),
            advice: advice.iter().cloned().map(Into::into).collect(),
            signs: answer.signs.iter().map(|sign| (*sign).into()).collect(),
            line: LineBody { number: signs.line.number.clone(), title: signs.line.title.clone().into() },
        }
    }
}

/// Ask before you pay
///
/// The advice rests on lists, on what the engine knows of the payee, and on signs in the message. Only the signs are told: the answer
/// about a number is the same whatever it rests on, some numbers that nobody has anything against are answered the same way, and
/// nothing that was asked is kept. Past a handful of questions each costs a puzzle.
#[utoipa::path(
    post, path = "/api/guard/portal/ask", operation_id = "ask_before_paying", tag = "portal", request_body = AskRequest,
    responses(
        (status = 200, description = "What to do", body = AskAnswerBody),
        (status = 422, description = "Nothing is asked about, or a number is none", body = ProblemBody),
        (status = 429, description = "Too many questions; wait, or solve a puzzle (`proof-needed`)", body = ProblemBody),
    )
)]
pub async fn ask_before_paying(
    call: PublicCall,
    json: Json<AskRequest>,
) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<AskAnswerBody>), Failure> {
    let asked = json.value;
    let signs = Signs::builtin().map_err(Problem::internal_error)?;
    let message = asked.message.as_ref().map(|message| message.expose().as_str());
    let told = numbers_of(&asked, signs)?;
    QUESTIONS.take(&call, asked.proof.as_ref(), call.shared.ledger().ports().clock.now())?;
    let screen = screen(&call.shared).await?;
    let look =
        move || told.iter().try_fold(false, |found, one| Ok::<_, Problem>(screen.stands_out(one, signs)? | found));
    let stands_out = tokio::task::spawn_blocking(look).await.map_err(Problem::internal_error)??;
    let answer = signs.answer(message, stands_out);
    metrics::counter!("guard_asked_total", "level" => answer.advice.key.as_str()).increment(1);
    let body = AskAnswerBody::of(&answer, signs);
    Ok(([(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))], axum::Json(body)))
}

/// The numbers that are asked about, those of the message too.
fn numbers_of(asked: &AskRequest, signs: &Signs) -> Result<Vec<Number>, Problem> {
    let mut faults = Faults::default();
    let (mut told, mut is_anything) = (Vec::new(), false);
    if let Some(account) = &asked.account {
        is_anything = true;
        told.extend(faults.take("/account", numbers::account(account.expose())).map(Number::Account));
    }
    if let Some(phone) = &asked.phone {
        is_anything = true;
        told.extend(faults.take("/phone", numbers::phone(phone.expose())).map(Number::Phone));
    }
    if let Some(message) = &asked.message {
        is_anything = true;
        let message = faults.take("/message", prose(message.expose(), MESSAGE_CHARS_MAX));
        told.extend(message.map_or_else(Vec::new, |message| signs.numbers(&message)));
    }
    if !is_anything {
        faults
            .add("", Text::fixed("请填写账号、电话或短信内容。", "Tell an account, a telephone number or a message."));
    }
    faults.check()?;
    Ok(told)
}

/// The endpoint of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(ask_before_paying))
}
