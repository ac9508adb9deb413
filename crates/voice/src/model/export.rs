//! What happened to an export of a list: who took out what, in which form, and how many rows left the house. It is kept for
//! ever and holds no row.

use kernel::{Date, OrgPath, Text, id::ExportId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{parts::RevealGround, words::words};

words! {
    /// A list that can be taken out.
    ExportList {
        /// Orders, by the filters of their list.
        Orders = "orders", "工单", "orders";
        /// The orders behind a figure.
        FigureOrders = "figure_orders", "统计指标所含工单", "orders behind a figure";
        /// Rectifications.
        Rectifications = "rectifications", "整改", "rectifications";
        /// A queue of what waits for somebody.
        Waiting = "waiting", "待办队列", "a queue of what waits";
        /// Tasks of departments that wait for an answer.
        Tasks = "tasks", "协办任务", "tasks of departments";
        /// Longer times that wait for an approval.
        Approvals = "approvals", "待审批延期", "longer times to approve";
        /// Teaching cases that were published.
        Cases = "cases", "教学案例", "teaching cases";
        /// The hot issues of a day.
        HotIssues = "hot_issues", "投诉热点", "hot issues";
        /// Orders with evidence of abnormality.
        Conspicuous = "conspicuous", "异常投诉线索", "orders with evidence of abnormality";
        /// The shared list of abnormal complaints.
        Listings = "listings", "异常投诉名单", "the list of abnormal complaints";
        /// What became of the rows of a list that somebody passed on.
        RegulatorListRows = "regulator_list_rows", "转办清单处理结果", "what became of a list that was passed on";
    }
}

words! {
    /// The form in which a list leaves the house.
    ExportFormat {
        /// Comma-separated values.
        Csv = "csv", "CSV", "CSV";
        /// A workbook.
        Xlsx = "xlsx", "Excel 工作簿", "Excel workbook";
    }
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Its id.
    pub export: ExportId,
    /// Which list.
    pub list: ExportList,
    /// In which form.
    pub format: ExportFormat,
    /// The places whose rows may be in it.
    pub scopes: Vec<OrgPath>,
    /// Only received on or after this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Date>,
    /// Only received on or before this day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
    /// Names and numbers in clear, and why; masked when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ground: Option<RevealGround>,
}

/// One thing that happened to an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ExportEvent {
    /// Somebody began to take a list out.
    Started(Box<Started>),
    /// It ended.
    Ended {
        /// Rows that went out.
        rows: u64,
        /// Whether all rows did: not when there were too many, or the caller went away.
        is_whole: bool,
    },
}

impl ExportEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Started(started) => {
                let (list, format) = (started.list.title(), started.format.title());
                Text::of(format!("导出{}（{}）", list.zh, format.zh), format!("Took out {} ({})", list.en, format.en))
            }
            Self::Ended { rows, is_whole: true } => {
                Text::of(format!("导出完成，共 {rows} 行"), format!("The export ended with {rows} rows"))
            }
            Self::Ended { rows, is_whole: false } => {
                Text::of(format!("导出在 {rows} 行处停止"), format!("The export stopped after {rows} rows"))
            }
        }
    }
}

impl Event for ExportEvent {
    const TYPE: &'static str = "voice.export";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Started(_) => "started",
            Self::Ended { .. } => "ended",
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

    #[test]
    fn stored_events_keep_their_form() {
        let started = Started {
            export: ExportId::from_bits(1),
            list: ExportList::Orders,
            format: ExportFormat::Xlsx,
            scopes: vec![path("/HO/")],
            from: Some("2026-01-01".parse().unwrap()),
            to: None,
            ground: Some(RevealGround::Audit),
        };
        let samples = [
            (
                ExportEvent::Started(Box::new(started)),
                r#"{"kind":"started","export":"xp_00000000000000000000000001","list":"orders","format":"xlsx","scopes":["/HO/"],"from":"2026-01-01","ground":"audit"}"#,
            ),
            (ExportEvent::Ended { rows: 5, is_whole: true }, r#"{"kind":"ended","rows":5,"is_whole":true}"#),
        ];
        for (event, stored) in samples {
            assert_eq!(serde_json::to_string(&event).unwrap(), stored);
            assert_eq!(serde_json::from_str::<ExportEvent>(stored).unwrap(), event);
            assert!(!event.sentence().zh.is_empty() && !event.sentence().en.is_empty());
        }
    }
}
