//! Whole lists against a database: new, the same, corrected, repeated, contradicting, unknown; and twice without harm.

use std::io::Cursor;

use kernel::{Actor, Clock, Role, id::RegulatorListId};
use ledger::{
    Cause,
    testkit::{TestDatabase, each_database},
};
use people::{
    model::organisation::{Unit, UnitKind, UnitStatus},
    store::units,
};
use regulation::MatterSource;
use table::TableOptions;

use super::*;
use crate::{
    model::{
        Order,
        correction::CorrectedField,
        parts::{Entry, Nature, PersonalField, PublicHotline, ReportItem},
        verb::REPORT,
    },
    store::regulator_lists,
    testing::{LAW, file, intake, migrations, path, staff},
};

const HEADER: &str =
    "转办编号,来源热线,转办日期,反馈期限,反馈要求,投诉人,联系电话,被投诉机构,投诉内容,投诉请求,涉及金额（元）,处置意见";

fn build(db: &TestDatabase) {
    db.ledger
        .write(&Cause::new("test:build"), |unit| -> Result<(), ledger::StoreError> {
            for (number, code, name, place) in [(1, "HO", "总行", "/HO/"), (2, "GZ", "广州分行", "/HO/GZ/")] {
                let row = Unit {
                    id: kernel::id::UnitId::from_bits(number),
                    code: code.to_owned(),
                    name: name.to_owned(),
                    kind: UnitKind::Branch,
                    parent: path(place).parent().map(|_| kernel::id::UnitId::from_bits(1)),
                    path: path(place),
                    region: String::new(),
                    status: UnitStatus::Open,
                };
                let now = unit.now();
                units::insert(unit.connection(), &row, now)?;
            }
            Ok(())
        })
        .unwrap();
}

fn liaison() -> Actor {
    staff(8, Role::RegulatorLiaison, "/HO/")
}

fn options(db: &TestDatabase) -> ListOptions {
    ListOptions { source: MatterSource::Nfra, unit: path("/HO/"), received_at: db.clock.now() }
}

/// Takes a CSV list in.
fn take_as(db: &TestDatabase, actor: &Actor, rows: &[&str], mode: Mode) -> Report {
    let text = format!("{HEADER}\n{}\n", rows.join("\n"));
    let options = options(db);
    let list = read(Cursor::new(text), &TableOptions::default(), &options).unwrap();
    let id = RegulatorListId::new(db.clock.now(), &*db.random);
    let cause = Cause::new("test:list");
    let taker = Taker { ledger: &db.ledger, cause: &cause, law: &LAW, actor, id };
    let report = reconcile(&taker, list, &options, mode).unwrap();
    if mode == Mode::Apply {
        keep(&taker, &options, "digest", &report).unwrap();
    }
    report
}

fn take(db: &TestDatabase, rows: &[&str]) -> Report {
    take_as(db, &liaison(), rows, Mode::Apply)
}

fn outcomes(report: &Report) -> Vec<&'static str> {
    report.rows.iter().map(|row| row.outcome.as_str()).collect()
}

fn order(db: &TestDatabase, report: &Report, at: usize) -> Order {
    compare::load(&db.ledger, report.rows[at].order.unwrap()).unwrap().unwrap().order
}

fn opened(db: &TestDatabase, order: &Order, field: PersonalField) -> String {
    let place = db.ledger.read(|conn| crate::store::orders::place(conn, order.id)).unwrap().unwrap();
    let key = place.key(&db.keyring).unwrap();
    let key = crate::intake::OrderKey { keyring: &db.keyring, key: &key, order: order.id };
    key.open(field.as_str(), order.sealed(field).unwrap()).unwrap().expose().clone()
}

fn day(db: &TestDatabase, days: i64) -> String {
    db.clock.now().plus_days(days).date().to_string()
}

#[test]
fn a_list_is_reconciled_row_by_row_and_twice_without_harm() {
    each_database(&migrations(), |db| {
        build(db);
        let (due, later) = (day(db, 10), day(db, 20));
        let one = format!(
            "A-1,12378,{due},{due},书面报告及处理结果,李小明,13812345678,广州分行,信用卡年费争议，要求退还。,退费,300,催办"
        );
        let one = one.replacen(&due, &day(db, -1), 1);
        let two = "A-2,,,,,王五,13900000000,,手机银行转账未到账,尽快到账,,";
        let report = take(db, &[&one, two]);
        assert_eq!(outcomes(&report), ["new", "new"]);
        assert_eq!(report.unknown_columns, [UnknownColumn { name: "处置意见".to_owned(), filled: 1 }]);
        let first = order(db, &report, 0);
        assert_eq!(first.unit, path("/HO/GZ/"));
        assert_eq!(first.origin.number.as_ref().unwrap().as_str(), "A-1");
        assert_eq!(first.origin.hotline, Some(PublicHotline::Nfra12378));
        assert_eq!(first.origin.entry(), Some(Entry::Transfer));
        assert_eq!(first.origin.wanted, [ReportItem::Result, ReportItem::WrittenReport]);
        assert_eq!(first.origin.sent_on.unwrap().to_string(), day(db, -1));
        assert_eq!(first.amount.map(kernel::Money::minor), Some(30_000));
        assert_eq!(first.open_for(&[REPORT]).len(), 1, "the sender's deadline is a clock");
        assert_eq!(order(db, &report, 1).unit, path("/HO/"), "the list's unit where none is named");

        let again = take(db, &[&one, two]);
        assert_eq!(outcomes(&again), ["same", "same"]);
        assert_eq!(order(db, &again, 0).version, first.version, "nothing happened");

        let moved =
            one.replace(&format!(",{due},书面"), &format!(",{later},书面")).replace("13812345678", "13700000000");
        let corrected = take(db, &[two, &moved]);
        assert_eq!(outcomes(&corrected), ["same", "corrected"]);
        assert_eq!(corrected.rows[1].fields, [CorrectedField::Deadline, CorrectedField::Party]);
        let after = order(db, &corrected, 1);
        assert_eq!(after.version, first.version + 1, "one event is the trail");
        assert_eq!(opened(db, &after, PersonalField::Phone), "13700000000");
        let clock = after.clock(after.open_for(&[REPORT])[0]).unwrap();
        assert_eq!(clock.due.date().to_string(), later);
        assert_eq!(outcomes(&take(db, &[&moved])), ["same"]);

        let lists =
            db.ledger.read(|conn| regulator_lists::page(conn, &[path("/HO/")], &kernel::PageRequest::new(None, None)));
        assert_eq!(lists.unwrap().items.len(), 4, "every taking is kept");
    });
}

#[test]
fn rows_that_repeat_contradict_or_cannot_be_read_stop_no_other() {
    each_database(&migrations(), |db| {
        build(db);
        let rows = [
            "B-1,,,,,李小明,13812345678,,年费争议,,,",
            "B-1,,,,,李小明,13812345678,,年费争议,,,",
            "B-1,,,,,李小明,13812345678,,另一件事,,,",
            ",,,,,李小明,,,没有编号,,,",
            "B-2,,,,,李小明,13812345678,,,,,",
            "B-3,12345,不详,昨天,口头,,,不存在支行,柜面排队,,约三百,",
            "B-4,,,,,赵六,138****5678,,转账失败,,,",
        ];
        let report = take(db, &rows);
        assert_eq!(outcomes(&report), ["new", "duplicate", "conflicting", "refused", "refused", "new", "new"]);
        let columns: Vec<&str> = report.rows[5].notes.iter().map(|note| note.column.as_str()).collect();
        for column in ["来源热线", "转办日期", "反馈期限", "反馈要求", "涉及金额（元）", ""] {
            assert!(columns.contains(&column), "{column} in {columns:?}");
        }
        let odd = order(db, &report, 5);
        assert_eq!((odd.party.nature, odd.origin.deadline), (Nature::Anonymous, None));
        assert!(opened(db, &odd, PersonalField::Narrative).contains("约三百"), "what cannot be read is kept");
        let masked = order(db, &report, 6);
        assert!(masked.sealed(PersonalField::Phone).is_none());
        assert!(opened(db, &masked, PersonalField::Narrative).contains("138****5678"));
        let shown = format!("{report:?}");
        for secret in ["李小明", "13812345678", "赵六", "138****5678", "约三百"] {
            assert!(!shown.contains(secret), "{secret} in a report");
        }
        assert_eq!(
            outcomes(&take(db, &rows)),
            ["same", "duplicate", "conflicting", "refused", "refused", "same", "same"]
        );
    });
}

#[test]
fn an_order_that_was_typed_in_is_found_by_its_number_and_keeps_its_words() {
    each_database(&migrations(), |db| {
        build(db);
        let mut typed = intake("/HO/GZ/", db.clock.now());
        typed.origin =
            crate::model::parts::Origin::passed_on(MatterSource::Nfra, crate::model::parts::Reference::parse("C-1"));
        let typed = file(db, &staff(4, Role::Officer, "/HO/"), &typed).unwrap();
        let row = format!("C-1,12378,,{},,李小明,13812345678,广州分行,清单上的说法不同,,,", day(db, 9));
        let report = take(db, &[&row]);
        assert_eq!(outcomes(&report), ["corrected"]);
        assert_eq!(report.rows[0].fields, [CorrectedField::Hotline, CorrectedField::Deadline]);
        let after = order(db, &report, 0);
        assert_eq!(after.id, typed.id);
        assert_eq!(after.narrative, typed.narrative, "what the clerk typed stays");
        assert_eq!(outcomes(&take(db, &[&row])), ["same"]);
        let other = row.replace("清单上的说法不同", "第三种说法");
        assert_eq!(outcomes(&take(db, &[&other])), ["same"], "only words differ, and those are the clerk's");
        assert_eq!(order(db, &report, 0).version, after.version);
    });
}

#[test]
fn a_preview_changes_nothing_and_scopes_hold() {
    each_database(&migrations(), |db| {
        build(db);
        let row = "D-1,,,,,李小明,13812345678,广州分行,年费争议,,,";
        assert_eq!(outcomes(&take_as(db, &liaison(), &[row], Mode::Preview)), ["new"]);
        assert_eq!(outcomes(&take(db, &[row])), ["new"], "the preview filed nothing");
        let elsewhere = staff(9, Role::RegulatorLiaison, "/HO/SZ/");
        let changed = row.replace("年费争议", "年费争议二");
        let report = take_as(db, &elsewhere, &[&changed], Mode::Apply);
        assert_eq!(outcomes(&report), ["refused"], "an order of another branch is not theirs to correct");
        assert_eq!(report.rows[0].order, None);
    });
}

#[test]
fn corrections_of_an_ended_order_are_refused_in_words() {
    each_database(&migrations(), |db| {
        build(db);
        let report = take(db, &["E-1,,,,,李小明,13812345678,,年费争议,,,"]);
        let order = order(db, &report, 0);
        let paper = crate::model::Command::Withdraw {
            at: db.clock.now(),
            means: crate::model::parts::Means::Phone,
            paper: None,
            words: None,
        };
        let complainant = Actor { reference: order.complainant(), kind: kernel::ActorKind::Customer, ..liaison() };
        crate::testing::act(db, &complainant, &order, paper).unwrap();
        let later = take(db, &["E-1,,,,,李小明,13812345678,,年费争议又有新情况,,,"]);
        assert_eq!(outcomes(&later), ["refused"]);
        assert!(later.rows[0].notes[0].text.zh.contains("已撤回"), "{:?}", later.rows[0].notes);
    });
}

#[test]
fn what_is_no_list_is_said() {
    let options = ListOptions {
        source: MatterSource::Pbc,
        unit: path("/HO/"),
        received_at: kernel::Timestamp::from_micros(1_772_416_800_000_000),
    };
    let fault = |text: &str| match read(Cursor::new(text.to_owned()), &TableOptions::default(), &options) {
        Ok(_) => "taken".to_owned(),
        Err(error) => error.text().zh.into_owned(),
    };
    assert!(fault("姓名,电话\n李,1\n").contains("编号、投诉内容"));
    assert!(fault("编号,姓名\n1,李\n").contains("投诉内容"));
    assert!(fault("").contains("表头"));
    let long = format!("编号,投诉内容\n{}", "1,x\n".repeat(ROWS_MAX + 1));
    assert!(fault(&long).contains("5000 行"));
    assert_eq!(fault("\u{feff} 投诉编号 ,【投诉内容】\n1,x\n"), "taken", "case, blanks and brackets do not matter");
}
