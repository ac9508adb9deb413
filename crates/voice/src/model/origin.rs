//! Where a matter comes from: who passed it on, by which hotline, how it came in, and what they want to hear about it.
//! Values only; whether they fit together is `decide`'s to say.

use kernel::{Date, Text, Timestamp};
use regulation::MatterSource;
use serde::{Deserialize, Serialize};

use super::{
    parts::Reference,
    refusal::{fixed, of, refusals},
    words::words,
};

words! {
    /// The way by which a matter came into the bank. Where the business itself was done is axis A, another thing.
    Entry {
        /// At the counter.
        Counter = "counter", "柜面", "at the counter";
        /// At a self-service machine.
        SelfService = "self_service", "自助机具", "at a self-service machine";
        /// By the bank's own hotline.
        Hotline = "hotline", "客服热线", "by the bank's hotline";
        /// On the bank's website or its portal.
        Web = "web", "门户网站", "on the website";
        /// In the bank's app.
        App = "app", "移动客户端", "in the app";
        /// By WeChat or another public platform.
        Wechat = "wechat", "微信等公众平台", "by WeChat or another platform";
        /// By text message.
        Sms = "sms", "短信", "by text message";
        /// By e-mail.
        Email = "email", "电子邮件", "by e-mail";
        /// By letter.
        Letter = "letter", "信函", "by letter";
        /// By a visit to the bank's offices.
        Visit = "visit", "来访", "by a visit";
        /// Through a third party that sells or serves for the bank.
        ThirdParty = "third_party", "第三方渠道", "through a third party";
        /// Passed on by a supervisor or another body.
        Transfer = "transfer", "转办", "passed on";
        /// In the media.
        Media = "media", "媒体", "in the media";
    }
}

words! {
    /// The public hotline that took a matter before it was passed on.
    PublicHotline {
        /// 12378 of the NFRA.
        Nfra12378 = "nfra12378", "12378 银行保险消费者投诉维权热线", "12378 of the NFRA";
        /// 12363 of the PBoC.
        Pbc12363 = "pbc12363", "12363 金融消费权益保护咨询投诉电话", "12363 of the PBoC";
        /// 12345 of the governments.
        Government12345 = "government12345", "12345 政务服务便民热线", "the government hotline 12345";
        /// 12315 of market supervision.
        Market12315 = "market12315", "12315 消费者投诉举报热线", "12315 of market supervision";
    }
}

impl PublicHotline {
    /// The body that runs it.
    pub const fn source(self) -> MatterSource {
        match self {
            Self::Nfra12378 => MatterSource::Nfra,
            Self::Pbc12363 => MatterSource::Pbc,
            Self::Government12345 => MatterSource::Government,
            Self::Market12315 => MatterSource::MarketSupervision,
        }
    }
}

words! {
    /// What whoever passed a matter on wants to hear about it.
    ReportItem {
        /// Whether the bank takes the matter on.
        Acceptance = "acceptance", "受理情况", "whether it was accepted";
        /// What was found.
        Facts = "facts", "调查核实情况", "the facts found";
        /// The result.
        Result = "result", "处理结果", "the result";
        /// A report in writing, under the bank's seal.
        WrittenReport = "written_report", "书面报告", "a written report";
        /// The papers that prove it.
        Evidence = "evidence", "佐证材料", "supporting papers";
        /// What the complainant says to it.
        ComplainantView = "complainant_view", "投诉人意见", "the complainant's view";
        /// What is changed so that it does not happen again.
        Rectification = "rectification", "整改情况", "the rectification";
        /// Who was held to account.
        Accountability = "accountability", "问责情况", "who was held to account";
    }
}

impl ReportItem {
    /// Whether it can be reported before the matter is decided.
    pub const fn before_decision(self) -> bool {
        matches!(self, Self::Acceptance | Self::Facts)
    }
}

/// Where a matter comes from, with the number and the time that whoever passed it on set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Who passed it on, or nobody.
    pub source: MatterSource,
    /// Their own number; a body that passes a matter on has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<Reference>,
    /// When they want to hear, if they said so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<Timestamp>,
    /// The public hotline that took it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hotline: Option<PublicHotline>,
    /// The way by which it came in, when that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// What they want to hear, each once and in order; a plain report when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wanted: Vec<ReportItem>,
    /// The day on which they sent it; the bank's time counts from its own receipt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_on: Option<Date>,
}

impl Origin {
    /// The complainant came to the bank.
    pub const DIRECT: Self = Self {
        source: MatterSource::Direct,
        number: None,
        deadline: None,
        hotline: None,
        entry: None,
        wanted: Vec::new(),
        sent_on: None,
    };

    /// A body passed it on, under its own number.
    pub fn passed_on(source: MatterSource, number: Option<Reference>) -> Self {
        Self { source, number, ..Self::DIRECT }
    }

    /// Whether somebody else must be told of the result. The media are told when they asked.
    pub fn wants_report(&self) -> bool {
        match self.source {
            MatterSource::Direct => false,
            MatterSource::Media => self.deadline.is_some() || !self.wanted.is_empty(),
            MatterSource::Nfra
            | MatterSource::Pbc
            | MatterSource::Government
            | MatterSource::MarketSupervision
            | MatterSource::ConsumerAssociation
            | MatterSource::OtherBody => true,
        }
    }

    /// The way by which it came in, as far as the source alone tells it when nobody said more.
    pub const fn entry(&self) -> Option<Entry> {
        match (self.entry, self.source) {
            (Some(entry), _) => Some(entry),
            (None, MatterSource::Direct) => None,
            (None, MatterSource::Media) => Some(Entry::Media),
            (
                None,
                MatterSource::Nfra
                | MatterSource::Pbc
                | MatterSource::Government
                | MatterSource::MarketSupervision
                | MatterSource::ConsumerAssociation
                | MatterSource::OtherBody,
            ) => Some(Entry::Transfer),
        }
    }

    /// What is wrong with it as it stands, of a matter received at `received_at`.
    pub fn fault(&self, received_at: Timestamp) -> Option<OriginRefusal> {
        let direct = self.source == MatterSource::Direct;
        let numbered = self.number.is_some();
        // A newspaper has no number of its own; whoever files may note one.
        let number_fits = if self.source == MatterSource::Media { true } else { direct != numbered };
        if !number_fits {
            Some(OriginRefusal::Number)
        } else if self.deadline.is_some_and(|deadline| direct || deadline <= received_at) {
            Some(OriginRefusal::Deadline)
        } else if self.hotline.is_some_and(|hotline| hotline.source() != self.source) {
            Some(OriginRefusal::Hotline)
        } else if direct && !self.wanted.is_empty() {
            Some(OriginRefusal::Wanted)
        } else {
            None
        }
    }

    /// The items of a list, each once and in order.
    pub fn items(mut items: Vec<ReportItem>) -> Vec<ReportItem> {
        items.sort_unstable();
        items.dedup();
        items
    }
}

/// The items in words.
pub(super) fn listed(items: &[ReportItem]) -> Text {
    let zh: Vec<_> = items.iter().map(|item| item.title().zh).collect();
    let en: Vec<_> = items.iter().map(|item| item.title().en).collect();
    Text::of(zh.join("、"), en.join(", "))
}

refusals! {
    /// Why something about a matter's origin may not be.
    OriginRefusal [] {
    /// Whoever passed the matter on has a number, and only they have.
    Number, "origin-number" at "/origin/number", fixed(
        "转办件须填写转办单位的编号，客户直接提出的不填。",
        "A matter that was passed on has the sender's number; one from the customer has none.");
    /// A deadline comes from whoever passed the matter on, and lies after receipt.
    Deadline, "origin-deadline" at "/origin/deadline", fixed(
        "反馈期限由转办单位设定，且须晚于收到时间。", "Only a sender sets a deadline, and it lies after the receipt.");
    /// The hotline is another body's.
    Hotline, "origin-hotline" at "/origin/hotline", fixed(
        "热线与转办单位不一致，请更正其中一项。", "The hotline belongs to another body than the source; correct one of them.");
    /// Nobody waits for a report on a matter that the customer brought.
    Wanted, "origin-wanted" at "/origin/wanted", fixed(
        "客户直接提出的事项没有反馈要求。", "Nobody waits for a report on a matter from the customer.");
    /// Nothing is different.
    NothingCorrected, "nothing-corrected", fixed(
        "更正后的内容与原来相同，没有需要登记的更正。", "Nothing is different, so there is nothing to correct.");
    /// Who passed a matter on decides its clocks, and is not a slip of the pen.
    SourceFixed, "source-fixed" at "/origin/source", fixed(
        "转办单位决定适用的时限，不能更正；请登记新工单并关联。",
        "The source decides which clocks run and is not corrected; file a new order and link it.");
    /// The report lacks what was asked for.
    ReportLacks(items: Vec<ReportItem>), "report-lacks" at "/items", of(
        format!("请选择本次反馈的内容；对方要求而尚未反馈的有：{}。", listed(items).zh),
        format!("Say what this report tells; still asked for: {}.", listed(items).en));
    /// What was asked for can only be told after the decision.
    ReportEarly(items: Vec<ReportItem>), "report-early" at "/items", of(
        format!("{}须在作出处理决定后反馈。", listed(items).zh),
        format!("Only after the decision: {}.", listed(items).en));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(origin: Origin, expect: Option<OriginRefusal>) {
        assert_eq!(origin.fault(Timestamp::from_micros(1_000)), expect);
    }

    #[test]
    fn an_origin_is_of_one_piece() {
        let number = || Reference::parse("2026-77");
        let nfra = || Origin::passed_on(MatterSource::Nfra, number());
        check(Origin::DIRECT, None);
        check(nfra(), None);
        check(Origin::passed_on(MatterSource::Pbc, None), Some(OriginRefusal::Number));
        check(Origin { number: number(), ..Origin::DIRECT }, Some(OriginRefusal::Number));
        check(Origin::passed_on(MatterSource::Media, None), None);
        check(Origin::passed_on(MatterSource::Media, number()), None);
        check(Origin { deadline: Some(Timestamp::from_micros(1_000)), ..nfra() }, Some(OriginRefusal::Deadline));
        check(Origin { hotline: Some(PublicHotline::Nfra12378), ..nfra() }, None);
        check(Origin { hotline: Some(PublicHotline::Pbc12363), ..nfra() }, Some(OriginRefusal::Hotline));
        check(Origin { wanted: vec![ReportItem::Result], ..Origin::DIRECT }, Some(OriginRefusal::Wanted));
        check(Origin { entry: Some(Entry::Letter), ..Origin::DIRECT }, None);
    }

    #[test]
    fn the_media_hear_when_they_asked() {
        let media = Origin::passed_on(MatterSource::Media, None);
        assert!(!media.wants_report());
        assert!(Origin { wanted: vec![ReportItem::Result], ..media.clone() }.wants_report());
        assert_eq!(media.entry(), Some(Entry::Media));
        assert_eq!(Origin::passed_on(MatterSource::Government, None).entry(), Some(Entry::Transfer));
        assert_eq!(Origin::DIRECT.entry(), None);
    }

    #[test]
    fn stored_words_are_what_serde_writes() {
        for hotline in PublicHotline::ALL {
            assert_eq!(serde_json::to_value(hotline).unwrap(), hotline.as_str());
        }
        for item in ReportItem::ALL {
            assert_eq!(serde_json::to_value(item).unwrap(), item.as_str());
        }
        for entry in Entry::ALL {
            assert_eq!(serde_json::to_value(entry).unwrap(), entry.as_str());
        }
    }
}
