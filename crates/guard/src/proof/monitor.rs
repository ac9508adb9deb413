//! What is watched while decisions are taken: shares of outcomes, scores against a reference period, how fresh the events are, false
//! alarms by age group, and when somebody has to be told. Pure; shares are parts per million.

use std::collections::BTreeMap;

use kernel::Text;
use serde::Deserialize;

use super::latency::Latencies;
use crate::model::words::GuardOutcome;

/// A whole, in parts per million.
const WHOLE: u64 = 1_000_000;
/// Points of one band of scores.
pub const BAND_POINTS: i64 = 100;
/// The band of the highest scores, and of the lowest from below.
pub const BAND_MAX: i64 = 20;

kernel::words! {
    /// Whether a customer counts as elderly.
    AgeGroup {
        /// Of the age of the regulation and above.
        Elder = "elder", "老年人", "elderly";
        /// Below it.
        Other = "other", "其他", "others";
        /// The bank does not know.
        Unknown = "unknown", "未知", "not known";
    }
}

kernel::words! {
    /// What is counted hour by hour.
    Counted {
        /// Decisions, by outcome and age group.
        Outcome = "outcome", "结果", "outcome";
        /// Decisions on which a rule held, by scenario and rule.
        Rule = "rule", "规则", "rule";
        /// Decisions, by band of the score.
        Band = "band", "分值段", "band of scores";
        /// Decisions that were not screened in time.
        Unscreened = "unscreened", "未筛查", "not screened";
        /// Events, by type.
        Event = "event", "事件", "event";
        /// Decisions for which a feature was unknown, by feature.
        Blank = "blank", "特征未知", "feature unknown";
        /// Decisions, by how long they took.
        Took = "took", "用时", "duration";
    }
}

kernel::words! {
    /// What an alarm looks at.
    Measure {
        /// The share of decisions with an outcome other than `allow`.
        AlertShare = "alert_share", "预警占比", "share of alerts";
        /// The share of decisions that were not screened in time.
        UnscreenedShare = "unscreened_share", "未筛查占比", "share not screened";
        /// What 99 of a hundred decisions did not exceed, in microseconds.
        LatencyP99 = "latency_p99", "用时 P99", "latency, 99 of a hundred";
        /// How far scores have moved from the reference period.
        ScoreDrift = "score_drift", "分值漂移", "score drift";
        /// How far the share of any rule has moved from the reference period.
        RuleShift = "rule_shift", "规则命中变化", "shift of a rule";
        /// Hours without an event of a type that came in every hour or nearly so.
        SilentHours = "silent_hours", "事件中断小时", "hours of silence";
        /// How much the share of decisions without a feature has grown since the reference period.
        BlankShare = "blank_share", "特征缺失增加", "growth of unknown features";
        /// False alarms among decisions on the elderly beside those of others.
        ElderFalseAlarms = "elder_false_alarms", "老年人误报比", "false alarms of the elderly";
    }
}

/// An alarm as it is declared.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlarmSpec {
    /// Its name in data.
    pub name: String,
    /// Its name on screen.
    pub title: Text,
    /// What it looks at.
    pub measure: Measure,
    /// Hours that it looks at.
    pub hours: i64,
    /// It is raised above this: parts per million, microseconds or hours.
    pub above: u64,
    /// Decisions (or false alarms) that there must be; fewer say nothing.
    pub least: u64,
}

/// What is watched, as data.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watching {
    /// Days of the reference period, which ends where the period that is looked at begins.
    pub reference_days: i64,
    /// The alarms.
    pub alarm: Vec<AlarmSpec>,
}

impl Watching {
    /// What the program carries.
    ///
    /// # Errors
    /// Never for a tested program.
    pub fn builtin() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../../data/monitoring.toml"))
    }
}

/// What was counted in a period.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Period {
    /// Decisions by outcome and age group.
    pub outcomes: BTreeMap<(GuardOutcome, AgeGroup), u64>,
    /// Decisions on which a rule held, by `scenario/rule`.
    pub rules: BTreeMap<String, u64>,
    /// Decisions by band of the score.
    pub bands: BTreeMap<i64, u64>,
    /// Decisions that were not screened in time.
    pub unscreened: u64,
    /// Events by type.
    pub events: BTreeMap<String, u64>,
    /// Hours in which there were events of a type.
    pub event_hours: BTreeMap<String, u64>,
    /// Decisions for which a feature was unknown.
    pub blanks: BTreeMap<String, u64>,
    /// How long decisions took.
    pub took: Latencies,
    /// False alarms that became known, by age group.
    pub false_alarms: BTreeMap<AgeGroup, u64>,
}

/// The band of a score.
pub fn band(score: i64) -> i64 {
    score.div_euclid(BAND_POINTS).clamp(-BAND_MAX, BAND_MAX)
}

/// A part of a whole in parts per million; none of nothing.
pub fn share(part: u64, whole: u64) -> Option<u64> {
    (whole > 0).then(|| part.saturating_mul(WHOLE) / whole)
}

impl Period {
    /// Decisions.
    pub fn decided(&self) -> u64 {
        self.outcomes.values().sum()
    }

    /// Decisions on which something is demanded.
    pub fn alerts(&self) -> u64 {
        self.outcomes.iter().filter(|((outcome, _), _)| *outcome != GuardOutcome::Allow).map(|(_, count)| count).sum()
    }

    /// Decisions of an age group, and those of them on which something is demanded.
    pub fn of(&self, group: AgeGroup) -> (u64, u64) {
        let own = self.outcomes.iter().filter(|((_, of), _)| *of == group);
        own.fold((0, 0), |(all, alerts), ((outcome, _), count)| {
            (all + count, alerts + if *outcome == GuardOutcome::Allow { 0 } else { *count })
        })
    }

    /// False alarms among the decisions of an age group.
    pub fn false_alarm_share(&self, group: AgeGroup) -> Option<u64> {
        share(self.false_alarms.get(&group).copied().unwrap_or_default(), self.of(group).0)
    }
}

/// The population stability index of the bands of scores, in parts per million: the sum over bands of the difference of both shares
/// times the logarithm of their ratio, with half a decision added to each band so that an empty one has a share.
pub fn drift(now: &Period, reference: &Period) -> Option<u64> {
    let (all, before) = (now.bands.values().sum::<u64>(), reference.bands.values().sum::<u64>());
    if all == 0 || before == 0 {
        return None;
    }
    let bands: std::collections::BTreeSet<i64> = now.bands.keys().chain(reference.bands.keys()).copied().collect();
    let smoothed = |counts: &BTreeMap<i64, u64>, band: i64, whole: u64| {
        let count = counts.get(&band).copied().unwrap_or_default() as f64;
        (count + 0.5) / (whole as f64 + 0.5 * bands.len() as f64)
    };
    let index: f64 = bands
        .iter()
        .map(|band| {
            let (p, q) = (smoothed(&now.bands, *band, all), smoothed(&reference.bands, *band, before));
            (p - q) * (p / q).ln()
        })
        .sum();
    Some((index * WHOLE as f64).round() as u64)
}

/// What an alarm found, and of what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The rule, event type or feature; empty of the whole.
    pub subject: String,
    /// The value, in the unit of the measure.
    pub value: u64,
    /// Whether it is above the threshold.
    pub is_raised: bool,
}

/// What is known of the clock: how many hours ago each event type came last.
pub type Silence = BTreeMap<String, u64>;

/// What an alarm says of a period beside its reference; nothing where there is too little to say anything.
pub fn judge(alarm: &AlarmSpec, now: &Period, reference: &Period, silence: &Silence) -> Vec<Found> {
    let found =
        |subject: &str, value: u64| Found { subject: subject.to_owned(), value, is_raised: value > alarm.above };
    let decided = now.decided();
    let whole = |value: Option<u64>| value.map(|value| found("", value)).into_iter().collect();
    if decided < alarm.least && alarm.measure != Measure::SilentHours && alarm.measure != Measure::ElderFalseAlarms {
        return Vec::new();
    }
    match alarm.measure {
        Measure::AlertShare => whole(share(now.alerts(), decided)),
        Measure::UnscreenedShare => whole(share(now.unscreened, decided)),
        Measure::LatencyP99 => whole(now.took.percentile(990)),
        Measure::ScoreDrift => whole(drift(now, reference).filter(|_| reference.decided() >= alarm.least)),
        Measure::RuleShift => shifts(alarm, (&now.rules, decided), (&reference.rules, reference.decided()))
            .map(|(name, before, after)| found(name, after.abs_diff(before)))
            .collect(),
        Measure::BlankShare => shifts(alarm, (&now.blanks, decided), (&reference.blanks, reference.decided()))
            .map(|(name, before, after)| found(name, after.saturating_sub(before)))
            .collect(),
        Measure::SilentHours => reference
            .event_hours
            .iter()
            // Where it came in nearly every hour; the counter's events sleep at night.
            .filter(|(_, hours)| **hours >= alarm.least)
            .map(|(name, _)| found(name, silence.get(name).copied().unwrap_or_default()))
            .collect(),
        Measure::ElderFalseAlarms => {
            let known: u64 = now.false_alarms.values().sum();
            let both = now.false_alarm_share(AgeGroup::Elder).zip(now.false_alarm_share(AgeGroup::Other));
            let ratio = both.filter(|(_, other)| known >= alarm.least && *other > 0);
            whole(ratio.and_then(|(elder, other)| share(elder, other)))
        }
    }
}

/// Names with their shares before and now.
fn shifts<'p>(
    alarm: &AlarmSpec,
    (now, decided): (&'p BTreeMap<String, u64>, u64),
    (before, decided_before): (&'p BTreeMap<String, u64>, u64),
) -> impl Iterator<Item = (&'p str, u64, u64)> {
    let names: std::collections::BTreeSet<&str> = now.keys().chain(before.keys()).map(String::as_str).collect();
    let is_enough = decided_before >= alarm.least;
    let of = move |counts: &BTreeMap<String, u64>, name: &str, whole: u64| {
        share(counts.get(name).copied().unwrap_or_default(), whole).unwrap_or_default()
    };
    names
        .into_iter()
        .filter(move |_| is_enough)
        .map(move |name| (name, of(before, name, decided_before), of(now, name, decided)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn period(allow: u64, hold: u64, bands: &[(i64, u64)]) -> Period {
        Period {
            outcomes: [((GuardOutcome::Allow, AgeGroup::Other), allow), ((GuardOutcome::Hold, AgeGroup::Elder), hold)]
                .into(),
            bands: bands.iter().copied().collect(),
            ..Period::default()
        }
    }

    fn alarm(measure: Measure, above: u64, least: u64) -> AlarmSpec {
        AlarmSpec { name: "a".to_owned(), title: Text::fixed("", ""), measure, hours: 24, above, least }
    }

    #[test]
    fn the_shipped_alarms_cover_every_measure_once() {
        let watching = Watching::builtin().unwrap();
        for measure in Measure::ALL {
            let of: Vec<_> = watching.alarm.iter().filter(|alarm| alarm.measure == *measure).collect();
            assert_eq!(of.len(), 1, "{measure:?}");
            assert!(of[0].hours > 0 && of[0].above > 0);
        }
        assert!(watching.reference_days > 0);
    }

    #[test]
    fn drift_is_nothing_of_the_same_and_grows_with_what_moves() {
        let reference = period(0, 0, &[(0, 900), (3, 80), (7, 20)]);
        assert_eq!(drift(&reference, &reference), Some(0));
        // By hand, with 0.5 added to each of three bands: shares 900.5, 80.5, 20.5 of 1001.5 against 800.5, 150.5, 50.5.
        let moved = period(0, 0, &[(0, 800), (3, 150), (7, 50)]);
        assert_eq!(drift(&moved, &reference), Some(82_493));
        assert!(drift(&period(0, 0, &[(0, 500), (7, 500)]), &reference) > Some(1_000_000));
        assert_eq!(drift(&Period::default(), &reference), None);
    }

    #[test]
    fn alarms_are_raised_above_their_threshold_and_silent_on_too_little() {
        let (mut now, reference) = (period(900, 100, &[]), period(990, 10, &[]));
        let one = |alarm: AlarmSpec, now: &Period| judge(&alarm, now, &reference, &Silence::new());
        let found = one(alarm(Measure::AlertShare, 50_000, 100), &now);
        assert_eq!(found, [Found { subject: String::new(), value: 100_000, is_raised: true }]);
        assert!(!one(alarm(Measure::AlertShare, 100_000, 100), &now)[0].is_raised);
        assert_eq!(one(alarm(Measure::AlertShare, 50_000, 1_001), &now), []);
        now.unscreened = 5;
        assert_eq!(one(alarm(Measure::UnscreenedShare, 1, 1), &now)[0].value, 5_000);
        now.rules.insert("elder/night".to_owned(), 300);
        let found = one(alarm(Measure::RuleShift, 200_000, 1), &now);
        assert_eq!((found[0].subject.as_str(), found[0].value, found[0].is_raised), ("elder/night", 300_000, true));
        // One false alarm in 50 of the elderly beside one in 900 of the others.
        now.false_alarms = [(AgeGroup::Elder, 2), (AgeGroup::Other, 1)].into();
        let found = one(alarm(Measure::ElderFalseAlarms, 2_000_000, 3), &now);
        assert_eq!((found[0].value, found[0].is_raised), (20_000 * 1_000_000 / 1_111, true));
        assert_eq!(one(alarm(Measure::ElderFalseAlarms, 1, 4), &now), []);
    }

    #[test]
    fn silence_counts_for_what_used_to_come_all_the_time() {
        let mut reference = period(1, 0, &[]);
        reference.event_hours = [("credit".to_owned(), 600), ("fraud".to_owned(), 3)].into();
        let silence = [("credit".to_owned(), 5), ("fraud".to_owned(), 90)].into();
        let found = judge(&alarm(Measure::SilentHours, 2, 500), &Period::default(), &reference, &silence);
        assert_eq!(found, [Found { subject: "credit".to_owned(), value: 5, is_raised: true }]);
    }
}
