//! Where a matter comes from, as it goes over the wire: who passed it on, by which hotline, how it came in, and what they
//! want to hear. The rules are the model's.

use kernel::{Date, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{body::SourceWord, orders::reference};
use crate::{
    intake::Faults,
    model::{
        Order,
        parts::{Entry, Origin, PublicHotline, ReportItem},
    },
};

/// How the report to whoever passed an order on stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ReportWord {
    /// Somebody waits for it.
    Owed,
}

/// Who passed a matter on, and how it came in.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OriginRequest {
    /// Who.
    #[serde(default)]
    pub source: SourceWord,
    /// Their own number; a body that passes a matter on has one.
    #[serde(default)]
    pub number: Option<String>,
    /// When they want to hear.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Timestamp>,
    /// The public hotline that took it.
    #[serde(default)]
    pub hotline: Option<PublicHotline>,
    /// The way by which it came in.
    #[serde(default)]
    pub entry: Option<Entry>,
    /// What they want to hear; each of it must be told before the order can be closed.
    #[serde(default)]
    pub wanted: Vec<ReportItem>,
    /// The day on which they sent it.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = Date)]
    pub sent_on: Option<Date>,
}

impl OriginRequest {
    /// The origin; faults are noted.
    pub(crate) fn read(&self, faults: &mut Faults) -> Origin {
        let number = self.number.as_deref().map(str::trim).filter(|number| !number.is_empty());
        let number = number.and_then(|number| faults.take("/origin/number", reference(number)));
        Origin {
            source: self.source.into(),
            number,
            deadline: self.deadline,
            hotline: self.hotline,
            entry: self.entry,
            wanted: Origin::items(self.wanted.clone()),
            sent_on: self.sent_on,
        }
    }
}

/// Where an order comes from, and how the report to whoever passed it on stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct OriginBody {
    /// Who passed it on.
    pub source: SourceWord,
    /// Their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// When they want to hear.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub deadline: Option<Timestamp>,
    /// The public hotline that took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hotline: Option<PublicHotline>,
    /// The way by which it came in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub entry: Option<Entry>,
    /// The day on which they sent it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub sent_on: Option<Date>,
    /// What they want to hear.
    pub wanted: Vec<ReportItem>,
    /// What of it they were not told yet.
    pub outstanding: Vec<ReportItem>,
    /// Somebody waits for a report.
    pub is_report_wanted: bool,
    /// They were told everything.
    pub is_reported: bool,
}

impl From<&Order> for OriginBody {
    fn from(order: &Order) -> Self {
        let origin = &order.origin;
        Self {
            source: origin.source.into(),
            number: origin.number.as_ref().map(|number| number.as_str().to_owned()),
            deadline: origin.deadline,
            hotline: origin.hotline,
            entry: origin.entry(),
            sent_on: origin.sent_on,
            wanted: origin.wanted.clone(),
            outstanding: order.unreported(),
            is_report_wanted: origin.wants_report(),
            is_reported: order.reported,
        }
    }
}
