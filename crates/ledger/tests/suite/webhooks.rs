//! The outbox: who is told, of what, how often, and how it is proved.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpListener,
    sync::{Arc, mpsc},
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{PageRequest, Pii, Problem, ProblemKind};
use ledger::{
    Handlers, StoreError,
    testkit::{TestDatabase, each_database},
    webhooks::{self, DeliveryState, NewWebhook, Sender, SenderOptions, Webhook, WebhookChange},
};
use seal::{Hasher, SuiteName};

use crate::matter::*;

const SECRET: &[u8] = b"0123456789abcdef0123456789abcdef";

/// A request as the receiver saw it: head lines in lower case, and the body.
#[derive(Debug)]
struct Seen {
    head: Vec<String>,
    body: Vec<u8>,
}

impl Seen {
    fn header(&self, name: &str) -> &str {
        let line = self.head.iter().find(|line| line.to_lowercase().starts_with(&format!("{name}:")));
        line.unwrap_or_else(|| panic!("no {name} in {:?}", self.head)).split_once(':').unwrap().1.trim()
    }
}

/// A receiver that gives these answers, one for each request, then closes.
fn receiver(answers: Vec<&'static str>) -> (String, mpsc::Receiver<Seen>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/hook", listener.local_addr().unwrap());
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (stream, _) = listener.accept().unwrap();
            let mut reader = BufReader::new(stream);
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                head.push(line.trim().to_owned());
            }
            let length = head.iter().find_map(|l| l.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            let sent = sender.send(Seen { head, body });
            reader.get_mut().write_all(answer.as_bytes()).unwrap();
            if sent.is_err() {
                return;
            }
        }
    });
    (url, receiver)
}

const OK: &str = "HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
const DOWN: &str = "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const GONE: &str = "HTTP/1.1 410 Gone\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const ELSEWHERE: &str =
    "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";

fn create(db: &TestDatabase, url: &str, kinds: &[&str]) -> Answer<Webhook> {
    let new = NewWebhook {
        url: url.to_owned(),
        kinds: kinds.iter().map(|k| (*k).to_owned()).collect(),
        secret: Pii::new(SECRET.to_vec()),
    };
    db.ledger.write(&cause(), move |unit| webhooks::create(unit, &new))
}

fn change(db: &TestDatabase, id: &str, change: WebhookChange) -> Option<Webhook> {
    let id = id.to_owned();
    let changed: Answer<_> = db.ledger.write(&cause(), move |unit| webhooks::change(unit, &id, &change));
    changed.unwrap()
}

fn sender(private_allowed: bool) -> Handlers {
    let options = SenderOptions {
        private_allowed,
        timeout: Duration::from_secs(5),
        ..SenderOptions::new("https://xiaobao.example.cn")
    };
    Handlers::new().with_external(Arc::new(Sender::new(options)))
}

fn deliveries(db: &TestDatabase, webhook: &Webhook) -> Vec<webhooks::Delivery> {
    let page = PageRequest::new(Some(200), None);
    let page: Answer<_> = db.ledger.read(|c| webhooks::deliveries(c, &webhook.id, &page));
    page.unwrap().items
}

#[test]
fn a_subscriber_is_told_once_and_can_check_who_speaks() {
    each_database(&[], |db| {
        let (url, seen) = receiver(vec![OK]);
        let webhook = create(db, &url, &["test.matter.closed"]).unwrap();
        story(&db.ledger, "wo_1", vec![opened("secret title"), MatterEvent::Closed]);
        assert_eq!(db.ledger.run_due_jobs(sender(true), db.now()).unwrap().done, 1);
        let seen = seen.recv().unwrap();
        let message: serde_json::Value = serde_json::from_slice(&seen.body).unwrap();
        let position = db.ledger.history("wo_1").unwrap()[1].position;
        assert_eq!(
            message,
            serde_json::json!({
                "specversion": "1.0", "id": "wo_1/2", "source": "https://xiaobao.example.cn",
                "type": "test.matter.closed", "subject": "wo_1", "time": db.now().to_string(),
                "datacontenttype": "application/json",
                "data": { "stream": "wo_1", "version": 2, "position": position },
            })
        );
        assert!(!String::from_utf8_lossy(&seen.body).contains("secret title"));
        assert!(seen.header("content-type").starts_with("application/cloudevents+json"));
        let (id, at) = (seen.header("webhook-id"), seen.header("webhook-timestamp"));
        assert_eq!(at, (db.now().as_micros() / 1_000_000).to_string());
        let signed = [id.as_bytes(), b".", at.as_bytes(), b".", &seen.body].concat();
        let (v1, sm3) = seen.header("webhook-signature").split_once(' ').unwrap();
        assert_eq!(v1, format!("v1,{}", STANDARD.encode(reference_hmac(SuiteName::Intl, &signed))));
        assert_eq!(sm3, format!("v1sm3,{}", STANDARD.encode(reference_hmac(SuiteName::Sm, &signed))));
        let list = deliveries(db, &webhook);
        assert_eq!((list.len(), list[0].state, list[0].status), (1, DeliveryState::Delivered, Some(204)));
        assert_eq!(list[0].id, id);
        assert_eq!(db.ledger.job_counts().unwrap(), ledger::JobCounts::default());
    });
}

/// HMAC written out once more, for a secret shorter than a block.
fn reference_hmac(suite: SuiteName, message: &[u8]) -> [u8; 32] {
    let pad = |byte: u8| {
        let mut block = [byte; 64];
        block.iter_mut().zip(SECRET).for_each(|(b, s)| *b ^= s);
        block.to_vec()
    };
    let inner = Hasher::digest(suite, &[pad(0x36), message.to_vec()].concat()).0;
    Hasher::digest(suite, &[pad(0x5c), inner.to_vec()].concat()).0
}

#[test]
fn an_event_that_is_rolled_back_is_not_told_and_no_event_is_told_to_strangers() {
    each_database(&[], |db| {
        let webhook = create(db, "http://127.0.0.1:9/", &["test.matter.*"]).unwrap();
        let other = create(db, "http://127.0.0.1:9/", &["other.matter.*"]).unwrap();
        let refused: Result<(), StoreError> = write(&db.ledger, |unit| {
            unit.append("wo_1", 0, &staff(), &[opened("x")])?;
            Err(StoreError::Misuse("refused".into()))
        });
        assert!(refused.is_err());
        assert_eq!(deliveries(db, &webhook).len(), 0);
        story(&db.ledger, "wo_1", vec![opened("x"), noted("y")]);
        assert_eq!(deliveries(db, &webhook).len(), 2);
        assert_eq!(deliveries(db, &other).len(), 0);
        // Switched off, then removed: nothing more, and its deliveries go with it.
        let off = WebhookChange { active: Some(false), ..Default::default() };
        assert!(!change(db, &webhook.id, off).unwrap().active);
        append(&db.ledger, "wo_1", 2, noted("z")).unwrap();
        assert_eq!(deliveries(db, &webhook).len(), 2);
        assert_eq!(db.ledger.run_due_jobs(sender(true), db.now()).unwrap().parked, 2);
        let id = webhook.id.clone();
        assert!(write(&db.ledger, move |unit| webhooks::remove(unit, &id)).unwrap());
        assert_eq!(deliveries(db, &webhook).len(), 0);
    });
}

#[test]
fn a_receiver_that_is_down_is_tried_again_and_one_that_is_gone_is_not() {
    each_database(&[], |db| {
        let (url, seen) = receiver(vec![DOWN, ELSEWHERE, OK]);
        let webhook = create(db, &url, &["*"]).unwrap();
        story(&db.ledger, "wo_1", vec![opened("x")]);
        for expected in ["the receiver answered 503", "the receiver answered 302"] {
            let run = db.ledger.run_due_jobs(sender(true), db.now()).unwrap();
            assert_eq!(run.failed, [("ledger.deliver".to_owned(), expected.to_owned())]);
            let delivery = &deliveries(db, &webhook)[0];
            assert_eq!((delivery.state, delivery.error.as_deref()), (DeliveryState::Waiting, Some(expected)));
            db.clock.advance_micros(3_600_000_000);
        }
        assert_eq!(db.ledger.run_due_jobs(sender(true), db.now()).unwrap().done, 1);
        let ids: Vec<String> = (0..3).map(|_| seen.recv().unwrap().header("webhook-id").to_owned()).collect();
        assert!(ids.iter().all(|id| *id == ids[0]), "every try bears the same id: {ids:?}");

        let (url, _seen) = receiver(vec![GONE, OK]);
        let gone = change(db, &webhook.id, WebhookChange { url: Some(url), ..Default::default() }).unwrap();
        append(&db.ledger, "wo_1", 1, noted("y")).unwrap();
        assert_eq!(db.ledger.run_due_jobs(sender(true), db.now()).unwrap().parked, 1);
        let parked = deliveries(db, &gone).into_iter().find(|d| d.state == DeliveryState::Parked).unwrap();
        let id = parked.id.clone();
        assert!(write(&db.ledger, move |unit| webhooks::resend(unit, &id)).unwrap());
        assert_eq!(db.ledger.run_due_jobs(sender(true), db.now()).unwrap().done, 1);
        assert!(deliveries(db, &gone).iter().all(|d| d.state == DeliveryState::Delivered));
    });
}

#[test]
fn private_addresses_are_refused_unless_allowed() {
    each_database(&[], |db| {
        let (url, seen) = receiver(vec![OK]);
        let webhook = create(db, &url, &["*"]).unwrap();
        story(&db.ledger, "wo_1", vec![opened("x")]);
        let run = db.ledger.run_due_jobs(sender(false), db.now()).unwrap();
        assert!(run.failed[0].1.contains("private network"), "{run:?}");
        assert!(seen.try_recv().is_err(), "nothing was sent");
        let local = url.replace("127.0.0.1", "localhost");
        change(db, &webhook.id, WebhookChange { url: Some(local), ..Default::default() });
        db.clock.advance_micros(3_600_000_000);
        let run = db.ledger.run_due_jobs(sender(false), db.now()).unwrap();
        assert!(run.failed[0].1.contains("private network"), "by name too: {run:?}");
        db.clock.advance_micros(3_600_000_000);
        assert_eq!(db.ledger.run_due_jobs(sender(true), db.now()).unwrap().done, 1);
    });
}

#[test]
fn a_malformed_subscription_is_refused_with_the_field() {
    each_database(&[], |db| {
        let pointer = |problem: Problem| {
            assert_eq!(problem.kind, ProblemKind::Invalid);
            problem.fields[0].pointer.clone()
        };
        let ports = ["https://h:0/", "https://h:65536/", "https://h:99999/", "https://[::1]:70000/", "https://h:/"];
        let others =
            ["", "ftp://x/", "javascript:alert(1)", "http://", "https://user:pw@host/", "http://a b/", "http:///x"];
        for url in others.into_iter().chain(ports) {
            assert_eq!(pointer(create(db, url, &["*"]).unwrap_err()), "/url", "{url}");
        }
        for kinds in [&[][..], &["voice"], &["voice.order"], &["Voice.order.closed"], &["*.*.*"], &["a.b.c.d"]] {
            assert_eq!(pointer(create(db, "https://h/", kinds).unwrap_err()), "/kinds", "{kinds:?}");
        }
        let short = NewWebhook { url: "https://h/".into(), kinds: vec!["*".into()], secret: Pii::new(vec![1; 8]) };
        let refused: Answer<Webhook> = db.ledger.write(&cause(), move |unit| webhooks::create(unit, &short));
        assert_eq!(pointer(refused.unwrap_err()), "/secret");
        let all: Answer<_> = db.ledger.read(|c| webhooks::list(c, &PageRequest::new(None, None)));
        assert_eq!(all.unwrap().items, []);
        let webhook = create(db, "https://h/x?y=1", &["voice.order.*", "guard.decision.held"]).unwrap();
        let one = db.ledger.read(|c| webhooks::get(c, &webhook.id)).unwrap();
        assert_eq!(one, Some(webhook));
        for url in ["https://h:8443/x", "https://[2001:db8::1]/", "https://[2001:db8::1]:8443/"] {
            create(db, url, &["*"]).unwrap();
        }
    });
}

#[test]
fn the_secret_is_sealed_in_the_database() {
    each_database(&[], |db| {
        create(db, "https://h/", &["*"]).unwrap();
        let clear = String::from_utf8(SECRET.to_vec()).unwrap();
        let found = sql(db, &format!("UPDATE webhooks SET url = url WHERE secret LIKE '%{clear}%'"));
        assert_eq!(found, 0);
    });
}
