//! `xiaobao holidays import`: the public holidays of a year, put into the bank's own regulation folder.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use kernel::{Text, calendar::HolidayYear};
use regulation::{HOLIDAY_FILE_BYTES_MAX, Regulations, holidays_to_toml, parse_holidays};

use crate::{
    cli::given,
    console::Console,
    fault::{Fault, Outcome, Verb},
    house,
    settings::{Flag, Key, Settings},
    text_file,
};

const AFTER: &str = "\
The file is our own TOML or the JSON of the public holiday-cn collection. The year goes into holidays/YEAR.toml of the \
regulation folder; a running server reads the folder again on SIGHUP or at its next start.
文件可为本系统的 TOML 或公开的 holiday-cn JSON；写入法规文件夹的 holidays/年份.toml，服务收到 SIGHUP 或重启后生效。
Examples 示例:
  xiaobao holidays import 2027.json --regulation /etc/xiaobao/regulation
  kill -HUP $(pidof xiaobao)";

/// What to do with holidays.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Take in the public holidays and make-up workdays of one year. 导入一年的节假日和调休。
    #[command(after_help = AFTER)]
    Import {
        /// The file. 文件。
        file: PathBuf,
        /// The bank's own regulation folder; made when it is not there. 本行法规文件夹。
        #[arg(long, value_name = "FOLDER")]
        regulation: Option<String>,
    },
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        let Command::Import { regulation, .. } = &self.command;
        given([(Key::Regulation, regulation)])
    }
}

/// Takes in a year.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    let Command::Import { file, .. } = &arguments.command;
    let folder = settings.regulation()?.ok_or_else(|| {
        Fault::setting(Text::fixed(
            "请用 --regulation 指定本行法规文件夹；节假日写在其中，serve 也要用同一个文件夹。",
            "Name the bank's regulation folder with --regulation; the year goes there, and `serve` must be given the same folder.",
        ))
    })?;
    let year = read(file, console)?;
    // The law with the new year must hold together before anything is written: neighbouring years may disagree.
    let before = if folder.is_dir() { (*house::law(settings)?).clone() } else { builtin()? };
    before.with_holiday_year(year.clone()).map_err(|error| {
        Fault::failed(Text::fixed("与相邻年份的节假日矛盾。", "It contradicts the holidays of a neighbouring year."))
            .with(error)
    })?;
    let number = year.year();
    let target = folder.join("holidays").join(format!("{number}.toml"));
    text_file::replace(&target, &holidays_to_toml(&year))?;
    let (days, shown) = (year.days().len(), target.display());
    console.say(&Text::of(
        format!("已写入 {number} 年的 {days} 个日子：{shown}。向运行中的服务发 SIGHUP 或重启后生效，暂定的期限随之重算。"),
        format!("Wrote {days} days of {number} to {shown}. A running server takes them on SIGHUP or at its next start, and computes provisional deadlines anew."),
    ))
}

fn builtin() -> Outcome<Regulations> {
    Regulations::builtin()
        .map_err(|error| Fault::failed(Text::fixed("内置法规有误。", "The built-in law is wrong.")).with(error))
}

fn read(path: &Path, console: Console) -> Outcome<HolidayYear> {
    let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
    let Some(text) = text_file::read(path, HOLIDAY_FILE_BYTES_MAX as u64).map_err(cannot)? else {
        let text = Text::of(
            format!("文件超过 {HOLIDAY_FILE_BYTES_MAX} 字节。"),
            format!("The file is larger than {HOLIDAY_FILE_BYTES_MAX} bytes."),
        );
        return Err(Fault::failed(text).at(path.display()));
    };
    let (year, errors) = parse_holidays(&path.display().to_string(), &text);
    for error in &errors {
        let place = error.row.clone().unwrap_or_default();
        console.note(&Text::of(format!("  {place} {}", error.reason.zh), format!("  {place} {}", error.reason.en)));
    }
    match year {
        // A list with holes would silently make workdays of holidays.
        Some(year) if errors.is_empty() => Ok(year),
        Some(_) | None => Err(Fault::failed(Text::fixed(
            "节假日文件有误，没有写入。",
            "The file of holidays is wrong; nothing was written.",
        ))),
    }
}
