//! What a backtest counts, as a pure fold over decisions: how a candidate's outcomes stand beside those of what is live, what known
//! labels say of both, what each rule adds, and how many alerts each threshold would give. It must never hold an account.

use std::collections::BTreeMap;

use decide::{Decision, Outcome, scenario::ScenarioSpec};
use serde::{Deserialize, Serialize};

use crate::model::{
    label::Label,
    words::{GuardEnding, GuardOutcome},
};

/// Scores are told apart up to this far from zero; twenty rules of full weight go beyond. It bounds what is kept.
const SCORE_MAX: i32 = 2_000;
/// Pairs of rules whose overlap is counted: every pair of a scenario of sixty rules.
const PAIRS_MAX: usize = 2_000;
/// Customers of one day that are told apart; past it each alert counts as a customer of its own.
const CUSTOMERS_MAX: usize = 100_000;

kernel::words! {
    /// What became known of a decision.
    Known {
        /// It was fraud: the customer was persuaded, the police took over, or it was reported later.
        Fraud = "fraud", "欺诈", "fraud";
        /// It was a false alarm.
        Genuine = "genuine", "误报", "false alarm";
    }
}

impl Known {
    /// What an ending says; whoever insisted proves neither.
    pub const fn of(ending: GuardEnding) -> Option<Self> {
        match ending {
            GuardEnding::Persuaded | GuardEnding::Police | GuardEnding::ReportedLater => Some(Self::Fraud),
            GuardEnding::FalseAlarm => Some(Self::Genuine),
            GuardEnding::Insisted => None,
        }
    }
}

impl From<Label> for Known {
    fn from(label: Label) -> Self {
        match label {
            Label::Fraud => Self::Fraud,
            Label::Genuine => Self::Genuine,
        }
    }
}

/// One decision on its way into the tally.
#[derive(Debug)]
pub struct Case<'c> {
    /// The day on which it was decided.
    pub day: &'c str,
    /// The outcome that it is compared with.
    pub baseline: GuardOutcome,
    /// What the candidate decided.
    pub candidate: &'c Decision,
    /// The scenarios that the candidate decided by, in their order.
    pub specs: &'c [ScenarioSpec],
    /// Which of them is tried.
    pub tried: usize,
    /// The amount in fen.
    pub amount: i64,
    /// Who pays, by a keyed hash.
    pub payer: Option<u64>,
    /// What became known of it.
    pub known: Option<Known>,
}

/// One day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Day {
    /// Decisions.
    pub decided: u64,
    /// Alerts of what is live.
    pub baseline: u64,
    /// Alerts of the candidate.
    pub candidate: u64,
}

/// How one side does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// Decisions on which anything but “allow” is demanded.
    pub alerts: u64,
    /// Of those, known fraud.
    pub fraud: u64,
    /// Of those, known false alarms.
    pub genuine: u64,
    /// The amount of known fraud on which something is demanded before the money moves, in fen.
    pub saved: i64,
    /// Customers with an alert that is not known to be fraud, counted once a day.
    pub disturbed: u64,
    /// Those customers of the present day.
    today: Vec<u64>,
}

/// What a rule of the candidate adds.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleTally {
    /// It held.
    pub held: u64,
    /// It held and no other rule of any scenario did.
    pub alone: u64,
    /// Without it the outcome would have been weaker.
    pub decisive: u64,
    /// It held on known fraud.
    pub fraud: u64,
    /// It held on known false alarms.
    pub genuine: u64,
}

/// Decisions of one score.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScoreTally {
    /// All of them.
    pub all: u64,
    /// Known fraud.
    pub fraud: u64,
    /// Known false alarms.
    pub genuine: u64,
    /// The amount of known fraud, in fen.
    pub amount: i64,
}

/// Everything that is counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Decisions.
    pub decided: u64,
    /// Decisions on which the two sides differ.
    pub differing: u64,
    /// Known fraud, and its amount in fen.
    pub fraud: u64,
    /// The amount of known fraud, in fen.
    pub fraud_amount: i64,
    /// Known false alarms.
    pub genuine: u64,
    /// Events that could not be read any more.
    pub unreadable: u64,
    /// Decisions whose texts were erased, so that masks and parts of texts match nothing.
    pub without_texts: u64,
    /// Decisions that were taken when features had other names.
    pub other_layout: u64,
    /// By day.
    pub days: BTreeMap<String, Day>,
    /// How many went from which outcome to which.
    pub matrix: BTreeMap<GuardOutcome, BTreeMap<GuardOutcome, u64>>,
    /// What is live.
    pub baseline: Side,
    /// The candidate.
    pub candidate: Side,
    /// By rule of the scenario that is tried.
    pub rules: BTreeMap<String, RuleTally>,
    /// How often two of its rules held together, by both names.
    pub overlap: BTreeMap<String, u64>,
    /// By score of the scenario that is tried, where it applied.
    pub scores: BTreeMap<i32, ScoreTally>,
    day: String,
}

/// A threshold with what it would give.
#[derive(Debug, Clone, PartialEq)]
pub struct Swept {
    /// Alerts are the decisions of this score and above.
    pub score: i32,
    /// How many.
    pub alerts: u64,
    /// Known fraud among them.
    pub fraud: u64,
    /// Known false alarms among them.
    pub genuine: u64,
    /// The amount of the fraud among them, in fen.
    pub amount: i64,
}

/// A part of a whole, when the whole is not nothing.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

impl Side {
    fn count(&mut self, outcome: GuardOutcome, case: &Case<'_>) {
        if outcome == GuardOutcome::Allow {
            return;
        }
        self.alerts += 1;
        match case.known {
            Some(Known::Fraud) => {
                self.fraud += 1;
                if outcome >= GuardOutcome::Verify {
                    self.saved = self.saved.saturating_add(case.amount);
                }
                return;
            }
            Some(Known::Genuine) => self.genuine += 1,
            None => {}
        }
        let is_new = case.payer.is_none_or(|payer| !self.today.contains(&payer));
        self.disturbed += u64::from(is_new);
        if let Some(payer) = case.payer.filter(|_| is_new && self.today.len() < CUSTOMERS_MAX) {
            self.today.push(payer);
        }
    }

    /// Of the alerts on what is known, how many were fraud.
    pub fn precision(&self) -> Option<f64> {
        share(self.fraud, self.fraud + self.genuine)
    }

    /// Of the known fraud, on how much there was an alert.
    pub fn recall(&self, fraud: u64) -> Option<f64> {
        share(self.fraud, fraud)
    }
}

impl Tally {
    /// Counts a decision; they come in the order in which they were taken.
    pub fn add(&mut self, case: &Case<'_>) {
        if self.day != case.day {
            case.day.clone_into(&mut self.day);
            self.baseline.today.clear();
            self.candidate.today.clear();
        }
        let candidate = GuardOutcome::from(case.candidate.outcome);
        self.decided += 1;
        self.differing += u64::from(candidate != case.baseline);
        match case.known {
            Some(Known::Fraud) => {
                self.fraud += 1;
                self.fraud_amount = self.fraud_amount.saturating_add(case.amount);
            }
            Some(Known::Genuine) => self.genuine += 1,
            None => {}
        }
        let day = self.days.entry(case.day.to_owned()).or_default();
        day.decided += 1;
        day.baseline += u64::from(case.baseline != GuardOutcome::Allow);
        day.candidate += u64::from(candidate != GuardOutcome::Allow);
        *self.matrix.entry(case.baseline).or_default().entry(candidate).or_default() += 1;
        self.baseline.count(case.baseline, case);
        self.candidate.count(candidate, case);
        self.count_rules(case);
        if let Some(score) = case.candidate.scores.get(case.tried).copied().flatten() {
            let cell = self.scores.entry(score.clamp(-SCORE_MAX, SCORE_MAX)).or_default();
            cell.all += 1;
            match case.known {
                Some(Known::Fraud) => {
                    cell.fraud += 1;
                    cell.amount = cell.amount.saturating_add(case.amount);
                }
                Some(Known::Genuine) => cell.genuine += 1,
                None => {}
            }
        }
    }

    fn count_rules(&mut self, case: &Case<'_>) {
        let Some(spec) = case.specs.get(case.tried) else { return };
        let held = case.candidate.parts.iter().filter(|part| part.rule.is_some()).count();
        let mut names: Vec<&str> = Vec::new();
        for (at, part) in case.candidate.parts.iter().enumerate() {
            if usize::from(part.scenario) != case.tried {
                continue;
            }
            let Some(rule) = part.rule.and_then(|rule| spec.rules.get(usize::from(rule))) else { continue };
            let tally = self.rules.entry(rule.name.clone()).or_default();
            tally.held += 1;
            tally.alone += u64::from(held == 1);
            tally.decisive += u64::from(outcome_without(case.specs, case.candidate, at) < case.candidate.outcome);
            tally.fraud += u64::from(case.known == Some(Known::Fraud));
            tally.genuine += u64::from(case.known == Some(Known::Genuine));
            names.push(&rule.name);
        }
        for (at, first) in names.iter().enumerate() {
            for second in &names[at + 1..] {
                let pair = format!("{first}+{second}");
                if self.overlap.len() < PAIRS_MAX || self.overlap.contains_key(&pair) {
                    *self.overlap.entry(pair).or_default() += 1;
                }
            }
        }
    }

    /// What each threshold on the score would give, from the highest score down.
    pub fn sweep(&self) -> Vec<Swept> {
        let (mut alerts, mut fraud, mut genuine, mut amount) = (0, 0, 0, 0i64);
        let mut swept = Vec::with_capacity(self.scores.len());
        for (score, cell) in self.scores.iter().rev() {
            (alerts, fraud, genuine) = (alerts + cell.all, fraud + cell.fraud, genuine + cell.genuine);
            amount = amount.saturating_add(cell.amount);
            swept.push(Swept { score: *score, alerts, fraud, genuine, amount });
        }
        swept
    }
}

/// The outcome if one part had not been there.
fn outcome_without(specs: &[ScenarioSpec], decision: &Decision, skipped: usize) -> Outcome {
    let mut strongest = Outcome::Allow;
    for (number, spec) in specs.iter().enumerate() {
        let Some(score) = decision.scores.get(number).copied().flatten() else { continue };
        let mut score = score;
        for (at, part) in decision.parts.iter().enumerate().filter(|(_, part)| usize::from(part.scenario) == number) {
            if at == skipped {
                score -= part.points;
            } else if let Some(outcome) = part.outcome {
                strongest = strongest.max(outcome);
            }
        }
        let reached = spec.thresholds.iter().filter(|threshold| score >= threshold.score);
        strongest = reached.map(|threshold| threshold.outcome).fold(strongest, Outcome::max);
    }
    strongest
}

#[cfg(test)]
mod tests {
    use decide::{
        Screening,
        scenario::{Part, RuleSpec, Threshold},
    };
    use kernel::Text;

    use super::*;

    fn spec() -> ScenarioSpec {
        let rule = |name: &str, points: i32, outcome: Option<Outcome>| RuleSpec {
            name: name.to_owned(),
            when: "true".to_owned(),
            points,
            outcome,
            lasts: None,
            reason: Text::fixed("", ""),
            dialogue: Vec::new(),
        };
        ScenarioSpec {
            name: "tried".to_owned(),
            title: Text::fixed("试", "Tried"),
            events: Vec::new(),
            unless: None,
            rules: vec![rule("a", 300, None), rule("b", 200, None), rule("c", 0, Some(Outcome::Hold))],
            thresholds: vec![Threshold { score: 300, outcome: Outcome::Verify, lasts: None }],
            model_points: None,
        }
    }

    fn decided(rules: &[u16]) -> Decision {
        let spec = spec();
        let part = |rule: &u16| {
            let of = &spec.rules[usize::from(*rule)];
            Part { scenario: 0, rule: Some(*rule), points: of.points, outcome: of.outcome }
        };
        let parts: Vec<Part> = rules.iter().map(part).collect();
        let score = parts.iter().map(|part| part.points).sum();
        let mut decision = Decision {
            outcome: Outcome::Allow,
            screening: Screening::Screened,
            score,
            scores: vec![Some(score)],
            parts,
            until: None,
            probability: None,
        };
        decision.outcome = outcome_without(&[spec], &decision, usize::MAX);
        decision
    }

    #[test]
    fn outcomes_labels_rules_and_thresholds_are_counted() {
        let (specs, mut tally) = ([spec()], Tally::default());
        let mut add = |day: &str, baseline: GuardOutcome, rules: &[u16], payer: u64, known: Option<Known>| {
            let candidate = decided(rules);
            let (amount, payer) = (1_000, Some(payer));
            tally.add(&Case { day, baseline, candidate: &candidate, specs: &specs, tried: 0, amount, payer, known });
            candidate.outcome
        };
        assert_eq!(add("d1", GuardOutcome::Allow, &[], 1, None), Outcome::Allow);
        assert_eq!(add("d1", GuardOutcome::Verify, &[0], 1, Some(Known::Fraud)), Outcome::Verify);
        assert_eq!(add("d1", GuardOutcome::Allow, &[0, 1], 2, Some(Known::Genuine)), Outcome::Verify);
        assert_eq!(add("d1", GuardOutcome::Advise, &[0, 2], 2, None), Outcome::Hold);
        assert_eq!(add("d2", GuardOutcome::Allow, &[1], 2, Some(Known::Fraud)), Outcome::Allow);
        assert_eq!(add("d2", GuardOutcome::Allow, &[2], 2, None), Outcome::Hold);
        assert_eq!(
            (tally.decided, tally.differing, tally.fraud, tally.fraud_amount, tally.genuine),
            (6, 3, 2, 2_000, 1)
        );
        let side = &tally.candidate;
        assert_eq!((side.alerts, side.fraud, side.genuine, side.saved), (4, 1, 1, 1_000));
        // Customer 2 twice on the first day counts once, and once more on the second.
        assert_eq!((side.disturbed, side.precision(), side.recall(tally.fraud)), (2, Some(0.5), Some(0.5)));
        assert_eq!((tally.baseline.alerts, tally.baseline.saved, tally.baseline.disturbed), (2, 1_000, 1));
        assert_eq!(tally.days["d1"], Day { decided: 4, baseline: 2, candidate: 3 });
        assert_eq!(tally.matrix[&GuardOutcome::Allow][&GuardOutcome::Verify], 1);
        let rule = |name: &str| tally.rules[name].clone();
        // `a` decides alone, and beside `b`, which is too small; beside `c` it adds nothing.
        assert_eq!(rule("a"), RuleTally { held: 3, alone: 1, decisive: 2, fraud: 1, genuine: 1 });
        assert_eq!(rule("b"), RuleTally { held: 2, alone: 1, decisive: 0, fraud: 1, genuine: 1 });
        assert_eq!(rule("c"), RuleTally { held: 2, alone: 1, decisive: 2, fraud: 0, genuine: 0 });
        assert_eq!((tally.overlap["a+b"], tally.overlap["a+c"]), (1, 1));
        let swept: Vec<(i32, u64, u64)> = tally.sweep().iter().map(|at| (at.score, at.alerts, at.fraud)).collect();
        assert_eq!(swept, [(500, 1, 0), (300, 3, 1), (200, 4, 2), (0, 6, 2)]);
        // What is kept between two pieces goes on as if there had been none.
        let kept = serde_json::to_string(&tally).unwrap();
        assert_eq!(serde_json::from_str::<Tally>(&kept).unwrap(), tally);
    }
}
