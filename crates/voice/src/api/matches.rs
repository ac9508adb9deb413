//! Likely same orders while a matter is entered, and orders counted with and without their duplicates.

use endpoint::{Call, Failure, Json, OpenApiRouter, ProblemBody, Query, Shared};
use kernel::{
    Date, OrgPath, Pii, Problem, Text, Timestamp,
    id::{CustomerId, OrderId},
};
use people::{api::body::TextBody, model::numbers};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use super::{body::MatterWord, orders::PersonRequest, reading};
use crate::{
    guess::text_of,
    intake::{Faults, Numbers, Person, REMARK_CHARS_MAX, TITLE_CHARS_MAX, prose},
    matching::{self, Entered, Match, Part},
    model::{
        StageName,
        permission::{FILE, SEE},
    },
    search_text::{Names, Section, section},
    store::parts,
};

/// What is known so far of a matter that is being entered. Nothing of it is kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MatchRequest {
    /// The customer, when the bank knows them as one.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub customer: Option<CustomerId>,
    /// Who complains.
    #[serde(default)]
    pub party: PersonRequest,
    /// The matter in one line.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 120)]
    pub title: Option<Pii<String>>,
    /// The beginning of the matter in the complainant's words.
    #[serde(default)]
    #[schema(value_type = Option<String>, max_length = 4000)]
    pub narrative: Option<Pii<String>>,
    /// Axis B, when it is known.
    #[serde(default)]
    pub business: Option<String>,
}

impl MatchRequest {
    fn check(&self, today: Date) -> Result<(Person, String), Problem> {
        let mut faults = Faults::default();
        let person = self.party.check("/party", today, &mut faults);
        let names = Names::new(person.name.iter().cloned());
        let mut words = String::new();
        for (pointer, kind, text, chars_max) in [
            ("/title", Section::Title, &self.title, TITLE_CHARS_MAX),
            ("/narrative", Section::Narrative, &self.narrative, REMARK_CHARS_MAX),
        ] {
            let text = text.as_ref().map(|text| text.expose().trim()).filter(|text| !text.is_empty());
            if let Some(text) = text.and_then(|text| faults.take(pointer, prose(text, chars_max))) {
                words.push_str(&section(kind, &text, &names));
            }
        }
        faults.check()?;
        Ok((person, text_of(&words)))
    }
}

/// A part of a score.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartBody {
    /// What looks the same.
    pub part: Part,
    /// Its name.
    pub title: TextBody,
    /// Its points.
    pub points: u32,
    /// The points that it gives at most.
    pub points_max: u32,
}

/// An order that is likely the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchBody {
    /// The order.
    #[schema(value_type = String)]
    pub id: OrderId,
    /// The number the complainant was given.
    pub receipt: String,
    /// What kind of matter.
    pub matter: MatterWord,
    /// The step it has reached.
    pub stage: StageName,
    /// The place of the unit that is answerable.
    #[schema(value_type = String, example = "/HO/GZ/")]
    pub unit: OrgPath,
    /// The title without names and numbers.
    pub title: String,
    /// The masked name.
    pub name_masked: String,
    /// When the bank received it.
    #[schema(value_type = String, format = DateTime)]
    pub received_at: Timestamp,
    /// The sum of the parts.
    pub score: u32,
    /// What it is made of.
    pub parts: Vec<PartBody>,
}

impl From<Match> for MatchBody {
    fn from(found: Match) -> Self {
        let Match { row, score, parts } = found;
        let part = |(part, points): (Part, u32)| PartBody {
            part,
            title: part.title().into(),
            points,
            points_max: part.points_max(),
        };
        Self {
            id: row.id,
            receipt: row.receipt,
            matter: row.matter.into(),
            stage: row.stage,
            unit: row.unit,
            title: row.title,
            name_masked: row.name_masked,
            received_at: row.received_at,
            score,
            parts: parts.into_iter().map(part).collect(),
        }
    }
}

/// Orders that are likely the same.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatchesBody {
    /// The likeliest first.
    pub matches: Vec<MatchBody>,
}

/// Find likely same orders
///
/// While a matter is entered: orders of the same person, account or words at or below the units for which the caller files,
/// each with the parts of its score. Nothing is refused or merged: whoever enters the matter links the orders, and both
/// keep their numbers.
#[utoipa::path(
    post, path = "/api/voice/matches", operation_id = "find_matches", tag = "voice", request_body = MatchRequest,
    responses(
        (status = 200, description = "The likely same orders", body = MatchesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.file`", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn find_matches(call: Call, json: Json<MatchRequest>) -> Result<axum::Json<MatchesBody>, Failure> {
    call.require(FILE)?;
    let now = reading::now(&call.shared);
    let request = json.value;
    let (person, text) = request.check(now.date())?;
    let keyring = &call.shared.ledger().ports().keyring;
    let index = |domain: &str, value: &Option<Pii<String>>| {
        value.as_ref().map(|value| keyring.blind_index(domain, value.expose()))
    };
    let numbers = Numbers {
        phone: index(numbers::PHONE, &person.phone),
        identity: index(numbers::IDENTITY, &person.identity),
        account: index(numbers::ACCOUNT, &person.account),
        agent_phone: None,
    };
    let entered = Entered { customer: request.customer, numbers, text, business: request.business };
    let scopes = call.actor.scopes(FILE);
    let found = call.read(move |conn| matching::find(conn, &scopes, &entered, now)).await?;
    Ok(axum::Json(MatchesBody { matches: found.into_iter().map(MatchBody::from).collect() }))
}

/// Which orders to count.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MergedQuery {
    /// The first day of receipt.
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// The last day of receipt.
    #[param(value_type = String, format = Date)]
    pub to: Date,
}

/// Orders counted twice over.
#[derive(Debug, Serialize, ToSchema)]
pub struct MergedBody {
    /// Every order.
    pub raw: u64,
    /// Without those that are linked as duplicates of another.
    pub merged: u64,
}

/// Count orders with and without duplicates
///
/// Orders received on these days where the caller may see them: all, and without those linked as `duplicate_of` another.
#[utoipa::path(
    get, path = "/api/voice/matches/counts", operation_id = "count_merged", tag = "voice", params(MergedQuery),
    responses(
        (status = 200, description = "The two counts", body = MergedBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.order.see`", body = ProblemBody),
        (status = 422, description = "The last day lies before the first", body = ProblemBody),
    )
)]
pub async fn count_merged(call: Call, query: Query<MergedQuery>) -> Result<axum::Json<MergedBody>, Failure> {
    call.require(SEE)?;
    let MergedQuery { from, to } = query.0;
    if to < from {
        let text = Text::fixed("结束日期早于开始日期。", "The last day lies before the first.");
        return Err(Problem::invalid("/to", text).into());
    }
    let scopes = call.actor.scopes(SEE);
    let span = (Timestamp::start_of(from), Timestamp::end_of(to));
    let (raw, merged) = call.read(move |conn| Ok(parts::count_merged(conn, &scopes, span)?)).await?;
    Ok(axum::Json(MergedBody { raw, merged }))
}

/// The endpoints of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(find_matches)).routes(routes!(count_merged))
}
