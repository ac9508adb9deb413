//! Lists uploaded over HTTP: taken in the background, with their errors told row by row, and only by who may.

use kernel::{ActorRef, Role, id::ImportId};
use people::{
    model::upload::{Upload, UploadKind},
    store::imports,
};
use serde_json::{Value, json};

use crate::{
    app::{App, Client},
    house::{each_bank, write},
};

/// Uploads and waits for the end by asking, as a page does.
fn upload(app: &App<'_>, client: &Client, kind: &str, file: &[u8]) -> Value {
    let begun = app.upload(client, "/api/people/imports", &[("kind", kind)], file);
    assert_eq!(begun.status.as_u16(), 201, "{}", begun.body);
    assert_eq!((&begun.body["kind"], &begun.body["bytes"]), (&json!(kind), &json!(file.len())));
    app.rest();
    let ended = app.get(client, &format!("/api/people/imports/{}", begun.body["id"].as_str().unwrap()));
    assert_eq!(ended.status.as_u16(), 200);
    assert_ne!(ended.body["state"], "running");
    ended.body
}

fn counts(import: &Value) -> [u64; 4] {
    ["added", "changed", "unchanged", "refused"].map(|name| import[name].as_u64().unwrap())
}

const STAFF: &str = "number,name,phone,unit,roles\n\
    t1,王一,13800138001,GZ,teller\n\
    t2,王二,13800138002,NOWHERE,teller\n\
    t3,,13800138003,GZ,teller\n\
    t4,王四,123,GZ,teller\n\
    t5,王五,13800138005,GZ,teller\n";

#[test]
fn good_rows_are_taken_and_wrong_ones_told_with_line_and_reason() {
    each_bank(|db| {
        let app = App::new(db);
        let boss = app.persona("boss", "HO", Role::Administrator);
        let import = upload(&app, &boss, "staff", STAFF.as_bytes());
        assert_eq!((&import["state"], counts(&import)), (&json!("done"), [2, 0, 0, 3]));
        let told = |error: &Value| (error["line"].as_u64().unwrap(), error["column"].as_str().unwrap().to_owned());
        let errors: Vec<_> = import["errors"].as_array().unwrap().iter().map(told).collect();
        let expected = [(4, "name"), (5, "phone"), (3, "unit")].map(|(line, column)| (line, column.to_owned()));
        let mut sorted = errors.clone();
        sorted.sort();
        let mut wanted = expected.to_vec();
        wanted.sort();
        assert_eq!(sorted, wanted);
        let text = import.to_string();
        for value in ["王二", "13800138002", "NOWHERE", "王四"] {
            assert!(!text.contains(value), "{value} is not repeated");
        }
        // The same list again changes nothing.
        let again = upload(&app, &boss, "staff", STAFF.as_bytes());
        assert_eq!(counts(&again), [0, 0, 2, 3]);
        let list = app.get(&boss, "/api/people/imports").body["items"].clone();
        let ids: Vec<&Value> = list.as_array().unwrap().iter().map(|one| &one["id"]).collect();
        assert_eq!(ids, [&again["id"], &import["id"]], "newest first");
    });
}

#[test]
fn a_wrong_organisation_changes_nothing() {
    each_bank(|db| {
        let app = App::new(db);
        let boss = app.persona("boss", "HO", Role::Administrator);
        let list = "code,name,kind,parent\nHO,总行,head_office,\nXX,新分行,branch,NONE\n";
        let import = upload(&app, &boss, "units", list.as_bytes());
        assert_eq!((&import["state"], &import["errors"][0]["line"]), (&json!("failed"), &json!(3)));
        assert!(import["failure"]["zh"].as_str().unwrap().contains("没有任何改变"));
        assert_eq!(app.get(&boss, "/api/people/units?words=%E6%96%B0%E5%88%86%E8%A1%8C").body["items"], json!([]));
    });
}

#[test]
fn what_is_no_list_fails_in_words() {
    each_bank(|db| {
        let app = App::new(db);
        let boss = app.persona("boss", "HO", Role::Administrator);
        for (file, says) in [
            (&b"number,name,name,unit\n"[..], "name"),
            (b"number,phone\n1,2\n", "缺少"),
            (b"\x89PNG\r\n\x1a\n\0\0\0\0", ""),
            (b"", ""),
        ] {
            let import = upload(&app, &boss, "staff", file);
            assert_eq!((&import["state"], counts(&import)), (&json!("failed"), [0, 0, 0, 0]), "{import}");
            assert!(import["failure"]["zh"].as_str().unwrap().contains(says), "{import}");
        }
        let wrong = |fields: &[(&str, &str)]| app.upload(&boss, "/api/people/imports", fields, b"x").status.as_u16();
        assert_eq!(wrong(&[("kind", "pets")]), 422);
        assert_eq!(wrong(&[]), 422);
        assert_eq!(wrong(&[("kind", "staff"), ("encoding", "morse")]), 422);
        assert_eq!(wrong(&[("kind", "staff"), ("other", "x")]), 422);
    });
}

#[test]
fn lists_are_taken_and_seen_by_those_who_may_for_the_whole_bank() {
    each_bank(|db| {
        let app = App::new(db);
        let boss = app.persona("boss", "HO", Role::Administrator);
        let import = upload(&app, &boss, "staff", STAFF.as_bytes());
        let address = format!("/api/people/imports/{}", import["id"].as_str().unwrap());
        let branch = app.persona("branch", "GZ", Role::Administrator);
        let officer = app.persona("officer", "HO", Role::Officer);
        for (client, kind) in [(&branch, "staff"), (&officer, "staff"), (&officer, "units"), (&boss, "customers")] {
            let answer = app.upload(client, "/api/people/imports", &[("kind", kind)], STAFF.as_bytes());
            assert_eq!(answer.status.as_u16(), 403, "{kind}");
        }
        assert_eq!(app.get(&branch, "/api/people/imports").status.as_u16(), 403);
        // An officer of the head office takes customers, and sees no list of staff.
        assert_eq!(app.get(&officer, &address).status.as_u16(), 404);
        assert_eq!(app.get(&officer, "/api/people/imports").body["items"], json!([]));
        let kinds = app.get(&officer, "/api/people/import-kinds").body;
        assert_eq!((&kinds[0]["kind"], kinds.as_array().unwrap().len()), (&json!("customers"), 1));
        let taken = upload(&app, &officer, "customers", "number,name,unit\nC1,王一,GZ\nC2,王二,NO\n".as_bytes());
        assert_eq!(counts(&taken), [1, 0, 0, 1]);
    });
}

#[test]
fn nobody_changes_their_own_account_by_a_list() {
    each_bank(|db| {
        let app = App::new(db);
        let boss = app.persona("boss", "HO", Role::Administrator);
        let list = "number,name,unit,roles\nboss,张三,HO,administrator;auditor\n";
        let import = upload(&app, &boss, "staff", list.as_bytes());
        assert_eq!(counts(&import), [0, 0, 0, 1]);
        assert!(import["errors"][0]["reason"]["en"].as_str().unwrap().contains("Another administrator"));
    });
}

#[test]
fn what_was_broken_off_says_so_and_may_be_uploaded_again() {
    each_bank(|db| {
        let app = App::new(db);
        let boss = app.persona("boss", "HO", Role::Administrator);
        // A list of which the program put down the beginning before it was killed.
        let (id, now) = (ImportId::from_bits(7), db.now());
        let upload = Upload::begun(id, UploadKind::Staff, ActorRef::program("test"), (9, &[0; 32]), now);
        write(db, move |unit| Ok(imports::insert(unit.connection(), &upload)?));
        let address = format!("/api/people/imports/{id}");
        assert_eq!(app.get(&boss, &address).body["state"], "running");
        db.clock.advance_micros(6 * 60 * 1_000_000);
        assert_eq!(app.get(&boss, &address).body["state"], "broken_off");
        let again = self::upload(&app, &boss, "staff", STAFF.as_bytes());
        assert_eq!(again["state"], "done");
    });
}
