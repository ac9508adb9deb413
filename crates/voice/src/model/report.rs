//! Reports that go out of the bank: what was counted, as of when, and every correction with its reason. An edition is never
//! changed; a correction is a further one, and both stay.

use std::collections::BTreeMap;

use kernel::{Date, OrgPath, Text, Timestamp, id::ReportId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::words::words;

words! {
    /// What kind of report.
    ReportKind {
        /// What the bank tells the public of a year's complaints.
        YearlyDisclosure = "yearly_disclosure", "年度投诉情况披露", "yearly disclosure of complaints";
        /// What the bank tells its supervisor of a quarter's complaints.
        QuarterlyTable = "quarterly_table", "季度投诉统计表", "quarterly table of complaints";
    }
}

words! {
    /// A table of a report.
    ReportTable {
        /// What became of all complaints together.
        Summary = "summary", "总体情况", "summary";
        /// By axis A.
        Channel = "channel", "业务办理渠道", "channel";
        /// By axis B.
        Business = "business", "业务类别", "business";
        /// By axis C.
        Reason = "reason", "投诉原因", "reason";
        /// By the region in which the unit stands.
        Region = "region", "地区", "region";
        /// By who passed them on.
        Source = "source", "来源", "source";
        /// By axes B and C together.
        BusinessReason = "business_reason", "业务类别与投诉原因", "business and reason";
    }
}

impl ReportKind {
    /// The tables that such a report has, in order.
    pub const fn tables(self) -> &'static [ReportTable] {
        match self {
            Self::YearlyDisclosure => {
                &[ReportTable::Channel, ReportTable::Business, ReportTable::Reason, ReportTable::Region]
            }
            Self::QuarterlyTable => &[
                ReportTable::Summary,
                ReportTable::Source,
                ReportTable::Channel,
                ReportTable::Business,
                ReportTable::Reason,
                ReportTable::BusinessReason,
                ReportTable::Region,
            ],
        }
    }
}

/// One line of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportLine {
    /// What it counts: one key, or two where a table has two axes; an empty one for what has none.
    pub keys: Vec<String>,
    /// How many complaints.
    pub count: u64,
}

/// What was counted for a report.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportContent {
    /// All complaints received.
    pub received: u64,
    /// The tables, each in order of its keys.
    pub tables: BTreeMap<String, Vec<ReportLine>>,
}

/// Where two editions differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In which table; all complaints together when absent.
    pub table: Option<ReportTable>,
    /// In which line.
    pub keys: Vec<String>,
    /// What the earlier edition says.
    pub before: u64,
    /// What the later one says.
    pub after: u64,
}

impl ReportContent {
    /// Where `later` differs from this edition.
    pub fn differences(&self, later: &Self) -> Vec<Difference> {
        let mut list = Vec::new();
        if self.received != later.received {
            list.push(Difference { table: None, keys: Vec::new(), before: self.received, after: later.received });
        }
        for table in ReportTable::ALL {
            let of = |content: &Self| -> BTreeMap<Vec<String>, u64> {
                let lines = content.tables.get(table.as_str()).map(Vec::as_slice).unwrap_or_default();
                lines.iter().map(|line| (line.keys.clone(), line.count)).collect()
            };
            let (earlier, later) = (of(self), of(later));
            let mut keys: Vec<&Vec<String>> = earlier.keys().chain(later.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let count = |lines: &BTreeMap<Vec<String>, u64>| lines.get(key).copied().unwrap_or_default();
                if count(&earlier) != count(&later) {
                    let (before, after) = (count(&earlier), count(&later));
                    list.push(Difference { table: Some(*table), keys: key.clone(), before, after });
                }
            }
        }
        list
    }
}

/// One edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// As of when the orders were counted.
    pub as_of: Timestamp,
    /// What was counted.
    pub content: ReportContent,
}

/// One thing that happened to a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ReportEvent {
    /// It was made.
    Made {
        /// Its id.
        report: ReportId,
        /// What kind.
        form: ReportKind,
        /// The place it is about.
        scope: OrgPath,
        /// The first day of receipt.
        from: Date,
        /// The last day of receipt.
        to: Date,
        /// What it says.
        edition: Box<Edition>,
    },
    /// It was corrected.
    Corrected {
        /// Why, names and numbers taken out.
        why: String,
        /// What it says now.
        edition: Box<Edition>,
    },
}

/// A report with all its editions, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The id.
    pub id: ReportId,
    /// What kind.
    pub kind: ReportKind,
    /// The place it is about.
    pub scope: OrgPath,
    /// The first day of receipt.
    pub from: Date,
    /// The last day of receipt.
    pub to: Date,
    /// What it says and said; the last counts.
    pub editions: Vec<Edition>,
}

impl Report {
    /// Folds one event. `state` is `None` before the first.
    pub fn evolve(state: Option<Self>, event: &ReportEvent) -> Option<Self> {
        match (state, event) {
            (None, ReportEvent::Made { report, form, scope, from, to, edition }) => Some(Self {
                id: *report,
                kind: *form,
                scope: scope.clone(),
                from: *from,
                to: *to,
                editions: vec![(**edition).clone()],
            }),
            (Some(mut report), ReportEvent::Corrected { edition, .. }) => {
                report.editions.push((**edition).clone());
                Some(report)
            }
            // A report is made once: its stream begins with that, and a second one cannot be appended.
            (None, ReportEvent::Corrected { .. }) => None,
            (Some(report), ReportEvent::Made { .. }) => Some(report),
        }
    }

    /// An edition by its number, from 1; the last when absent.
    pub fn edition(&self, number: Option<usize>) -> Option<&Edition> {
        match number {
            Some(number) => number.checked_sub(1).and_then(|at| self.editions.get(at)),
            None => self.editions.last(),
        }
    }
}

impl kernel::Scoped for Report {
    fn unit(&self) -> &OrgPath {
        &self.scope
    }

    fn concerns(&self, _actor: &kernel::Actor) -> bool {
        false
    }
}

impl ReportEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Made { .. } => Text::fixed("编制报表", "Made"),
            Self::Corrected { why, .. } => Text::of(format!("更正：{why}"), format!("Corrected: {why}")),
        }
    }
}

impl Event for ReportEvent {
    const TYPE: &'static str = "voice.report";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Made { .. } => "made",
            Self::Corrected { .. } => "corrected",
        }
    }

    /// Version 1 is the first; there is nothing older to come up from.
    fn upgrade(kind: &str, from: u16, _payload: Value) -> Result<Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::path;

    fn content(counts: &[(&str, u64)]) -> ReportContent {
        let lines = counts.iter().map(|(key, count)| ReportLine { keys: vec![(*key).to_owned()], count: *count });
        ReportContent {
            received: counts.iter().map(|(_, count)| count).sum(),
            tables: BTreeMap::from([("channel".to_owned(), lines.collect())]),
        }
    }

    #[test]
    fn a_correction_tells_every_line_that_changed() {
        let (one, two) = (content(&[("a", 3), ("b", 1)]), content(&[("a", 2), ("c", 1)]));
        let list = two.differences(&one);
        let told: Vec<(Option<ReportTable>, String, u64, u64)> =
            list.into_iter().map(|it| (it.table, it.keys.concat(), it.before, it.after)).collect();
        let channel = Some(ReportTable::Channel);
        let expected = [
            (None, String::new(), 3, 4),
            (channel, "a".to_owned(), 2, 3),
            (channel, "b".to_owned(), 0, 1),
            (channel, "c".to_owned(), 1, 0),
        ];
        assert_eq!(told, expected);
        assert_eq!(one.differences(&one), []);
    }

    #[test]
    fn stored_events_keep_their_form() {
        let at = Timestamp::from_micros(1_772_416_800_000_000);
        let edition = || Box::new(Edition { as_of: at, content: content(&[("a", 3)]) });
        let made = ReportEvent::Made {
            report: ReportId::from_bits(1),
            form: ReportKind::QuarterlyTable,
            scope: path("/HO/"),
            from: "2026-01-01".parse().unwrap(),
            to: "2026-03-31".parse().unwrap(),
            edition: edition(),
        };
        let stored = r#"{"as_of":"2026-03-02T02:00:00Z","content":{"received":3,"tables":{"channel":[{"keys":["a"],"count":3}]}}}"#;
        let samples = [
            (
                made,
                format!(
                    r#"{{"kind":"made","report":"rp_00000000000000000000000001","form":"quarterly_table","scope":"/HO/","from":"2026-01-01","to":"2026-03-31","edition":{stored}}}"#
                ),
            ),
            (
                ReportEvent::Corrected { why: "补录".to_owned(), edition: edition() },
                format!(r#"{{"kind":"corrected","why":"补录","edition":{stored}}}"#),
            ),
        ];
        for (event, stored) in samples {
            assert_eq!(serde_json::to_string(&event).unwrap(), stored);
            assert_eq!(serde_json::from_str::<ReportEvent>(&stored).unwrap(), event);
        }
    }
}
