//! Proofs about the past: verify, checkpoints, backup and restore.

use crate::house::House;

/// A house with some history: units, customers, staff.
fn with_history() -> House {
    let house = House::new().with_units();
    house.write("customers.csv", "number,name,unit\nC1,张三丰,GZ01\nC2,李四光,GZ\nC3,周伯通,HO\n");
    house.run(&["import", "customers", "customers.csv"]).ended(0);
    house
}

#[test]
fn an_untouched_ledger_verifies_and_a_touched_one_does_not() {
    let tampers = [
        (
            "UPDATE events SET payload = replace(payload, '{', '{ ') WHERE position = (SELECT max(position) FROM events)",
            "altered",
        ),
        ("UPDATE events SET at = at + 1 WHERE position = 2", "altered"),
        ("UPDATE events SET actor = 'staff:somebody' WHERE position = 1", "altered"),
        ("DELETE FROM events WHERE position = (SELECT max(position) FROM events)", "not intact"),
        ("DELETE FROM events WHERE position = 1", "not intact"),
    ];
    for (statement, word) in tampers {
        let house = with_history();
        house.run(&["ledger", "verify"]).ended(0).says(&["intact", "no signature covers them yet"]);
        house.tamper(statement);
        house.run(&["ledger", "verify"]).ended(1).says(&["not intact", word]);
    }
}

#[test]
fn a_checkpoint_kept_elsewhere_shows_a_rewritten_history() {
    let house = with_history();
    house.run(&["ledger", "checkpoint", "--output", "kept.checkpoint"]).ended(0).says(&["Checkpoint 1"]);
    let printed = house.run(&["ledger", "checkpoint"]).ended(0).out;
    assert_eq!(printed, house.read("kept.checkpoint"));
    house.run(&["ledger", "checkpoint", "--output", "kept.checkpoint"]).ended(1).says(&["kept.checkpoint"]);
    assert_eq!(printed, house.read("kept.checkpoint"), "what is kept is not written over");
    house.run(&["ledger", "verify", "--checkpoint", "kept.checkpoint"]).ended(0).says(&["1 checkpoints"]);
    house.write("other.checkpoint", "{\"checkpoint\":\"x\"}");
    house.run(&["ledger", "verify", "--checkpoint", "other.checkpoint"]).ended(1).says(&["not an exported checkpoint"]);
    // Somebody takes out a whole stream, its head and the checkpoints that covered it.
    house.tamper(
        "CREATE TEMP TABLE gone AS SELECT stream FROM events ORDER BY position DESC LIMIT 1;
         DELETE FROM events WHERE stream IN (SELECT stream FROM gone);
         DELETE FROM streams WHERE stream IN (SELECT stream FROM gone);
         DELETE FROM checkpoints;",
    );
    house.run(&["ledger", "verify", "--checkpoint", "kept.checkpoint"]).ended(1).says(&["not intact"]);
}

#[test]
fn a_backup_restores_into_a_house_that_verifies() {
    let house = with_history();
    house.run(&["ledger", "checkpoint", "--output", "kept.checkpoint"]).ended(0);
    house.run(&["backup", "bank.backup"]).ended(0).says(&["Wrote bank.backup"]);
    house.run(&["backup", "bank.backup"]).ended(1).says(&["bank.backup exists; a backup is never written over a file"]);
    house
        .run(&["backup", "nowhere/bank.backup"])
        .ended(1)
        .says(&["Cannot create nowhere/bank.backup", "no folder nowhere"]);
    house.run(&["import", "customers", "customers.csv"]).ended(0).says(&["3 unchanged"]);
    house.run(&["restore", "bank.backup"]).ended(1).says(&["not empty"]);
    house.run(&["restore", "bank.backup", "--database", "sqlite:new/restored.db"]).ended(0).says(&[
        "Restored",
        "intact",
        "1 checkpoints",
    ]);
    let restored = |arguments: &[&str]| {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--database", "sqlite:new/restored.db"]).collect();
        house.run(&arguments)
    };
    restored(&["import", "customers", "customers.csv"]).ended(0).says(&["3 unchanged"]);
    restored(&["ledger", "verify", "--checkpoint", "kept.checkpoint"]).ended(0);
    house.write("cut.backup", &house.read("bank.backup")[..2_000]);
    house.run(&["restore", "cut.backup", "--database", "sqlite:cut.db"]).ended(1);
    house
        .run(&["restore", "missing.backup", "--database", "sqlite:missing.db"])
        .ended(1)
        .says(&["read missing.backup"]);
    for begun in ["cut.db", "cut.db-wal", "missing.db"] {
        assert!(!house.path().join(begun).exists(), "a restore that failed leaves no {begun}");
    }
}

#[test]
fn holidays_go_into_the_banks_own_folder() {
    let house = House::new();
    house.write("2027.json", r#"{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#);
    house.run(&["holidays", "import", "2027.json"]).ended(2).says(&["--regulation"]);
    house.run(&["holidays", "import", "2027.json", "--regulation", "law"]).ended(0).says(&["law/holidays/2027.toml"]);
    house.run(&["holidays", "import", "law/holidays/2027.toml", "--regulation", "law"]).ended(0);
    house.write("wrong.json", r#"{"year": 2028, "days": [{"name": "元旦", "date": "2028-13-01", "isOffDay": true}]}"#);
    house.run(&["holidays", "import", "wrong.json", "--regulation", "law"]).ended(1).says(&["nothing was written"]);
    assert!(!house.file("law/holidays/2028.toml").exists());
}

#[test]
fn administrators_get_in_and_back_in() {
    let house = House::new();
    house
        .run(&["admin", "create-user", "a001", "--name", "管理员"])
        .ended(0)
        .says(&["head office HO", "Temporary password of a001"]);
    house.run(&["admin", "create-user", "A001", "--name", "管理员"]).ended(1).says(&["registered"]);
    house.run(&["admin", "create-user", "a002", "--name", "李四", "--unit", "NOWHERE"]).ended(2);
    house.run(&["admin", "create-user", "a002", "--name", "李四", "--role", "king"]).ended(2).says(&["administrator"]);
    house.run(&["admin", "create-user", "a b", "--name", "李四"]).ended(2);
    house.run(&["admin", "reset-password", "a001"]).ended(0).says(&["Temporary password of a001"]);
    house.run(&["admin", "reset-password", "nobody"]).ended(1);
    assert_eq!(house.number("SELECT count(*) FROM staff"), 1);
}
