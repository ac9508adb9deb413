//! Backups: everything comes back, on either engine, or nothing does.

use std::{ops::ControlFlow, path::PathBuf, sync::Arc};

use diesel::{RunQueryDsl, sql_query};
use kernel::Pii;
use ledger::{
    BackupError, BackupProgress, BackupReport, Engine, Handlers, NewJob, StoreError, VerifyOptions,
    testkit::{TestDatabase, databases, each_database},
    webhooks::{self, NewWebhook},
};
use serde_json::json;

use crate::matter::*;

fn go_on(_: BackupProgress) -> ControlFlow<()> {
    ControlFlow::Continue(())
}

/// Some of everything: events with awkward texts, jobs, a webhook with a delivery, checkpoints, a room's own table.
fn fill(db: &TestDatabase) {
    for (number, text) in ["plain", "quote \" and \\ and \u{1}", "张三 🏦", "line\nbreak\t\r", ""].iter().enumerate()
    {
        story(&db.ledger, &format!("wo_{number}"), vec![opened(text), noted(text), MatterEvent::Closed]);
    }
    let hook = NewWebhook { url: "https://h/".into(), kinds: vec!["*".into()], secret: Pii::new(vec![7; 32]) };
    let made: Answer<_> = db.ledger.write(&cause(), move |unit| webhooks::create(unit, &hook));
    made.unwrap();
    append(&db.ledger, "wo_1", 3, noted("told to the webhook")).unwrap();
    write(&db.ledger, |unit| {
        let due = unit.now().plus_days(1);
        unit.enqueue(NewJob { kind: "test.later", key: Some("k".into()), due, payload: json!({"n": i64::MAX}) })
    })
    .unwrap();
    db.ledger.checkpoint(&cause()).unwrap();
    append(&db.ledger, "wo_2", 3, noted("behind the checkpoint")).unwrap();
}

struct File {
    _folder: tempfile::TempDir,
    path: PathBuf,
}

fn file() -> File {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bank.backup");
    File { _folder: folder, path }
}

fn backup(db: &TestDatabase) -> (File, BackupReport) {
    let file = file();
    let report = db.ledger.backup(&file.path, &mut go_on).unwrap();
    (file, report)
}

fn restore(db: &TestDatabase, file: &File) -> Result<BackupReport, BackupError> {
    db.ledger.restore(&file.path, &mut |_| Ok(true), &mut go_on)
}

/// Everything there is, as one engine-neutral text.
fn content(db: &TestDatabase) -> Vec<String> {
    let (file, _) = backup(db);
    let text = std::fs::read_to_string(&file.path).unwrap();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    // The first line tells the engine and the time; the last the digest; rows have no order of their own.
    lines.remove(0);
    lines.pop();
    let mut lines: Vec<String> = lines.iter().map(|l| l.replace("true", "1").replace("false", "0")).collect();
    lines.sort();
    lines
}

#[test]
fn what_was_backed_up_comes_back_on_either_engine() {
    for from in databases(&[]) {
        fill(&from);
        let (file, report) = backup(&from);
        assert_eq!(report.bytes, std::fs::metadata(&file.path).unwrap().len());
        let expected = content(&from);
        for near in databases(&[]) {
            let into = near.empty();
            let restored = restore(&into, &file).unwrap();
            assert_eq!((restored.tables, restored.rows, restored.at), (report.tables, report.rows, from.now()));
            assert_eq!(restored.derived_left_out, from.name != into.name);
            assert_eq!(content(&into), expected, "from {} into {}", from.name, into.name);
            assert_eq!(load(&into.ledger, "wo_2").events.len(), 4);
            // It lives on: positions and versions continue, the old checkpoint still holds, a new one can be made.
            append(&into.ledger, "wo_2", 4, noted("after the restore")).unwrap();
            let before = from.ledger.history("wo_2").unwrap().last().unwrap().position;
            assert!(into.ledger.history("wo_2").unwrap().last().unwrap().position > before);
            into.ledger.checkpoint(&cause()).unwrap();
            let report = into.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
            assert!(report.is_intact() && report.checkpoints == 2, "{report:?}");
            assert_eq!(into.ledger.run_due_jobs(Handlers::new(), into.now().plus_days(9)).unwrap().done, 0);
            // The jobs came along, and so did the subscription, which the event after the restore has told already.
            let waiting = |db: &TestDatabase| db.ledger.job_counts().unwrap().waiting;
            assert_eq!(waiting(&into), waiting(&from) + 1);
        }
    }
}

#[test]
fn a_database_with_anything_in_it_is_refused() {
    each_database(&[], |db| {
        fill(db);
        let (file, _) = backup(db);
        assert!(matches!(restore(db, &file), Err(BackupError::NotEmpty { .. })));
        let other = db.fresh();
        story(&other.ledger, "wo_other", vec![opened("x")]);
        let before = content(&other);
        assert!(matches!(restore(&other, &file), Err(BackupError::NotEmpty { .. })));
        assert_eq!(content(&other), before);
        // Migrated and empty is empty.
        assert_eq!(restore(&db.fresh(), &file).unwrap().engine == Engine::Sqlite, db.ledger.is_sqlite());
    });
}

#[test]
fn a_file_is_not_written_over_and_no_half_of_one_remains() {
    each_database(&[], |db| {
        fill(db);
        let (file, _) = backup(db);
        let whole = std::fs::read(&file.path).unwrap();
        assert!(matches!(db.ledger.backup(&file.path, &mut go_on), Err(BackupError::File(_))));
        assert_eq!(std::fs::read(&file.path).unwrap(), whole);
        make_rows(db);
        write(&db.ledger, |unit| {
            sql_query("INSERT INTO test_rows WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT 'r' || i, i FROM n")
                .execute(unit.connection())?;
            Ok(())
        })
        .unwrap_or_else(|error: StoreError| panic!("{error}"));
        let other = file.path.with_extension("second");
        let stopped = db.ledger.backup(&other, &mut |_| ControlFlow::Break(()));
        assert!(matches!(stopped, Err(BackupError::Stopped)), "{stopped:?}");
        assert_eq!(std::fs::read_dir(file.path.parent().unwrap()).unwrap().count(), 1);
    });
}

/// Every damage ends in an error that names a line, and leaves the database as empty as it was.
#[test]
fn a_damaged_file_restores_nothing() {
    type Damage = (&'static str, fn(&str) -> String);
    let damages: [Damage; 11] = [
        ("empty", |_| String::new()),
        ("not a backup", |_| "{\"format\":\"other\",\"version\":1}\n".to_owned()),
        ("cut short", |text| text[..text.len() / 2].to_owned()),
        ("cut at a line", |text| text.lines().take(8).map(|l| format!("{l}\n")).collect()),
        ("without its end", |text| {
            text.lines().filter(|l| !l.starts_with("{\"end\"")).map(|l| format!("{l}\n")).collect()
        }),
        ("a letter changed", |text| text.replacen("plain", "plaim", 1)),
        ("a row removed", |text| {
            let victim = text.lines().find(|l| l.contains("\"wo_3\"")).unwrap();
            text.replacen(&format!("{victim}\n"), "", 1)
        }),
        ("a row twice", |text| {
            let victim = text.lines().find(|l| l.contains("\"wo_3\"")).unwrap();
            text.replacen(victim, &format!("{victim}\n{victim}"), 1)
        }),
        ("not JSON", |text| text.replacen("[1,\"wo_0\"", "[1,\"wo_0", 1)),
        ("another table", |text| text.replacen("\"table\":\"events\"", "\"table\":\"events; DROP TABLE events\"", 1)),
        ("something behind the end", |text| format!("{text}{{}}\n")),
    ];
    each_database(&[], |db| {
        fill(db);
        let (good, _) = backup(db);
        let text = std::fs::read_to_string(&good.path).unwrap();
        let into = db.empty();
        for (name, damage) in damages {
            let bad = file();
            std::fs::write(&bad.path, damage(&text)).unwrap();
            assert_ne!(damage(&text), text, "{name}");
            match restore(&into, &bad) {
                Err(BackupError::Format { line, detail }) => {
                    assert!(line > 0);
                    assert!(!detail.contains("plain"), "{name}: {detail}");
                }
                other => panic!("{name} on {}: {other:?}", db.name),
            }
        }
        assert!(restore(&into, &good).is_ok(), "the database is still empty");
    });
}

#[test]
fn a_backup_of_a_newer_program_is_refused_and_an_older_one_is_brought_up_to_date() {
    each_database(&[], |db| {
        fill(db);
        let (good, _) = backup(db);
        let text = std::fs::read_to_string(&good.path).unwrap();
        let newer = file();
        std::fs::write(&newer.path, text.replacen("\"0130\"", "\"0130\",\"9999\"", 1)).unwrap();
        assert!(matches!(restore(&db.empty(), &newer), Err(BackupError::Newer(what)) if what.contains("9999")));

        // As a program without webhooks would have written it.
        let older = file();
        let kept: Vec<&str> = {
            let mut inside = false;
            text.lines()
                .filter(|line| {
                    if line.starts_with("{\"table\"") {
                        inside = line.contains("\"webhooks\"") || line.contains("\"deliveries\"");
                    }
                    !inside && !line.starts_with("{\"end\"")
                })
                .collect()
        };
        let body: String = kept.iter().map(|line| format!("{line}\n")).collect();
        let body = body.replacen(",\"0130\"", "", 1);
        let count = |start: &str| body.lines().filter(|line| line.starts_with(start)).count();
        let digest = seal::Hasher::digest(seal::SuiteName::Intl, body.as_bytes());
        let (tables, rows) = (count("{\"table\""), count("["));
        let end = format!("{{\"end\":true,\"tables\":{tables},\"rows\":{rows},\"digest\":\"{digest}\"}}\n");
        std::fs::write(&older.path, body + &end).unwrap();
        assert!(matches!(restore(&db.fresh(), &older), Err(BackupError::Ahead(_))));
        let into = db.empty();
        restore(&into, &older).unwrap();
        assert_eq!(into.ledger.pending_migrations().unwrap(), Vec::<String>::new());
        assert_eq!(load(&into.ledger, "wo_0").version, 3);
    });
}

#[test]
fn a_backup_is_of_one_moment_though_writers_go_on() {
    each_database(&[], |db| {
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let written = std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                let mut number = 0;
                while !stop.load(std::sync::atomic::Ordering::Relaxed) && number < 50_000 {
                    story(&db.ledger, &format!("wo_{number}"), vec![opened("x"), noted("y")]);
                    number += 1;
                }
                number
            });
            while db.ledger.history("wo_20").unwrap().is_empty() {
                std::thread::yield_now();
            }
            let (file, _) = backup(db);
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            (writer.join().unwrap(), file)
        });
        let into = db.empty();
        restore(&into, &written.1).unwrap();
        let report = into.ledger.verify(&VerifyOptions::default(), &mut |_| ControlFlow::Continue(())).unwrap();
        assert!(report.is_intact(), "{report:?}");
        assert_eq!(report.events, report.streams * 2);
        assert!(report.streams > 20 && report.streams <= written.0);
    });
}
