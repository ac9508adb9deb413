//! What a trial counted, as it goes over the wire, with the definitions that the figures rest on.

use kernel::{
    Text, Timestamp,
    id::{BacktestId, DecisionId, ScenarioId, ScoreModelId},
};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    model::words::GuardOutcome,
    proof::tally::{Known, Side, Tally, share},
    store::backtests::{Backtest, BacktestState, Difference},
};

/// The score model of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialModelBody {
    /// The version's id.
    #[schema(value_type = String)]
    pub id: ScoreModelId,
    /// Which version it is.
    pub number: u32,
}

impl From<(ScoreModelId, u32)> for TrialModelBody {
    fn from((id, number): (ScoreModelId, u32)) -> Self {
        Self { id, number }
    }
}

/// One day of a trial.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialDayBody {
    /// The day, as in Shanghai.
    #[schema(value_type = String, format = Date)]
    pub date: String,
    /// Decisions.
    pub decided: u64,
    /// Alerts of what is live.
    pub live: u64,
    /// Alerts of the candidate.
    pub candidate: u64,
}

/// How many decisions went from one outcome to another.
#[derive(Debug, Serialize, ToSchema)]
pub struct MatrixCellBody {
    /// What the live versions say.
    pub live: GuardOutcome,
    /// What the candidate says.
    pub candidate: GuardOutcome,
    /// How many decisions.
    pub count: u64,
}

/// How one side does.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialSideBody {
    /// Decisions on which anything but `allow` is demanded.
    pub alerts: u64,
    /// Of those, known fraud.
    pub fraud: u64,
    /// Of those, known false alarms.
    pub genuine: u64,
    /// Of the alerts on what is known, the part that was fraud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Of the known fraud, the part on which there was an alert.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    /// The amount of known fraud on which something was demanded before the money moved, in fen.
    pub saved: i64,
    /// Customers with an alert that is not known to be fraud, counted once a day.
    pub disturbed: u64,
}

/// What a rule of the candidate adds.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialRuleBody {
    /// Its name.
    pub name: String,
    /// On how many decisions it held.
    pub held: u64,
    /// On how many it alone of all rules held.
    pub alone: u64,
    /// On how many the outcome would have been weaker without it.
    pub decisive: u64,
    /// On how much known fraud it held.
    pub fraud: u64,
    /// On how many known false alarms it held.
    pub genuine: u64,
}

/// How often two rules held together.
#[derive(Debug, Serialize, ToSchema)]
pub struct OverlapBody {
    /// One rule.
    pub first: String,
    /// The other.
    pub second: String,
    /// On how many decisions both held.
    pub count: u64,
}

/// What a threshold on the candidate's score would give.
#[derive(Debug, Serialize, ToSchema)]
pub struct ThresholdBody {
    /// Alerts are the decisions of this score and above; scores beyond ±2,000 count as that.
    pub score: i32,
    /// How many.
    pub alerts: u64,
    /// Known fraud among them.
    pub fraud: u64,
    /// Known false alarms among them.
    pub genuine: u64,
    /// Of the known among them, the part that was fraud.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub precision: Option<f64>,
    /// Of the known fraud, the part that is among them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recall: Option<f64>,
    /// The amount of the fraud among them, in fen.
    pub amount: i64,
}

/// What a trial counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialResultBody {
    /// Decisions.
    pub decided: u64,
    /// Decisions on which the outcomes differ.
    pub differing: u64,
    /// Known fraud.
    pub fraud: u64,
    /// The amount of known fraud, in fen.
    pub fraud_amount: i64,
    /// Known false alarms.
    pub genuine: u64,
    /// Events that cannot be read any more, which are left out.
    pub unreadable: u64,
    /// Decisions whose texts were erased, so that masks and parts of texts match nothing.
    pub without_texts: u64,
    /// Decisions of a time when features had other names; those that were missing count as unknown.
    pub other_layout: u64,
    /// By day.
    pub days: Vec<TrialDayBody>,
    /// How many went from which outcome to which.
    pub matrix: Vec<MatrixCellBody>,
    /// What is live.
    pub live: TrialSideBody,
    /// The candidate.
    pub candidate: TrialSideBody,
    /// Its rules, by name.
    pub rules: Vec<TrialRuleBody>,
    /// Pairs of its rules that held together.
    pub overlap: Vec<OverlapBody>,
    /// Thresholds on its score, from the highest down.
    pub thresholds: Vec<ThresholdBody>,
    /// What the figures mean.
    pub definition: TextBody,
}

fn side(side: &Side, fraud: u64) -> TrialSideBody {
    TrialSideBody {
        alerts: side.alerts,
        fraud: side.fraud,
        genuine: side.genuine,
        precision: side.precision(),
        recall: side.recall(fraud),
        saved: side.saved,
        disturbed: side.disturbed,
    }
}

fn definition() -> Text {
    Text::fixed(
        "预警指“放行”以外的结果。欺诈指在标签截止时间前已劝阻、警方接手或事后报案的拦截；误报指复核为误报的拦截；坚持办理与未登记拦截的不作为标签。挽回金额为已知欺诈中结果为核实及以上的金额；打扰按客户每日一次计，不含已知欺诈。客户事后的行为按实际发生计。",
        "An alert is any outcome but “allow”. Fraud is an interception that ended before the labels' time as persuaded, taken over by the police or reported later; a false alarm is one that was reviewed as such; who insisted, and what was never intercepted, says neither. Saved is the amount of known fraud with the outcome “verify” or stronger. A customer is disturbed once a day, by alerts that are not known fraud. What customers did afterwards stays as it was.",
    )
}

impl From<&Tally> for TrialResultBody {
    fn from(tally: &Tally) -> Self {
        let days = tally.days.iter().map(|(date, day)| TrialDayBody {
            date: date.clone(),
            decided: day.decided,
            live: day.baseline,
            candidate: day.candidate,
        });
        let matrix = tally.matrix.iter().flat_map(|(live, row)| {
            row.iter().map(|(candidate, count)| MatrixCellBody { live: *live, candidate: *candidate, count: *count })
        });
        let rules = tally.rules.iter().map(|(name, rule)| TrialRuleBody {
            name: name.clone(),
            held: rule.held,
            alone: rule.alone,
            decisive: rule.decisive,
            fraud: rule.fraud,
            genuine: rule.genuine,
        });
        let overlap = tally.overlap.iter().filter_map(|(pair, count)| {
            let (first, second) = pair.split_once('+')?;
            Some(OverlapBody { first: first.to_owned(), second: second.to_owned(), count: *count })
        });
        let thresholds = tally.sweep().into_iter().map(|at| ThresholdBody {
            score: at.score,
            alerts: at.alerts,
            fraud: at.fraud,
            genuine: at.genuine,
            precision: share(at.fraud, at.fraud + at.genuine),
            recall: share(at.fraud, tally.fraud),
            amount: at.amount,
        });
        Self {
            decided: tally.decided,
            differing: tally.differing,
            fraud: tally.fraud,
            fraud_amount: tally.fraud_amount,
            genuine: tally.genuine,
            unreadable: tally.unreadable,
            without_texts: tally.without_texts,
            other_layout: tally.other_layout,
            days: days.collect(),
            matrix: matrix.collect(),
            live: side(&tally.baseline, tally.fraud),
            candidate: side(&tally.candidate, tally.fraud),
            rules: rules.collect(),
            overlap: overlap.collect(),
            thresholds: thresholds.collect(),
            definition: definition().into(),
        }
    }
}

/// A decision on which the two sides differ.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrialDifferenceBody {
    /// The decision.
    #[schema(value_type = String)]
    pub decision: DecisionId,
    /// Its place in the order of decisions.
    pub seq: i64,
    /// When it was taken.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// What the live versions say.
    pub live: GuardOutcome,
    /// What the candidate says.
    pub candidate: GuardOutcome,
    /// The score of the live versions.
    pub live_score: i32,
    /// The score of the candidate.
    pub candidate_score: i32,
    /// What became known of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<Known>,
}

impl From<Difference> for TrialDifferenceBody {
    fn from(one: Difference) -> Self {
        Self {
            decision: one.decision,
            seq: one.seq,
            at: one.at,
            live: one.baseline,
            candidate: one.candidate,
            live_score: one.baseline_score,
            candidate_score: one.candidate_score,
            known: one.known,
        }
    }
}

/// A backtest.
#[derive(Debug, Serialize, ToSchema)]
pub struct BacktestBody {
    /// Its id.
    #[schema(value_type = String, example = "bt_01jd8x4c3e7tq9v2m5k6n8p0r1")]
    pub id: BacktestId,
    /// The version that is tried.
    #[schema(value_type = String)]
    pub scenario: ScenarioId,
    /// The scenario's name in data.
    pub name: String,
    /// Its name on screen.
    pub title: TextBody,
    /// Which version of the name.
    pub number: u32,
    /// How it stands.
    pub state: BacktestState,
    /// Events of the stretch that are behind it.
    pub done: i64,
    /// Events of the stretch.
    pub total: i64,
    /// From when the decisions are.
    #[schema(value_type = String, format = DateTime)]
    pub from: Timestamp,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub to: Timestamp,
    /// What became known from then on is not taken for known.
    #[schema(value_type = String, format = DateTime)]
    pub labels_until: Timestamp,
    /// The score model that both sides score by: the one that was named, or that was live when it began; none when by none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<TrialModelBody>,
    /// Who started it, as an actor reference.
    pub started_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Timestamp,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Timestamp>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<TextBody>)]
    pub fault: Option<TextBody>,
    /// What was counted so far; of one backtest only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<TrialResultBody>,
}

impl From<&Backtest> for BacktestBody {
    fn from(run: &Backtest) -> Self {
        let fault = run.fault.as_deref().and_then(|text| serde_json::from_str::<Text>(text).ok());
        Self {
            id: run.id,
            scenario: run.scenario,
            name: run.spec.name.clone(),
            title: run.spec.title.clone().into(),
            number: run.number,
            state: run.state,
            done: run.done_seq - run.first_seq + 1,
            total: run.last_seq - run.first_seq + 1,
            from: run.period.0,
            to: run.period.1,
            labels_until: run.labels_at,
            model: run.model.map(Into::into),
            started_by: run.by.as_str().to_owned(),
            started_at: run.started_at,
            ended_at: run.ended_at,
            fault: fault.map(Into::into),
            result: None,
        }
    }
}
