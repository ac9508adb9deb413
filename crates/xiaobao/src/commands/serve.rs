//! `xiaobao serve`: the server. It refuses to start on any wrong setting, before it opens its door.

use std::{net::SocketAddr, path::PathBuf, time::Duration};

use clap::Args;
use endpoint::{Objects, Shared};
use kernel::Text;
use ledger::{Cause, StoreError, WorkerOptions, webhooks::SenderOptions};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use server::Serving;
use tokio::net::TcpListener;

use crate::{
    cli::{House, given},
    console::Console,
    fault::{Fault, Outcome},
    house::{self, Tables},
    objects,
    settings::{Flag, Key, Settings},
    stop::Requests,
};

const AFTER: &str = "\
GET /healthz tells whether the process lives, /readyz whether it can serve, /metrics its figures (Prometheus), \
/api/openapi.json the interface. Ctrl-C or SIGTERM stops it within seconds.
Examples 示例:
  xiaobao serve --database sqlite:bank.db --objects files \\
      --key-file bank.keys --migrate
  xiaobao serve --database postgres://xiaobao@db/xiaobao \\
      --objects s3://bank-files/xiaobao \\
      --key-file /etc/xiaobao/bank.keys --listen 0.0.0.0:8080
  xiaobao serve --config /etc/xiaobao/xiaobao.toml";

/// How often the recorder folds its samples together; without it they would gather until somebody asks.
const UPKEEP: Duration = Duration::from_secs(10);

/// Buckets of the durations, in seconds: from a cached answer to the time-out of a request.
const SECONDS: [f64; 14] = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// How to serve.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {
    #[command(flatten)]
    house: House,
    /// The address to listen on [default: 127.0.0.1:8080]. 监听地址。
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Where attachments lie: a folder or s3://BUCKET/PREFIX. 附件存放处。
    #[arg(long, value_name = "PLACE")]
    objects: Option<String>,
    /// Bring the tables up to date before serving. 启动前更新表结构。
    #[arg(long)]
    migrate: bool,
    /// Send cookies over TLS only: true or false [default: true unless listening on loopback]. Cookie 仅限 TLS。
    #[arg(long, value_name = "BOOL")]
    secure_cookies: Option<String>,
    /// How many proxies in front are trusted to name the caller's address [default: 0]. 受信任的前置代理层数。
    #[arg(long, value_name = "COUNT")]
    trusted_proxies: Option<String>,
    /// The largest attachment in MiB [default: 20]. 附件大小上限（MiB）。
    #[arg(long, value_name = "MIB")]
    attachment_mib_max: Option<String>,
    /// Every member of staff must have a second factor [default: false]. 员工须启用双因素登录。
    #[arg(long, value_name = "BOOL")]
    second_factor_required: Option<String>,
    /// The address under which others reach this house, named in webhooks [default: http://ADDRESS]. 对外地址。
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    /// Webhooks may go to receivers in private networks [default: false]. 允许推送到内网地址。
    #[arg(long, value_name = "BOOL")]
    webhook_private_allowed: Option<String>,
    /// Minutes between two signed checkpoints of the history [default: 60]. 签名检查点的间隔（分钟）。
    #[arg(long, value_name = "MINUTES")]
    checkpoint_minutes: Option<String>,
    /// Database connections for reading. 读连接数。
    #[arg(long, value_name = "COUNT")]
    readers: Option<String>,
    /// PostgreSQL connections for writing. PostgreSQL 写连接数。
    #[arg(long, value_name = "COUNT")]
    writers: Option<String>,
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        let mut flags = self.house.flags();
        flags.extend(given([
            (Key::Listen, &self.listen),
            (Key::Objects, &self.objects),
            (Key::SecureCookies, &self.secure_cookies),
            (Key::TrustedProxies, &self.trusted_proxies),
            (Key::AttachmentMibMax, &self.attachment_mib_max),
            (Key::SecondFactorRequired, &self.second_factor_required),
            (Key::PublicUrl, &self.public_url),
            (Key::WebhookPrivateAllowed, &self.webhook_private_allowed),
            (Key::CheckpointMinutes, &self.checkpoint_minutes),
            (Key::Readers, &self.readers),
            (Key::Writers, &self.writers),
        ]));
        if self.migrate {
            flags.push((Key::Migrate, "true".to_owned()));
        }
        flags
    }
}

/// What the demo sets otherwise than a real server.
#[derive(Debug, Clone, Default)]
pub struct Manner {
    /// One-time codes are shown in the answer instead of being sent.
    pub codes_on_screen: bool,
    /// How customers reach the bank, where the settings do not say.
    pub contact: endpoint::Contact,
}

/// Serves until somebody asks to stop.
pub fn run(_arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    // A wrong place is told before the tables are touched; a folder is made only once the database is there.
    settings.objects()?;
    let tables = if settings.migrate()? { Tables::Migrate } else { Tables::Required };
    let house = house::open(settings, console, tables)?;
    let store = objects::open(settings)?;
    let runtime = runtime()?;
    let door = runtime.block_on(bind(settings.listen()?, |reason| settings.wrong(Key::Listen, reason)))?;
    let (serving, shared) = assemble(settings, house, Objects::new(store), door.0, Manner::default())?;
    let address = door.0;
    // Whoever reads that the server listens may ask it to stop at once.
    let requests = runtime.block_on(async { Requests::listen() })?;
    console.say(&Text::of(format!("服务地址 http://{address}"), format!("Listening on http://{address}")))?;
    runtime.block_on(async {
        tokio::spawn(server::calendars::keep_current(shared.clone()));
        spawn_reload(settings.regulation()?, shared);
        until_stopped(serving, door.1, requests).await
    })
}

/// The threads on which requests are answered.
pub fn runtime() -> Outcome<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread().enable_all().thread_name("server").build().map_err(|error| {
        Fault::failed(Text::fixed("无法启动服务线程。", "Cannot start the server's threads.")).with(error)
    })
}

/// Opens the door, so that a wrong address is told before anything is shown.
pub async fn bind(address: SocketAddr, wrong: impl Fn(&Text) -> Fault) -> Outcome<(SocketAddr, TcpListener)> {
    let cannot = |error: std::io::Error| {
        let reason = Text::of(format!("无法监听 {address}。"), format!("cannot listen on {address}."));
        wrong(&reason).with(error)
    };
    let listener = TcpListener::bind(address).await.map_err(cannot)?;
    let address = listener.local_addr().map_err(cannot)?;
    Ok((address, listener))
}

/// Puts the parts of the server together.
pub fn assemble(
    settings: &Settings,
    house: house::House,
    objects: Objects,
    address: SocketAddr,
    manner: Manner,
) -> Outcome<(Serving, Shared)> {
    let house::House { ledger, rooms, law } = house;
    let options = people::AccessOptions { second_factor_required: settings.second_factor_required()? };
    let access = people::Access::new(ledger.clone(), &server::rooms::permissions(&rooms), options);
    let loopback = address.ip().is_loopback();
    let here = format!("http://{address}");
    // A demo shows its codes on the screen, and its links lead to itself.
    let of_the_demo = manner.codes_on_screen.then(|| here.clone());
    let handlers = endpoint::Settings {
        secure_cookies: settings.secure_cookies()?.unwrap_or(!loopback),
        trusted_proxies: settings.trusted_proxies()?,
        codes_on_screen: manner.codes_on_screen,
        attachment_bytes_max: u64::from(settings.attachment_mib_max()?) * 1024 * 1024,
        contact: or_of(settings.contact()?, manner.contact),
        public_url: settings.public_url()?.or(of_the_demo).unwrap_or_default(),
        files_beside_database: true,
    };
    let shared = Shared::new(ledger.clone(), access, objects, law, handlers);
    let jobs = server::rooms::jobs(&rooms, &shared);
    let outside = server::rooms::outside(&rooms, &shared);
    let at_stop = server::rooms::at_stop(&rooms, &shared);
    let at_start = server::rooms::at_start(&rooms, ledger.ports().clock.now());
    let (router, _) = server::app(shared.clone(), rooms);
    let source = settings.public_url()?.unwrap_or(here);
    let webhooks = SenderOptions { private_allowed: settings.webhook_private_allowed()?, ..SenderOptions::new(source) };
    let serving = Serving {
        outside,
        objects: shared.objects().clone(),
        router,
        ledger,
        jobs,
        at_start,
        at_stop,
        webhooks,
        checkpoint_every: settings.checkpoint_every()?,
        worker: WorkerOptions::default(),
        metrics: Some(metrics()?),
    };
    Ok((serving, shared))
}

/// What was set, and for what was not the manner's.
fn or_of(set: endpoint::Contact, manner: endpoint::Contact) -> endpoint::Contact {
    let or = |one: String, other: String| if one.is_empty() { other } else { one };
    endpoint::Contact {
        hotline: or(set.hotline, manner.hotline),
        address: or(set.address, manner.address),
        hours: or(set.hours, manner.hours),
    }
}

fn metrics() -> Outcome<PrometheusHandle> {
    let failed = |error: metrics_exporter_prometheus::BuildError| {
        Fault::failed(Text::fixed("无法启动指标。", "Cannot start the figures.")).with(error)
    };
    PrometheusBuilder::new().set_buckets(&SECONDS).map_err(failed)?.install_recorder().map_err(failed)
}

/// Serves until somebody asks to stop.
pub async fn until_stopped(serving: Serving, listener: TcpListener, mut requests: Requests) -> Outcome {
    if let Some(handle) = serving.metrics.clone() {
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(UPKEEP);
            loop {
                beat.tick().await;
                handle.run_upkeep();
            }
        });
    }
    let asked = async {
        requests.next().await;
        tracing::info!("stopping");
    };
    server::serve(serving, listener, asked)
        .await
        .map_err(|error| Fault::failed(Text::fixed("服务中断。", "The server broke off.")).with(error))
}

/// Reads the regulation folder again on SIGHUP. A folder with a mistake leaves the law as it is.
#[cfg(unix)]
pub fn spawn_reload(folder: Option<PathBuf>, shared: Shared) {
    tokio::spawn(async move {
        let hangup = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::hangup());
        let mut hangup = match hangup {
            Ok(hangup) => hangup,
            Err(error) => {
                tracing::error!(%error, "cannot listen for SIGHUP; new holidays need a restart");
                return;
            }
        };
        while hangup.recv().await.is_some() {
            reload(folder.clone(), shared.clone()).await;
        }
    });
}

/// Without SIGHUP a restart does the same.
#[cfg(not(unix))]
pub fn spawn_reload(_folder: Option<PathBuf>, _shared: Shared) {}

#[cfg(unix)]
async fn reload(folder: Option<PathBuf>, shared: Shared) {
    let Some(folder) = folder else {
        tracing::info!("SIGHUP: there is no regulation folder to read again");
        return;
    };
    let ledger = shared.ledger().clone();
    let read = tokio::task::spawn_blocking(move || {
        let law = regulation::Regulations::load_dir(&folder).map_err(|error| error.to_string())?;
        server::calendars::law_of(&ledger, &law).map_err(|error| error.to_string())
    });
    match read.await {
        Ok(Ok(law)) => {
            let last_year = law.calendar().last_known_year();
            shared.set_law(law);
            tracing::info!(last_year, "SIGHUP: read the regulation folder again");
            move_deadlines(shared).await;
        }
        Ok(Err(error)) => {
            tracing::error!(%error, "SIGHUP: the regulation folder cannot be used; the law stays as it was")
        }
        Err(error) => tracing::error!(%error, "SIGHUP: the regulation folder could not be read"),
    }
}

/// Lets deadlines that were computed without the new days be computed anew.
#[cfg(unix)]
async fn move_deadlines(shared: Shared) {
    let write = move || {
        let now = shared.ledger().ports().clock.now();
        shared.ledger().write(&Cause::new("server:reload"), move |unit| -> Result<(), StoreError> {
            unit.enqueue(voice::jobs::calendar_changed(now))
        })
    };
    match tokio::task::spawn_blocking(write).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::error!(%error, "deadlines are computed anew at the next start"),
        Err(error) => tracing::error!(%error, "deadlines are computed anew at the next start"),
    }
}
