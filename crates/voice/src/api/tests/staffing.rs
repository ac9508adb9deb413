//! Who is on the list of staff of the house of these tests, in which role; and which of its units are open.

use kernel::{
    Problem,
    id::{StaffId, SubjectId},
};
use ledger::Cause;
use people::{
    model::{
        organisation::{Unit, UnitStatus},
        staff::{RoleAssignment, StaffStatus},
    },
    store::{
        staff::{self as staff_rows, SealedPerson},
        units,
    },
};

use super::house::{House, caller, unit_id};

impl House<'_> {
    /// Puts somebody behind a token on the bank's list of staff, and gives their id.
    pub(super) fn employ(&self, token: &str) -> String {
        let actor = caller(token).unwrap();
        let id: StaffId = actor.reference.id().parse().unwrap();
        let code = actor.unit.code().to_owned();
        self.db
            .ledger
            .write(&Cause::new("test:employ"), move |unit| -> Result<(), Problem> {
                let place = units::find_by_code(unit.connection(), &code)?.unwrap();
                let sealed = SealedPerson {
                    name_sealed: seal::Sealed::from_stored("s1.test"),
                    name_masked: "王＊".to_owned(),
                    phone_sealed: None,
                    phone_masked: String::new(),
                };
                let (subject, number, now) = (SubjectId::from_bits(id.bits()), format!("{:08}", id.bits()), unit.now());
                Ok(staff_rows::insert(unit.connection(), (id, subject, &number), &sealed, &place, now)?)
            })
            .unwrap();
        id.to_string()
    }

    /// The same in the role that the token names, for what goes on in their name when they are not there.
    pub(super) fn engage(&self, token: &str) -> String {
        let id = self.employ(token);
        self.hold(token, true);
        id
    }

    /// Gives somebody on the list of staff the role that their token names, or takes it away.
    pub(super) fn hold(&self, token: &str, is_held: bool) {
        let actor = caller(token).unwrap();
        let id: StaffId = actor.reference.id().parse().unwrap();
        let held =
            RoleAssignment { role: actor.roles[0], scope: unit_id(actor.unit.code()), from: self.db.now(), to: None };
        let roles: Vec<RoleAssignment> = is_held.then_some(held).into_iter().collect();
        let write = move |unit: &mut ledger::Unit<'_>| staff_rows::replace_roles(unit.connection(), id, &roles);
        self.db.ledger.write(&Cause::new("test:hold"), write).unwrap();
    }

    /// Closes a unit.
    pub(super) fn close_unit(&self, code: &str) {
        let id = unit_id(code);
        let close = move |unit: &mut ledger::Unit<'_>| {
            let now = unit.now();
            let row = Unit { status: UnitStatus::Closed, ..units::find(unit.connection(), id)?.unwrap() };
            units::update(unit.connection(), &row, now)
        };
        self.db.ledger.write(&Cause::new("test:close"), close).unwrap();
    }

    /// Disables somebody on the list of staff.
    pub(super) fn disable(&self, token: &str) {
        let id: StaffId = caller(token).unwrap().reference.id().parse().unwrap();
        let disable = move |unit: &mut ledger::Unit<'_>| {
            let now = unit.now();
            staff_rows::set_status(unit.connection(), id, 1, StaffStatus::Disabled, now)
        };
        self.db.ledger.write(&Cause::new("test:disable"), disable).unwrap();
    }
}
