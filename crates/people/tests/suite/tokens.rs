//! API tokens: what they may do, when they end.

use std::sync::Arc;

use endpoint::{Authenticator, Credentials};
use kernel::{ActorKind, ActorRef, OrgPath, PageRequest, Permission, PermissionSpec, Problem, ProblemKind, Role, Text};
use ledger::testkit::TestDatabase;
use people::{
    Access, AccessOptions,
    access::RoleTable,
    model::permissions::{self, CUSTOMER_EDIT, CUSTOMER_SEE},
    store::tokens::{self, ApiToken},
    use_cases::{
        staff as staff_acts,
        tokens::{self as acts, NewToken},
    },
};

use crate::house::{actor, each_bank, hire, kinds, place, record, text_of, try_write, write};

fn access(db: &TestDatabase) -> Arc<Access> {
    Access::new(db.ledger.clone(), &permissions::specs(), AccessOptions::default())
}

/// A permission of another room that stands alone.
const SEND: Permission = Permission("other.message.send");

fn table_specs() -> Vec<PermissionSpec> {
    let title = Text::fixed("取走短信", "Take messages");
    vec![PermissionSpec { permission: SEND, title, roles: &[Role::System], alone: true }]
}

fn table() -> RoleTable {
    RoleTable::new(&[permissions::specs(), table_specs()].concat())
}

fn new(db: &TestDatabase, code: &str, permissions: &[&str], days: i64) -> NewToken {
    NewToken {
        name: "core banking".to_owned(),
        unit: place(db, code).id,
        permissions: permissions.iter().map(|name| (*name).to_owned()).collect(),
        expires_at: db.now().plus_days(days),
    }
}

fn issue(db: &TestDatabase, new: NewToken) -> Result<(ApiToken, String), Problem> {
    try_write(db, move |unit| acts::issue(unit, &actor(), &new, &table()))
}

#[test]
fn a_token_has_the_system_role_in_its_unit_until_it_ends() {
    each_bank(|db| {
        let (token, secret) = issue(db, new(db, "GZ", &[], 30)).unwrap();
        assert!(!text_of(db, token.id).contains(&secret));
        let (access, credentials) = (access(db), Credentials::Bearer(secret));
        let caller = access.authenticate(&credentials).unwrap();
        assert!(caller.session.is_none());
        assert!(caller.actor.may(CUSTOMER_EDIT, &place(db, "GZ001").path));
        assert!(!caller.actor.may(CUSTOMER_EDIT, &place(db, "SZ001").path));
        assert!(!caller.actor.holds(permissions::STAFF_SEE));
        db.clock.advance_micros(30 * 24 * 3_600_000_000);
        assert!(access.recall(&credentials).is_none());
        assert_eq!(access.authenticate(&credentials).unwrap_err().kind, ProblemKind::Unauthenticated);
    });
}

#[test]
fn a_token_can_be_narrowed_and_is_revoked_once() {
    each_bank(|db| {
        let (token, secret) = issue(db, new(db, "GZ", &["people.customer.see"], 30)).unwrap();
        let (access, credentials) = (access(db), Credentials::Bearer(secret));
        let caller = access.authenticate(&credentials).unwrap();
        assert!(caller.actor.holds(CUSTOMER_SEE) && !caller.actor.holds(CUSTOMER_EDIT));
        let one = token.clone();
        write(db, move |unit| acts::revoke(unit, &actor(), &one));
        people::access::changed();
        assert!(access.recall(&credentials).is_none());
        assert!(access.authenticate(&credentials).is_err());
        assert_eq!(kinds(db, token.id), ["issued", "revoked"]);
        let twice = try_write(db, move |unit| acts::revoke(unit, &actor(), &token)).unwrap_err();
        assert_eq!(twice.reason, Some("already-revoked"));
    });
}

#[test]
fn disabling_whoever_issued_a_token_ends_it_for_good() {
    each_bank(|db| {
        let (leaver, stayer) =
            (hire(db, "adm1", "GZ", Role::Administrator), hire(db, "adm2", "GZ", Role::Administrator));
        let issue = |staff: &people::model::staff::Staff| {
            let (by, new) = (ActorRef::new(ActorKind::Staff, staff.id), new(db, "GZ", &[], 30));
            write(db, move |unit| acts::issue(unit, &by, &new, &table()))
        };
        let (gone, kept) = ([issue(&leaver), issue(&leaver)], issue(&stayer));
        let one = gone[0].0.clone();
        write(db, move |unit| acts::revoke(unit, &actor(), &one));
        let before = record(db, &leaver);
        write(db, move |unit| staff_acts::disable(unit, &actor(), &before, 1));
        people::access::changed();
        let access = access(db);
        for (_, secret) in &gone {
            assert!(access.authenticate(&Credentials::Bearer(secret.clone())).is_err());
        }
        for (token, _) in &gone {
            assert_eq!(kinds(db, token.id), ["issued", "revoked"], "each ends once");
        }
        assert!(access.authenticate(&Credentials::Bearer(kept.1)).is_ok());
        let before = record(db, &leaver);
        write(db, move |unit| staff_acts::enable(unit, &actor(), &before, 2));
        people::access::changed();
        assert!(access.authenticate(&Credentials::Bearer(gone[1].1.clone())).is_err());
    });
}

#[test]
fn losing_the_role_ends_the_tokens_that_one_could_issue_no_more() {
    each_bank(|db| {
        let maker = hire(db, "adm1", "HO", Role::Administrator);
        let by = ActorRef::new(ActorKind::Staff, maker.id);
        let issue = |code: &str| {
            let (by, new) = (by.clone(), new(db, code, &[], 30));
            write(db, move |unit| acts::issue(unit, &by, &new, &table()))
        };
        let (in_gz, in_sz) = (issue("GZ001"), issue("SZ"));
        let access = access(db);
        let lets_in = |secret: &str| access.authenticate(&Credentials::Bearer(secret.to_owned())).is_ok();
        let give = |seen: i64, roles: &[(Role, &str)]| {
            let held = |(role, code): &(Role, &str)| staff_acts::from_now(*role, place(db, code).id, db.now());
            let change =
                staff_acts::StaffChange { roles: Some(roles.iter().map(held).collect()), ..Default::default() };
            let before = record(db, &maker);
            write(db, move |unit| staff_acts::change(unit, &actor(), &before, seen, &change));
            people::access::changed();
        };
        // Another role besides changes nothing; a narrower scope ends what lies outside of it.
        give(1, &[(Role::Administrator, "HO"), (Role::Auditor, "HO")]);
        assert!(lets_in(&in_gz.1) && lets_in(&in_sz.1));
        give(2, &[(Role::Administrator, "GZ")]);
        assert!(lets_in(&in_gz.1) && !lets_in(&in_sz.1));
        give(3, &[(Role::Auditor, "HO")]);
        assert!(!lets_in(&in_gz.1));
        for (token, _) in [&in_gz, &in_sz] {
            assert_eq!(kinds(db, token.id), ["issued", "revoked"]);
        }
        give(4, &[(Role::Administrator, "HO")]);
        assert!(!lets_in(&in_gz.1), "what ended does not come back");
    });
}

#[test]
fn what_stands_alone_is_held_alone() {
    each_bank(|db| {
        let access =
            Access::new(db.ledger.clone(), &[permissions::specs(), table_specs()].concat(), AccessOptions::default());
        let holds = |secret: String| {
            let actor = access.authenticate(&Credentials::Bearer(secret)).unwrap().actor;
            (actor.holds(SEND), actor.holds(CUSTOMER_EDIT))
        };
        assert_eq!(holds(issue(db, new(db, "GZ", &[], 30)).unwrap().1), (false, true));
        assert_eq!(holds(issue(db, new(db, "GZ", &[SEND.0], 30)).unwrap().1), (true, false));
        // One that was issued with both before this was asked has the rest.
        let both =
            NewToken { permissions: vec![SEND.0.to_owned(), CUSTOMER_EDIT.0.to_owned()], ..new(db, "GZ", &[], 30) };
        let unaware: Vec<PermissionSpec> =
            table_specs().into_iter().map(|spec| PermissionSpec { alone: false, ..spec }).collect();
        let unaware = RoleTable::new(&[permissions::specs(), unaware].concat());
        let old = try_write(db, move |unit| acts::issue(unit, &actor(), &both, &unaware)).unwrap();
        assert_eq!(holds(old.1), (false, true));
    });
}

#[test]
fn wrong_tokens_are_refused_with_their_place() {
    each_bank(|db| {
        let mut nameless = new(db, "GZ", &[], 30);
        nameless.name = " ".to_owned();
        let mut placeless = new(db, "GZ", &[], 30);
        placeless.unit = kernel::UnitId::from_bits(9);
        for (token, pointer) in [
            (nameless, "/name"),
            (placeless, "/unit"),
            (new(db, "GZ", &[], 0), "/expires_at"),
            (new(db, "GZ", &[], 401), "/expires_at"),
            (new(db, "GZ", &["people.customer.see", "people.staff.manage"], 30), "/permissions/1"),
            (new(db, "GZ", &["no.such.permission"], 30), "/permissions/0"),
            (new(db, "GZ", &["people.customer.see", "other.message.send"], 30), "/permissions/1"),
        ] {
            let refused = issue(db, token).unwrap_err();
            assert_eq!((refused.kind, refused.fields[0].pointer.as_str()), (ProblemKind::Invalid, pointer));
        }
    });
}

#[test]
fn lists_stay_within_scopes() {
    each_bank(|db| {
        for code in ["GZ001", "SZ", "GZ"] {
            issue(db, new(db, code, &[], 30)).unwrap();
        }
        let list = |scope: &str| -> Vec<String> {
            let scopes = [OrgPath::parse(scope).unwrap()];
            let page = db.ledger.read(|conn| tokens::page(conn, &scopes, &PageRequest::new(None, None))).unwrap();
            page.items.into_iter().map(|token| token.unit_path.code().to_owned()).collect()
        };
        assert_eq!(list("/HO/"), ["GZ", "GZ001", "SZ"]);
        assert_eq!(list("/HO/GZ/"), ["GZ", "GZ001"]);
    });
}
