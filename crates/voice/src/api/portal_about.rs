//! What a bank publishes for its customers: how to reach it, what happens with a matter and how long that may take.
//!
//! The law asks for this to be public, so it needs no code and names no matter. Every period comes from the regulation files.

use endpoint::{Failure, OpenApiRouter, ProblemBody, PublicCall, RateLimit, Shared, puzzle};
use http::{HeaderName, HeaderValue};
use kernel::Date;
use people::{api::body::TextBody, store::units};
use regulation::{ClockRule, MatterKind, MatterSource, Regulations, RowKind, Situation};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::{body::MatterWord, reading, reveal::NO_STORE};

/// Puzzles that one address may ask for: as many as it may solve.
const PUZZLES: RateLimit = RateLimit { name: "portal.puzzles", times_max: 600, window_seconds: 600 };
/// Steps by which one clock can become longer; the law knows two.
const EXTENSIONS_MAX: usize = 8;

/// How to reach the bank other than here; each absent where the bank has not said.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactBody {
    /// The telephone number at which a person answers.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub hotline: String,
    /// Where letters go.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub address: String,
    /// When somebody is there.
    #[serde(skip_serializing_if = "String::is_empty")]
    #[schema(required = false)]
    pub hours: String,
}

/// A longer time under conditions.
#[derive(Debug, Serialize, ToSchema)]
pub struct LongerBody {
    /// When it applies.
    pub title: TextBody,
    /// How long in all.
    pub period: TextBody,
}

/// How long something may take.
#[derive(Debug, Serialize, ToSchema)]
pub struct LimitBody {
    /// For which kind of matter.
    pub matter: MatterWord,
    /// What has to be done in that time.
    pub title: TextBody,
    /// How long.
    pub period: TextBody,
    /// Longer times under conditions, each counted from the same start.
    pub longer: Vec<LongerBody>,
    /// The law.
    pub law: TextBody,
    /// The article; only of verified rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Whether the row was verified against the law.
    pub is_verified: bool,
}

/// What the bank publishes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AboutBody {
    /// The bank's name; empty before the organisation was entered.
    pub bank: String,
    /// How to reach it.
    pub contact: ContactBody,
    /// From which age the elder edition is offered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub elder_age: Option<u32>,
    /// The largest file that is taken, in bytes.
    pub file_bytes_max: u64,
    /// How long the bank may take.
    pub limits: Vec<LimitBody>,
    /// What remains open to a complainant who does not accept the decision.
    pub remedies: Vec<TextBody>,
}

/// See what the bank publishes
#[utoipa::path(
    get, path = "/api/voice/portal/about", operation_id = "get_portal_about", tag = "portal",
    responses((status = 200, description = "Channels, time limits and remedies", body = AboutBody))
)]
pub async fn get_portal_about(call: PublicCall) -> Result<axum::Json<AboutBody>, Failure> {
    let top = call.read(|conn| Ok(units::top(conn)?)).await?;
    let (rules, today) = (call.shared.law(), reading::now(&call.shared).date());
    let settings = call.shared.settings();
    let contact = settings.contact.clone();
    Ok(axum::Json(AboutBody {
        bank: top.map(|unit| unit.name).unwrap_or_default(),
        contact: ContactBody { hotline: contact.hotline, address: contact.address, hours: contact.hours },
        elder_age: rules.elder_age(today),
        file_bytes_max: settings.attachment_bytes_max,
        limits: MatterKind::ALL.into_iter().flat_map(|kind| limits(&rules, kind, today)).collect(),
        remedies: rules.remedy_sentences(MatterKind::Complaint, today).into_iter().map(Into::into).collect(),
    }))
}

/// The periods that the law sets for a matter that a customer brings, with the steps by which each can become longer.
fn limits(rules: &Regulations, kind: MatterKind, today: Date) -> Vec<LimitBody> {
    let situation = Situation::named(kind, MatterSource::Direct);
    let of_law = |rule: &&ClockRule| rule.row.kind == RowKind::Law;
    let body = |rule: &ClockRule| LimitBody {
        matter: kind.into(),
        title: rule.row.title.clone().into(),
        period: rule.period_words().into(),
        longer: longer(rules, rule, today),
        law: rule.row.law.title.clone().into(),
        article: rule.row.article.clone(),
        is_verified: rule.row.verified,
    };
    rules.opening_clocks(&situation, today).into_iter().filter(of_law).map(body).collect()
}

fn longer(rules: &Regulations, rule: &ClockRule, today: Date) -> Vec<LongerBody> {
    let mut steps = Vec::new();
    let mut id = rule.id().to_owned();
    while let Some(step) = rules.extension(&id, today)
        && steps.len() < EXTENSIONS_MAX
    {
        let title = step.extension.row.title.clone().into();
        steps.push(LongerBody { title, period: step.clock.period_words().into() });
        id = step.clock.id().to_owned();
    }
    steps
}

/// A puzzle to solve.
#[derive(Debug, Serialize, ToSchema)]
pub struct PuzzleBody {
    /// The puzzle: find a number so that SHA-256 of `puzzle:number` begins with `zero_bits` zero bits.
    pub puzzle: String,
    /// How many.
    pub zero_bits: u32,
    /// Seconds for which it is good.
    pub expires_in_seconds: i64,
}

/// Ask for a puzzle
///
/// Needed only when a request was refused with `proof-needed`.
#[utoipa::path(
    get, path = "/api/voice/portal/puzzle", operation_id = "get_puzzle", tag = "portal",
    responses(
        (status = 200, description = "A puzzle", body = PuzzleBody),
        (status = 429, description = "Too many puzzles; wait", body = ProblemBody),
    )
)]
pub async fn get_puzzle(call: PublicCall) -> Result<([(HeaderName, HeaderValue); 1], axum::Json<PuzzleBody>), Failure> {
    let (ports, now) = (call.shared.ledger().ports(), reading::now(&call.shared));
    call.shared.limiter().check(PUZZLES, call.address, now)?;
    let puzzle = puzzle::new(&ports.keyring, &*ports.random, now);
    let body = PuzzleBody { puzzle, zero_bits: puzzle::ZERO_BITS, expires_in_seconds: puzzle::SECONDS };
    Ok(([NO_STORE], axum::Json(body)))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(get_portal_about)).routes(routes!(get_puzzle))
}
