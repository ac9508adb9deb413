//! `xiaobao demo`: a small believable bank to look at, in one folder, from one command.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use endpoint::Objects;
use kernel::{Clock as _, ManualClock, Pii, Role, SystemClock, SystemRandom, Text};
use ledger::{DatabaseUrl, Ports};
use regulation::Regulations;
use seal::{Keyring, SuiteName};

use super::serve;
use crate::{
    console::{self, Console},
    demo_folder::DemoFolder,
    fault::{Fault, Outcome},
    house::{self, House, Tables},
    keys, objects,
    settings::Settings,
    stop::Requests,
};

const AFTER: &str = "\
Nobody in the demo exists. Ctrl-C stops it; the next start keeps the data. 演示中的人物均为虚构；Ctrl-C 停止，下次启动保留数据。
Examples 示例:
  xiaobao demo
  xiaobao demo --fresh --listen 127.0.0.1:9000";

/// The password of everybody in the demo: it stands on the screen anyway.
const PASSWORD: &str = "Demo-Xiaobao-2026";
/// The same seed gives the same bank.
const SEED: u64 = 20_261_122;
/// Days before today on which the bank opens: its people and customers are there before the first matter comes in.
const OPENED_DAYS_AGO: i64 = 200;

/// How to run the demo.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {
    /// The folder that keeps the data. 数据文件夹。
    #[arg(long, value_name = "FOLDER", default_value = "demo-data")]
    data: PathBuf,
    /// The address to listen on. 监听地址。
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    listen: std::net::SocketAddr,
    /// Start over with new data. 清空并重新开始。
    #[arg(long)]
    fresh: bool,
}

/// Furnishes the bank when it is new, and serves.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let folder = DemoFolder::take(&arguments.data, arguments.fresh, console)?;
    let runtime = serve::runtime()?;
    // The door first: a port in use should not cost the wait for the bank.
    let (address, listener) = runtime.block_on(serve::bind(arguments.listen, listen_elsewhere))?;
    let store = objects::folder(&folder.place("objects"))
        .map_err(|error| Fault::file(crate::fault::Verb::Write, &folder.place("objects"), &error))?;
    let law = law(&folder)?;
    if !folder.is_furnished() {
        furnish(&folder, settings, &law, console)?;
    }
    let house = open(&folder, settings, law, house::ports(keyring(&folder, console)?))?;
    let manner = serve::Manner { codes_on_screen: true, contact: contact() };
    let (serving, shared) = serve::assemble(settings, house, Objects::new(store), address, manner)?;
    // Whoever reads that the bank is open may close it at once.
    let requests = runtime.block_on(async { Requests::listen() })?;
    tell(&folder, address, console)?;
    runtime.block_on(async {
        let regulation = folder.place("regulation");
        tokio::spawn(server::calendars::keep_current(shared.clone()));
        serve::spawn_reload(regulation.is_dir().then_some(regulation), shared);
        serve::until_stopped(serving, listener, requests).await
    })?;
    console.say(&Text::fixed("已停止；数据保留。", "Stopped; the data is kept."))
}

/// The demo's address is a flag of its own and no setting.
fn listen_elsewhere(reason: &Text) -> Fault {
    Fault::setting(Text::of(
        format!("{}请用 --listen 换一个地址。", reason.zh),
        format!("The demo {} Name another address with --listen.", reason.en),
    ))
}

/// A number that nobody has: no area of China begins with 000.
fn contact() -> endpoint::Contact {
    endpoint::Contact {
        hotline: "000-96000".to_owned(),
        address: "示范市春风路 1 号 示范农村商业银行消费者权益保护部 000000".to_owned(),
        hours: "08:30–17:30".to_owned(),
    }
}

fn law(folder: &DemoFolder) -> Outcome<Arc<Regulations>> {
    let own = folder.place("regulation");
    let law = if own.is_dir() { Regulations::load_dir(&own) } else { Regulations::builtin() };
    law.map(Arc::new).map_err(|error| {
        Fault::failed(Text::fixed("法规文件读不了。", "The regulation files cannot be used.")).with(error)
    })
}

fn keyring(folder: &DemoFolder, console: Console) -> Outcome<Keyring> {
    let path = folder.place("bank.keys");
    if !path.exists() {
        keys::write_new(&path, &Keyring::generate(SuiteName::Sm, &SystemRandom))?;
    }
    Keyring::open(keys::read(&path, console)?).map_err(|error| Fault::failed(error.text()))
}

fn open(folder: &DemoFolder, settings: &Settings, law: Arc<Regulations>, ports: Ports) -> Outcome<House> {
    let database = DatabaseUrl::Sqlite(folder.place("bank.db"));
    house::open_parts(settings, database, ports, law, Tables::Migrate)
}

/// Fills the bank by a clock of its own, which walks through the months before today.
fn furnish(folder: &DemoFolder, settings: &Settings, law: &Arc<Regulations>, console: Console) -> Outcome {
    console
        .note(&Text::fixed("正在建立演示银行，约需半分钟……", "Furnishing the bank; this takes half a minute or so …"));
    let now = SystemClock.now();
    let clock = Arc::new(ManualClock::new(now.plus_days(-OPENED_DAYS_AGO)));
    let ports = Ports { clock: clock.clone(), ..house::ports(keyring(folder, console)?) };
    let house = open(folder, settings, Arc::clone(law), ports)?;
    let options = people::demo::DemoOptions { seed: SEED, password: Pii::new(PASSWORD.to_owned()) };
    let taken = || {
        Fault::failed(Text::fixed(
            "演示文件夹里已有数据；请用 --fresh 重新开始。",
            "There is data in the demo's folder; start over with --fresh.",
        ))
    };
    let bank = people::demo::furnish(&house.ledger, &options)?.ok_or_else(taken)?;
    let rules = guard::rules::with(guard::model::law::Law(Arc::clone(law)))?;
    let options = guard::demo::DemoOptions { seed: SEED, now };
    guard::demo::seed(&house.ledger, &clock, &bank, &rules, &options)?.ok_or_else(taken)?;
    let law = voice::model::Law::new(Arc::clone(law), Arc::clone(law.calendar()));
    let options = voice::demo::DemoOptions::new(SEED, now);
    voice::demo::seed(&house.ledger, &clock, &bank, &law, &options)?.ok_or_else(taken)?;
    let rows: Vec<[String; 3]> = Role::ALL
        .into_iter()
        .filter_map(|role| bank.staff.iter().find(|person| person.role == role))
        .map(|person| {
            let unit = bank.units.iter().find(|unit| unit.id == person.unit);
            let unit = unit.map(|unit| unit.name.clone()).unwrap_or_default();
            [person.role.as_str().to_owned(), person.number.clone(), unit]
        })
        .collect();
    folder.keep_sign_in(&rows)
}

/// Where to look and whom to sign in as.
fn tell(folder: &DemoFolder, address: std::net::SocketAddr, console: Console) -> Outcome {
    let language = console.language;
    let place = |name: Text, path: &str| vec![format!("  {}", name.get(language)), format!("http://{address}{path}")];
    let places = [
        place(Text::fixed("首页", "Front page"), "/"),
        place(Text::fixed("客户门户", "Customer portal"), "/portal"),
        place(Text::fixed("接口说明", "Interface (OpenAPI)"), "/api/openapi.json"),
        place(Text::fixed("健康、就绪、指标", "Health, readiness, figures"), "/healthz /readyz /metrics"),
    ];
    console.say(&Text::fixed("消保演示银行已启动。", "The demo's bank is open."))?;
    console.print(console::table(&places).trim_end())?;
    console.say(&Text::fixed("  管理员手册 docs/guide/README.md", "  Guide: docs/guide/README.md"))?;
    let mut rows = vec![vec![
        console.pick("  角色", "  role"),
        console.pick("工号", "staff number"),
        console.pick("密码", "password"),
        console.pick("机构", "unit"),
    ]];
    for [role, number, unit] in folder.sign_in()? {
        let title = role.parse::<Role>().map_or(role, |role| role.title().get(language).to_owned());
        rows.push(vec![format!("  {title}"), number, PASSWORD.to_owned(), unit]);
    }
    console.print("")?;
    console.print(console::table(&rows).trim_end())?;
    console.print("")?;
    console.say(&Text::fixed("按 Ctrl-C 停止。", "Ctrl-C stops it."))
}
