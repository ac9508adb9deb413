//! Which organisation lists are refused, where, and what a good one would change.

use kernel::{OrgPath, SeededRandom, Timestamp, UnitId};
use people::model::{
    organisation::{Unit, UnitStatus},
    organisation_import::{UnitRow, plan},
};

use crate::house::{BANK, rows};

/// The organisation that a good list makes.
fn made(list: &[(&str, &str, &str)]) -> Vec<Unit> {
    let planned = plan(&[], &rows(list)).unwrap();
    let random = SeededRandom::new(1);
    let mut units: Vec<Unit> = Vec::new();
    for new in planned.open {
        let parent = new.path.parent().map(|path| units.iter().find(|unit| unit.path == path).unwrap().id);
        units.push(Unit {
            id: UnitId::new(Timestamp::from_micros(0), &random),
            code: new.code,
            name: new.name,
            kind: new.kind,
            parent,
            path: new.path,
            region: new.region,
            status: new.status,
        });
    }
    units
}

#[track_caller]
fn refused(existing: &[Unit], rows: &[UnitRow], expect: &[(u64, &str)]) {
    let errors = plan(existing, rows).unwrap_err();
    let found: Vec<_> = errors.listed().iter().map(|error| (error.line, error.column)).collect();
    assert_eq!(found, expect, "{:?}", errors.listed());
}

#[test]
fn a_good_list_opens_each_unit_behind_the_one_above() {
    let mut list = rows(&BANK);
    list.reverse();
    let planned = plan(&[], &list).unwrap();
    let paths: Vec<&str> = planned.open.iter().map(|new| new.path.as_str()).collect();
    let expect = ["/HO/", "/HO/GZ/", "/HO/GZ/GZ001/", "/HO/GZ/GZ002/", "/HO/HO-CP/", "/HO/SZ/", "/HO/SZ/SZ001/"];
    assert_eq!(paths, expect);
    assert!(planned.change.is_empty() && planned.moves.is_empty());
}

#[test]
fn the_same_list_again_changes_nothing() {
    let planned = plan(&made(&BANK), &rows(&BANK)).unwrap();
    assert_eq!(planned.unchanged, BANK.len() as u64);
    assert!(planned.open.is_empty() && planned.change.is_empty());
    assert_eq!(plan(&made(&BANK), &[]).unwrap().unchanged, 0);
}

#[test]
fn wrong_fields_are_each_reported() {
    let mut list = rows(&BANK);
    list[1].code = "G Z".to_owned();
    list[1].kind = "bank".to_owned();
    list[3].name = String::new();
    list[4].region = "地".repeat(51);
    list[5].status = "asleep".to_owned();
    list[6].parent = "../".to_owned();
    // Wrong rows stand for nothing, so what hangs on them is reported as well, but only if it is itself right.
    refused(&[], &list, &[(3, "code"), (3, "kind"), (5, "name"), (6, "region"), (7, "status"), (8, "parent")]);
}

#[test]
fn doubles_and_strangers_are_refused() {
    refused(&[], &rows(&[("HO", "head_office", ""), ("A", "branch", "HO"), ("A", "branch", "HO")]), &[(4, "code")]);
    refused(&[], &rows(&[("HO", "head_office", ""), ("A", "branch", "XX")]), &[(3, "parent")]);
    refused(&[], &rows(&[("HO", "head_office", ""), ("H2", "head_office", "")]), &[(3, "parent")]);
    refused(&[], &rows(&[("A", "branch", "")]), &[(2, "parent")]);
    refused(&[], &rows(&[("HO", "head_office", ""), ("H2", "head_office", "HO")]), &[(3, "parent")]);
    refused(&made(&BANK), &rows(&[("H2", "head_office", "")]), &[(2, "parent")]);
}

#[test]
fn rings_are_refused_and_each_of_their_rows_is_named() {
    refused(&[], &rows(&[("HO", "head_office", ""), ("A", "branch", "A")]), &[(3, "parent")]);
    let ring = [("HO", "head_office", ""), ("A", "branch", "C"), ("B", "branch", "A"), ("C", "branch", "B")];
    refused(&[], &rows(&ring), &[(3, "parent"), (4, "parent"), (5, "parent")]);
    // What hangs on a ring is not part of it.
    let hanging = [("HO", "head_office", ""), ("A", "branch", "B"), ("B", "branch", "A"), ("D", "outlet", "B")];
    refused(&[], &rows(&hanging), &[(3, "parent"), (4, "parent")]);
    // A ring that closes over a unit the list does not name.
    refused(&made(&BANK), &rows(&[("GZ", "branch", "GZX"), ("GZX", "branch", "GZ")]), &[(2, "parent"), (3, "parent")]);
    let below_itself = [("GZ", "sub_branch", "GZ001")];
    refused(&made(&BANK), &rows(&below_itself), &[(2, "parent")]);
}

#[test]
fn twelve_levels_are_enough() {
    let chain = |depth: usize| -> Vec<(String, &str, String)> {
        (0..depth)
            .map(|level| {
                let kind = if level == 0 { "head_office" } else { "branch" };
                let parent = if level == 0 { String::new() } else { format!("L{}", level - 1) };
                (format!("L{level}"), kind, parent)
            })
            .collect()
    };
    let list = |chain: &[(String, &str, String)]| {
        let borrowed: Vec<(&str, &str, &str)> = chain.iter().map(|(c, k, p)| (c.as_str(), *k, p.as_str())).collect();
        rows(&borrowed)
    };
    assert_eq!(plan(&[], &list(&chain(12))).unwrap().open.len(), 12);
    refused(&[], &list(&chain(14)), &[(14, "parent"), (15, "parent")]);
    // Moving a unit whose descendants, left out of the list, would end too deep is laid to the unit's own line.
    let twelve = chain(12);
    let mut tall: Vec<(&str, &str, &str)> = twelve.iter().map(|(c, k, p)| (c.as_str(), *k, p.as_str())).collect();
    tall.extend([("A", "branch", "L0"), ("B", "branch", "A")]);
    refused(&made(&tall), &rows(&[("A", "branch", "L10")]), &[(2, "parent")]);
}

#[test]
fn kinds_keep_their_order_and_closed_units_hold_nothing_open() {
    refused(&[], &rows(&[("HO", "head_office", ""), ("A", "outlet", "HO"), ("B", "branch", "A")]), &[(4, "kind")]);
    refused(&made(&BANK), &rows(&[("GZ", "outlet", "HO")]), &[(2, "kind"), (2, "kind")]);
    let mut closing = rows(&[("GZ", "branch", "HO")]);
    closing[0].status = "撤销".to_owned();
    refused(&made(&BANK), &closing, &[(2, "status"), (2, "status")]);
    let mut closing = rows(&[("GZ", "branch", "HO"), ("GZ001", "outlet", "GZ"), ("GZ002", "outlet", "GZ")]);
    for row in &mut closing {
        row.status = "closed".to_owned();
    }
    let planned = plan(&made(&BANK), &closing).unwrap();
    assert_eq!(planned.change.iter().filter(|change| change.closed).count(), 3);
    assert!(planned.change.iter().all(|change| change.after.status == UnitStatus::Closed));
}

#[test]
fn a_move_carries_everything_below() {
    let planned = plan(&made(&BANK), &rows(&[("GZ", "branch", "SZ")])).unwrap();
    let moved: Vec<_> = planned.moves.iter().map(|m| (m.from.as_str(), m.to.as_str(), m.carried)).collect();
    assert_eq!(moved, [("/HO/GZ/", "/HO/SZ/GZ/", 2)]);
    let paths: Vec<&str> = planned.change.iter().map(|change| change.after.path.as_str()).collect();
    assert_eq!(paths, ["/HO/SZ/GZ/", "/HO/SZ/GZ/GZ001/", "/HO/SZ/GZ/GZ002/"]);
    // Two moves, one inside the other: each carries its own.
    let list = rows(&[("GZ", "branch", "SZ"), ("GZ001", "outlet", "HO")]);
    let planned = plan(&made(&BANK), &list).unwrap();
    let moved: Vec<_> = planned.moves.iter().map(|m| (m.to.as_str(), m.carried)).collect();
    assert_eq!(moved, [("/HO/GZ001/", 0), ("/HO/SZ/GZ/", 1)]);
    // The two branches change places with a unit between them.
    let swap = plan(&made(&BANK), &rows(&[("GZ", "branch", "HO-X"), ("HO-X", "branch", "SZ"), ("SZ", "branch", "HO")]));
    assert_eq!(swap.unwrap().open[0].path, OrgPath::parse("/HO/SZ/HO-X/").unwrap());
}

#[test]
fn a_broken_list_of_a_hundred_thousand_rows_is_answered_soon() {
    let codes: Vec<String> = (0..100_000).map(|i| format!("U{i}")).collect();
    // One ring of a hundred thousand.
    let ring: Vec<(&str, &str, &str)> =
        (0..codes.len()).map(|i| (codes[i].as_str(), "branch", codes[(i + 1) % codes.len()].as_str())).collect();
    let started = std::time::Instant::now();
    let errors = plan(&[], &rows(&ring)).unwrap_err();
    assert_eq!(errors.total(), 100_000);
    assert_eq!(errors.listed().len(), 1_000);
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    let mut more = rows(&ring);
    more.push(more[0].clone());
    assert_eq!(plan(&[], &more).unwrap_err().total(), 1);
}

mod laws {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever the list says, a plan is made or the list is refused with lines; and the plan is a tree.
        #[test]
        fn every_list_is_a_tree_or_refused(parents in proptest::collection::vec(0usize..12, 1..12)) {
            let codes: Vec<String> = (0..parents.len()).map(|i| format!("U{i}")).collect();
            let list: Vec<(&str, &str, &str)> = parents.iter().enumerate().map(|(i, parent)| {
                let kind = if i == 0 { "head_office" } else { "branch" };
                let above = if i == 0 { "" } else { codes.get(*parent).map_or("U0", String::as_str) };
                (codes[i].as_str(), kind, above)
            }).collect();
            match plan(&[], &rows(&list)) {
                Err(errors) => prop_assert!(errors.listed().iter().all(|error| error.line >= 2)),
                Ok(planned) => {
                    prop_assert_eq!(planned.open.len(), list.len());
                    for (code, _, above) in &list {
                        let path = &planned.open.iter().find(|new| new.code == *code).unwrap().path;
                        let parent = path.parent().map_or(String::new(), |path| path.code().to_owned());
                        prop_assert_eq!(parent.as_str(), *above);
                    }
                }
            }
        }

        /// Moving a unit anywhere it may go keeps every path equal to the line of codes above it.
        #[test]
        fn moves_keep_paths_right(which in 1usize..7, to in 0usize..7) {
            let before = made(&BANK);
            let mut list = rows(&BANK);
            list[which].parent = BANK[to].0.to_owned();
            if let Ok(planned) = plan(&before, &list) {
                for change in &planned.change {
                    let row = list.iter().find(|row| row.code == change.after.code).unwrap();
                    let parent = change.after.path.parent().map_or(String::new(), |path| path.code().to_owned());
                    prop_assert_eq!(&parent, &row.parent);
                }
            }
        }
    }
}
