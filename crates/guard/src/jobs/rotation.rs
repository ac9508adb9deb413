//! Carries what the house's keys protect over their rotation: the keys of interceptions, of changes of lists and of each day's
//! events, and the blind indexes by which payers and payees are found. A bounded piece at a time; it looks again every day.

use kernel::{Problem, id::InterceptionId};
use ledger::{Job, JobError, JobHandler, Unit};
use people::{model::numbers, sealing::MatterKey, store::matter_keys};
use seal::Sealed;

use super::{ROTATE, next};
use crate::{
    desk,
    model::words::GuardField,
    store::{
        interceptions,
        rotation::{self, KEYED, STALE_MAX},
    },
};

/// Between two pieces, so that others write meanwhile.
const PIECE_PAUSE_MICROS: i64 = 100_000;

/// Renews what is old.
pub(super) struct Rotate;

impl JobHandler for Rotate {
    fn kind(&self) -> &'static str {
        ROTATE
    }

    /// It must go on by itself once the database is well again.
    fn tries_max(&self) -> u32 {
        u32::MAX
    }

    fn run(&self, unit: &mut Unit<'_>, _job: &Job) -> Result<(), JobError> {
        let (now, keyring, random) = (unit.now(), unit.keyring(), unit.random());
        let keys = matter_keys::renew(unit.connection(), keyring, random, &KEYED, STALE_MAX)?;
        let stale = rotation::stale(unit.connection(), keyring)?;
        for id in &stale {
            renew(unit, *id)?;
        }
        let is_current = keys == 0 && stale.is_empty();
        let due = if is_current { now.plus_days(1) } else { now.plus_micros(PIECE_PAUSE_MICROS) };
        unit.enqueue(next(ROTATE, due))?;
        Ok(())
    }
}

fn renew(unit: &mut Unit<'_>, id: InterceptionId) -> Result<(), Problem> {
    let keyring = unit.keyring();
    let wrapped = interceptions::key(unit.connection(), id)?.flatten();
    let (mut payer, mut payee) = (None, None);
    // What was erased cannot be read, and is not looked for.
    if wrapped.is_some() {
        let key = MatterKey::kept(keyring, id, wrapped.as_ref())?;
        let state = desk::load(unit, id)?;
        let index = |field: GuardField, sealed: &Option<Sealed>| {
            let open = |sealed: &Sealed| key.open(field.as_str(), sealed);
            let number = sealed.as_ref().map(open).transpose()?;
            Ok::<_, Problem>(number.map(|number| keyring.blind_index(numbers::ACCOUNT, number.expose())))
        };
        payer = index(GuardField::Account, &state.payer.account)?;
        payee = index(GuardField::PayeeAccount, &state.payee.account)?;
    }
    Ok(rotation::put_indexes(unit.connection(), id, payer.as_ref(), payee.as_ref())?)
}
