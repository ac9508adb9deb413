//! `xiaobao export`: lists written out, masked; in clear only for a signed-in person who may, with an event for each order.

mod complaints;
mod decisions;
mod sheet;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use kernel::{Date, Text};

use crate::{
    cli::House,
    console::Console,
    fault::{Fault, Outcome},
    settings::{Flag, Settings},
};

const AFTER: &str = "\
Names and telephone numbers are masked. --reveal writes them in clear for a member of staff with the permission, who signs in \
by pipe (password on the first line, code of the second factor on the second); every order then keeps an event of it.
姓名、电话均已脱敏。--reveal 供有权限的员工导出明文：从管道输入密码（启用双因素时第二行为验证码），每件工单都会留下记录。
Examples 示例:
  xiaobao export complaints orders.xlsx --from 2026-01-01 --to 2026-03-31 \\
      --database sqlite:bank.db --key-file bank.keys
  xiaobao export complaints --unit GZ > orders.csv
  pass show bank |
      xiaobao export complaints orders.csv --as gz001 --reveal audit";

const AFTER_DECISIONS: &str = "\
`xiaobao guard train` and `guard judge` know the columns. Accounts, names, telephones and devices are keyed hashes: the same value \
has the same hash. 账号、姓名、电话、设备均为带密钥的散列，同值同散列；`guard train`、`guard judge` 可直接读取。
Examples 示例:
  xiaobao export decisions history.csv --from 2026-08-01 \\
      --database sqlite:bank.db --key-file bank.keys
  xiaobao guard features --house > house.toml &&
      xiaobao guard train history.csv --features house.toml --check";

/// What to export.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Work orders, newest first. 工单，新的在前。
    #[command(after_help = AFTER)]
    Complaints(Choice),
    /// Decisions with what became known of them, oldest first, to learn from. 决策和事后结论，供训练，旧的在前。
    #[command(after_help = AFTER_DECISIONS)]
    Decisions(decisions::Choice),
}

/// Which orders, and where to.
#[derive(Debug, Args)]
pub struct Choice {
    /// The file to write; standard output as CSV when absent. 输出文件，缺省以 CSV 写到标准输出。
    file: Option<PathBuf>,
    /// The format; by the file's name when absent. 格式，缺省按文件名。
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write over a file that is there. 覆盖已有文件。
    #[arg(long)]
    overwrite: bool,
    /// Only orders received on or after this day. 受理日期起。
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Only orders received on or before this day. 受理日期止。
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// Only orders of this unit and all below it. 机构号，含下级。
    #[arg(long, value_name = "CODE")]
    unit: Option<String>,
    /// Sign in as this member of staff; their scope and permissions then decide. 以该员工身份导出。
    #[arg(long = "as", value_name = "NUMBER")]
    operator: Option<String>,
    /// Write personal data in clear, for this reason. 导出明文的理由。
    #[arg(long, value_enum, value_name = "GROUND", requires = "operator")]
    reveal: Option<Ground>,
    #[command(flatten)]
    house: House,
}

/// The formats of exports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// UTF-8 with a byte-order mark, which spreadsheets understand.
    Csv,
    /// An Excel workbook of up to 1,048,575 rows.
    Xlsx,
}

/// Why personal data is written in clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Ground {
    /// To reach the complainants.
    Contact,
    /// To verify matters.
    Verification,
    /// To answer an authority.
    Authority,
    /// For a check or an audit.
    Audit,
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        match &self.command {
            Command::Complaints(choice) => choice.house.flags(),
            Command::Decisions(choice) => choice.house.flags(),
        }
    }
}

/// Exports what was asked.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    match &arguments.command {
        Command::Complaints(choice) => complaints::run(choice, settings, console),
        Command::Decisions(choice) => decisions::run(choice, settings, console),
    }
}

/// The format that was named, or that the file's name says. A file that is there stays as it is, unless it is to be written over.
fn format_of(file: Option<&PathBuf>, named: Option<Format>, overwrite: bool) -> Outcome<Format> {
    let format = match (named, file) {
        (Some(named), _) => named,
        (None, Some(path)) => format_by_name(path)?,
        (None, None) => Format::Csv,
    };
    if let Some(path) = file
        && path.is_file()
        && !overwrite
    {
        let path = path.display();
        return Err(Fault::failed(Text::of(
            format!("{path} 已存在；请换一个文件名，或加 --overwrite 覆盖。"),
            format!("{path} exists; name another file, or write over it with --overwrite."),
        )));
    }
    if format == Format::Xlsx && file.is_none() {
        return Err(Fault::setting(Text::fixed("xlsx 须指定文件。", "An xlsx export needs a file.")));
    }
    Ok(format)
}

fn format_by_name(path: &Path) -> Outcome<Format> {
    let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase()).unwrap_or_default();
    match ending.as_str() {
        "csv" => Ok(Format::Csv),
        "xlsx" => Ok(Format::Xlsx),
        _ => {
            let path = path.display();
            Err(Fault::setting(Text::of(
                format!("由文件名 {path} 看不出格式：请以 .csv 或 .xlsx 结尾，或用 --format 指定。"),
                format!("The name {path} does not tell the format: let it end in .csv or .xlsx, or give --format."),
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::Exit;

    #[test]
    fn the_format_is_named_or_told_by_the_name() {
        let of = |name: &str, named| format_of(Some(&PathBuf::from(name)), named, false).map_err(|fault| fault.exit);
        assert_eq!(of("nowhere/a.csv", None), Ok(Format::Csv));
        assert_eq!(of("nowhere/A.XLSX", None), Ok(Format::Xlsx));
        assert_eq!(of("nowhere/a.txt", Some(Format::Xlsx)), Ok(Format::Xlsx));
        for name in ["nowhere/a.txt", "nowhere/a", "nowhere/csv"] {
            assert_eq!(of(name, None), Err(Exit::Setting), "{name}");
        }
        assert_eq!(format_of(None, None, false).ok(), Some(Format::Csv));
    }
}
