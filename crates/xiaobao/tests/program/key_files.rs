//! Key files: made for their owner alone, never written over, rotated without losing what they sealed.

use crate::house::{House, Ran, run};

#[test]
fn a_new_file_is_its_owners_alone_and_never_written_over() {
    let folder = tempfile::tempdir().unwrap();
    for suite in ["sm", "intl"] {
        let name = format!("{suite}.keys");
        run(folder.path(), &["keys", "generate", &name, "--suite", suite]).ended(0).says(&["safe"]);
        let before = std::fs::read_to_string(folder.path().join(&name)).unwrap();
        run(folder.path(), &["keys", "generate", &name]).ended(1).says(&["never written over"]);
        assert_eq!(std::fs::read_to_string(folder.path().join(&name)).unwrap(), before);
        let shown =
            run(folder.path(), &["keys", "show", "--key-file", &name]).ended(0).says(&[suite, "master", "signing"]);
        for line in before.lines().filter_map(|line| line.strip_prefix("secret = ")) {
            assert!(!shown.out.contains(line.trim_matches('"')));
        }
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = std::fs::metadata(folder.path().join(&name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
    }
}

#[cfg(unix)]
#[test]
fn loose_permissions_are_refused_and_the_groups_warned_of() {
    use std::os::unix::fs::PermissionsExt;
    let house = House::new();
    let set = |mode| {
        std::fs::set_permissions(house.file("bank.keys"), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    for mode in [0o644, 0o604, 0o660, 0o622] {
        set(mode);
        house.run(&["migrate"]).ended(2).says(&["bank.keys", "chmod 600"]);
    }
    set(0o640);
    house.run(&["migrate"]).ended(0).says(&["group"]);
    set(0o400);
    let ran = house.run(&["migrate"]).ended(0);
    assert_eq!(ran.err, "");
}

#[test]
fn keys_may_come_by_environment_but_not_twice() {
    let house = House::new();
    let keys = house.read("bank.keys");
    let mut command = crate::house::program(house.path());
    command.env("XIAOBAO_DATABASE", "sqlite:bank.db").env("XIAOBAO_KEYS", &keys).arg("migrate");
    let ran: Ran = command.output().unwrap().into();
    ran.ended(0);
    let ran: Ran = house.command().env("XIAOBAO_KEYS", &keys).arg("migrate").output().unwrap().into();
    ran.ended(2).says(&["both set"]);
}

#[test]
fn rotation_keeps_what_was_sealed() {
    let house = House::new().with_units();
    house.write("customers.csv", "number,name,phone,unit\nC1,张三丰,13812345678,GZ01\nC2,李四光,13912345678,GZ\n");
    house.run(&["import", "customers", "customers.csv"]).ended(0).says(&["2 added"]);
    house.write("m.toml", "source = \"x\"\n[fields]\nreceived = { column = \"d\" }\nname = { column = \"who\" }\nphone = { column = \"tel\" }\ntitle = { column = \"t\" }\n");
    house.write("a.csv", "d,who,tel,t\n2026-01-05,张三丰,13812345678,一\n2026-01-05,李四光,13912345678,二\n");
    house.run(&["import", "complaints", "a.csv", "--mapping", "m.toml"]).ended(0).says(&["taken 2"]);
    for part in ["master", "index", "mac", "signing"] {
        house.run(&["keys", "prepare", part, "--key-file", "bank.keys"]).ended(0);
        house.run(&["keys", "prepare", part, "--key-file", "bank.keys"]).ended(1);
        house.run(&["keys", "rotate", part, "--key-file", "bank.keys"]).ended(0);
    }
    house.run(&["import", "customers", "customers.csv"]).ended(0).says(&["2 unchanged"]);
    house.run(&["keys", "renew"]).ended(0).says(&["nothing hangs on old"]);
    let old = house.run(&["keys", "show", "--key-file", "bank.keys"]).ended(0).out;
    let old =
        old.lines().find(|line| line.starts_with("master")).unwrap().split_whitespace().last().unwrap().to_owned();
    house.run(&["keys", "remove", "master", &old, "--key-file", "bank.keys"]).ended(0);
    house.run(&["import", "customers", "customers.csv"]).ended(0).says(&["2 unchanged"]);
    house.run(&["import", "complaints", "a.csv", "--mapping", "m.toml"]).ended(0).says(&["taken before 2"]);
    house.run(&["ledger", "verify"]).ended(0).says(&["intact"]);
}

#[test]
fn keys_of_another_house_open_nothing() {
    let house = House::new().with_units();
    house.write("customers.csv", "number,name,phone,unit\nC1,张三丰,13812345678,GZ01\n");
    house.run(&["import", "customers", "customers.csv"]).ended(0);
    for suite in ["sm", "intl"] {
        let other = format!("other-{suite}.keys");
        house.run(&["keys", "generate", &other, "--suite", suite]).ended(0);
        let with = |command: &[&str]| house.run(&[command, &["--key-file", &other]].concat());
        with(&["serve", "--listen", "127.0.0.1:0", "--objects", "files"])
            .ended(2)
            .says(&["not the keys of this database"]);
        with(&["ledger", "checkpoint"]).ended(2);
        with(&["ledger", "verify"]).ended(2);
        with(&["import", "customers", "customers.csv"]).ended(2);
    }
    house.run(&["backup", "house.backup"]).ended(0);
    let restore = ["restore", "house.backup", "--database", "sqlite:restored.db", "--key-file", "other-sm.keys"];
    house.run(&restore).ended(2).says(&["do not open the backup", "from the backup's time"]);
    house
        .run(&["ledger", "verify", "--key-file", "missing.keys"])
        .ended(2)
        .says(&["there is no key file missing.keys", "keys generate missing.keys"]);
    // Nothing stays in the way of the next try.
    house.run(&["restore", "house.backup", "--database", "sqlite:restored.db"]).ended(0).says(&["intact"]);
    house.run(&["ledger", "verify"]).ended(0).says(&["intact"]);
    assert_eq!(house.number("SELECT count(*) FROM checkpoints"), 0);
}
