//! Units of the organisation: head office, branches, sub-branches, outlets and departments.
//!
//! A unit's code never changes and is unique in the bank; its place is a path of codes, so a scope is a prefix.

use std::str::FromStr;

use kernel::{OrgPath, Text, id::UnitId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Characters of a unit's name at most: the longest registered names of Chinese bank outlets have some fifty.
pub const NAME_CHARS_MAX: usize = 100;
/// Characters of a region at most: an administrative division's full name.
pub const REGION_CHARS_MAX: usize = 50;

/// What kind of unit it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// 总行: the head office, at the top.
    HeadOffice,
    /// 分行: a branch.
    Branch,
    /// 支行: a sub-branch.
    SubBranch,
    /// 网点: an outlet with a counter.
    Outlet,
    /// 部门: a department of any of them.
    Department,
}

impl UnitKind {
    /// Every kind, in order.
    pub const ALL: [Self; 5] = [Self::HeadOffice, Self::Branch, Self::SubBranch, Self::Outlet, Self::Department];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::HeadOffice => "head_office",
            Self::Branch => "branch",
            Self::SubBranch => "sub_branch",
            Self::Outlet => "outlet",
            Self::Department => "department",
        }
    }

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::HeadOffice => Text::fixed("总行", "Head office"),
            Self::Branch => Text::fixed("分行", "Branch"),
            Self::SubBranch => Text::fixed("支行", "Sub-branch"),
            Self::Outlet => Text::fixed("网点", "Outlet"),
            Self::Department => Text::fixed("部门", "Department"),
        }
    }

    /// Whether a unit of this kind may stand directly below one of kind `above`.
    ///
    /// Branches may nest (first and second level), and so may sub-branches; a department holds departments only.
    pub const fn may_stand_below(self, above: Self) -> bool {
        match (above, self) {
            (_, Self::HeadOffice) => false,
            (_, Self::Department) => true,
            (Self::Department, Self::Branch | Self::SubBranch | Self::Outlet) => false,
            (Self::HeadOffice | Self::Branch, Self::Branch | Self::SubBranch | Self::Outlet) => true,
            (Self::SubBranch, Self::SubBranch | Self::Outlet) => true,
            (Self::SubBranch, Self::Branch) => false,
            (Self::Outlet, Self::Branch | Self::SubBranch | Self::Outlet) => false,
        }
    }
}

/// Whether a unit works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum UnitStatus {
    /// The unit works.
    Open,
    /// The unit has closed; it stays for the records that belong to it.
    Closed,
}

impl UnitStatus {
    /// Every status, in order.
    pub const ALL: [Self; 2] = [Self::Open, Self::Closed];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::Open => Text::fixed("营业", "Open"),
            Self::Closed => Text::fixed("撤销", "Closed"),
        }
    }
}

/// The text names none of the values it may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text names none of the known values")]
pub struct UnknownWord;

impl FromStr for UnitKind {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text || kind.title().zh == text).ok_or(UnknownWord)
    }
}

impl FromStr for UnitStatus {
    type Err = UnknownWord;

    fn from_str(text: &str) -> Result<Self, UnknownWord> {
        Self::ALL.into_iter().find(|status| status.as_str() == text || status.title().zh == text).ok_or(UnknownWord)
    }
}

/// One unit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its id.
    pub id: UnitId,
    /// Its code, unique in the bank.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What kind it is.
    pub kind: UnitKind,
    /// The unit above; `None` at the top.
    pub parent: Option<UnitId>,
    /// Its place.
    pub path: OrgPath,
    /// The administrative region it stands in; empty when not said.
    pub region: String,
    /// Whether it works.
    pub status: UnitStatus,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_statuses_survive_their_text_forms() {
        for kind in UnitKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(kind.title().zh.parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
        for status in UnitStatus::ALL {
            assert_eq!(status.as_str().parse(), Ok(status));
            assert_eq!(serde_json::to_value(status).unwrap(), status.as_str());
        }
        assert_eq!("bank".parse::<UnitKind>(), Err(UnknownWord));
    }

    #[test]
    fn the_order_of_kinds_is_kept() {
        let table: String = UnitKind::ALL
            .iter()
            .map(|above| {
                let row: String =
                    UnitKind::ALL.iter().map(|kind| if kind.may_stand_below(*above) { 'y' } else { '-' }).collect();
                format!("{:<12}{row}\n", above.as_str())
            })
            .collect();
        assert_eq!(
            table,
            "head_office -yyyy\nbranch      -yyyy\nsub_branch  --yyy\noutlet      ----y\ndepartment  ----y\n"
        );
    }
}
