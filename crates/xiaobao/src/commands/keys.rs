//! `xiaobao keys`: makes the key file, shows what is in it, and rotates its parts.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use clap::{Args, Subcommand, ValueEnum};
use endpoint::{Objects, Shared};
use kernel::{SystemRandom, Text};
use ledger::{Cause, JobHandler, NewJob, StoreError};
use seal::{KeyError, KeyFile, Keyring, Part, SuiteName};

use crate::{
    cli::{self, given},
    console::{self, Console},
    fault::{Fault, Outcome},
    house::{self, Tables},
    keys,
    progress::{Counted, Progress},
    settings::{Flag, Key, Settings},
};

const AFTER_GENERATE: &str = "\
Keep a copy in a safe, apart from the database backups. 请在保险柜另存一份，与数据库备份分开。
Examples 示例:
  xiaobao keys generate bank.keys
  xiaobao keys generate bank.keys --suite intl";

const AFTER_SHOW: &str = "\
Examples 示例:
  xiaobao keys show --key-file bank.keys";

const AFTER_PREPARE: &str = "\
On one node, `rotate` alone is enough. In a cluster: prepare, give the file to every node and restart them, then rotate.
单机可直接 rotate；集群先 prepare、分发到各节点并重启，再 rotate。
Examples 示例:
  xiaobao keys prepare master --key-file bank.keys";

const AFTER_ROTATE: &str = "\
Examples 示例:
  xiaobao keys rotate master --key-file bank.keys
  xiaobao keys renew --database sqlite:bank.db --key-file bank.keys";

const AFTER_RENEW: &str = "\
A running server does this by itself within a day of its restart; this does it at once. May be stopped and run again.
服务重启后一天之内会自行完成；本命令立即完成。可随时中断，再次运行即继续。
Examples 示例:
  xiaobao keys renew --database sqlite:bank.db --key-file bank.keys";

const AFTER_REMOVE: &str = "\
Only after `xiaobao keys renew` has ended: what still hangs on a removed key cannot be read again.
必须在 xiaobao keys renew 完成之后：仍依赖被移除密钥的数据将再也读不出来。
Examples 示例:
  xiaobao keys remove master m1-3fa2 --key-file bank.keys";

/// What to do with the keys.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a new key file that its owner alone may read. 生成新的密钥文件。
    #[command(after_help = AFTER_GENERATE)]
    Generate {
        /// Where to write it; never over a file that is there. 写到哪里，不覆盖已有文件。
        file: PathBuf,
        /// The algorithms: sm for SM2/SM3/SM4, intl for P-256/SHA-256/AES. 算法套件。
        #[arg(long, value_enum, default_value = "sm")]
        suite: Suite,
    },
    /// List the ids of the keys, never the keys. 列出密钥编号。
    #[command(after_help = AFTER_SHOW)]
    Show(KeyFileFlag),
    /// Add the next key of a part without using it yet. 预备下一把密钥。
    #[command(after_help = AFTER_PREPARE)]
    Prepare {
        /// Which part. 哪一部分。
        part: PartName,
        #[command(flatten)]
        file: KeyFileFlag,
    },
    /// Make the next key of a part current; the old one still reads. 轮换密钥。
    #[command(after_help = AFTER_ROTATE)]
    Rotate {
        /// Which part. 哪一部分。
        part: PartName,
        #[command(flatten)]
        file: KeyFileFlag,
    },
    /// Bring stored data under the current keys. 用当前密钥更新已存数据。
    #[command(after_help = AFTER_RENEW)]
    Renew(cli::House),
    /// Remove a retired key. 移除已停用的密钥。
    #[command(after_help = AFTER_REMOVE)]
    Remove {
        /// Which part. 哪一部分。
        part: PartName,
        /// The key's id, as `keys show` lists it. 密钥编号。
        id: String,
        #[command(flatten)]
        file: KeyFileFlag,
    },
}

/// The key file.
#[derive(Debug, Args)]
struct KeyFileFlag {
    /// The key file. 密钥文件。
    #[arg(long, value_name = "FILE")]
    key_file: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Suite {
    /// SM2, SM3, SM4.
    Sm,
    /// P-256, SHA-256, AES-256.
    Intl,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PartName {
    /// Wraps the data keys of customers and orders.
    Master,
    /// Makes blind indexes for exact look-ups.
    Index,
    /// Tokens, one-time codes, webhook signatures.
    Mac,
    /// Signs checkpoints.
    Signing,
}

impl From<PartName> for Part {
    fn from(name: PartName) -> Self {
        match name {
            PartName::Master => Self::Master,
            PartName::Index => Self::Index,
            PartName::Mac => Self::Mac,
            PartName::Signing => Self::Signing,
        }
    }
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        match &self.command {
            Command::Generate { .. } => Vec::new(),
            Command::Show(file)
            | Command::Prepare { file, .. }
            | Command::Rotate { file, .. }
            | Command::Remove { file, .. } => given([(Key::KeyFile, &file.key_file)]),
            Command::Renew(house) => house.flags(),
        }
    }
}

/// Does what was asked with the keys.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    match &arguments.command {
        Command::Generate { file, suite } => generate(file, *suite, console),
        Command::Show(_) => show(settings, console),
        Command::Prepare { part, .. } => change(settings, console, |keys| keys.prepare((*part).into(), &SystemRandom)),
        Command::Rotate { part, .. } => change(settings, console, |keys| keys.rotate((*part).into(), &SystemRandom)),
        Command::Remove { part, id, .. } => change(settings, console, |keys| keys.remove((*part).into(), id)),
        Command::Renew(_) => renew(settings, console),
    }
}

fn generate(path: &Path, suite: Suite, console: Console) -> Outcome {
    let suite = match suite {
        Suite::Sm => SuiteName::Sm,
        Suite::Intl => SuiteName::Intl,
    };
    keys::write_new(path, &Keyring::generate(suite, &SystemRandom))?;
    let path = path.display();
    console.say(&Text::of(
        format!("已生成密钥文件 {path}。请在保险柜另存一份：丢失它，加密的数据就再也读不出来。"),
        format!("Wrote the key file {path}. Keep a copy in a safe: without it, sealed data can never be read again."),
    ))
}

fn show(settings: &Settings, console: Console) -> Outcome {
    let keys = keys::read(&path(settings)?, console)?;
    let mut rows =
        vec![vec![console.pick("部分", "part"), console.pick("当前", "current"), console.pick("其他", "others")]];
    for part in Part::ALL {
        let ids = keys.ids(part);
        let (current, others) = ids.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
        rows.push(vec![part.to_string(), current.to_owned(), others.join(" ")]);
    }
    console.print(console.pick(format!("算法套件 {}", keys.suite()), format!("suite {}", keys.suite())))?;
    console.print(console::table(&rows).trim_end())
}

fn change(settings: &Settings, console: Console, act: impl FnOnce(&mut KeyFile) -> Result<(), KeyError>) -> Outcome {
    let path = path(settings)?;
    let mut keys = keys::read(&path, console)?;
    act(&mut keys).map_err(|error| Fault::failed(error.text()))?;
    keys::replace(&path, &keys)?;
    show(settings, console)?;
    console.note(&Text::fixed(
        "正在运行的服务要重新启动后才会使用新的密钥文件；请把新文件另存到保险柜。",
        "A running server uses the new file after a restart. Put a copy of the new file into the safe.",
    ));
    Ok(())
}

fn path(settings: &Settings) -> Outcome<PathBuf> {
    settings.key_file()?.ok_or_else(|| {
        Fault::setting(Text::fixed("请用 --key-file 指定密钥文件。", "Name the key file with --key-file."))
    })
}

/// The rooms' jobs that carry keys and indexes over a rotation; a running server does them by itself, little by little.
const ROTATIONS: [&str; 3] = [people::jobs::ROTATE, voice::jobs::ROTATE, guard::jobs::ROTATE];
/// Such a job does a bounded piece and puts the next one in the queue a moment later; when nothing is left, a day later.
const PIECES_WITHIN_MICROS: i64 = 3_600_000_000;

fn renew(settings: &Settings, console: Console) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    let title = Text::fixed("用当前密钥更新已存数据", "Bringing stored data under the current keys");
    let progress = Progress::start(console, title, None, Counted::Items);
    let now = house.ledger.ports().clock.now();
    let objects = Objects::new(Arc::new(object_store::memory::InMemory::new()));
    let access = people::Access::new(house.ledger.clone(), &[], people::AccessOptions::default());
    let shared = Shared::new(house.ledger.clone(), access, objects, house.law.clone(), endpoint::Settings::default());
    let is_rotation = |kind: &str| ROTATIONS.contains(&kind);
    let first: Vec<NewJob> =
        server::rooms::at_start(&house.rooms, now).into_iter().filter(|job| is_rotation(job.kind)).collect();
    house.ledger.write(&Cause::new("command:keys renew"), move |unit| -> Result<(), StoreError> {
        first.iter().try_for_each(|job| unit.enqueue(job.clone()))
    })?;
    let jobs = server::rooms::jobs(&house.rooms, &shared);
    let rotations: Vec<Arc<dyn JobHandler>> = jobs.into_iter().filter(|job| is_rotation(job.kind())).collect();
    let ran = house.ledger.run_due_jobs(&rotations, now.plus_micros(PIECES_WITHIN_MICROS))?;
    progress.finish(ran.done as u64);
    if let Some((kind, error)) = ran.failed.first() {
        let text = Text::fixed("没有全部完成；请再运行一次。", "Not everything was done; run it again.");
        return Err(Fault::failed(text).with(format!("{kind}: {error}")));
    }
    console.say(&Text::fixed(
        "已存数据都在当前密钥之下；旧的 master、index 密钥不再有数据依赖。",
        "All stored data is under the current keys; nothing hangs on old master and index keys any more.",
    ))
}
