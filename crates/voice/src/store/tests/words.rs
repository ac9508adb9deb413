//! The search misses nothing and invents nothing: compared with a look through all texts, on both engines.

use kernel::{Clock as _, PageRequest, Pii, Role, SeededRandom, id::OrderId};
use ledger::{
    Cause,
    testkit::{TestDatabase, each_database},
};

use super::super::{filter::OrderFilter, list, lookups, orders};
use crate::{
    desk,
    intake::prepare,
    model::{Command, StageName},
    testing::{LAW, intake, migrations, path, staff},
    words::{self, Query},
};

/// Enough orders that PostgreSQL begins with a stretch of time and widens it.
const ORDERS: usize = 1_200;

struct Kept {
    receipt: String,
    unit: &'static str,
    words: String,
}

/// A text whose rare words are rare: most characters come from a small alphabet.
fn text(chance: &mut impl FnMut(u64) -> u64) -> String {
    const COMMON: [&str; 8] = ["年费", "信用卡", "收取", "退还", "贷", "款", "App", "，"];
    const RARE: [&str; 4] = ["保险柜", "\u{30000}", "ＥＴＣ", "违约金3.5%"];
    let mut out = String::new();
    for _ in 0..=chance(12) {
        let rare = chance(150) == 0;
        out.push_str(if rare { RARE[chance(4) as usize] } else { COMMON[chance(8) as usize] });
    }
    out
}

fn fill(db: &TestDatabase) -> Vec<Kept> {
    let random = SeededRandom::new(11);
    let mut chance = move |below: u64| {
        let mut bytes = [0; 8];
        kernel::Random::fill(&random, &mut bytes);
        u64::from_le_bytes(bytes) % below
    };
    let teller = staff(1, Role::Teller, "/HO/");
    let mut kept = Vec::new();
    let mut ready = Vec::new();
    for n in 0..ORDERS {
        db.clock.advance_micros(600_000_000 + n as i64);
        let now = db.clock.now();
        let unit = ["/HO/GZ/GZ001/", "/HO/GZ/GZ002/", "/HO/SZ/"][chance(3) as usize];
        let mut matter = intake(unit, now);
        matter.title = Pii::new(text(&mut chance));
        matter.narrative = Pii::new(text(&mut chance));
        let prepared = prepare(&matter, OrderId::new(now, &*db.random), now, &db.keyring, &*db.random);
        kept.push(Kept { receipt: String::new(), unit, words: prepared.kept.words.clone() });
        ready.push(prepared);
    }
    let filed = db.ledger.write(&Cause::new("test:file"), move |unit| {
        let one = |prepared: &crate::intake::Prepared| {
            let command = Command::File(Box::new(prepared.filing.clone()));
            desk::file(unit, prepared, command, &teller, &LAW).map(|order| order.receipt)
        };
        ready.iter().map(one).collect::<Result<Vec<_>, _>>()
    });
    for (kept, receipt) in kept.iter_mut().zip(filed.unwrap()) {
        kept.receipt = receipt;
    }
    kept
}

/// What a look through all texts finds, newest first.
fn expected<'k>(kept: &'k [Kept], scope: &str, typed: &str) -> Vec<&'k str> {
    let typed = words::plain(typed);
    let runs: Vec<&str> = typed.split(|c: char| !c.is_alphanumeric()).filter(|run| !run.is_empty()).collect();
    let is_there = |one: &&Kept| one.unit.starts_with(scope) && runs.iter().all(|run| one.words.contains(run));
    kept.iter().rev().filter(is_there).map(|one| one.receipt.as_str()).take(50).collect()
}

fn check(db: &TestDatabase, kept: &[Kept]) -> usize {
    let mut found = 0;
    for typed in [
        "年费",
        "信用卡",
        "用卡收",
        "费信",
        "款贷",
        "app",
        "Pp",
        "保险柜",
        "\u{30000}",
        "款\u{30000}",
        "etc",
        "3.5%",
        "5",
        "贷",
        "信用卡年费收取",
        "年费 保险",
        "信用 保险柜",
        "退还，贷",
        "收取年费收取",
        "没有的字",
        "柜保险",
        "保险柜 违约金",
    ] {
        for scope in ["/HO/", "/HO/GZ/", "/HO/GZ/GZ002/", "/HO/SZ/"] {
            let filter = OrderFilter { words: Query::parse(typed), ..OrderFilter::default() };
            let (request, now) = (PageRequest::new(Some(50), None), db.clock.now());
            let page = db.ledger.read(|conn| list::page(conn, &[path(scope)], &filter, &request, now)).unwrap();
            let got: Vec<&str> = page.items.iter().map(|row| row.receipt.as_str()).collect();
            assert_eq!(got, expected(kept, scope, typed), "{typed} in {scope} on {}", db.name);
            found += got.len();
        }
    }
    found
}

#[test]
fn every_text_with_the_typed_characters_is_found_newest_first() {
    each_database(&migrations(), |db| {
        let mut kept = fill(db);
        let index = |limit| {
            db.ledger.write(&Cause::new("test:index"), move |unit| lookups::index_some(unit.connection(), limit))
        };
        let found = check(db, &kept);
        assert!(found > 1_000, "the words are worth looking for: {found}");
        assert_eq!(index(700).unwrap(), 700);
        check(db, &kept);
        // What is added later is found at once, and after it was indexed again.
        let receipt = kept[3].receipt.clone();
        let id = db.ledger.read(|conn| orders::by_receipt(conn, &receipt)).unwrap().unwrap();
        let added = "\u{3}另购保险柜";
        let add = move |unit: &mut ledger::Unit<'_>| -> Result<(), kernel::Problem> {
            let seq = orders::place(unit.connection(), id)?.unwrap().seq;
            Ok(lookups::add_words(unit.connection(), seq, added)?)
        };
        db.ledger.write(&Cause::new("test:add"), add).unwrap();
        kept[3].words.push_str(added);
        check(db, &kept);
        assert_eq!(index(2_000).unwrap(), ORDERS - 699);
        assert_eq!(index(2_000).unwrap(), 0);
        check(db, &kept);
    });
}

#[test]
fn pages_of_a_search_follow_each_other() {
    each_database(&migrations(), |db| {
        let kept = fill(db);
        db.ledger.write(&Cause::new("test:index"), |unit| lookups::index_some(unit.connection(), 2_000)).unwrap();
        let typed = "年费";
        let filter = OrderFilter { words: Query::parse(typed), ..OrderFilter::default() };
        let (mut seen, mut after) = (Vec::new(), None);
        loop {
            let (request, now) = (PageRequest::new(Some(7), after.take()), db.clock.now());
            let page = db.ledger.read(|conn| list::page(conn, &[path("/HO/GZ/")], &filter, &request, now)).unwrap();
            seen.extend(page.items.into_iter().map(|row| row.receipt));
            match page.next {
                Some(next) if seen.len() < 50 => after = Some(kernel::Cursor::from_text(next)),
                Some(_) | None => break,
            }
        }
        assert_eq!(seen[..49], expected(&kept, "/HO/GZ/", typed)[..49], "on {}", db.name);
    });
}

#[test]
fn words_go_together_with_other_filters() {
    each_database(&migrations(), |db| {
        let kept = fill(db);
        db.ledger.write(&Cause::new("test:index"), |unit| lookups::index_some(unit.connection(), 2_000)).unwrap();
        let now = db.clock.now();
        let day = now.plus_days(-1).date();
        let words = || Query::parse("信用卡");
        let find = |filter: OrderFilter| {
            let request = PageRequest::new(Some(200), None);
            let page = db.ledger.read(|conn| list::page(conn, &[path("/HO/")], &filter, &request, now)).unwrap();
            page.items.into_iter().map(|row| row.receipt).collect::<Vec<_>>()
        };
        let all = find(OrderFilter { words: words(), ..OrderFilter::default() });
        assert_eq!(all.len(), 200);
        let open = find(OrderFilter { words: words(), stages: vec![StageName::Filed], ..OrderFilter::default() });
        assert_eq!(open, all, "all of them are filed");
        let closed = find(OrderFilter { words: words(), stages: vec![StageName::Closed], ..OrderFilter::default() });
        assert_eq!(closed, [] as [String; 0]);
        let recent = find(OrderFilter { words: words(), received_from: Some(day), ..OrderFilter::default() });
        assert!(!recent.is_empty() && recent.len() < all.len() && all.starts_with(&recent), "{}", recent.len());
        assert!(kept.iter().any(|one| one.receipt == recent[0]));
    });
}

#[test]
fn a_text_longer_than_the_index_takes_is_still_found() {
    each_database(&migrations(), |db| {
        let teller = staff(1, Role::Teller, "/HO/");
        let order = crate::testing::file(db, &teller, &intake("/HO/", db.clock.now())).unwrap();
        // Every pair once: more terms than PostgreSQL takes of one text.
        let long: String = (0..400_000u32)
            .filter_map(|n| char::from_u32(0x4e00 + (n.wrapping_mul(2_654_435_761) >> 7) % 20_000))
            .collect();
        let add = move |unit: &mut ledger::Unit<'_>| -> Result<(), kernel::Problem> {
            let seq = orders::place(unit.connection(), order.id)?.unwrap().seq;
            Ok(lookups::add_words(unit.connection(), seq, &format!("\u{3}{long}保险柜"))?)
        };
        db.ledger.write(&Cause::new("test:add"), add).unwrap();
        let count = || db.ledger.write(&Cause::new("test"), |unit| lookups::index_some(unit.connection(), 10)).unwrap();
        assert_eq!((count(), count()), (1, 0));
        for scope in ["/HO/", "/HO/GZ/"] {
            let filter = OrderFilter { words: Query::parse("保险柜"), ..OrderFilter::default() };
            let (request, now) = (PageRequest::new(None, None), db.clock.now());
            let page = db.ledger.read(|conn| list::page(conn, &[path(scope)], &filter, &request, now)).unwrap();
            assert_eq!(page.items.len(), usize::from(scope == "/HO/"), "{scope} on {}", db.name);
        }
    });
}
