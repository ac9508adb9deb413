//! The running server: its doors, its signals, and its clean end.

use std::time::Duration;

use crate::house::House;

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
