//! A load of many clients on one address: each sends, waits for the whole answer, and sends again.
//!
//! The client is as thin as it can be, because it shares the machine with the server it measures.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// Bytes of an answer at most; ours are a few kilobytes.
const ANSWER_BYTES_MAX: usize = 1024 * 1024;

/// What a load measured.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Answers with status 2xx.
    pub good: usize,
    /// Other answers.
    pub bad: usize,
    /// How long the load lasted, in seconds.
    pub seconds: f64,
    /// The latencies of the good answers in microseconds, sorted.
    latencies_micros: Vec<u32>,
}

impl Figures {
    /// Takes in another round of the same load.
    pub fn join(&mut self, other: Self) {
        self.good += other.good;
        self.bad += other.bad;
        self.seconds += other.seconds;
        self.latencies_micros.extend(other.latencies_micros);
        self.latencies_micros.sort_unstable();
    }

    /// Good answers per second.
    pub fn per_second(&self) -> f64 {
        self.good as f64 / self.seconds
    }

    /// The latency that `share` of the answers kept to, in milliseconds.
    pub fn quantile_ms(&self, share: f64) -> f64 {
        quantile_ms(&self.latencies_micros, share)
    }
}

/// The value at `share` of a sorted list of microseconds, in milliseconds.
pub fn quantile_ms(sorted_micros: &[u32], share: f64) -> f64 {
    let index = ((sorted_micros.len() as f64 - 1.0) * share).round().max(0.0) as usize;
    sorted_micros.get(index).map_or(f64::NAN, |micros| f64::from(*micros) / 1000.0)
}

/// A request as it goes over the wire.
pub fn post(path: &str, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\ncontent-length: {}\r\n{headers}\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// A request that reads.
pub fn get(path: &str, headers: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nhost: bench\r\n{headers}\r\n").into_bytes()
}

/// Sends the requests one after the other on one connection. Every answer must be good; gives each one's latency in
/// microseconds and the last answer's body.
pub async fn sequence(address: SocketAddr, requests: &[Vec<u8>]) -> Result<(Vec<u32>, String)> {
    let mut stream = TcpStream::connect(address).await.context("connecting")?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(65_536);
    let mut latencies = Vec::with_capacity(requests.len());
    for request in requests {
        let sent = Instant::now();
        stream.write_all(request).await?;
        let status = read_answer(&mut stream, &mut buffer).await?;
        latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        if !(200..300).contains(&status) {
            bail!("{} was answered: {}", String::from_utf8_lossy(request), String::from_utf8_lossy(&buffer));
        }
    }
    let body = buffer.windows(4).position(|window| window == b"\r\n\r\n").map_or(0, |head| head + 4);
    Ok((latencies, String::from_utf8_lossy(&buffer[body..]).into_owned()))
}

/// Runs `clients` connections against `address` for `duration`; `request` makes each one's n-th request.
pub async fn load(
    address: SocketAddr,
    clients: usize,
    duration: Duration,
    request: impl Fn(usize, usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<Figures> {
    let stop = Arc::new(AtomicBool::new(false));
    let request = Arc::new(request);
    let mut tasks = Vec::new();
    let started = Instant::now();
    for client in 0..clients {
        let (stop, request) = (stop.clone(), request.clone());
        tasks.push(tokio::spawn(async move { one_client(address, client, &stop, request.as_ref()).await }));
    }
    tokio::time::sleep(duration).await;
    stop.store(true, Ordering::Relaxed);
    let mut figures = Figures { good: 0, bad: 0, seconds: 0.0, latencies_micros: Vec::new() };
    for task in tasks {
        let (latencies, bad) = task.await??;
        figures.good += latencies.len();
        figures.bad += bad;
        figures.latencies_micros.extend(latencies);
    }
    figures.seconds = started.elapsed().as_secs_f64();
    figures.latencies_micros.sort_unstable();
    Ok(figures)
}

/// Sends requests at a held rate for `duration` over `clients` connections, each at its own time; latencies count from there. Gives
/// the figures of each third of the time.
pub async fn paced(
    address: SocketAddr,
    clients: usize,
    (per_second, duration): (u32, Duration),
    request: impl Fn(usize, usize) -> Vec<u8> + Send + Sync + 'static,
) -> Result<[Figures; 3]> {
    let request = Arc::new(request);
    let mut tasks = Vec::new();
    let started = Instant::now();
    for client in 0..clients {
        let request = request.clone();
        tasks.push(tokio::spawn(async move {
            let mut stream = TcpStream::connect(address).await.context("connecting")?;
            stream.set_nodelay(true)?;
            let (mut buffer, mut found) = (Vec::with_capacity(8192), Vec::new());
            for turn in 0.. {
                let due = Duration::from_secs_f64((turn * clients + client) as f64 / f64::from(per_second));
                if due >= duration {
                    break;
                }
                tokio::time::sleep_until((started + due).into()).await;
                stream.write_all(&request(client, turn)).await?;
                let status = read_answer(&mut stream, &mut buffer).await?;
                let micros = u32::try_from((started.elapsed() - due).as_micros()).unwrap_or(u32::MAX);
                found.push((due, (200..300).contains(&status).then_some(micros)));
            }
            anyhow::Ok(found)
        }));
    }
    let seconds = duration.as_secs_f64() / 3.0;
    let mut thirds = [(); 3].map(|()| Figures { good: 0, bad: 0, seconds, latencies_micros: Vec::new() });
    for task in tasks {
        for (due, micros) in task.await?? {
            let third = &mut thirds[((due.as_secs_f64() / seconds) as usize).min(2)];
            match micros {
                Some(micros) => {
                    third.good += 1;
                    third.latencies_micros.push(micros);
                }
                None => third.bad += 1,
            }
        }
    }
    // What was still under way at the end is in the last third, whose time is then longer.
    thirds[2].seconds += started.elapsed().saturating_sub(duration).as_secs_f64();
    thirds.iter_mut().for_each(|third| third.latencies_micros.sort_unstable());
    Ok(thirds)
}

async fn one_client(
    address: SocketAddr,
    client: usize,
    stop: &AtomicBool,
    request: &(impl Fn(usize, usize) -> Vec<u8> + Send + Sync),
) -> Result<(Vec<u32>, usize)> {
    let mut stream = TcpStream::connect(address).await.context("connecting")?;
    stream.set_nodelay(true)?;
    let mut buffer = Vec::with_capacity(8192);
    let mut latencies = Vec::new();
    let mut bad = 0;
    let mut turn = 0;
    while !stop.load(Ordering::Relaxed) {
        let bytes = request(client, turn);
        turn += 1;
        let sent = Instant::now();
        stream.write_all(&bytes).await?;
        let status = read_answer(&mut stream, &mut buffer).await?;
        if (200..300).contains(&status) {
            latencies.push(u32::try_from(sent.elapsed().as_micros()).unwrap_or(u32::MAX));
        } else {
            bad += 1;
            if bad == 1 && client == 0 {
                eprintln!("first bad answer: {}", String::from_utf8_lossy(&buffer));
            }
        }
    }
    Ok((latencies, bad))
}

/// Reads one answer with a content length and leaves it in `buffer`.
async fn read_answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<u16> {
    buffer.clear();
    let mut end = None;
    loop {
        if stream.read_buf(buffer).await? == 0 {
            bail!("the server closed the connection");
        }
        if buffer.len() > ANSWER_BYTES_MAX {
            bail!("an answer is larger than {ANSWER_BYTES_MAX} bytes");
        }
        if end.is_none()
            && let Some(head) = buffer.windows(4).position(|window| window == b"\r\n\r\n")
        {
            end = Some(head + 4 + content_length(&buffer[..head])?);
        }
        if end.is_some_and(|end| buffer.len() >= end) {
            break;
        }
    }
    let status = buffer.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
    status.and_then(|digits| digits.parse().ok()).context("no status")
}

fn content_length(head: &[u8]) -> Result<usize> {
    let text = std::str::from_utf8(head)?;
    for line in text.split("\r\n") {
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            return Ok(value.trim().parse()?);
        }
    }
    bail!("an answer without a content length")
}
