//! Whom an order concerns beside those in whose scope it lies: whoever brought it in, was given it, was asked or told something
//! about it, is on call for it; and its complainant. Being named on an order never stands in for a permission: whoever lost the
//! role that let them work with orders sees none of them any more.

use kernel::{Actor, ActorKind, ActorRef, OrgPath, Permission, id::StaffId};

use super::{
    Order,
    lead::Lead,
    parts::{Task, TaskState},
    permission::{ANSWER, FILE, HANDLE, SEE},
};

/// Whether `actor` still does, somewhere, what they were named on the order for, or sees orders anyway.
fn still(actor: &Actor, does: Permission) -> bool {
    actor.holds(does) || actor.holds(SEE)
}

fn is(actor: &Actor, person: StaffId) -> bool {
    actor.reference == ActorRef::new(ActorKind::Staff, person)
}

impl Order {
    fn concerns_somebody_of_the_bank(&self, actor: &Actor) -> bool {
        let asked = |task: &Task| {
            task.state == TaskState::Open
                && match task.person {
                    Some(person) => is(actor, person),
                    None => actor.kind == ActorKind::Staff && actor.unit == task.unit,
                }
        };
        let told = |lead: &Lead| lead.instructions.iter().any(|one| one.open && one.unit == actor.unit);
        let on_call = self.urgent.as_ref().and_then(|urgent| urgent.on_call);
        let filed = actor.reference == self.filed_by;
        let handles = self.handler.is_some_and(|person| is(actor, person));
        filed && still(actor, FILE)
            || (handles || on_call.is_some_and(|person| is(actor, person))) && still(actor, HANDLE)
            || (self.tasks.iter().any(asked) || self.led().is_some_and(told)) && still(actor, ANSWER)
            || self.in_nobodys_hand() && actor.may(SEE, &self.answerable)
    }
}

impl kernel::Scoped for Order {
    fn unit(&self) -> &OrgPath {
        &self.unit
    }

    fn concerns(&self, actor: &Actor) -> bool {
        match actor.kind {
            ActorKind::Customer => actor.reference == self.complainant(),
            ActorKind::Staff | ActorKind::System => self.concerns_somebody_of_the_bank(actor),
            ActorKind::Program => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kernel::{Role, Scoped as _};
    use ledger::testkit;

    use crate::testing::{file, intake, migrations, staff};

    #[test]
    fn nobody_sees_an_order_by_name_alone() {
        testkit::each_database(&migrations(), |db| {
            let teller = staff(1, Role::Teller, "/HO/GZ/GZ001/");
            let mut order = file(db, &teller, &intake("/HO/GZ/GZ001/", db.now())).unwrap();
            let stripped = |actor: &kernel::Actor| kernel::Actor { grants: Arc::new([]), ..actor.clone() };
            assert!(order.concerns(&teller) && !order.concerns(&stripped(&teller)));
            // A handler whose place is elsewhere sees what they were given, as long as they are a handler.
            let handler = staff(2, Role::Handler, "/HO/SZ/");
            assert!(!order.concerns(&handler));
            order.handler = Some(kernel::StaffId::from_bits(2));
            assert!(order.concerns(&handler) && !order.concerns(&stripped(&handler)));
            assert!(!order.concerns(&staff(2, Role::Administrator, "/HO/")));
        });
    }
}
