//! What is watched over HTTP: the figures of a period beside a reference period, and the alarms.

use std::collections::BTreeSet;

use endpoint::{Call, Failure, PageBody, ProblemBody, Query};
use kernel::{Cursor, PageRequest, Problem, Text, Timestamp};
use people::api::body::TextBody;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::shadows::LatencyBody;
use crate::{
    jobs::monitor::{hour_of, periods, silence},
    model::{permission::SEE_SCENARIOS, words::GuardOutcome},
    proof::monitor::{AgeGroup, BAND_POINTS, Measure, Period, Silence, Watching, drift, share},
    store::monitor::{self as store, Alarm, HOUR_MICROS},
};

/// Days of a period at most: what is read grows with its hours.
const PERIOD_DAYS_MAX: i64 = 92;

/// Which periods.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct MonitoringQuery {
    /// From the hour of this time; a day before `to` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    pub from: Option<Timestamp>,
    /// Up to and with the hour of this time; now when absent. 92 days at most.
    #[param(value_type = Option<String>, format = DateTime)]
    pub to: Option<Timestamp>,
    /// The reference period from the hour of this time; as many days before `from` as are configured when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    pub reference_from: Option<Timestamp>,
    /// The reference period up to the hour of this time; `from` when absent.
    #[param(value_type = Option<String>, format = DateTime)]
    pub reference_to: Option<Timestamp>,
}

/// A part of the decisions of a period, in parts per million.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShareBody {
    /// What it is a part of: an outcome, a rule, a feature.
    pub name: String,
    /// How many decisions.
    pub count: u64,
    /// Of a million decisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_ppm: Option<u64>,
    /// The same in the reference period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_ppm: Option<u64>,
}

/// A band of scores.
#[derive(Debug, Serialize, ToSchema)]
pub struct BandBody {
    /// The smallest score of the band; the first and the last hold everything beyond.
    pub from_score: i64,
    /// How many decisions.
    pub count: u64,
    /// Of a million decisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub share_ppm: Option<u64>,
    /// The same in the reference period.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference_ppm: Option<u64>,
}

/// How scores stand beside those of the reference period.
#[derive(Debug, Serialize, ToSchema)]
pub struct ScoreDriftBody {
    /// The population stability index, in millionths.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub index_ppm: Option<u64>,
    /// What it is made of.
    pub bands: Vec<BandBody>,
    /// How it is computed.
    pub definition: TextBody,
}

/// How fresh the events of a type are.
#[derive(Debug, Serialize, ToSchema)]
pub struct FreshnessBody {
    /// The event type.
    pub event_type: String,
    /// Events of the period.
    pub count: u64,
    /// Whole hours since one came last, looked at now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub silent_hours: Option<u64>,
}

/// An age group.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgeGroupBody {
    /// Which.
    pub group: AgeGroup,
    /// Decisions on their transactions.
    pub decided: u64,
    /// Decisions on which something was demanded.
    pub alerts: u64,
    /// The part of alerts, of a million decisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alert_ppm: Option<u64>,
    /// Interceptions that were found to be false alarms in the period.
    pub false_alarms: u64,
    /// False alarms of a million decisions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_alarm_ppm: Option<u64>,
}

/// What is watched.
#[derive(Debug, Serialize, ToSchema)]
pub struct MonitoringBody {
    /// The beginning of the period, a whole hour.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Its end.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// The beginning of the reference period.
    #[schema(value_type = String, format = DateTime)]
    pub reference_from: Timestamp,
    /// Its end.
    #[schema(value_type = String, format = DateTime)]
    pub reference_to: Timestamp,
    /// Decisions.
    pub decided: u64,
    /// Decisions of the reference period.
    pub reference_decided: u64,
    /// Decisions that were not screened in time.
    pub unscreened: u64,
    /// By outcome.
    pub outcomes: Vec<ShareBody>,
    /// How long decisions took, from the event to the hand-over to the log.
    pub latency: LatencyBody,
    /// Rules, as `scenario/rule`.
    pub rules: Vec<ShareBody>,
    /// Scores.
    pub scores: ScoreDriftBody,
    /// Event types.
    pub freshness: Vec<FreshnessBody>,
    /// Features and derived values that were unknown to decisions.
    pub unknown: Vec<ShareBody>,
    /// Age groups: the elderly must not be disturbed more without reason.
    pub age_groups: Vec<AgeGroupBody>,
    /// The alarms that are raised now.
    pub alarms: Vec<AlarmBody>,
}

/// An alarm.
#[derive(Debug, Serialize, ToSchema)]
pub struct AlarmBody {
    /// Its number.
    pub id: i64,
    /// Its name in data.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// What it looks at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub measure: Option<Measure>,
    /// The rule, event type or feature; empty of the whole.
    pub subject: String,
    /// The value when it was last looked at: parts per million, microseconds or hours.
    pub value: u64,
    /// The threshold.
    pub above: u64,
    /// When it was raised.
    #[schema(value_type = String, format = DateTime)]
    pub raised_at: Timestamp,
    /// When it was cleared.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cleared_at: Option<Timestamp>,
}

impl AlarmBody {
    fn of(alarm: Alarm, watching: &Watching) -> Self {
        let spec = watching.alarm.iter().find(|spec| spec.name == alarm.name);
        let title = spec.map_or_else(|| Text::of(alarm.name.clone(), alarm.name.clone()), |spec| spec.title.clone());
        Self {
            id: alarm.id,
            title: title.into(),
            measure: spec.map(|spec| spec.measure),
            name: alarm.name,
            subject: alarm.subject,
            value: alarm.value,
            above: alarm.above,
            raised_at: alarm.raised_at,
            cleared_at: alarm.cleared_at,
        }
    }
}

fn definition() -> Text {
    Text::fixed(
        "群体稳定性指数：按分值段，(本期占比 − 参照期占比) × ln(本期占比 ÷ 参照期占比) 之和；每段各加 0.5 笔以免为零。分值段宽 100 分。不超过 100,000 为平稳，超过 250,000 为明显漂移，单位为百万分之一。",
        "The population stability index: over bands of 100 points, the sum of (share now − share of the reference) × ln(share now ÷ share of the reference), with half a decision added to each band. In millionths; up to 100,000 is stable, above 250,000 is a marked drift.",
    )
}

fn shares<'p>(
    now: impl Iterator<Item = (&'p String, &'p u64)>,
    decided: u64,
    reference: &std::collections::BTreeMap<String, u64>,
    decided_before: u64,
) -> Vec<ShareBody> {
    let body = |(name, count): (&String, &u64)| ShareBody {
        name: name.clone(),
        count: *count,
        share_ppm: share(*count, decided),
        reference_ppm: share(reference.get(name).copied().unwrap_or_default(), decided_before),
    };
    now.map(body).collect()
}

/// The figures of both periods as they go over the wire.
struct Figures<'f> {
    now: &'f Period,
    reference: &'f Period,
    silence: &'f Silence,
}

impl Figures<'_> {
    fn outcomes(&self) -> Vec<ShareBody> {
        let count = |period: &Period, outcome: GuardOutcome| -> u64 {
            period.outcomes.iter().filter(|((of, _), _)| *of == outcome).map(|(_, count)| count).sum()
        };
        let body = |outcome: &GuardOutcome| {
            let (now, before) = (count(self.now, *outcome), count(self.reference, *outcome));
            ShareBody {
                name: outcome.as_str().to_owned(),
                count: now,
                share_ppm: share(now, self.now.decided()),
                reference_ppm: share(before, self.reference.decided()),
            }
        };
        GuardOutcome::ALL.iter().map(body).collect()
    }

    fn scores(&self) -> ScoreDriftBody {
        let bands: BTreeSet<i64> = self.now.bands.keys().chain(self.reference.bands.keys()).copied().collect();
        let whole = |period: &Period| period.bands.values().sum::<u64>();
        let (all, before) = (whole(self.now), whole(self.reference));
        let body = |band: i64| {
            let count = |period: &Period| period.bands.get(&band).copied().unwrap_or_default();
            BandBody {
                from_score: band * BAND_POINTS,
                count: count(self.now),
                share_ppm: share(count(self.now), all),
                reference_ppm: share(count(self.reference), before),
            }
        };
        ScoreDriftBody {
            index_ppm: drift(self.now, self.reference),
            bands: bands.into_iter().map(body).collect(),
            definition: definition().into(),
        }
    }

    fn freshness(&self) -> Vec<FreshnessBody> {
        let names: BTreeSet<&String> = self.now.events.keys().chain(self.silence.keys()).collect();
        let body = |name: &String| FreshnessBody {
            event_type: name.clone(),
            count: self.now.events.get(name).copied().unwrap_or_default(),
            silent_hours: self.silence.get(name).copied(),
        };
        names.into_iter().map(body).collect()
    }

    fn age_groups(&self) -> Vec<AgeGroupBody> {
        let body = |group: &AgeGroup| {
            let (decided, alerts) = self.now.of(*group);
            AgeGroupBody {
                group: *group,
                decided,
                alerts,
                alert_ppm: share(alerts, decided),
                false_alarms: self.now.false_alarms.get(group).copied().unwrap_or_default(),
                false_alarm_ppm: self.now.false_alarm_share(*group),
            }
        };
        AgeGroup::ALL.iter().map(body).collect()
    }
}

/// From when until when.
type Span = (Timestamp, Timestamp);

/// The periods that are asked for, in whole hours.
fn asked(query: &MonitoringQuery, now: Timestamp, reference_days: i64) -> Result<(Span, Span), Problem> {
    let floor = |at: Timestamp| Timestamp::from_micros(hour_of(at));
    let to = floor(query.to.unwrap_or(now)).plus_micros(HOUR_MICROS);
    let from = query.from.map_or_else(|| to.plus_days(-1), floor);
    let reference_to = query.reference_to.map_or(from, floor);
    let reference_from = query.reference_from.map_or_else(|| reference_to.plus_days(-reference_days), floor);
    for (pointer, from, to) in [("/from", from, to), ("/reference_from", reference_from, reference_to)] {
        if from >= to || to > from.plus_days(PERIOD_DAYS_MAX) {
            let text = Text::of(
                format!("期间须有至少一小时，至多 {PERIOD_DAYS_MAX} 天。"),
                format!("A period has an hour at least and {PERIOD_DAYS_MAX} days at most."),
            );
            return Err(Problem::invalid(pointer, text));
        }
    }
    Ok(((from, to), (reference_from, reference_to)))
}

/// Get what is watched
///
/// Outcomes, latency, rules, drift of scores, freshness of events and features, what was not screened, and false alarms by age group,
/// of a period beside a reference period; and the alarms that are raised now. Counted in the background, some seconds behind.
#[utoipa::path(
    get, path = "/api/guard/monitoring", operation_id = "get_monitoring", tag = "guard", params(MonitoringQuery),
    responses(
        (status = 200, description = "What is watched", body = MonitoringBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 422, description = "A period is wrong", body = ProblemBody),
    )
)]
pub async fn get_monitoring(
    call: Call,
    Query(query): Query<MonitoringQuery>,
) -> Result<axum::Json<MonitoringBody>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let watching = Watching::builtin().map_err(Problem::internal_error)?;
    let now = call.shared.ledger().ports().clock.now();
    let (period, reference) = asked(&query, now, watching.reference_days)?;
    let read = move |conn: &mut ledger::Connection| {
        Ok((periods(conn, period, reference)?, silence(conn, now)?, store::open_alarms(conn)?))
    };
    let ((counted, before), silence, alarms) = call.read(read).await?;
    let figures = Figures { now: &counted, reference: &before, silence: &silence };
    let (decided, reference_decided) = (counted.decided(), before.decided());
    Ok(axum::Json(MonitoringBody {
        from: period.0,
        to: period.1,
        reference_from: reference.0,
        reference_to: reference.1,
        decided,
        reference_decided,
        unscreened: counted.unscreened,
        outcomes: figures.outcomes(),
        latency: LatencyBody::from(&counted.took),
        rules: shares(counted.rules.iter(), decided, &before.rules, reference_decided),
        scores: figures.scores(),
        freshness: figures.freshness(),
        unknown: shares(counted.blanks.iter(), decided, &before.blanks, reference_decided),
        age_groups: figures.age_groups(),
        alarms: alarms.into_iter().map(|alarm| AlarmBody::of(alarm, &watching)).collect(),
    }))
}

/// Which alarms to list.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AlarmsQuery {
    /// Only those that are raised now.
    #[serde(default)]
    pub only_open: bool,
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

/// List alarms of the guard
///
/// Each with when it was raised and cleared, newest first.
#[utoipa::path(
    get, path = "/api/guard/alarms", operation_id = "list_guard_alarms", tag = "guard", params(AlarmsQuery),
    responses(
        (status = 200, description = "A page of alarms", body = PageBody<AlarmBody>),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see` for the whole bank", body = ProblemBody),
        (status = 422, description = "A parameter is wrong", body = ProblemBody),
    )
)]
pub async fn list_guard_alarms(
    call: Call,
    Query(query): Query<AlarmsQuery>,
) -> Result<axum::Json<PageBody<AlarmBody>>, Failure> {
    call.require_everywhere(SEE_SCENARIOS)?;
    let watching = Watching::builtin().map_err(Problem::internal_error)?;
    let request = PageRequest::new(query.limit, query.after.map(Cursor::from_text));
    let page = call.read(move |conn| store::alarms_page(conn, query.only_open, &request)).await?;
    Ok(axum::Json(page.map(|alarm| AlarmBody::of(alarm, &watching)).into()))
}
