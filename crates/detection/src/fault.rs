//! Why history could not be learnt from.

use boost::BoostFault;
use kernel::Text;
use table::TableError;

use crate::protocol::{FOLDS_MAX, PART_DAYS_MAX};

/// Why history could not be learnt from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetectionFault {
    /// A file is no table.
    #[error("{}", .0.text().en)]
    Table(TableError),
    /// The mapping file is wrong.
    #[error("mapping: {}", .0.en)]
    Mapping(Text),
    /// The declaration of features is wrong.
    #[error("features: {}", .0.en)]
    Spec(Text),
    /// No mapping was named, and the columns are of no shape that is known.
    #[error("no known mapping fits the columns")]
    UnknownColumns,
    /// No row could be read.
    #[error("the history has no rows")]
    Empty,
    /// Parts of the protocol out of range.
    #[error("days to learn from, to wait and to judge on, or folds, are out of range")]
    Protocol,
    /// A period has no rows.
    #[error("no rows from {from} to {to}")]
    NoRows {
        /// The first day.
        from: String,
        /// The last day.
        to: String,
    },
    /// The history is too short for the protocol.
    #[error("the history has {days} days; the protocol needs {needed}")]
    TooShort {
        /// Days of the history.
        days: i64,
        /// Days the protocol needs.
        needed: i64,
    },
    /// A bound was passed.
    #[error("too large: {0}")]
    TooLarge(&'static str),
    /// Nothing could be learnt.
    #[error("{0}")]
    Boost(BoostFault),
    /// Someone asked to stop.
    #[error("stopped as asked")]
    Stopped,
}

impl From<TableError> for DetectionFault {
    fn from(error: TableError) -> Self {
        Self::Table(error)
    }
}

impl From<BoostFault> for DetectionFault {
    fn from(fault: BoostFault) -> Self {
        if fault == BoostFault::Stopped { Self::Stopped } else { Self::Boost(fault) }
    }
}

impl DetectionFault {
    /// The sentence for a person.
    pub fn text(&self) -> Text {
        match self {
            Self::Table(error) => error.text(),
            Self::Mapping(text) => {
                Text::of(format!("映射文件有误：{}", text.zh), format!("The mapping file is wrong: {}", text.en))
            }
            Self::Spec(text) => Text::of(
                format!("特征声明有误：{}", text.zh),
                format!("The declaration of features is wrong: {}", text.en),
            ),
            Self::UnknownColumns => Text::fixed(
                "表头不属于任何已知的样式；请用 --mapping 指定映射文件，写法见 docs/guide/train-guard.zh.md。",
                "The columns are of no known shape; name a mapping file with --mapping, as docs/guide/train-guard.en.md tells.",
            ),
            Self::Empty => Text::fixed("没有可用的数据行。", "No row of the history could be read."),
            Self::Protocol => Text::of(
                format!(
                    "训练与测试须为 1 至 {PART_DAYS_MAX} 天，等待为 0 至 {PART_DAYS_MAX} 天，轮数为 1 至 {FOLDS_MAX}。"
                ),
                format!(
                    "Days to learn from and to judge on lie between 1 and {PART_DAYS_MAX}, days to wait between 0 and \
                     {PART_DAYS_MAX}, folds between 1 and {FOLDS_MAX}."
                ),
            ),
            Self::NoRows { from, to } => Text::of(
                format!("{from} 至 {to} 没有数据行；请核对时期。"),
                format!("There are no rows from {from} to {to}; check the period."),
            ),
            Self::TooShort { days, needed } => Text::of(
                format!("历史只有 {days} 天，训练、等待标签、测试共需 {needed} 天。"),
                format!("The history has {days} days; learning, waiting for labels and testing take {needed}."),
            ),
            Self::TooLarge(what) => {
                Text::of(format!("数据过大：{what}。"), format!("The history is too large: {what}."))
            }
            Self::Boost(fault) => fault.text(),
            Self::Stopped => Text::fixed("已按要求停止。", "Stopped as asked."),
        }
    }
}
