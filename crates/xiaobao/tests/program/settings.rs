//! `serve` refuses to start on a wrong setting, and says which.

use std::fs;

use crate::house::{House, Ran};

/// Starts the server with one setting wrong; it must end by itself.
fn serve(house: &House, arguments: &[&str]) -> Ran {
    let listens = arguments.contains(&"--listen");
    let door: &[&str] = if listens { &["serve"] } else { &["serve", "--listen", "127.0.0.1:0"] };
    let all: Vec<&str> = door.iter().chain(arguments).copied().collect();
    house.run_bounded(&all)
}

#[test]
fn each_wrong_flag_is_named() {
    let house = House::new();
    house.write("rubbish.toml", "no keys");
    house.write(
        "rubbish.db",
        "this is no database, and long enough to be looked at as one by whoever opens it ........",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(house.file("rubbish.toml"), fs::Permissions::from_mode(0o600)).unwrap();
    }
    let check = |arguments: &[&str], setting: &str| {
        serve(&house, arguments).ended(2).says(&[&format!("`{setting}`")]);
    };
    check(&["--listen", "localhost:80"], "listen");
    check(&["--listen", "127.0.0.1:99999"], "listen");
    check(&["--database", "mysql://x"], "database");
    check(&["--database", "sqlite:nowhere.db"], "database");
    check(&["--database", "sqlite:rubbish.db"], "database");
    check(&["--database", "postgres://nobody@127.0.0.1:1/nothing"], "database");
    check(&["--key-file", "rubbish.toml"], "key_file");
    check(&["--objects", "gs://bucket"], "objects");
    check(&["--objects", "/proc/xiaobao"], "objects");
    check(&["--trusted-proxies", "many"], "trusted_proxies");
    check(&["--secure-cookies", "perhaps"], "secure_cookies");
    check(&["--attachment-mib-max", "0"], "attachment_mib_max");
    check(&["--readers", "0"], "readers");
    check(&["--log-level", "loud"], "log_level");
    check(&["--log-format", "xml"], "log_format");
    check(&["--regulation", "/nowhere"], "regulation");
    #[cfg(not(feature = "s3"))]
    check(&["--objects", "s3://bank-files/x"], "objects");
    serve(&house, &["--key-file", "nowhere.keys"]).ended(2).says(&["nowhere.keys"]);
    assert!(!house.file("nowhere.db").exists(), "a misspelt path makes no new database");
}

#[test]
fn a_wrong_setting_names_its_source() {
    let house = House::new();
    house.write("xiaobao.toml", "listen = \"nonsense\"\n");
    let mut command = house.command();
    let ran: Ran = command.args(["serve", "--config", "xiaobao.toml"]).output().unwrap().into();
    ran.ended(2).says(&["`listen` in xiaobao.toml"]);
    let mut command = house.command();
    let ran: Ran = command.env("XIAOBAO_LISTEN", "nonsense").args(["serve"]).output().unwrap().into();
    ran.ended(2).says(&["the variable XIAOBAO_LISTEN"]);
    serve(&house, &["--listen", "nonsense"]).ended(2);
    let mut command = house.command();
    let ran: Ran = command.env("XIAOBAO_LISTEM", "x").args(["migrate"]).output().unwrap().into();
    ran.ended(2).says(&["XIAOBAO_LISTEM"]);
    house.write("typo.toml", "databse = \"sqlite:x\"\n");
    house.run(&["migrate", "--config", "typo.toml"]).ended(2).says(&["`databse` in typo.toml"]);
    house.run(&["migrate", "--config", "missing.toml"]).ended(2).says(&["missing.toml", "--config"]);
}

#[test]
fn a_wrong_value_stops_commands_that_do_not_use_it() {
    let house = House::new();
    house.write("xiaobao.toml", "readers = 9999\n");
    house.run(&["migrate", "--config", "xiaobao.toml"]).ended(2).says(&["`readers`"]);
}

#[test]
fn tables_of_another_version_are_refused() {
    let house = House::unmigrated("sqlite:bank.db");
    house.write("bank.db", "");
    serve(&house, &[]).ended(2).says(&["`database`", "xiaobao migrate"]);
    house.run(&["migrate"]).ended(0);
    house.run(&["migrate"]).ended(0).says(&["up to date"]);
    house.run(&["migrate", "--list"]).ended(0);
    house.tamper("INSERT INTO __diesel_schema_migrations(version) VALUES ('9999')");
    serve(&house, &[]).ended(2).says(&["`database`", "newer"]);
    house.run(&["migrate"]).ended(2).says(&["newer"]);
}

#[test]
fn the_config_may_come_by_environment() {
    let house = House::unmigrated("sqlite:bank.db");
    house.write("xiaobao.toml", "database = \"sqlite:other.db\"\nkey_file = \"bank.keys\"\nlanguage = \"zh\"\n");
    let mut command = crate::house::program(house.path());
    let ran: Ran = command.env("XIAOBAO_CONFIG", "xiaobao.toml").arg("migrate").output().unwrap().into();
    ran.ended(0).says(&["已更新"]);
    assert!(house.file("other.db").exists());
}
