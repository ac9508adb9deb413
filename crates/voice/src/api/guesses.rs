//! What the words of a matter speak for: while it is entered, on an order, and how often people agreed.

use std::collections::BTreeMap;

use endpoint::{Call, Failure, Json, OpenApiRouter, Path, ProblemBody, Query, Shared};
use kernel::{
    Date, Pii, Problem, Text, Timestamp,
    id::{GuessModelId, OrderId},
};
use people::api::body::TextBody;
use regulation::{MatterKind, MatterSource, Situation};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{law, reading};
use crate::{
    desk::unknown,
    guess::{
        self, Aspect, AspectGuess, Basis, ClassGuess,
        choices::{self, Drift},
        taught::{self, Taught},
        text_of,
    },
    intake::{Faults, MatterTexts},
    model::{
        Law,
        permission::{FILE, REVIEW_GUESSES},
    },
    search_text::{Names, Section, section},
    store::{lookups, orders},
};

/// Days that a report on agreement looks back when no start is given.
const LOOK_BACK_DAYS: i64 = 90;

/// The words of a matter that is being entered. Nothing of it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GuessRequest {
    /// The matter in one line.
    #[schema(value_type = String, max_length = 120, example = "信用卡年费争议")]
    pub title: Pii<String>,
    /// The matter in the complainant's words.
    #[schema(value_type = String, max_length = 20000)]
    pub narrative: Pii<String>,
    /// What they ask for.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub request: Option<Pii<String>>,
}

/// A class that the words speak for.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassGuessBody {
    /// Its key.
    #[schema(example = "pricing")]
    pub key: String,
    /// Its name.
    pub title: TextBody,
    /// How likely, from 0 to 100.
    pub percent: u8,
    /// The words that it rests on.
    pub words: Vec<String>,
    /// Why such words speak for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<TextBody>,
    /// What it comes from.
    pub basis: Basis,
    /// Of a kind of matter: the time limits that start with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub clocks: Vec<TextBody>,
}

/// What the words say about one aspect.
#[derive(Debug, Serialize, ToSchema)]
pub struct AspectGuessBody {
    /// The aspect.
    pub aspect: Aspect,
    /// Its name.
    pub title: TextBody,
    /// The model that was asked beside the table of words.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub model: Option<GuessModelId>,
    /// The likeliest classes, the best first; none when the words say nothing.
    pub classes: Vec<ClassGuessBody>,
}

/// What the words of a matter speak for. It classifies nothing: people choose.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuessesBody {
    /// Kind of matter, channel, business, reason.
    pub aspects: Vec<AspectGuessBody>,
}

impl GuessesBody {
    fn of(text: &str, taught: &BTreeMap<Aspect, Taught>, law: &Law, today: Date) -> Self {
        let aspects = guess::guess(text, taught, law, today);
        Self { aspects: aspects.into_iter().map(|aspect| AspectGuessBody::of(aspect, law, today)).collect() }
    }
}

impl AspectGuessBody {
    fn of(guess: AspectGuess, law: &Law, today: Date) -> Self {
        let class = |class: ClassGuess| ClassGuessBody {
            clocks: clocks(guess.aspect, &class.key, law, today),
            key: class.key,
            title: class.title.into(),
            percent: class.percent,
            words: class.words,
            because: class.because.map(Into::into),
            basis: class.basis,
        };
        Self {
            aspect: guess.aspect,
            title: guess.aspect.title().into(),
            model: guess.model,
            classes: guess.classes.into_iter().map(class).collect(),
        }
    }
}

/// The names of the time limits that start when such a matter is received.
fn clocks(aspect: Aspect, key: &str, law: &Law, today: Date) -> Vec<TextBody> {
    let kind = MatterKind::ALL.into_iter().find(|kind| kind.as_str() == key);
    let Some(kind) = kind.filter(|_| aspect == Aspect::Matter) else { return Vec::new() };
    let situation = Situation { kind, source: MatterSource::Direct, anonymous: false };
    law.rules.opening_clocks(&situation, today).into_iter().map(|rule| rule.row.title.clone().into()).collect()
}

/// Guess classes
///
/// While a matter is entered: the kind of matter with its reason and time limits, and the classes of the three axes, each
/// with the words that it rests on. Nothing is kept, and nothing is classified.
#[utoipa::path(
    post, path = "/api/voice/guesses", operation_id = "guess_classes", tag = "voice", request_body = GuessRequest,
    responses(
        (status = 200, description = "What the words speak for", body = GuessesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.file`", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn guess_classes(call: Call, json: Json<GuessRequest>) -> Result<axum::Json<GuessesBody>, Failure> {
    call.require(FILE)?;
    let (law, today) = (law(&call.shared), reading::now(&call.shared).date());
    let GuessRequest { title, narrative, request } = json.value;
    let mut faults = Faults::default();
    let asked = request.as_ref().map(|text| text.expose().as_str());
    let texts = MatterTexts::check(title.expose(), narrative.expose(), asked, &mut faults);
    faults.check()?;
    let texts = texts.ok_or_else(|| Problem::internal_error("a fault was not noted"))?;
    let body = call.read(move |conn| {
        // The same form in which closed orders are learned from, numbers taken out.
        let names = Names::default();
        let told = [(Section::Title, &texts.title), (Section::Narrative, &texts.narrative)].into_iter();
        let told = told.chain(texts.request.iter().map(|text| (Section::Narrative, text)));
        let words: String = told.map(|(kind, text)| section(kind, text.expose(), &names)).collect();
        let taught = taught::in_use(conn)?;
        Ok(GuessesBody::of(&text_of(&words), &taught, &law, today))
    });
    Ok(axum::Json(body.await?))
}

/// Guess an order's classes
///
/// From the order's title and narrative as searches have them, names and numbers taken out.
#[utoipa::path(
    get, path = "/api/voice/orders/{id}/guesses", operation_id = "guess_order_classes", tag = "voice",
    params(("id" = String, Path, description = "The order")),
    responses(
        (status = 200, description = "What the words speak for", body = GuessesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 404, description = "There is no such order, or the caller may not see it", body = ProblemBody),
    )
)]
pub async fn guess_order_classes(call: Call, Path(id): Path<OrderId>) -> Result<axum::Json<GuessesBody>, Failure> {
    reading::open(&call, &call.actor, id).await?;
    let (law, today) = (law(&call.shared), reading::now(&call.shared).date());
    let body = call.read(move |conn| {
        let seq = orders::place(conn, id)?.ok_or_else(unknown)?.seq;
        let words = lookups::words_of(conn, &[seq])?.remove(&seq).unwrap_or_default();
        let taught = taught::in_use(conn)?;
        Ok(GuessesBody::of(&text_of(&words), &taught, &law, today))
    });
    Ok(axum::Json(body.await?))
}

/// From when to when choices are counted.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct DriftQuery {
    /// The first day; 90 days back when absent.
    #[param(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// The last day; today when absent.
    #[param(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
}

/// How one aspect fares with one model, or with the table of words alone.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftBody {
    /// The aspect.
    pub aspect: Aspect,
    /// The model; absent for the table of words alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub model: Option<GuessModelId>,
    /// When the model was trained.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub trained_at: Option<Timestamp>,
    /// Orders that it learned from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub examples: Option<u64>,
    /// The share that it guessed right of orders it did not learn from, in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_ppm: Option<u64>,
    /// Macro-F1 on the same orders, in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub macro_f1_ppm: Option<u64>,
    /// Choices that people made.
    pub choices: u64,
    /// Of these, such that something was guessed.
    pub guessed: u64,
    /// Of these, such that the best guess was chosen.
    pub first: u64,
    /// Of these, such that one of the guesses shown was chosen.
    pub shown: u64,
    /// The share of guesses whose best was chosen, in millionths.
    pub first_ppm: u64,
    /// Whether people agree less than the model's trial led to expect, by more than chance explains (binomial, one-sided, 1 %).
    pub drifts: bool,
}

impl From<Drift> for DriftBody {
    fn from(drift: Drift) -> Self {
        let Drift { aspect, model, agreement, drifts } = drift;
        Self {
            aspect,
            model: model.as_ref().map(|model| model.id),
            trained_at: model.as_ref().map(|model| model.trained_at),
            examples: model.as_ref().map(|model| model.examples),
            accuracy_ppm: model.as_ref().map(|model| model.accuracy_ppm),
            macro_f1_ppm: model.as_ref().map(|model| model.macro_f1_ppm),
            choices: agreement.choices,
            guessed: agreement.guessed,
            first: agreement.first,
            shown: agreement.shown,
            first_ppm: agreement.first_ppm(),
            drifts,
        }
    }
}

/// How people's choices fared beside the guesses.
#[derive(Debug, Serialize, ToSchema)]
pub struct DriftsBody {
    /// One line for each aspect and model.
    pub lines: Vec<DriftBody>,
}

/// Report on guesses
///
/// How often people chose what was guessed, where the caller holds `voice.guess.review`, and whether that drifts.
#[utoipa::path(
    get, path = "/api/voice/guesses/drift", operation_id = "report_guess_drift", tag = "voice", params(DriftQuery),
    responses(
        (status = 200, description = "How choices fared beside guesses", body = DriftsBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.guess.review`", body = ProblemBody),
        (status = 422, description = "The last day lies before the first", body = ProblemBody),
    )
)]
pub async fn report_guess_drift(call: Call, query: Query<DriftQuery>) -> Result<axum::Json<DriftsBody>, Failure> {
    call.require(REVIEW_GUESSES)?;
    let now = reading::now(&call.shared);
    let until = query.0.to.map_or(now, Timestamp::end_of);
    let back = until.plus_micros(-LOOK_BACK_DAYS * kernel::timestamp::DAY_MICROS);
    let from = query.0.from.map_or(back, Timestamp::start_of);
    if until < from {
        let text = Text::fixed("结束日期早于开始日期。", "The last day lies before the first.");
        return Err(Problem::invalid("/to", text).into());
    }
    let scopes = call.actor.scopes(REVIEW_GUESSES);
    let lines = call.read(move |conn| Ok(choices::drift(conn, &scopes, (from, until.plus_micros(1)))?)).await?;
    Ok(axum::Json(DriftsBody { lines: lines.into_iter().map(DriftBody::from).collect() }))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(guess_classes))
        .routes(routes!(guess_order_classes))
        .routes(routes!(report_guess_drift))
}
