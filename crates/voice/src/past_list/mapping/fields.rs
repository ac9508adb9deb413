//! The parts of an order that a list may give, and where each comes from. It must never know a list's own words.

use std::collections::BTreeMap;

use kernel::Text;
use serde::{Deserialize, Serialize};
use table::{value, value::AmountUnit};
use utoipa::ToSchema;

kernel::words! {
    /// A part of an order that a list may give, in the order in which people look at them.
    PastField {
        /// The row's own number.
        External = "external", "编号", "number";
        /// When it came in.
        Received = "received", "收到日期", "received";
        /// From when the bank's time counts, when that is later than receipt.
        ClockStart = "clock_start", "时限起算日", "time runs from";
        /// When the complainant was told the decision.
        Answered = "answered", "答复日期", "answered";
        /// When it was closed.
        Closed = "closed", "办结日期", "closed";
        /// When the matter itself happened.
        Occurred = "occurred", "发生日期", "happened";
        /// The unit, by its code or path.
        Unit = "unit", "机构", "unit";
        /// The matter in one line.
        Title = "title", "标题", "title";
        /// The matter in full.
        Narrative = "narrative", "内容", "narrative";
        /// What they asked for.
        Request = "request", "诉求", "request";
        /// The kind of matter.
        Matter = "matter", "事项类别", "kind of matter";
        /// The class on the axis of channels.
        Channel = "channel", "业务办理渠道", "channel";
        /// The class on the axis of business.
        Business = "business", "业务类别", "business";
        /// The class on the axis of reasons.
        Reason = "reason", "投诉原因", "reason";
        /// What was found.
        Outcome = "outcome", "处理结论", "outcome";
        /// The amount in question.
        Amount = "amount", "金额", "amount";
        /// The complainant's name.
        Name = "name", "投诉人", "complainant";
        /// The telephone number.
        Phone = "phone", "电话", "telephone";
        /// The identity number.
        Identity = "identity", "证件号码", "identity number";
        /// The account or card.
        Account = "account", "账号", "account";
        /// The e-mail address.
        Email = "email", "电子邮箱", "e-mail";
        /// The postal address.
        Address = "address", "地址", "address";
        /// What kind of person complains.
        Nature = "nature", "投诉人类型", "nature";
        /// The complainant's region, in the list's words.
        Region = "region", "地区", "region";
        /// Who passed it on.
        Origin = "origin", "转办来源", "passed on by";
        /// The number of whoever passed it on.
        OriginNumber = "origin_number", "转办编号", "their number";
    }
}

impl PastField {
    /// Whether it is a date.
    pub const fn is_date(self) -> bool {
        matches!(self, Self::Received | Self::ClockStart | Self::Answered | Self::Closed | Self::Occurred)
    }

    /// Whether its values are words of ours.
    pub const fn is_coded(self) -> bool {
        matches!(
            self,
            Self::Matter | Self::Origin | Self::Nature | Self::Outcome | Self::Channel | Self::Business | Self::Reason
        )
    }
}

/// Where one value comes from and how it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PastMappingField)]
pub struct FieldSpec {
    /// One column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Several columns, joined by `join`; empty ones are passed over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub columns: Option<Vec<String>>,
    /// What stands between the values of several columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub join: Option<String>,
    /// The same value for every row.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub constant: Option<String>,
    /// The file's words and ours. Case does not matter; the word "" stands for an empty value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub map: Option<BTreeMap<String, String>>,
    /// What a value gives that the map does not have; without it such a row is refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// How dates are written, in the letters of strftime. ISO dates are always understood.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub formats: Option<Vec<String>>,
    /// What amounts are counted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "yuan")]
    pub unit: Option<AmountUnit>,
}

impl FieldSpec {
    pub(super) fn check(&self, name: &str, field: Option<PastField>) -> Result<(), Text> {
        let sources = [self.column.is_some(), self.columns.is_some(), self.constant.is_some()];
        if sources.iter().filter(|given| **given).map(|_| 1u8).sum::<u8>() != 1 {
            return Err(Text::of(
                format!("{name} 须有 column、columns、constant 三者之一。"),
                format!("`{name}` has exactly one of `column`, `columns` and `constant`."),
            ));
        }
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            return Err(Text::of(format!("{name}：columns 是空的。"), format!("`{name}`: `columns` is empty.")));
        }
        if self.join.is_some() && self.columns.is_none() {
            return Err(Text::of(
                format!("{name}：join 只与 columns 同用。"),
                format!("`{name}`: `join` goes with `columns`."),
            ));
        }
        if self.default.is_some() && self.map.is_none() {
            return Err(Text::of(
                format!("{name}：default 只与 map 同用。"),
                format!("`{name}`: `default` goes with `map`."),
            ));
        }
        let dated = field.is_some_and(PastField::is_date);
        if self.formats.is_some() && !dated {
            return Err(Text::of(
                format!("{name} 不是日期，不能有 formats。"),
                format!("`{name}` is no date and has no `formats`."),
            ));
        }
        if let Some(format) = self.formats.iter().flatten().find(|format| !value::names_a_day(format)) {
            return Err(Text::of(
                format!("{name}：“{format}”不是能写明一个日期的格式。"),
                format!("`{name}`: `{format}` is no way of writing a day in the letters of strftime."),
            ));
        }
        if self.unit.is_some() && field != Some(PastField::Amount) {
            return Err(Text::of(
                format!("{name} 不是金额，不能有 unit。"),
                format!("`{name}` is no amount and has no `unit`."),
            ));
        }
        Ok(())
    }
}
