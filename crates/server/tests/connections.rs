//! What strangers may do to the door without saying a word.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::time::Duration;

use axum::{Router, routing::get};
use server::connections::{Bounds, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::watch,
};

const WHOLE: &[u8] = b"GET / HTTP/1.1\r\nhost: bank\r\nconnection: close\r\n\r\n";
const HALF: &[u8] = b"GET / HTTP/1.1\r\nhost: bank\r\nx-slow: ";

/// Short enough to wait for, and long enough that an answer without a bound comes first.
const HEAD: Duration = Duration::from_millis(500);

struct Door {
    address: std::net::SocketAddr,
    stop: watch::Sender<bool>,
    served: tokio::task::JoinHandle<()>,
}

impl Door {
    async fn open(connections_max: usize) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopping) = watch::channel(false);
        let router = Router::new().route("/", get(async || "here"));
        let served = tokio::spawn(serve(listener, router, Bounds { head: HEAD, connections_max }, stopping));
        Self { address, stop, served }
    }

    async fn say(&self, words: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).await.unwrap();
        stream.write_all(words).await.unwrap();
        stream
    }
}

async fn rest(mut stream: TcpStream) -> String {
    let mut text = String::new();
    // A door that is closed on unread words resets the connection.
    let _ = stream.read_to_string(&mut text).await;
    text
}

#[tokio::test]
async fn silence_and_half_a_request_are_ended() {
    let door = Door::open(8).await;
    for words in [&b""[..], HALF] {
        assert!(!rest(door.say(words).await).await.contains("here"));
    }
    assert!(rest(door.say(WHOLE).await).await.ends_with("here"));
}

#[tokio::test]
async fn more_connections_than_there_is_room_for_wait() {
    let door = Door::open(1).await;
    let first = door.say(HALF).await;
    let second = door.say(WHOLE).await;
    let mut second = std::pin::pin!(rest(second));
    tokio::select! {
        biased;
        _ = rest(first) => {}
        answer = &mut second => panic!("answered beside the first: {answer}"),
    }
    assert!(second.await.ends_with("here"));
}

#[tokio::test]
async fn a_stop_lets_an_open_request_finish() {
    let door = Door::open(8).await;
    let mut open = door.say(HALF).await;
    let idle = door.say(b"").await;
    assert!(rest(door.say(WHOLE).await).await.ends_with("here"), "both are taken by now");
    door.stop.send(true).unwrap();
    assert_eq!(rest(idle).await, "");
    open.write_all(b"1\r\n\r\n").await.unwrap();
    assert!(rest(open).await.contains("here"));
    door.served.await.unwrap();
    assert!(TcpStream::connect(door.address).await.is_err());
}
