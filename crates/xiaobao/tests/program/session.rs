//! An administrator's session with a running server.

use serde_json::{Value, json};

use crate::house::{House, Ran, Server, agent};

const PASSWORD: &str = "Correct-Horse-77";

/// Makes the administrator that [`Session::begin`] signs in as.
pub fn make_administrator(house: &House) {
    house.write("secret", format!("{PASSWORD}\n"));
    let secret = std::fs::File::open(house.file("secret")).unwrap();
    let arguments = ["admin", "create-user", "a001", "--name", "管理", "--password-stdin"];
    let ran: Ran = house.command().args(arguments).stdin(secret).output().unwrap().into();
    ran.ended(0);
}

/// Somebody who is signed in.
pub struct Session {
    address: String,
    cookie: String,
    csrf: String,
    unit: String,
}

impl Session {
    /// Signs the administrator in.
    pub fn begin(server: &Server) -> Self {
        let sign_in = json!({ "staff_number": "a001", "password": PASSWORD });
        let mut response = agent().post(format!("{}/api/people/sign-in", server.address)).send_json(&sign_in).unwrap();
        assert_eq!(response.status().as_u16(), 200);
        let cookie = response.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        let session: Value = response.body_mut().read_json().unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let (csrf, unit) = (text(&session["csrf_token"]), text(&session["unit"]["id"]));
        Self { address: server.address.clone(), cookie, csrf, unit }
    }

    /// Sends a body that must be taken; gives the answer.
    pub fn post(&self, path: &str, body: &Value) -> Value {
        let request = agent().post(format!("{}{path}", self.address));
        let request = request.header("cookie", &self.cookie).header("x-csrf-token", &self.csrf);
        let mut response = request.send_json(body).unwrap();
        let status = response.status().as_u16();
        let answer: Value = response.body_mut().read_json().unwrap();
        assert!((200..300).contains(&status), "{path} gave {status}: {answer}");
        answer
    }

    /// Lets the house tell `url` of every filing.
    pub fn subscribe(&self, url: &str) {
        let hook = json!({ "url": url, "kinds": ["voice.order.filed"], "secret": "twenty-four bytes or more" });
        self.post("/api/operations/webhooks", &hook);
    }

    /// The secret of a token for a system that files.
    pub fn token(&self) -> String {
        let token = json!({ "name": "core banking", "unit": self.unit, "expires_at": "2027-03-01T00:00:00Z" });
        self.post("/api/people/tokens", &token)["secret"].as_str().unwrap().to_owned()
    }
}

/// Files one complaint; `Err` when the server went away before it answered.
pub fn file(address: &str, token: &str, key: &str) -> Result<(u16, Value), ()> {
    let body = json!({
        "matter": "complaint",
        "title": "信用卡年费争议",
        "narrative": format!("{key}：办理时说终身免费，本月却扣了年费。"),
        "party": { "name": "王小明", "phone": "13812345678" },
    });
    let request = agent().post(format!("{address}/api/voice/orders"));
    let request = request.header("authorization", format!("Bearer {token}")).header("idempotency-key", key);
    let mut response = request.send_json(body).map_err(|_| ())?;
    let status = response.status().as_u16();
    response.body_mut().read_json().map(|answer| (status, answer)).map_err(|_| ())
}

/// When the events of this run happen: the same for every try of one event.
static HAPPENS_AT: std::sync::LazyLock<String> =
    std::sync::LazyLock::new(|| kernel::Clock::now(&kernel::SystemClock).to_string());

/// Has one transfer decided; `Err` when the server went away before it answered.
pub fn decide(address: &str, token: &str, key: &str) -> Result<(u16, Value), ()> {
    let payee = key.len() % 3;
    let event = json!({
        "id": key, "type": "transfer", "time": *HAPPENS_AT, "channel": "app", "amount": 100_000,
        "payer": { "account": "6222020212345678901" }, "payee": { "account": format!("621700001234567{payee}") },
    });
    let request = agent().post(format!("{address}/api/guard/decisions"));
    let mut response = request.header("authorization", format!("Bearer {token}")).send_json(event).map_err(|_| ())?;
    let status = response.status().as_u16();
    response.body_mut().read_json().map(|answer| (status, answer)).map_err(|_| ())
}

/// Sends something as a system does.
pub fn send(address: &str, token: &str, path: &str, body: &Value) -> (u16, Value) {
    let request = agent().post(format!("{address}{path}")).header("authorization", format!("Bearer {token}"));
    let mut response = request.send_json(body).unwrap();
    (response.status().as_u16(), response.body_mut().read_json().unwrap())
}

/// Has one transfer decided and says that it was fraud; `Err` when the server went away before it answered both.
pub fn label(address: &str, token: &str, key: &str) -> Result<(u16, Value), ()> {
    let (status, decision) = decide(address, token, key)?;
    if status != 200 {
        return Ok((status, decision));
    }
    let label = json!({ "event": key, "label": "fraud", "known_at": *HAPPENS_AT, "source": "police" });
    let request = agent().post(format!("{address}/api/guard/labels")).header("idempotency-key", key);
    let mut response = request.header("authorization", format!("Bearer {token}")).send_json(label).map_err(|_| ())?;
    let status = response.status().as_u16();
    response.body_mut().read_json().map(|answer| (status, answer)).map_err(|_| ())
}
