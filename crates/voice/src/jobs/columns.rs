//! Puts what is counted of orders into the columns, and makes it from the events where it is not known.

use std::sync::Arc;

use ledger::{Job, JobError, JobHandler, Unit};
use serde_json::Value;

use super::{COLUMNS, LawSource, PIECE_PAUSE_MICROS, next};
use crate::{desk, figures::Facts, products::Products, store::columns};

/// Orders that one run puts into the columns: some tens of milliseconds.
const ABSORBED_MAX: i64 = 4_096;
/// Orders that one run reads with their history.
const MADE_MAX: i64 = 200;
/// How long orders wait before they are put into the columns; questions read them where they wait.
const PAUSE_MICROS: i64 = 5_000_000;

/// Brings the columns up to date.
pub(super) struct Columns(pub(super) Arc<dyn LawSource>);

impl JobHandler for Columns {
    fn kind(&self) -> &'static str {
        COLUMNS
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let now = unit.now();
        let uncounted = columns::uncounted(unit.connection(), MADE_MAX)?;
        for (seq, order) in &uncounted {
            let order = desk::load(unit, *order)?;
            columns::put_facts(unit.connection(), *seq, &Facts::of(&order))?;
        }
        let products = Products::of(&self.0.law(), now.date());
        let absorbed = columns::absorb(unit, ABSORBED_MAX, &products)?;
        let full = !uncounted.is_empty() || i64::try_from(absorbed).is_ok_and(|count| count >= ABSORBED_MAX);
        let pause = if full { PIECE_PAUSE_MICROS } else { PAUSE_MICROS };
        unit.enqueue(next(COLUMNS, now.plus_micros(pause), Value::Null))?;
        Ok(())
    }
}
