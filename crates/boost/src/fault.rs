//! Why nothing could be learnt.

use kernel::Text;

use crate::matrix::{COLUMNS_MAX, NAME_CHARS_MAX, ROWS_MAX};

/// Why rows, options or a period cannot be learnt from.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BoostFault {
    /// No column at all, or more than the bound.
    #[error("{found} columns; from one to {COLUMNS_MAX} can be learnt from")]
    Columns {
        /// How many there were.
        found: usize,
    },
    /// A column's name that a model file cannot hold, or that stands twice.
    #[error("the column name {name:?} is empty, repeated, longer than {NAME_CHARS_MAX} characters or has blanks")]
    Name {
        /// The name.
        name: String,
    },
    /// A row of another width than the columns.
    #[error("row {row} has {found} values for {expected} columns")]
    Width {
        /// Which row, counted from zero.
        row: usize,
        /// How many values it had.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// An infinite value.
    #[error("row {row} has an infinite value in column {column}")]
    Infinite {
        /// Which row, counted from zero.
        row: usize,
        /// The column's name.
        column: String,
    },
    /// More rows than the bound.
    #[error("more than {ROWS_MAX} rows")]
    Rows,
    /// Only one of the two labels is there.
    #[error("{positives} of {rows} rows are positive; both labels are needed")]
    OneLabel {
        /// Positive rows.
        positives: usize,
        /// All rows.
        rows: usize,
    },
    /// The later period has other columns.
    #[error("the later period has other columns than the rows learnt from")]
    OtherColumns,
    /// Rows without a group each.
    #[error("{found} groups for {rows} rows")]
    Groups {
        /// How many there were.
        found: usize,
        /// How many rows there are.
        rows: usize,
    },
    /// An option outside its range.
    #[error("the option {name} lies outside {range}")]
    Option {
        /// Its name.
        name: &'static str,
        /// What is allowed.
        range: &'static str,
    },
    /// Someone asked to stop.
    #[error("stopped as asked")]
    Stopped,
}

impl BoostFault {
    /// The sentence for a person.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Columns { found } => format!("有 {found} 列；须为 1 至 {COLUMNS_MAX} 列。"),
            Self::Name { name } => {
                format!("列名“{name}”为空、重复、含空白或超过 {NAME_CHARS_MAX} 个字符，无法写入模型文件；请改名。")
            }
            Self::Width { row, found, expected } => format!("第 {row} 行有 {found} 个值，应为 {expected} 个。"),
            Self::Infinite { row, column } => format!("第 {row} 行“{column}”列的值为无穷大；请检查该特征。"),
            Self::Rows => format!("超过 {ROWS_MAX} 行；请缩短训练期。"),
            Self::OneLabel { positives, rows } => {
                format!("{rows} 行中有 {positives} 行为正例；两种标签都须有，请换一个时期。")
            }
            Self::OtherColumns => "后期数据与训练数据的列不同。".to_owned(),
            Self::Groups { found, rows } => format!("{rows} 行有 {found} 个分组；须一行一个。"),
            Self::Option { name, range } => format!("选项 {name} 超出范围：{range}。"),
            Self::Stopped => "已按要求停止。".to_owned(),
        };
        Text::of(zh, format!("{}.", self.sentence()))
    }

    /// The English words with a capital at the front.
    fn sentence(&self) -> String {
        let words = self.to_string();
        let mut letters = words.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_begin_and_end() {
        let text = BoostFault::OneLabel { positives: 0, rows: 7 }.text();
        assert_eq!(text.en, "0 of 7 rows are positive; both labels are needed.");
        assert_eq!(BoostFault::Rows.text().en.chars().next(), Some('M'));
        assert!(text.zh.contains("7 行中有 0 行"));
    }
}
