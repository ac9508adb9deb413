//! Migrations: complete, forward only, the same on both engines.

use diesel::{Connection as _, PgConnection, connection::SimpleConnection};
use ledger::{
    DatabaseUrl, Ledger, OpenError, Options,
    testkit::{each_database, postgres, postgres_server, with_database},
};

#[test]
fn both_engines_have_the_same_list_and_a_migrated_database_needs_nothing() {
    each_database(&[], |db| {
        assert_eq!(db.ledger.pending_migrations().unwrap(), Vec::<String>::new());
        assert_eq!(db.ledger.migrate().unwrap(), Vec::<String>::new());
        let empty = db.empty();
        let pending = empty.ledger.pending_migrations().unwrap();
        assert_eq!(pending.first().map(String::as_str), Some("0100_events"));
        assert_eq!(empty.ledger.migrate().unwrap(), pending);
        assert_eq!(empty.ledger.pending_migrations().unwrap(), Vec::<String>::new());
    });
}

#[test]
fn the_files_of_both_engines_have_the_same_names() {
    let names = |engine: &str| {
        let folder = format!("{}/migrations/{engine}", env!("CARGO_MANIFEST_DIR"));
        let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        names
    };
    assert_eq!(names("sqlite"), names("postgres"));
}

#[test]
fn nodes_that_start_together_migrate_once() {
    each_database(&[], |db| {
        let empty = db.empty();
        let ran: Vec<usize> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..4).map(|_| scope.spawn(|| empty.ledger.migrate().unwrap().len())).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(ran.iter().filter(|count| **count > 0).count(), 1, "{ran:?}");
    });
}

#[test]
fn a_postgresql_database_that_cannot_hold_chinese_is_refused_by_name() {
    let (Some(admin), Some(db)) = (postgres_server(), postgres(&[], &[])) else { return };
    let name = format!("xiaobao_latin_{}", std::process::id());
    let mut server = PgConnection::establish(&admin).unwrap();
    let make = format!("CREATE DATABASE {name} ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0");
    server.batch_execute(&make).unwrap();
    let url = DatabaseUrl::Postgres(with_database(&admin, &name));
    let opened = Ledger::open(Options::new(url), db.ledger.ports().clone(), &[]);
    let refused = opened.map(drop);
    server.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
    assert!(matches!(&refused, Err(OpenError::Encoding { encoding, .. }) if encoding == "LATIN1"), "{refused:?}");
}
