//! The running server: its doors, its signals, and its clean end.

use std::time::Duration;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
};

use serde_json::Value;

use crate::{
    house::House,
    session::{Session, file, make_administrator},
};

#[test]
fn a_server_answers_and_stops_cleanly() {
    for signal in ["TERM", "INT"] {
        let house = House::new();
        let server = house.serve(&[]);
        assert_eq!(server.get("/healthz").0, 200);
        assert_eq!(server.get("/readyz"), (200, "ready\n".to_owned()));
        let (status, metrics) = server.get("/metrics");
        assert!(status == 200 && metrics.contains("xiaobao_http_requests_total"), "{metrics}");
        let (status, description) = server.get("/api/openapi.json");
        assert_eq!(status, 200);
        assert_eq!(description, house.run(&["openapi"]).ended(0).out, "the same description as without a house");
        assert_eq!(server.get("/api/nothing").0, 404);
        server.signal(signal);
        let (code, _, took) = server.wait();
        assert_eq!(code, Some(0));
        assert!(took < Duration::from_secs(10), "{took:?}");
        house.run(&["ledger", "verify"]).ended(0);
    }
}

#[test]
fn a_server_makes_its_tables_when_told() {
    let house = House::unmigrated("sqlite:bank.db");
    let server = house.serve(&["--migrate"]);
    assert_eq!(server.get("/readyz").0, 200);
}

#[test]
fn a_port_in_use_is_named() {
    let house = House::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    house.run(&["serve", "--listen", &address]).ended(2).says(&["`listen`", &address]);
}

#[cfg(unix)]
#[test]
fn new_holidays_come_in_without_a_restart() {
    let house = House::new();
    std::fs::create_dir(house.file("law")).unwrap();
    let server = house.serve(&["--regulation", "law"]);
    house.write("2027.json", r#"{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}"#);
    house.run(&["holidays", "import", "2027.json", "--regulation", "law"]).ended(0);
    server.signal("HUP");
    // The server goes on, also when the folder holds a mistake.
    house.write("law/wrong.toml", "[[clock]]\n");
    server.signal("HUP");
    assert_eq!(server.get("/healthz").0, 200);
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
}

/// One message that a receiver was sent: its headers in lower case and its body.
fn receive(listener: &TcpListener) -> (Vec<String>, Value) {
    let (stream, _) = listener.accept().unwrap();
    let mut reader = BufReader::new(stream);
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        headers.push(line.trim().to_lowercase());
    }
    let length = headers.iter().find_map(|header| header.strip_prefix("content-length: ")).unwrap().parse().unwrap();
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    reader.get_mut().write_all(b"HTTP/1.1 204 No Content\r\n\r\n").unwrap();
    (headers, serde_json::from_slice(&body).unwrap())
}

#[test]
fn receivers_are_told_and_the_history_is_signed() {
    let house = House::new();
    make_administrator(&house);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = house.serve(&["--webhook-private-allowed", "true", "--public-url", "https://bank.example/"]);
    let session = Session::begin(&server);
    session.subscribe(&format!("http://{}/events", listener.local_addr().unwrap()));
    let (status, order) = file(&server.address, &session.token(), "k1").unwrap();
    assert_eq!(status, 201);
    let (headers, message) = receive(&listener);
    assert!(headers[0].starts_with("post /events"), "{headers:?}");
    for name in
        ["webhook-id: ", "webhook-timestamp: ", "webhook-signature: ", "content-type: application/cloudevents+json"]
    {
        assert!(headers.iter().any(|header| header.starts_with(name)), "{name} {headers:?}");
    }
    assert_eq!(message["source"], "https://bank.example");
    assert_eq!(message["type"], "voice.order.filed");
    assert_eq!(message["subject"], order["id"]);
    assert!(!message.to_string().contains("王小明"), "a message holds ids and no person");
    server.signal("TERM");
    assert_eq!(server.wait().0, Some(0));
    // The first checkpoint is due when the server starts, and a clean stop lets it be finished.
    assert!(house.number("SELECT count(*) FROM checkpoints") >= 1);
    house.run(&["ledger", "verify"]).ended(0).says(&["intact", "checkpoints"]);
}

#[test]
fn a_wrong_public_address_is_named() {
    let house = House::new();
    for wrong in ["bank.example", "ftp://bank.example", "https://u:p@bank.example", "https://bank.example/?a"] {
        let serve = ["serve", "--objects", "files", "--listen", "127.0.0.1:0", "--public-url", wrong];
        house.run(&serve).ended(2).says(&["`public_url`"]);
    }
    house.run(&["serve", "--objects", "files", "--checkpoint-minutes", "0"]).ended(2).says(&["`checkpoint_minutes`"]);
}
