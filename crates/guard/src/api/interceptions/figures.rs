//! Figures of interceptions for a unit and a period.

use endpoint::{Call, Failure, ProblemBody, Query};
use kernel::{Date, OrgPath, Problem, Text, Timestamp, id::UnitId};
use people::{api::body::TextBody, store::units};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    figures::{self, Figures},
    model::{interception::Rules, permission::SEE, words::GuardEnding},
    rules::RulesSource,
    store::interceptions,
};

/// Days of a period at most: ten years.
const PERIOD_DAYS_MAX: i64 = 3_653;

/// Of which unit and period.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct FiguresQuery {
    /// The unit, with all below it; the caller's own when absent.
    #[param(value_type = Option<String>)]
    pub unit: Option<UnitId>,
    /// The first day on which they were settled.
    #[param(value_type = String, format = Date)]
    pub from: Date,
    /// The last day.
    #[param(value_type = String, format = Date)]
    pub to: Date,
}

/// How many ended in one way.
#[derive(Debug, Serialize, ToSchema)]
pub struct EndingCountBody {
    /// How they ended.
    pub ending: GuardEnding,
    /// Its name on screen.
    pub title: TextBody,
    /// How many.
    pub count: u64,
}

/// How many there were of one kind of scam.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScamCountBody {
    /// The kind, by its key.
    pub scam: String,
    /// Its name on screen.
    pub title: TextBody,
    /// How many.
    pub count: u64,
    /// What was saved of them, in fen.
    pub saved: i64,
}

/// What a period's interceptions amount to.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterceptionFiguresBody {
    /// How many were settled.
    pub settled: u64,
    /// How they ended.
    pub endings: Vec<EndingCountBody>,
    /// Of which kinds they were.
    pub scams: Vec<ScamCountBody>,
    /// What was saved, in fen.
    pub saved: i64,
    /// What counts as saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub definition: Option<TextBody>,
}

impl InterceptionFiguresBody {
    fn of(figures: Figures, rules: &Rules, on: Date) -> Self {
        let title = |key: &str| {
            let known = rules.scams.iter().find(|scam| scam.key == key);
            known.map_or_else(|| Text::of(key, key), |scam| scam.title.clone()).into()
        };
        let ending =
            |(ending, count): (GuardEnding, u64)| EndingCountBody { ending, title: ending.title().into(), count };
        let scam =
            |(scam, (count, saved)): (String, (u64, i64))| ScamCountBody { title: title(&scam), scam, count, saved };
        Self {
            settled: figures.settled,
            endings: figures.endings.into_iter().map(ending).collect(),
            scams: figures.scams.into_iter().map(scam).collect(),
            saved: figures.saved,
            definition: rules.law.saved(on).map(Into::into),
        }
    }
}

/// Get figures of interceptions
///
/// Of those that were settled in the period within a unit: how they ended, of which kinds they were, and what was saved by
/// the definition that comes with the answer.
#[utoipa::path(
    get, path = "/api/guard/interception-figures", operation_id = "get_interception_figures", tag = "guard",
    params(FiguresQuery),
    responses(
        (status = 200, description = "The figures", body = InterceptionFiguresBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.interception.see` there", body = ProblemBody),
        (status = 422, description = "The period makes no sense", body = ProblemBody),
    )
)]
pub async fn get_interception_figures(
    call: Call,
    Query(query): Query<FiguresQuery>,
) -> Result<axum::Json<InterceptionFiguresBody>, Failure> {
    call.require(SEE)?;
    let (from, to) = (Timestamp::start_of(query.from), Timestamp::end_of(query.to).plus_micros(1));
    if to <= from || to > from.plus_days(PERIOD_DAYS_MAX) {
        let text = Text::fixed("起止日期不对，最长十年。", "The period makes no sense; ten years at most.");
        return Err(Problem::invalid("?to", text).into());
    }
    let (rules, actor) = (call.shared.rules()?, call.actor.clone());
    let days = rules.law.pair_days(query.to);
    let figures = call
        .read(move |conn| {
            let scope: OrgPath = match query.unit {
                None => actor.unit.clone(),
                Some(id) => units::find(conn, id)?.ok_or_else(|| Problem::not_found("机构", "unit"))?.path,
            };
            if !actor.may(SEE, &scope) {
                return Err(endpoint::call::lacks(SEE));
            }
            Ok(figures::count(&interceptions::settled(conn, &scope, (from, to))?, days))
        })
        .await?;
    Ok(axum::Json(InterceptionFiguresBody::of(figures, &rules, query.to)))
}
