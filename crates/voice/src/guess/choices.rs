//! What people chose beside what was guessed, and whether the two drift apart.

use std::collections::BTreeMap;

use kernel::{OrgPath, Problem, Timestamp, id::GuessModelId};
use ledger::{Connection, StoreError, Unit};

use super::{Aspect, guess_aspect, taught, text_of};
use crate::{
    desk::unknown,
    model::{Command, Law, Order},
    store::{guesses, lookups, orders},
};

/// Choices from which on an agreement says anything.
const CHOICES_MIN: u64 = 50;
/// How many standard deviations below the measured share an agreement lies before it counts as drift: by chance that happens
/// once in a hundred looks (the one-sided 1 % point of the normal distribution).
const DEVIATIONS_MAX: f64 = 2.326;

/// A choice beside the guess, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The order's place in time.
    pub seq: i64,
    /// The version of the order in which the choice was made.
    pub version: u64,
    /// The aspect.
    pub aspect: Aspect,
    /// When.
    pub at: Timestamp,
    /// The unit that was answerable.
    pub unit: OrgPath,
    /// The model that was asked beside the table.
    pub model: Option<GuessModelId>,
    /// The best guess; `None` when the words said nothing.
    pub guessed: Option<String>,
    /// How likely it was held to be.
    pub percent: u8,
    /// The place of what was chosen among the guesses, from 1; `None` when it was not among them.
    pub place: Option<u8>,
    /// What was chosen.
    pub chosen: String,
}

/// What a command chooses of an order as it then is; nothing for most commands.
fn chosen(command: &Command, after: &Order) -> Vec<(Aspect, String)> {
    if let Command::Classify(classes) = command {
        return vec![
            (Aspect::Channel, classes.channel.as_str().to_owned()),
            (Aspect::Business, classes.business.as_str().to_owned()),
            (Aspect::Reason, classes.reason.as_str().to_owned()),
        ];
    }
    // Whoever accepts a matter decides its kind, and so does whoever changes it.
    if matches!(command, Command::Register | Command::Retype { .. }) {
        return vec![(Aspect::Matter, after.matter.as_str().to_owned())];
    }
    Vec::new()
}

/// Keeps what a command chose for an order beside what is guessed of it, in the unit of work of the command itself.
///
/// # Errors
/// When the database fails.
pub fn note(unit: &mut Unit<'_>, after: &Order, command: &Command, law: &Law) -> Result<(), Problem> {
    let chosen = chosen(command, after);
    if chosen.is_empty() {
        return Ok(());
    }
    let now = unit.now();
    let conn = unit.connection();
    let seq = orders::place(conn, after.id)?.ok_or_else(unknown)?.seq;
    let text = text_of(&lookups::words_of(conn, &[seq])?.remove(&seq).unwrap_or_default());
    let taught = taught::in_use(conn)?;
    for (aspect, class) in chosen {
        let guess = guess_aspect(aspect, &text, taught.get(&aspect), law, now.date());
        let best = guess.classes.first();
        let place = guess.classes.iter().position(|guess| guess.key == class);
        let choice = Choice {
            seq,
            version: after.version,
            aspect,
            at: now,
            unit: after.unit.clone(),
            model: guess.model,
            guessed: best.map(|best| best.key.clone()),
            percent: best.map_or(0, |best| best.percent),
            place: place.and_then(|place| u8::try_from(place + 1).ok()),
            chosen: class,
        };
        guesses::insert_choice(conn, &choice)?;
    }
    Ok(())
}

/// How often choices agreed with guesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Agreement {
    /// Choices.
    pub choices: u64,
    /// Of these, such that something was guessed.
    pub guessed: u64,
    /// Of these, such that the best guess was chosen.
    pub first: u64,
    /// Of these, such that one of the guesses shown was chosen.
    pub shown: u64,
}

impl Agreement {
    /// The share of guesses whose best was chosen, in millionths.
    pub fn first_ppm(&self) -> u64 {
        (self.first * 1_000_000).checked_div(self.guessed).unwrap_or(0)
    }

    /// Whether the agreement lies below `expected_ppm`, a share measured on held-out orders, by more than chance explains:
    /// the normal approximation of the binomial distribution, one-sided at 1 %.
    pub fn drifts_from(&self, expected_ppm: u64) -> bool {
        if self.guessed < CHOICES_MIN {
            return false;
        }
        let expected = expected_ppm.clamp(1_000, 999_000) as f64 / 1e6;
        let deviation = (expected * (1.0 - expected) / self.guessed as f64).sqrt();
        self.first_ppm() as f64 / 1e6 < expected - DEVIATIONS_MAX * deviation
    }
}

/// How one aspect fares with one model, or with the table alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drift {
    /// The aspect.
    pub aspect: Aspect,
    /// The model; `None` for the table alone.
    pub model: Option<guesses::ModelRecord>,
    /// What people chose.
    pub agreement: Agreement,
    /// Whether people agree less than the model's trial led to expect; never said of the table, which had no trial.
    pub drifts: bool,
}

/// How people's choices at or below `scopes` from `from` to before `to` fared beside the guesses.
pub fn drift(
    conn: &mut Connection,
    scopes: &[OrgPath],
    (from, to): (Timestamp, Timestamp),
) -> Result<Vec<Drift>, StoreError> {
    let mut sums: BTreeMap<(Aspect, Option<GuessModelId>), Agreement> = BTreeMap::new();
    for scope in scopes {
        for (aspect, model, part) in guesses::agreements(conn, scope, (from, to))? {
            let sum = sums.entry((aspect, model)).or_default();
            sum.choices += part.choices;
            sum.guessed += part.guessed;
            sum.first += part.first;
            sum.shown += part.shown;
        }
    }
    let records = guesses::records(conn)?;
    let line = |((aspect, id), agreement): ((Aspect, Option<GuessModelId>), Agreement)| {
        let model = id.and_then(|id| records.iter().find(|record| record.id == id).cloned());
        let drifts = model.as_ref().is_some_and(|model| agreement.drifts_from(model.accuracy_ppm));
        Drift { aspect, model, agreement, drifts }
    };
    Ok(sums.into_iter().map(line).collect())
}

#[cfg(test)]
mod laws {
    use super::*;

    #[test]
    fn drift_is_more_than_chance_and_needs_enough_choices() {
        let of = |guessed, first| Agreement { choices: guessed, guessed, first, shown: first };
        assert!(!of(49, 0).drifts_from(800_000), "too few to say anything");
        assert!(of(50, 10).drifts_from(800_000));
        assert!(!of(100, 75).drifts_from(800_000), "75 of 100 beside 80 % is chance");
        assert!(of(1_000, 750).drifts_from(800_000), "750 of 1,000 is not");
        assert!(!of(1_000, 1_000).drifts_from(1_000_000));
        assert_eq!(Agreement::default().first_ppm(), 0);
    }
}
