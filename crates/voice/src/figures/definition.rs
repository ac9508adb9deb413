//! The figures: their names, their units, and what each means, in words that stand beside every number that is shown.
//! The code that counts is in `measure`; a test holds the two to each other.

use kernel::Text;

use crate::model::words::words;

words! {
    /// A figure over the orders that were received in a period.
    Figure {
        /// Orders received.
        Received = "received", "受理件数", "Orders received";
        /// Orders received, a matter filed more than once counted once.
        Merged = "merged", "去重件数", "Orders received, merged";
        /// Orders that have ended.
        Ended = "ended", "办结件数", "Orders ended";
        /// The share of orders that kept their time limits.
        OnTime = "on_time", "按时办理率", "On-time rate";
        /// The mean time to the first contact.
        FirstContact = "first_contact", "首次联系平均时长", "Mean time to first contact";
        /// The median time to the first contact.
        FirstContactMedian = "first_contact_median", "首次联系中位时长", "Median time to first contact";
        /// The mean time to the end.
        TimeToClose = "time_to_close", "平均办结时长", "Mean time to close";
        /// The median time to the end.
        TimeToCloseMedian = "time_to_close_median", "办结中位时长", "Median time to close";
        /// Transfers for each order.
        Transfers = "transfers", "件均转办次数", "Transfers per order";
        /// The share of orders that were opened again.
        Reopened = "reopened", "重新办理率", "Reopen rate";
        /// The mean satisfaction.
        Satisfaction = "satisfaction", "平均满意度", "Mean satisfaction";
        /// The share of the asked who are satisfied.
        Satisfied = "satisfied", "满意率", "Satisfied share";
        /// The share of complaints that were right.
        Substantiated = "substantiated", "投诉属实率", "Substantiated rate";
        /// The share of orders that repeat a matter.
        Repeated = "repeated", "重复投诉率", "Repeat rate";
        /// Orders for each thousand outlets.
        PerThousandOutlets = "per_thousand_outlets", "千网点投诉量", "Orders per thousand outlets";
        /// Orders for each ten million customers.
        PerTenMillionCustomers =
            "per_ten_million_customers", "千万客户投诉量", "Orders per ten million customers";
    }
}

words! {
    /// In what a figure is counted.
    Unit {
        /// Whole orders.
        Orders = "orders", "件", "orders";
        /// Parts of a million: 950000 is 95 %.
        PartsPerMillion = "parts_per_million", "百万分之一", "parts per million";
        /// Seconds.
        Seconds = "seconds", "秒", "seconds";
        /// Hundredths of one.
        Hundredths = "hundredths", "百分之一", "hundredths";
    }
}

words! {
    /// Which of the orders behind a figure.
    Part {
        /// Those above the line: of a share, the ones it is the share of; of a mean, all it was taken over.
        Numerator = "numerator", "分子", "numerator";
        /// Those below the line.
        Denominator = "denominator", "分母", "denominator";
        /// Of a share, those below the line and not above it: what missed its limit, who was not satisfied.
        Rest = "rest", "其余", "rest";
    }
}

/// How many figures there are.
pub(super) const FIGURES: usize = Figure::ALL.len();

impl Figure {
    /// In what it is counted.
    pub const fn unit(self) -> Unit {
        match self {
            Self::Received | Self::Merged | Self::Ended => Unit::Orders,
            Self::OnTime | Self::Reopened | Self::Satisfied | Self::Substantiated | Self::Repeated => {
                Unit::PartsPerMillion
            }
            Self::FirstContact | Self::FirstContactMedian | Self::TimeToClose | Self::TimeToCloseMedian => {
                Unit::Seconds
            }
            Self::Transfers | Self::Satisfaction | Self::PerThousandOutlets | Self::PerTenMillionCustomers => {
                Unit::Hundredths
            }
        }
    }

    /// What it means, exactly.
    pub fn definition(self) -> Text {
        let found = DEFINITIONS.iter().find(|(figure, _)| *figure == self);
        found.map_or_else(|| self.title(), |(_, text)| text.clone())
    }

    /// Whether it is a share of orders, so that the orders above the line are fewer than those below.
    pub const fn is_share(self) -> bool {
        match self {
            Self::OnTime
            | Self::Reopened
            | Self::Satisfied
            | Self::Substantiated
            | Self::Repeated
            | Self::Merged
            | Self::Ended => true,
            Self::Received
            | Self::FirstContact
            | Self::FirstContactMedian
            | Self::TimeToClose
            | Self::TimeToCloseMedian
            | Self::Transfers
            | Self::Satisfaction
            | Self::PerThousandOutlets
            | Self::PerTenMillionCustomers => false,
        }
    }
}

/// What each figure means, in the order of the list.
static DEFINITIONS: [(Figure, Text); FIGURES] = [
    (
        Figure::Received,
        Text::fixed(
            "统计期内（按银行收到之日，北京时间）收到的工单件数，含重复件和已撤回件。",
            "Orders that the bank received in the period, by the day of receipt in Beijing; duplicates and withdrawn ones included.",
        ),
    ),
    (
        Figure::Merged,
        Text::fixed(
            "统计期内收到、且未关联为其他工单重复件的件数；一件事多次提交只计一件。",
            "Of the orders received, those not linked as the duplicate of another; a matter filed several times counts once.",
        ),
    ),
    (
        Figure::Ended,
        Text::fixed(
            "统计期内收到、目前已办结或已撤回的件数。",
            "Of the orders received, those closed or withdrawn by now.",
        ),
    ),
    (
        Figure::OnTime,
        Text::fixed(
            "分母：统计期内收到、至少有一项时限已有结果（已答复，或已到期未答复）的工单；分子：其中没有一项超期的工单。因撤回等取消的时限不计。按时限筛选时只看该项时限。",
            "Below: orders received with at least one time limit that was answered or has passed. Above: those of them with none missed. Limits cancelled, for instance by a withdrawal, do not count. When one limit is chosen, only that one is looked at.",
        ),
    ),
    (
        Figure::FirstContact,
        Text::fixed(
            "从银行收到到首次联系上投诉人的平均时长（自然时间）；分母为已联系上的工单。",
            "Mean natural time from receipt until the complainant was first reached, over the orders where they were.",
        ),
    ),
    (
        Figure::FirstContactMedian,
        Text::fixed(
            "从银行收到到首次联系上投诉人的时长的中位数（自然时间）；只计已联系上的工单。",
            "Median natural time from receipt until the complainant was first reached, over the orders where they were.",
        ),
    ),
    (
        Figure::TimeToClose,
        Text::fixed(
            "从银行收到到办结的平均时长（自然时间）；分母为已办结的工单，不含撤回；重新办理的算到最后一次办结。",
            "Mean natural time from receipt to closing, over closed orders; withdrawn ones aside, reopened ones to their last closing.",
        ),
    ),
    (
        Figure::TimeToCloseMedian,
        Text::fixed(
            "从银行收到到办结的时长的中位数（自然时间）；只计已办结的工单，不含撤回。",
            "Median natural time from receipt to closing, over closed orders; withdrawn ones aside.",
        ),
    ),
    (
        Figure::Transfers,
        Text::fixed(
            "转办次数合计 ÷ 收到件数；首次分派不算转办。",
            "Times that orders were passed on, divided by the orders received; the first assignment is no transfer.",
        ),
    ),
    (
        Figure::Reopened,
        Text::fixed(
            "分母：统计期内收到、曾告知处理决定或曾办结的工单；分子：其中重新办理过的。",
            "Below: orders received that were answered or ended at least once. Above: those opened again.",
        ),
    ),
    (
        Figure::Satisfaction,
        Text::fixed(
            "最近一次回访中投诉人打分（1 至 5）的平均值；分母为已打分的工单。",
            "Mean of what complainants said on the last return visit, 1 to 5, over the orders where they did.",
        ),
    ),
    (
        Figure::Satisfied,
        Text::fixed(
            "分母：投诉人已打分的工单；分子：其中 4 分和 5 分的。",
            "Below: orders with an answer on satisfaction. Above: those with 4 or 5.",
        ),
    ),
    (
        Figure::Substantiated,
        Text::fixed(
            "分母：处理结论为属实、部分属实或不属实的工单；分子：其中属实和部分属实的。",
            "Below: orders found substantiated, partly substantiated or not substantiated. Above: the first two.",
        ),
    ),
    (
        Figure::Repeated,
        Text::fixed(
            "分母：统计期内收到的工单；分子：其中关联为其他工单的重复件或后续件的。",
            "Below: orders received. Above: those linked as the duplicate or the follow-up of another.",
        ),
    ),
    (
        Figure::PerThousandOutlets,
        Text::fixed(
            "收到件数 ÷ 范围内目前营业的网点数 × 1000。",
            "Orders received, divided by the outlets open now within the scope, times a thousand.",
        ),
    ),
    (
        Figure::PerTenMillionCustomers,
        Text::fixed(
            "收到件数 ÷ 统计期末适用的客户数（由本行按机构登记）× 1000 万；未登记客户数时不计算。",
            "Orders received, divided by the number of customers that the bank has entered for the unit as of the end of the period, times ten million; not computed where none was entered.",
        ),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_defined_once() {
        let defined: Vec<Figure> = DEFINITIONS.iter().map(|(figure, _)| *figure).collect();
        assert_eq!(defined, Figure::ALL);
    }
}
