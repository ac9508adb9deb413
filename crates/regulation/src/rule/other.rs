//! The tables that are not about time limits: retention, figure, remedy, checklist, yearly, axis, category.

use jiff::civil::date;
use kernel::{
    Date, Text,
    calendar::{Period, Unit},
};
use serde::{Deserialize, Serialize};

use super::Body;
use crate::{Level, MatterKind};

/// Things one checklist may name.
const CHECKLIST_ITEMS_MAX: usize = 64;

/// From when a retention period runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionStart {
    /// The matter was closed.
    Closed,
    /// The business relationship ended, or the one-off transaction was done.
    RelationshipEnded,
    /// The product ended.
    ProductEnded,
    /// The contract ended.
    ContractEnded,
    /// The record was made.
    Made,
}

/// How long something is kept at least.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// What is kept, for instance `complaint_file`.
    pub what: String,
    /// How long at least, in months or years.
    pub keep: Period,
    /// From when.
    pub from: RetentionStart,
    /// While a dispute lasts it is kept in any case.
    #[serde(default)]
    pub until_resolved: bool,
    /// After a dispute ended it is kept for this long at least.
    #[serde(default)]
    pub after_dispute: Option<Period>,
}

impl Body for Retention {
    const TABLE: &'static str = "retention";

    fn faults(&self) -> Vec<Text> {
        let dated = |period: &Period| matches!(period.unit(), Unit::Months | Unit::Years) && period.length() > 0;
        if dated(&self.keep) && self.after_dispute.as_ref().is_none_or(dated) {
            Vec::new()
        } else {
            vec![Text::fixed("保存期限按月或年计，且不为零", "a retention period is in months or years, and not zero")]
        }
    }
}

/// A number of the law that is not a time limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Figure {
    /// The number.
    pub value: u32,
    /// What it counts, for instance `persons`.
    pub unit: String,
}

impl Body for Figure {
    const TABLE: &'static str = "figure";
}

/// A sentence of the law to cite.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// What it says, in our words.
    pub sentence: Text,
}

impl Body for Provision {
    const TABLE: &'static str = "provision";
}

/// A way open to a person who does not accept a decision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Remedy {
    /// The kinds of matter in whose decisions it is printed.
    pub kinds: Vec<MatterKind>,
    /// Its place in the list.
    pub order: u32,
    /// The sentence to print; `{period}` stands for the period of `clock`.
    pub sentence: Text,
    /// The clock within which the person must act.
    #[serde(default)]
    pub clock: Option<String>,
}

impl Body for Remedy {
    const TABLE: &'static str = "remedy";

    fn faults(&self) -> Vec<Text> {
        let holds = |text: &str| text.contains("{period}") == self.clock.is_some();
        if holds(&self.sentence.zh) && holds(&self.sentence.en) {
            Vec::new()
        } else {
            vec![Text::fixed(
                "写明 clock 时，两种语言的句子都须含 {period}；未写明时都不含",
                "both sentences hold {period} exactly when there is a clock",
            )]
        }
    }
}

/// One thing on a checklist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChecklistItem {
    /// The key that orders store.
    pub key: String,
    /// What must be there.
    pub title: Text,
}

/// Things that must be there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checklist {
    /// The things, in order.
    pub items: Vec<ChecklistItem>,
}

impl Body for Checklist {
    const TABLE: &'static str = "checklist";

    fn faults(&self) -> Vec<Text> {
        let mut keys: Vec<&str> = self.items.iter().map(|item| item.key.as_str()).collect();
        keys.sort_unstable();
        let mut faults = Vec::new();
        if keys.is_empty() || keys.len() > CHECKLIST_ITEMS_MAX {
            faults.push(Text::of(
                format!("清单须有 1 至 {CHECKLIST_ITEMS_MAX} 项"),
                format!("a checklist has 1 to {CHECKLIST_ITEMS_MAX} items"),
            ));
        }
        if keys.windows(2).any(|pair| pair[0] == pair[1]) {
            faults.push(Text::fixed("清单中有重复的 key", "two items of the checklist have the same key"));
        }
        faults
    }
}

/// A duty due once a year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Yearly {
    /// The month in which it is due.
    pub month: i8,
    /// The last day on which it is in time.
    pub day: i8,
}

impl Yearly {
    /// The last day in `year`.
    pub fn due_in(&self, year: i16) -> Option<Date> {
        Date::new(year, self.month, self.day).ok()
    }
}

impl Body for Yearly {
    const TABLE: &'static str = "yearly";

    fn faults(&self) -> Vec<Text> {
        // 29 February would not exist in most years.
        let exists = Date::new(date(2025, 1, 1).year(), self.month, self.day).is_ok();
        if exists {
            Vec::new()
        } else {
            vec![Text::fixed("不是每年都有的日期", "not a date that every year has")]
        }
    }
}

/// The three axes of JR/T 0169-2018.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Axis {
    /// A 业务办理渠道: the channel by which the business was done.
    Channel,
    /// B 业务类别: the business.
    Business,
    /// C 投诉原因: the reason for the complaint.
    Reason,
}

impl Axis {
    /// Every axis, in the standard's order.
    pub const ALL: [Self; 3] = [Self::Channel, Self::Business, Self::Reason];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Channel => "channel",
            Self::Business => "business",
            Self::Reason => "reason",
        }
    }
}

/// An axis of the complaint classification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AxisHead {
    /// Which axis.
    pub axis: Axis,
    /// The standard's letter.
    pub letter: String,
    /// How far the letter is verified, where that is less than the row.
    #[serde(default)]
    pub letter_level: Option<Level>,
}

impl Body for AxisHead {
    const TABLE: &'static str = "axis";
}

/// One class on an axis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// Its axis.
    pub axis: Axis,
    /// The key that orders store. Provisional while `code` is absent: the standard's own codes were not found.
    pub key: String,
    /// The key of the class above, if there is one.
    #[serde(default)]
    pub parent: Option<String>,
    /// Its place among its siblings.
    pub order: u32,
    /// The standard's code, once it is known.
    #[serde(default)]
    pub code: Option<String>,
}

impl Body for Category {
    const TABLE: &'static str = "category";
}
