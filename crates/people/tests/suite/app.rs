//! The room's endpoints in one process, and clients of them.

use std::{
    sync::{
        Arc, Mutex,
        mpsc::{Receiver, channel},
    },
    time::Duration,
};

use axum::{Router, body::Body, middleware};
use endpoint::{Objects, Settings, Shared, request};
use http::{HeaderMap, Method, Request, StatusCode, header};
use kernel::Role;
use ledger::testkit::TestDatabase;
use object_store::memory::InMemory;
use people::{Access, AccessOptions, model::permissions, use_cases::uploads};
use regulation::Regulations;
use serde_json::{Value, json};
use tower::ServiceExt;
use utoipa::openapi::OpenApi;

use crate::house::{hire, set_password};

/// The password of every persona.
pub const PASSWORD: &str = "Quiet-river-7";

/// How long a test waits for a list at most; none takes a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// The room behind HTTP.
pub struct App<'a> {
    pub db: &'a TestDatabase,
    pub api: OpenApi,
    router: Router,
    runtime: tokio::runtime::Runtime,
    ended: Receiver<String>,
}

/// Somebody who calls.
#[derive(Debug, Clone, Default)]
pub struct Client {
    cookie: Option<String>,
    csrf: Option<String>,
    bearer: Option<String>,
}

/// An answer, read.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl<'a> App<'a> {
    pub fn new(db: &'a TestDatabase) -> Self {
        let access = Access::new(db.ledger.clone(), &permissions::specs(), AccessOptions::default());
        let law = Arc::new(Regulations::builtin().expect("the law loads"));
        let objects = Objects::new(Arc::new(InMemory::new()));
        let shared = Shared::new(db.ledger.clone(), access, objects, law, Settings::default());
        let (routes, api) = people::room().routes.split_for_parts();
        let layer = middleware::from_fn_with_state(shared.clone(), request::layer);
        let router = routes.with_state(shared).layer(layer);
        let (tell, ended) = channel();
        let tell = Mutex::new(tell);
        db.ledger.subscribe(Box::new(move |announcement| {
            if announcement.topic == uploads::TOPIC {
                // A test that does not wait has gone already.
                let _ = tell.lock().map(|tell| tell.send(announcement.id.clone()));
            }
        }));
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        Self { db, api, router, runtime, ended }
    }

    /// Sends a request as `client`.
    pub fn send(&self, client: &Client, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let bytes = body.map(|body| body.to_string().into_bytes());
        self.send_raw(client, method, path, bytes, &[])
    }

    /// Sends bytes as they are, with more headers.
    pub fn send_raw(
        &self,
        client: &Client,
        method: Method,
        path: &str,
        body: Option<Vec<u8>>,
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if body.is_some() && !headers.iter().any(|(name, _)| *name == header::CONTENT_TYPE.as_str()) {
            request = request.header(header::CONTENT_TYPE, "application/json");
        }
        let secrets = [
            (header::COOKIE.as_str(), &client.cookie),
            ("x-csrf-token", &client.csrf),
            (header::AUTHORIZATION.as_str(), &client.bearer),
        ];
        for (name, value) in secrets {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = request.body(Body::from(body.unwrap_or_default())).unwrap();
        let router = self.router.clone();
        self.runtime.block_on(async move {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
            let body = if bytes.is_empty() { Value::Null } else { serde_json::from_slice(&bytes).unwrap() };
            Answer { status: parts.status, headers: parts.headers, body }
        })
    }

    /// Uploads a file with fields before it.
    pub fn upload(&self, client: &Client, path: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
        let mut body = Vec::new();
        for (field, value) in fields {
            body.extend(format!("--b\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n").bytes());
        }
        body.extend(b"--b\r\ncontent-disposition: form-data; name=\"file\"; filename=\"list.csv\"\r\n\r\n");
        body.extend_from_slice(file);
        body.extend(b"\r\n--b--\r\n");
        let kind = [(header::CONTENT_TYPE.as_str(), "multipart/form-data; boundary=b")];
        self.send_raw(client, Method::POST, path, Some(body), &kind)
    }

    /// Waits until a list was taken to its end.
    pub fn rest(&self) {
        self.ended.recv_timeout(PATIENCE).expect("a list ends");
    }

    pub fn get(&self, client: &Client, path: &str) -> Answer {
        self.send(client, Method::GET, path, None)
    }

    pub fn post(&self, client: &Client, path: &str, body: Value) -> Answer {
        self.send(client, Method::POST, path, Some(&body))
    }

    pub fn patch(&self, client: &Client, path: &str, body: Value) -> Answer {
        self.send(client, Method::PATCH, path, Some(&body))
    }

    /// Signs in and keeps cookie and token.
    pub fn sign_in(&self, number: &str, password: &str) -> Result<Client, Box<Answer>> {
        let body = json!({ "staff_number": number, "password": password });
        let answer = self.post(&Client::default(), "/api/people/sign-in", body);
        if answer.status != StatusCode::OK {
            return Err(Box::new(answer));
        }
        let cookie = answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let csrf = answer.body["csrf_token"].as_str().unwrap().to_owned();
        Ok(Client { cookie: Some(cookie), csrf: Some(csrf), bearer: None })
    }

    /// A member of staff with one role in one unit, signed in.
    pub fn persona(&self, number: &str, code: &str, role: Role) -> Client {
        let staff = hire(self.db, number, code, role);
        set_password(self.db, &staff, PASSWORD);
        self.sign_in(number, PASSWORD).unwrap()
    }
}

impl Client {
    /// A system with a token.
    pub fn system(secret: &str) -> Self {
        Self { bearer: Some(format!("Bearer {secret}")), ..Self::default() }
    }

    /// The same browser without the token against cross-site requests.
    pub fn without_csrf(&self) -> Self {
        Self { csrf: None, ..self.clone() }
    }
}

impl Answer {
    /// The stable word for the reason of a problem.
    pub fn reason(&self) -> &str {
        self.body["reason"].as_str().unwrap_or_default()
    }

    /// The pointers to the wrong fields of a problem.
    pub fn pointers(&self) -> Vec<&str> {
        let errors = self.body["errors"].as_array();
        errors.into_iter().flatten().map(|error| error["pointer"].as_str().unwrap()).collect()
    }
}
