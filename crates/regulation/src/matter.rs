//! What the law tells apart about a matter: its kind, who passed it on, and the milestones that start and stop clocks.

use kernel::Text;
use serde::{Deserialize, Serialize};

/// The kinds of matter a customer brings. Complaint, report and petition run on three different clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterKind {
    /// 消费投诉: a consumer's civil claim against the institution.
    Complaint,
    /// 举报: a report of illegal acts.
    Report,
    /// 信访: an opinion, suggestion or grievance brought to a state body or a state-owned enterprise.
    Petition,
    /// 咨询: a question.
    Consultation,
    /// 意见建议: a suggestion.
    Suggestion,
    /// 表扬: praise.
    Praise,
    /// 求助: a request for help.
    HelpRequest,
}

impl MatterKind {
    /// Every kind, in order.
    pub const ALL: [Self; 7] = [
        Self::Complaint,
        Self::Report,
        Self::Petition,
        Self::Consultation,
        Self::Suggestion,
        Self::Praise,
        Self::HelpRequest,
    ];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Complaint => "complaint",
            Self::Report => "report",
            Self::Petition => "petition",
            Self::Consultation => "consultation",
            Self::Suggestion => "suggestion",
            Self::Praise => "praise",
            Self::HelpRequest => "help_request",
        }
    }

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::Complaint => Text::fixed("投诉", "Complaint"),
            Self::Report => Text::fixed("举报", "Report"),
            Self::Petition => Text::fixed("信访", "Petition"),
            Self::Consultation => Text::fixed("咨询", "Consultation"),
            Self::Suggestion => Text::fixed("建议", "Suggestion"),
            Self::Praise => Text::fixed("表扬", "Praise"),
            Self::HelpRequest => Text::fixed("求助", "Help request"),
        }
    }
}

/// The regulators whose transferred complaints have rules of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Regulator {
    /// 国家金融监督管理总局 and its offices.
    Nfra,
    /// 中国人民银行 and its branches.
    Pbc,
}

/// Who passed the matter on to the bank.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MatterSource {
    /// Nobody: the customer came to the bank, by whichever of its channels.
    Direct,
    /// Transferred by the NFRA or one of its offices, the 12378 hotline included.
    Nfra,
    /// Transferred by the PBoC or one of its branches, the 12363 hotline included.
    Pbc,
    /// Passed on by a government or its petition office, the 12345 hotline included.
    Government,
    /// Passed on by market supervision, the 12315 hotline included.
    MarketSupervision,
    /// Passed on by a consumers' association.
    ConsumerAssociation,
    /// Passed on by any other body.
    OtherBody,
    /// Found in the media, or asked about by them.
    Media,
}

impl MatterSource {
    /// Every source, in order.
    pub const ALL: [Self; 8] = [
        Self::Direct,
        Self::Nfra,
        Self::Pbc,
        Self::Government,
        Self::MarketSupervision,
        Self::ConsumerAssociation,
        Self::OtherBody,
        Self::Media,
    ];

    /// The stored and wire form.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Nfra => "nfra",
            Self::Pbc => "pbc",
            Self::Government => "government",
            Self::MarketSupervision => "market_supervision",
            Self::ConsumerAssociation => "consumer_association",
            Self::OtherBody => "other_body",
            Self::Media => "media",
        }
    }

    /// The name on screen.
    pub const fn title(self) -> Text {
        match self {
            Self::Direct => Text::fixed("客户直接提出", "From the customer"),
            Self::Nfra => Text::fixed("金融监管总局转办", "Transferred by the NFRA"),
            Self::Pbc => Text::fixed("人民银行转办", "Transferred by the PBoC"),
            Self::Government => Text::fixed("政府或信访部门转办", "Passed on by a government"),
            Self::MarketSupervision => Text::fixed("市场监管部门转办", "Passed on by market supervision"),
            Self::ConsumerAssociation => Text::fixed("消费者协会转办", "Passed on by a consumers' association"),
            Self::OtherBody => Text::fixed("其他单位转办", "Passed on by another body"),
            Self::Media => Text::fixed("媒体曝光或采访", "In the media"),
        }
    }

    /// The regulator that transferred the matter, if one did.
    pub const fn regulator(self) -> Option<Regulator> {
        match self {
            Self::Nfra => Some(Regulator::Nfra),
            Self::Pbc => Some(Regulator::Pbc),
            Self::Direct
            | Self::Government
            | Self::MarketSupervision
            | Self::ConsumerAssociation
            | Self::OtherBody
            | Self::Media => None,
        }
    }
}

/// What the law needs to know of a matter to choose its clocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Situation {
    /// The kind of matter.
    pub kind: MatterKind,
    /// Who passed it on.
    pub source: MatterSource,
    /// The person did not give a name; an anonymous report has no time limit and no duty of notice.
    pub anonymous: bool,
}

impl Situation {
    /// A matter brought by a person who gave a name.
    pub const fn named(kind: MatterKind, source: MatterSource) -> Self {
        Self { kind, source, anonymous: false }
    }
}

/// What happens in the life of a matter, and starts or stops a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Milestone {
    /// The bank received the matter, or a regulator's transfer of it.
    Received,
    /// A regulator or another authority received the matter.
    ReceivedByAuthority,
    /// The authority answered the person, or passed the matter on.
    PassedOn,
    /// The person completed or added to the material.
    MaterialAdded,
    /// The bank told the person whether it takes the matter on.
    AcceptanceNotified,
    /// The bank told the body that passed the matter on that it belongs elsewhere.
    Objected,
    /// Somebody of the bank spoke to the person for the first time.
    FirstContact,
    /// The person was told of the decision.
    DecisionNotified,
    /// The person asked the level above to examine the decision again (核查, 复查).
    ReviewRequested,
    /// The person was told the outcome of that.
    ReviewNotified,
    /// The person asked for the last examination (复核).
    SecondReviewRequested,
    /// The person was told the outcome of that.
    SecondReviewNotified,
    /// The authority took a complaint on for mediation.
    MediationAccepted,
    /// The mediation ended.
    MediationEnded,
    /// The person was called or visited after the decision.
    ReturnVisited,
    /// A task was given to another department.
    TaskGiven,
    /// That department answered.
    TaskAnswered,
    /// The matter was put on the rapid lane.
    MarkedUrgent,
    /// Somebody took the matter on.
    TakenOn,
    /// A group became so large that the procedure of a major event began.
    MajorRaised,
    /// The major event was reported.
    MajorReported,
    /// The order was closed.
    Closed,
    /// Personal information was found to have leaked.
    BreachFound,
    /// The leak was reported.
    BreachReported,
    /// The police ordered a payment stopped.
    PaymentStopped,
    /// The stop was lifted, renewed or followed by a freeze.
    PaymentStopEnded,
    /// An account was frozen.
    AccountFrozen,
    /// The freeze was lifted or renewed.
    FreezeEnded,
    /// The police ordered frozen money returned.
    RefundOrdered,
    /// The money was returned.
    RefundPaid,
    /// The return in proportion was announced.
    RefundAnnounced,
    /// The announcement ended.
    AnnouncementEnded,
    /// A transfer at a machine was accepted.
    TransferAccepted,
    /// The transfer was processed or revoked.
    TransferReleased,
}
