//! What the house knows of a number that somebody outside asks about, as one yes or no. It must never say where the yes came from,
//! and it must say yes to some numbers that nobody has anything against, so that no list can be read by asking.

use decide::{HashKeys, Value};
use kernel::Problem;

use super::{Screen, definition::ListOf, state::State, submit::Patience};
use crate::{
    lists,
    model::sign::{Figure, Number, Signs},
};

/// The type of event by which a payee is looked at, and the field that names one.
const EVENT: &str = "transfer";
const PAYEE: &str = "payee.account";
/// What numbers are hashed with to find out which of them are decoys: no list and no window uses it.
const DECOY: &str = "guard.ask.decoy";
const MILLION: u64 = 1_000_000;

impl Screen {
    /// Whether a number stands out: it is on a list, its windows hold many victims, or it is one of the decoys. The same number has
    /// the same answer however often it is asked for, and each answer takes the same steps.
    ///
    /// # Errors
    /// When memory has to be made anew and the database fails.
    pub(crate) fn stands_out(&self, number: &Number, signs: &Signs) -> Result<bool, Problem> {
        let (text, of) = match number {
            Number::Phone(text) => (text, ListOf::Phone),
            Number::Account(text) => (text, ListOf::Account),
        };
        let plain = lists::plain(text).map_err(|text| Problem::invalid("", text))?;
        let is_listed = self.listed(&plain, None).iter().any(|list| list.of == of);
        let has_victims = self.has_victims(&plain, &signs.figures)?;
        let is_decoy = is_decoy(HashKeys::new(self.secret), &plain, signs.decoys_ppm);
        Ok(is_listed | (of == ListOf::Account && has_victims) | is_decoy)
    }

    /// Whether the windows hold one of the figures of a payee, now.
    fn has_victims(&self, account: &str, figures: &[Figure]) -> Result<bool, Problem> {
        let now = self.ledger.ports().clock.now();
        let mut state = self.current(Patience::Any)?;
        let engine = state.engine.clone();
        let schema = engine.schema();
        let (Some(event), Some(payee)) = (schema.event_type(EVENT), schema.slot(PAYEE)) else { return Ok(false) };
        let mut row = schema.row();
        row.begin(event, schema.types()[usize::from(event)].hash, now.as_micros());
        row.set_text(payee, account, schema.keys());
        let State { windows, lists, memory, .. } = &mut *state;
        // Features and what is computed of them are all that is wanted: there is no time for rules, the second step.
        let mut steps = 0;
        engine.decide(&row, windows, lists, memory, &mut || {
            steps += 1;
            steps < 2
        });
        let is_there = |figure: &Figure| {
            let place = engine.names().iter().find(|name| name.name == figure.feature);
            let known = place.filter(|place| memory.known()[usize::from(place.slot)]);
            let value = known.and_then(|place| Value::from_bits(place.kind, memory.values()[usize::from(place.slot)]));
            matches!(value, Some(Value::Int(count)) if count >= figure.from)
        };
        Ok(figures.iter().any(is_there))
    }
}

/// Whether a number is one of those that are answered as if somebody had something against them.
fn is_decoy(keys: HashKeys, number: &str, decoys_ppm: u32) -> bool {
    let hash = keys.combine([keys.text(DECOY.as_bytes()), keys.text(number.as_bytes())]);
    hash % MILLION < u64::from(decoys_ppm)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_numbers_are_decoys_as_the_file_says_and_another_house_has_others() {
        let of = |secret: u8| -> Vec<u32> {
            let keys = HashKeys::new([secret; 16]);
            (0..64_000).filter(|n| is_decoy(keys, &format!("62170000{n:08}"), 15_625)).collect()
        };
        let (one, other) = (of(1), of(2));
        // A thousand are expected; five standard deviations are 157.
        assert!((843..=1_157).contains(&one.len()), "{}", one.len());
        let both = one.iter().filter(|n| other.contains(n)).count();
        assert!(both < 60, "{both} of {} are the same under another secret", one.len());
        assert_eq!(one, of(1), "the same number has the same answer");
    }
}
