//! Sends one delivery: a signed CloudEvents message, once per try. Must never follow a redirect, read a large answer,
//! or put anything but ids and kinds into a message.

use std::time::Duration;

use kernel::Timestamp;
use serde_json::{Value, json};
use ureq::{Agent, unversioned::transport::DefaultConnector};

use super::{
    DeliveryState,
    deliveries::{self, Delivery, SEND},
    guard::Guard,
    sign, subscriptions,
};
use crate::{ExternalJob, Job, JobError, StoreError, Unit};

/// Tries before a delivery is parked: with the waits of the job queue some seven hours, a night's outage of a receiver.
const TRIES_MAX: u32 = 15;
/// Longer than one try can take: resolving, connecting and waiting together are bounded by the timeout.
const LEASE_OVER_TIMEOUT: Duration = Duration::from_secs(60);
/// Answers that ask never to be spoken to again.
const GONE: u16 = 410;

/// How messages are sent.
#[derive(Debug, Clone)]
pub struct SenderOptions {
    /// Who speaks, the `source` of every CloudEvents message: the house's own address, for instance `https://xiaobao.example.cn`.
    pub source: String,
    /// Whether receivers inside private networks may be spoken to.
    pub private_allowed: bool,
    /// How long one try may take.
    pub timeout: Duration,
}

impl SenderOptions {
    /// Messages from `source`, to public addresses only, with ten seconds for each try.
    pub fn new(source: impl Into<String>) -> Self {
        Self { source: source.into(), private_allowed: false, timeout: Duration::from_secs(10) }
    }
}

/// The job that sends deliveries.
#[derive(Debug)]
pub struct Sender {
    agent: Agent,
    options: SenderOptions,
}

impl Sender {
    /// A sender; it opens connections when it has something to send.
    pub fn new(options: SenderOptions) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .max_redirects(0)
            .max_redirects_will_error(false)
            .http_status_as_error(false)
            // Otherwise the environment would decide where messages go.
            .proxy(None)
            .user_agent("xiaobao-webhooks")
            .build();
        let guard = Guard::new(options.private_allowed);
        Self { agent: Agent::with_parts(config, DefaultConnector::default(), guard), options }
    }

    fn message(&self, delivery: &Delivery) -> Value {
        json!({
            "specversion": "1.0",
            "id": format!("{}/{}", delivery.stream, delivery.version),
            "source": self.options.source,
            "type": delivery.kind,
            "subject": delivery.stream,
            "time": delivery.at,
            "datacontenttype": "application/json",
            "data": { "stream": delivery.stream, "version": delivery.version, "position": delivery.position },
        })
    }
}

/// What one try needs, all in memory.
#[derive(Debug)]
pub struct Message {
    delivery: String,
    url: String,
    seconds: String,
    signature: String,
    body: Vec<u8>,
}

impl ExternalJob for Sender {
    type Input = Message;
    type Output = u16;

    fn kind(&self) -> &'static str {
        SEND
    }

    fn tries_max(&self) -> u32 {
        TRIES_MAX
    }

    fn lease(&self) -> Duration {
        self.options.timeout + LEASE_OVER_TIMEOUT
    }

    fn prepare(&self, unit: &mut Unit<'_>, job: &Job) -> Result<Option<Message>, JobError> {
        let id = delivery_id(job)?;
        let Some(delivery) = deliveries::delivery(unit.connection(), &id)? else { return Ok(None) };
        match delivery.state {
            DeliveryState::Waiting | DeliveryState::Parked => {}
            DeliveryState::Delivered => return Ok(None),
        }
        let keyring = unit.keyring();
        let Some(target) = subscriptions::target(unit.connection(), keyring, &delivery.webhook)? else {
            // Switched off since: the message is kept as parked and can be sent again by an administrator.
            return Err(JobError::Park("the subscription is switched off".to_owned()));
        };
        let body = self.message(&delivery).to_string().into_bytes();
        let seconds = unix_seconds(unit.now());
        let signature = sign::signature(keyring.suite(), target.secret.expose(), &id, &seconds, &body);
        Ok(Some(Message { delivery: id, url: target.url, seconds, signature, body }))
    }

    fn run(&self, _: &Job, message: Message) -> Result<u16, JobError> {
        let answer = self
            .agent
            .post(&message.url)
            .content_type("application/cloudevents+json; charset=utf-8")
            .header("webhook-id", &message.delivery)
            .header("webhook-timestamp", &message.seconds)
            .header("webhook-signature", &message.signature)
            .send(&message.body);
        // The body of the answer is never read: dropping it closes the connection.
        let status = answer.map_err(|error| JobError::Retry(failure(&error)))?.status().as_u16();
        match status {
            200..=299 => Ok(status),
            GONE => Err(JobError::Park("the receiver answered 410 Gone".to_owned())),
            _ => Err(JobError::Retry(format!("the receiver answered {status}"))),
        }
    }

    fn complete(&self, unit: &mut Unit<'_>, job: &Job, status: &u16) -> Result<(), JobError> {
        let now = unit.now();
        Ok(deliveries::delivered(unit.connection(), &delivery_id(job)?, job.tries, *status, now)?)
    }

    fn failed(&self, unit: &mut Unit<'_>, job: &Job, error: &str, parked: bool) -> Result<(), StoreError> {
        let Ok(id) = delivery_id(job) else { return Ok(()) };
        deliveries::failed(unit.connection(), &id, job.tries, error, parked)
    }
}

fn delivery_id(job: &Job) -> Result<String, JobError> {
    let id = job.payload.get("delivery").and_then(Value::as_str);
    id.map(str::to_owned).ok_or_else(|| JobError::Park("the job names no delivery".to_owned()))
}

fn unix_seconds(at: Timestamp) -> String {
    at.as_micros().div_euclid(1_000_000).to_string()
}

/// Why nothing came back, without the address, which the subscription shows already.
#[expect(clippy::wildcard_enum_match_arm, reason = "ureq's errors are open; the rest is told in its own words")]
fn failure(error: &ureq::Error) -> String {
    match error {
        ureq::Error::Timeout(_) => "the receiver did not answer in time".to_owned(),
        ureq::Error::HostNotFound => "the receiver's name is not known".to_owned(),
        ureq::Error::ConnectionFailed => "the receiver takes no connection".to_owned(),
        other => format!("the message could not be sent: {other}"),
    }
}
