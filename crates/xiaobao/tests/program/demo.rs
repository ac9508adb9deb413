//! The demo: one command, one folder, and data that stay.

use std::{path::Path, time::Duration};

use crate::house::{Server, agent, program, run};

fn demo(folder: &Path, arguments: &[&str]) -> Server {
    let mut command = program(folder);
    command.args(["demo", "--listen", "127.0.0.1:0"]).args(arguments);
    let mut server = Server::start(command, "http://127.0.0.1:");
    server.address = server.address.trim_end_matches('/').to_owned();
    server
}

fn sign_in(server: &Server, number: &str, password: &str) -> u16 {
    let body = serde_json::json!({ "staff_number": number, "password": password });
    let response = agent().post(format!("{}/api/people/sign-in", server.address)).send_json(body).unwrap();
    response.status().as_u16()
}

fn orders(folder: &Path) -> usize {
    let export = run(
        folder,
        &["export", "complaints", "--database", "sqlite:demo-data/bank.db", "--key-file", "demo-data/bank.keys"],
    );
    export.ended(0).out.lines().count() - 1
}

#[test]
fn a_demo_shows_whom_to_sign_in_as_and_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let server = demo(folder.path(), &[]);
    let kept = std::fs::read_to_string(folder.path().join("demo-data/sign-in.json")).unwrap();
    let people: Vec<[String; 3]> = serde_json::from_str(&kept).unwrap();
    assert!(people.len() >= 10, "every role that staff hold has somebody: {people:?}");
    let number = &people[0][1];
    assert_eq!(sign_in(&server, number, "Demo-Xiaobao-2026"), 200);
    assert_eq!(sign_in(&server, number, "wrong"), 401);
    server.signal("INT");
    let (code, rest, took) = server.wait();
    assert_eq!(code, Some(0), "{rest}");
    assert!(took < Duration::from_secs(10), "{took:?}");
    assert!(rest.contains(number.as_str()) && rest.contains("Demo-Xiaobao-2026"), "{rest}");
    let first = orders(folder.path());
    assert!(first >= 200, "{first} orders");

    let server = demo(folder.path(), &[]);
    assert_eq!(sign_in(&server, number, "Demo-Xiaobao-2026"), 200);
    run(folder.path(), &["demo", "--listen", "127.0.0.1:0", "--fresh"]).ended(1).says(&["Another demo"]);
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
    assert_eq!(orders(folder.path()), first, "the second start keeps the data");

    let server = demo(folder.path(), &["--fresh"]);
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
    run(
        folder.path(),
        &["ledger", "verify", "--database", "sqlite:demo-data/bank.db", "--key-file", "demo-data/bank.keys"],
    )
    .ended(0);
}

#[test]
fn a_folder_that_is_no_demo_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("demo-data")).unwrap();
    std::fs::write(folder.path().join("demo-data/thesis.txt"), "years of work").unwrap();
    run(folder.path(), &["demo", "--listen", "127.0.0.1:0", "--fresh"]).ended(1).says(&["not a demo's folder"]);
    assert!(folder.path().join("demo-data/thesis.txt").exists());
}
