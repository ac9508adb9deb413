//! What happened to a table that was taken out: who took out what, in which form, and how many rows left the house. It is kept for
//! ever and holds no row.

use kernel::{OrgPath, Text, Timestamp, id::ExportId};
use ledger::{Event, UpgradeError};
use serde::{Deserialize, Serialize};
use serde_json::Value;

kernel::words! {
    /// The form in which a table leaves the house.
    GuardExportFormat {
        /// Comma-separated values.
        Csv = "csv", "CSV", "CSV";
        /// A workbook.
        Xlsx = "xlsx", "Excel 工作簿", "Excel workbook";
    }
}

impl From<GuardExportFormat> for table::write::Format {
    fn from(format: GuardExportFormat) -> Self {
        match format {
            GuardExportFormat::Csv => Self::Csv,
            GuardExportFormat::Xlsx => Self::Xlsx,
        }
    }
}

/// Which table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Table {
    /// Decisions of a period on events of one type, with their labels.
    Decisions {
        /// The type.
        event_type: String,
        /// Decided on or after.
        from: Timestamp,
        /// Decided before.
        to: Timestamp,
        /// The places whose rows may be in it.
        scopes: Vec<OrgPath>,
    },
    /// What stands on a list.
    List {
        /// Its name.
        list: String,
    },
}

/// What was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Started {
    /// Its id.
    pub export: ExportId,
    /// Which table.
    pub table: Table,
    /// In which form.
    pub format: GuardExportFormat,
    /// Personal data in clear, and why; hidden when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_clear: Option<String>,
}

/// One thing that happened to an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum GuardExportEvent {
    /// Somebody began to take a table out.
    Started(Box<Started>),
    /// It ended.
    Ended {
        /// Rows that went out.
        rows: u64,
        /// Whether all rows did: not when there were too many, or the caller went away.
        is_whole: bool,
    },
}

impl GuardExportEvent {
    /// What happened, in words.
    pub fn sentence(&self) -> Text {
        match self {
            Self::Started(started) => match &started.table {
                Table::Decisions { .. } => Text::fixed("导出决策和事后结论", "Took out decisions with labels"),
                Table::List { list } => Text::of(format!("导出名单 {list}"), format!("Took out the list {list}")),
            },
            Self::Ended { rows, is_whole: true } => {
                Text::of(format!("导出完成，共 {rows} 行"), format!("The export ended with {rows} rows"))
            }
            Self::Ended { rows, is_whole: false } => {
                Text::of(format!("导出在 {rows} 行处停止"), format!("The export stopped after {rows} rows"))
            }
        }
    }
}

impl Event for GuardExportEvent {
    const TYPE: &'static str = "guard.export";
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

    #[test]
    fn stored_events_keep_their_form() {
        let at = Timestamp::from_micros(1_795_000_000_000_000);
        let table = Table::Decisions {
            event_type: "transfer".to_owned(),
            from: at,
            to: at,
            scopes: vec![OrgPath::parse("/HO/").unwrap()],
        };
        let export = ExportId::from_bits(1);
        let started = |table, in_clear| {
            let format = GuardExportFormat::Csv;
            GuardExportEvent::Started(Box::new(Started { export, table, format, in_clear }))
        };
        let events = [
            started(table, None),
            started(Table::List { list: "police".to_owned() }, Some("核对".to_owned())),
            GuardExportEvent::Ended { rows: 3, is_whole: true },
        ];
        let forms = [
            r#"{"kind":"started","export":"xp_00000000000000000000000001","table":{"what":"decisions","event_type":"transfer","from":"2026-11-18T11:06:40Z","to":"2026-11-18T11:06:40Z","scopes":["/HO/"]},"format":"csv"}"#,
            r#"{"kind":"started","export":"xp_00000000000000000000000001","table":{"what":"list","list":"police"},"format":"csv","in_clear":"核对"}"#,
            r#"{"kind":"ended","rows":3,"is_whole":true}"#,
        ];
        for (event, form) in events.iter().zip(forms) {
            assert_eq!(serde_json::to_string(event).unwrap(), form);
            assert_eq!(serde_json::from_str::<GuardExportEvent>(form).unwrap(), *event);
        }
    }
}
