//! The parts of an interception as they go over the wire: answers, what was said, the delay, the limit, and the law.

use kernel::{Date, Problem, Timestamp};
use people::{api::body::TextBody, sealing::MatterKey};
use serde::Serialize;
use utoipa::ToSchema;

use crate::model::{
    interception::{Delay, Given, Interception, Limit, Remark},
    law::{Item, Law},
    words::{DelayEnd, DelayGround, Restriction},
};

/// An answer that was given.
#[derive(Debug, Serialize, ToSchema)]
pub struct GivenBody {
    /// The part.
    pub part: String,
    /// The step.
    pub step: String,
    /// The answer.
    pub answer: String,
    /// Its points.
    pub points: i32,
    /// Who asked, as an actor reference.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
}

/// What somebody said at a step.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaidBody {
    /// At which step: `relative`, `police`, `limit`, `appeal`, `lift`, `note`, `settle`, `report`, `visit`, `release`.
    pub step: &'static str,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who wrote it down, as an actor reference.
    pub by: String,
    /// What.
    pub text: String,
}

/// Something on a list of the law.
#[derive(Debug, Serialize, ToSchema)]
pub struct ItemBody {
    /// Its key.
    pub key: String,
    /// Its name.
    pub title: TextBody,
}

impl From<Item> for ItemBody {
    fn from(item: Item) -> Self {
        Self { key: item.key, title: item.title.into() }
    }
}

/// A sentence of the law or the policy.
#[derive(Debug, Serialize, ToSchema)]
pub struct LawBody {
    /// What it says.
    pub text: TextBody,
    /// The law.
    pub law: TextBody,
    /// The article, of verified rows only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub article: Option<String>,
    /// Whether it was verified in the statute.
    pub is_verified: bool,
}

/// What a screen needs to know of the law.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterceptionLawBody {
    /// Sentences: measures, appeals, dissuasion.
    pub sentences: Vec<LawBody>,
    /// The conditions under which the delay at teller machines may be waived.
    pub waived_if: Vec<ItemBody>,
    /// What is told when an account is limited.
    pub limit_told: Vec<ItemBody>,
    /// What counts as amount saved.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub saved: Option<TextBody>,
}

impl InterceptionLawBody {
    pub(super) fn of(law: &Law, on: Date) -> Self {
        let ids = ["fraud.risk_measures", "fraud.limit.appeal", "fraud.dissuasion"];
        let sentence = |id: &str| {
            law.sentence(id, on).map(|found| LawBody {
                text: found.text.into(),
                law: found.law.into(),
                article: found.article,
                is_verified: found.verified,
            })
        };
        Self {
            sentences: ids.into_iter().filter_map(sentence).collect(),
            waived_if: law.waived_if(on).into_iter().map(Into::into).collect(),
            limit_told: law.limit_told(on).into_iter().map(Into::into).collect(),
            saved: law.saved(on).map(Into::into),
        }
    }
}

/// A transfer that waits, or waited.
#[derive(Debug, Serialize, ToSchema)]
pub struct DelayBody {
    /// Why.
    pub ground: DelayGround,
    /// The row that says how long.
    #[schema(value_type = String)]
    pub rule: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// Until when; until then the customer may call it back.
    #[schema(value_type = String, format = DateTime)]
    pub until: Timestamp,
    /// How it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended: Option<DelayEnd>,
}

impl From<&Delay> for DelayBody {
    fn from(delay: &Delay) -> Self {
        Self {
            ground: delay.ground,
            rule: delay.rule.to_string(),
            since: delay.since,
            until: delay.until,
            ended: delay.ended.map(|(how, _)| how),
        }
    }
}

/// A limit of the account.
#[derive(Debug, Serialize, ToSchema)]
pub struct AccountLimitBody {
    /// What.
    pub restriction: Restriction,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Timestamp,
    /// What the customer was told, by the keys of the law's list.
    pub told: Vec<String>,
    /// When the customer appealed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub appealed_at: Option<Timestamp>,
    /// When it was lifted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub lifted_at: Option<Timestamp>,
}

impl From<&Limit> for AccountLimitBody {
    fn from(limit: &Limit) -> Self {
        Self {
            restriction: limit.restriction,
            since: limit.since,
            told: limit.told.clone(),
            appealed_at: limit.appealed_at,
            lifted_at: limit.lifted_at,
        }
    }
}

/// Something that happened.
#[derive(Debug, Serialize, ToSchema)]
pub struct InterceptionEventBody {
    /// Its place in the history, from 1.
    pub version: u64,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Who, as an actor reference.
    pub by: String,
    /// What kind.
    pub kind: &'static str,
    /// What happened, in words.
    pub sentence: TextBody,
}

impl GivenBody {
    /// The answers so far.
    pub(super) fn all(state: &Interception) -> Vec<Self> {
        let body = |((part, step), given): (&(String, String), &Given)| GivenBody {
            part: part.clone(),
            step: step.clone(),
            answer: given.answer.clone(),
            points: given.points,
            by: given.by.as_str().to_owned(),
            at: given.at,
        };
        state.answers.iter().map(body).collect()
    }
}

impl SaidBody {
    /// What was said, opened at its place.
    pub(super) fn of(remark: &Remark, key: &MatterKey<'_>) -> Result<Self, Problem> {
        Ok(SaidBody {
            step: remark.field,
            at: remark.at,
            by: remark.by.as_str().to_owned(),
            text: key.open(remark.field, &remark.text)?.into_exposed(),
        })
    }
}
