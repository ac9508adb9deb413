//! Corrections of reports: a further edition with its reason; the earlier ones stay.

use endpoint::{Call, Failure, Json, Path, ProblemBody, Reply};
use kernel::{Date, Problem, ProblemKind, Text, id::ReportId, mask};
use serde::Deserialize;
use utoipa::ToSchema;

use super::{as_of, body::ReportBody, counted, load, opened, unknown};
use crate::{
    api::{law, reading},
    figures::Period,
    intake::{REMARK_CHARS_MAX, prose},
    model::{
        permission::MAKE_REPORT,
        report::{Edition, Report, ReportEvent},
    },
    report::Wanted,
    store::reports,
};

/// Corrections of one report at most: each of them keeps all its tables.
const EDITIONS_MAX: usize = 100;

/// Why a report is corrected.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectReportRequest {
    /// How many editions the caller saw.
    pub version: usize,
    /// Why.
    #[schema(max_length = 4000)]
    pub why: String,
    /// As the orders stood at the end of this day; as they stand now when absent.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
}

/// Correct a report
///
/// Counts anew and adds an edition with its reason; the earlier ones stay.
#[utoipa::path(
    post, path = "/api/voice/reports/{id}/correct", operation_id = "correct_report", tag = "voice",
    request_body = CorrectReportRequest, params(("id" = String, Path, description = "The report")),
    responses(
        (status = 200, description = "The report as it now is", body = ReportBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `voice.report.make` there", body = ProblemBody),
        (status = 404, description = "There is no such report", body = ProblemBody),
        (status = 409, description = "Nothing has changed, or somebody else was faster", body = ProblemBody),
        (status = 422, description = "Fields are wrong", body = ProblemBody),
    )
)]
pub async fn correct_report(
    call: Call,
    Path(id): Path<ReportId>,
    json: Json<CorrectReportRequest>,
) -> Result<Reply, Failure> {
    let (report, _) = opened(&call, id).await?;
    if !call.actor.may(MAKE_REPORT, &report.scope) {
        return Err(endpoint::call::lacks(MAKE_REPORT).into());
    }
    let CorrectReportRequest { version, why, as_of: day } = json.value;
    let why = prose(&why, REMARK_CHARS_MAX).map_err(|text| Problem::invalid("/why", text))?;
    let why = mask::redact(&why, &[]);
    let period = Period { from: report.from, to: report.to };
    let at = as_of(day, period, reading::now(&call.shared))?;
    let wanted = Wanted { kind: report.kind, scope: report.scope.clone(), period, as_of: at };
    let edition = Edition { as_of: at, content: counted(&call, wanted).await? };
    let (actor, law, language) = (call.actor.clone(), law(&call.shared), call.language);
    call.write(json.print, move |unit| {
        let (before, _) = load(unit, id)?;
        correctable(&before, version, &edition)?;
        let event = ReportEvent::Corrected { why: why.clone(), edition: Box::new(edition.clone()) };
        unit.append(&id.to_string(), before.editions.len() as u64, &actor.reference, &[event])?;
        let (report, events) = load(unit, id)?;
        let now = unit.now();
        reports::put(unit.connection(), &report, &actor.reference, now)?;
        Reply::ok(&ReportBody::of(&report, &events, None, &law, language).ok_or_else(unknown)?)
    })
    .await
}

fn correctable(report: &Report, version: usize, edition: &Edition) -> Result<(), Problem> {
    let refused = |slug: &'static str, text: Text| Err(Problem::new(ProblemKind::Refused, text).because(slug));
    if report.editions.len() != version {
        let text =
            Text::fixed("报表已被他人更正；请刷新后再试。", "Somebody else has corrected the report; load it again.");
        return Err(Problem::new(ProblemKind::Conflict, text).because("raced"));
    }
    if version >= EDITIONS_MAX {
        return refused(
            "too-many",
            Text::of(format!("最多 {EDITIONS_MAX} 版。"), format!("At most {EDITIONS_MAX} editions.")),
        );
    }
    if report.edition(None).is_some_and(|last| last.content == edition.content) {
        let text = Text::fixed("数字没有变化，无需更正。", "No number has changed; there is nothing to correct.");
        return refused("nothing-changed", text);
    }
    Ok(())
}
