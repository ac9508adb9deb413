//! SQLite: the answers of the last few thousand writes, which the index of slots does not know yet.
//!
//! A slot is chance, so an index that learned of each answer at once would change a page of its own for each write: a third of
//! all that a group writes to the disk. It learns of them some thousands at a time, sorted by then, and the writer knows the
//! others by heart. What is known by heart is a hint alone: the row that it names is read and compared, so that a hint left
//! over from a write that was rolled back does no harm. Must never forget an answer that the index might not know.

use std::collections::HashMap;

use diesel::{SqliteConnection, dsl::max, prelude::*};
use ledger::StoreError;
use parking_lot::Mutex;

use super::{SLOT_BYTES, schema::idempotency};

/// Answers after which the index learns of them: enough that each of its pages takes in several, few enough that the writes
/// which wait meanwhile wait for milliseconds. A group of writes has far fewer members, so no two lessons are in one group.
const LESSON: usize = 4_096;

/// Answers that no index knows: two lessons, the last of which may have been rolled back, and the members of a group.
const UNSETTLED_MAX: i64 = 4 * LESSON as i64;

/// The places of recent answers by their slots.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    places: HashMap<[u8; SLOT_BYTES], i64>,
    /// The last row that was seen.
    last: Option<i64>,
    /// How many places were known when the index learned for the last time, and the last row that it then learned of.
    lesson: Option<(usize, i64)>,
}

impl Recent {
    /// Where the answer of a slot may lie, if it is a recent one.
    pub(super) fn place(&self, c: &mut SqliteConnection, slot: &[u8; SLOT_BYTES]) -> Result<Option<i64>, StoreError> {
        let mut known = self.0.lock();
        known.catch_up(c)?;
        Ok(known.places.get(slot).copied())
    }

    /// Where the next answer is kept: behind the last one that [`Self::place`] saw in this unit of work.
    pub(super) fn next(&self) -> i64 {
        self.0.lock().last.unwrap_or(0) + 1
    }

    /// Remembers the answer that was just kept at `seq`, and now and then lets the index learn.
    pub(super) fn keep(&self, c: &mut SqliteConnection, slot: [u8; SLOT_BYTES], seq: i64) -> Result<(), StoreError> {
        let mut known = self.0.lock();
        known.places.insert(slot, seq);
        known.last = Some(seq);
        let before = known.lesson.map_or(0, |(places, _)| places);
        if known.places.len() >= before + LESSON { known.settle(c, seq) } else { Ok(()) }
    }
}

impl Known {
    /// Reads the rows that somebody else kept, or all that the index does not know when this is the first look.
    fn catch_up(&mut self, c: &mut SqliteConnection) -> Result<(), StoreError> {
        let last: Option<i64> = idempotency::table.select(max(idempotency::seq)).get_result(c)?;
        let last = last.unwrap_or(0);
        if self.last.is_none_or(|seen| seen < last) {
            let unseen = idempotency::table
                .filter(idempotency::seq.gt(self.last.unwrap_or(0)))
                .order(idempotency::seq.desc())
                .limit(UNSETTLED_MAX)
                .select((idempotency::slot, idempotency::seq, idempotency::settled));
            for (slot, seq, settled) in unseen.load::<(Vec<u8>, i64, i32)>(c)? {
                match <[u8; SLOT_BYTES]>::try_from(slot) {
                    Ok(slot) if settled == 0 => _ = self.places.insert(slot, seq),
                    Ok(_) => {}
                    Err(_) => return Err(StoreError::corrupt("idempotency", "slot", seq, "not a slot")),
                }
            }
        }
        // Smaller after a group was rolled back: what is added next lies behind this again.
        self.last = Some(last);
        Ok(())
    }

    /// Lets the index learn of all that it does not know, and forgets what it has learned before in a group that stood.
    fn settle(&mut self, c: &mut SqliteConnection, last: i64) -> Result<(), StoreError> {
        if let Some((_, learned)) = self.lesson {
            let first = self.places.values().min().copied().unwrap_or(learned);
            let rolled_back: bool = diesel::select(diesel::dsl::exists(
                idempotency::table.filter(idempotency::seq.between(first, learned)).filter(idempotency::settled.eq(0)),
            ))
            .get_result(c)?;
            if !rolled_back {
                self.places.retain(|_, seq| *seq > learned);
            }
        }
        let first = self.places.values().min().copied().unwrap_or(last);
        let unlearned = idempotency::table.filter(idempotency::settled.eq(0)).filter(idempotency::seq.ge(first));
        diesel::update(unlearned).set(idempotency::settled.eq(1)).execute(c)?;
        self.lesson = Some((self.places.len(), last));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use bytes::Bytes;
    use http::StatusCode;
    use kernel::{Problem, ProblemKind, Text};
    use ledger::{Cause, Ledger, testkit};

    use super::*;
    use crate::{
        Reply,
        idempotency::{Use, migrations, once},
    };

    /// Uses of keys in one unit of work.
    const TOGETHER: usize = 128;

    fn house() -> testkit::TestDatabase {
        testkit::sqlite(&[migrations()], &[])
    }

    fn this(recent: &Arc<Recent>, n: usize) -> Use {
        // Chance, as a hash is: neighbours lie far apart.
        let slot = (n as u128).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes();
        let print = crate::idempotency::Print { request: [7; 32], rights: Some([8; 32]) };
        Use { recent: Arc::clone(recent), slot, print }
    }

    fn refusal() -> Problem {
        Problem::new(ProblemKind::Malformed, Text::fixed("不行", "no"))
    }

    /// Uses the keys of a range, all in one unit, which is refused at its end if so wanted. Says which answers were kept ones.
    fn use_keys(
        ledger: &Ledger,
        recent: &Arc<Recent>,
        keys: std::ops::Range<usize>,
        refuse: bool,
    ) -> Result<Vec<bool>, Problem> {
        let recent = Arc::clone(recent);
        ledger.write(&Cause::new("test"), move |unit| {
            let mut replayed = Vec::new();
            for n in keys.clone() {
                let body = Bytes::from(n.to_string());
                let reply = once(unit, &this(&recent, n), |_| {
                    Ok(Reply { status: StatusCode::CREATED, location: None, body: body.clone(), replayed: false })
                })?;
                assert_eq!(reply.body, body);
                replayed.push(reply.replayed);
            }
            if refuse { Err(refusal()) } else { Ok(replayed) }
        })
    }

    fn keep(ledger: &Ledger, recent: &Arc<Recent>, keys: std::ops::Range<usize>) {
        for first in keys.clone().step_by(TOGETHER) {
            let some = first..(first + TOGETHER).min(keys.end);
            assert!(use_keys(ledger, recent, some, false).unwrap().iter().all(|replayed| !replayed));
        }
    }

    fn unsettled(ledger: &Ledger) -> i64 {
        ledger
            .read(|c| {
                let there = idempotency::table.filter(idempotency::settled.eq(0)).count();
                Ok::<i64, StoreError>(there.get_result(c)?)
            })
            .unwrap()
    }

    #[test]
    fn answers_are_found_before_and_after_the_index_learns() {
        let house = house();
        let recent = Arc::new(Recent::default());
        let all = 2 * LESSON + 100;
        keep(&house.ledger, &recent, 0..all);
        assert_eq!(unsettled(&house.ledger), 100);
        assert!(recent.0.lock().places.len() <= LESSON + 100, "what the index knows is forgotten");
        // A new process knows nothing by heart.
        for recent in [recent, Arc::default()] {
            for n in [0, 1, LESSON - 1, LESSON, 2 * LESSON - 1, 2 * LESSON, all - 1] {
                assert_eq!(use_keys(&house.ledger, &recent, n..n + 1, false).unwrap(), [true], "key {n}");
            }
        }
    }

    #[test]
    fn a_lesson_that_is_rolled_back_forgets_nothing() {
        let house = house();
        let (ledger, recent) = (&house.ledger, Arc::new(Recent::default()));
        keep(ledger, &recent, 0..LESSON - 1);
        // The index would learn here, and once more; both times nothing comes of it.
        for last in [LESSON, 2 * LESSON] {
            assert!(use_keys(ledger, &recent, last - 1..last + 1, true).is_err());
            keep(ledger, &recent, last - 1..last + LESSON - 1);
        }
        let kept = 3 * LESSON - 1;
        assert_eq!(
            use_keys(ledger, &recent, 0..kept, false).unwrap().iter().filter(|replayed| **replayed).count(),
            kept
        );
        assert_eq!(use_keys(ledger, &Arc::default(), 0..kept, false).unwrap().iter().filter(|r| **r).count(), kept);
        assert_eq!(use_keys(ledger, &recent, kept..kept + 1, false).unwrap(), [false]);
    }

    #[test]
    fn answers_of_another_process_are_found() {
        let house = house();
        let (one, other) = (Arc::new(Recent::default()), Arc::new(Recent::default()));
        keep(&house.ledger, &one, 0..10);
        assert_eq!(use_keys(&house.ledger, &other, 9..11, false).unwrap(), [true, false]);
        assert_eq!(use_keys(&house.ledger, &one, 10..12, false).unwrap(), [true, false]);
    }
}
