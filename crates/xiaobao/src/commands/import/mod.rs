//! `xiaobao import`: lists of units, staff and customers, complaints of the past, and
//! lists that supervisors passed on.

mod clocks;
mod complaints;
mod list;
mod orgs;
mod past;
mod people_lists;
mod regulator;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use kernel::Text;

pub use orgs::import as take_units;

use crate::{
    cli::House,
    console::Console,
    fault::{Fault, Outcome},
    settings::{Flag, Settings},
    table::{Encoding, TableOptions},
};

const AFTER_ORGS: &str = "\
A list is taken whole or not at all; units that it does not name stay as they are. 整表导入，有错则一行也不导。
Examples 示例:
  xiaobao import orgs --template > units.csv
  xiaobao import orgs units.xlsx --database sqlite:bank.db --key-file bank.keys";

const AFTER_STAFF: &str = "\
Good rows are taken and wrong ones told; taking the same list again changes nothing. 重复导入不产生重复。
Roles: a role, or role@unit; several are parted by `;`. 角色写作 角色 或 角色@机构号，多个用分号隔开。
Examples 示例:
  xiaobao import staff --template > staff.csv
  xiaobao import staff staff.csv \\
      --database sqlite:bank.db --key-file bank.keys --errors refused.csv";

const AFTER_CUSTOMERS: &str = "\
Good rows are taken and wrong ones told; taking the same list again changes nothing. 重复导入不产生重复。
Examples 示例:
  xiaobao import customers --template > customers.csv
  xiaobao import customers customers.csv \\
      --database sqlite:bank.db --key-file bank.keys --errors refused.csv";

const AFTER_COMPLAINTS: &str = "\
Rows become closed orders with their own dates. May be stopped (Ctrl-C) and run again: nothing is taken twice.
每一行成为一件已办结的历史工单，保留原有日期。可随时中断（Ctrl-C），再次运行即续导，不会重复。
The mapping file is described in docs/guide/import-complaints.en.md. 映射文件的写法见 docs/guide/import-complaints.zh.md。
Examples 示例:
  xiaobao import complaints complaints.csv \\
      --mapping docs/guide/mappings/cfpb.toml \\
      --database sqlite:bank.db --key-file bank.keys --errors refused.csv
  xiaobao import complaints ledger.xlsx --mapping ledger.toml --check";

const AFTER_REGULATOR: &str = "\
Each row is a new order, corrects one, or is told why not; taking the same list again changes nothing.
逐行核对：新增、更正或说明未接受的原因；重复导入不产生重复。
Examples 示例:
  xiaobao import regulator 12378.xlsx --source nfra --check \\
      --database sqlite:bank.db --key-file bank.keys
  xiaobao import regulator 12378.xlsx --source nfra --unit GZ \\
      --database sqlite:bank.db --key-file bank.keys";

/// What to take in.
#[derive(Debug, Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The organisation: head office, branches, outlets, departments. 机构。
    #[command(after_help = AFTER_ORGS)]
    Orgs(ListArguments),
    /// Members of staff and their roles. 员工及角色。
    #[command(after_help = AFTER_STAFF)]
    Staff(ListArguments),
    /// Customers. 客户。
    #[command(after_help = AFTER_CUSTOMERS)]
    Customers(ListArguments),
    /// Complaints of the past. 历史投诉。
    #[command(after_help = AFTER_COMPLAINTS)]
    Complaints(complaints::Arguments),
    /// A list that a supervisor or a hotline passed on. 监管或热线转办清单。
    #[command(after_help = AFTER_REGULATOR)]
    Regulator(regulator::Arguments),
}

/// The flags of lists with fixed columns.
#[derive(Debug, Args)]
struct ListArguments {
    /// The CSV or xlsx file. CSV 或 xlsx 文件。
    #[arg(required_unless_present = "template")]
    file: Option<PathBuf>,
    /// Print a header to fill in, and do nothing else. 只输出表头。
    #[arg(long)]
    template: bool,
    #[command(flatten)]
    reading: Reading,
    #[command(flatten)]
    house: House,
}

/// How a file is read and where refused rows go.
#[derive(Debug, Args)]
struct Reading {
    /// The encoding of a CSV file, utf-8, gb18030, utf-16le or utf-16be; found out when absent. CSV 编码，缺省自动识别。
    #[arg(long, value_name = "ENCODING")]
    encoding: Option<Encoding>,
    /// The sheet of an xlsx file; the first when absent. xlsx 工作表名。
    #[arg(long)]
    sheet: Option<String>,
    /// Write every refused row with its reason to this CSV file. 把未接受的行及原因写入此文件。
    #[arg(long, value_name = "FILE")]
    errors: Option<PathBuf>,
}

impl Reading {
    fn options(&self) -> TableOptions {
        TableOptions { encoding: self.encoding, sheet: self.sheet.clone(), ..TableOptions::default() }
    }
}

impl Arguments {
    /// The settings among the flags.
    pub fn flags(&self) -> Vec<Flag> {
        match &self.command {
            Command::Orgs(list) | Command::Staff(list) | Command::Customers(list) => list.house.flags(),
            Command::Complaints(complaints) => complaints.house.flags(),
            Command::Regulator(regulator) => regulator.house.flags(),
        }
    }
}

/// Takes in what was asked.
pub fn run(arguments: &Arguments, settings: &Settings, console: Console) -> Outcome {
    match &arguments.command {
        Command::Orgs(list) => match file(list)? {
            None => list::template(&people::model::organisation_import::COLUMNS, console),
            Some(path) => orgs::run(path, &list.reading, settings, console),
        },
        Command::Staff(list) => match file(list)? {
            None => list::template(&people::model::staff_import::COLUMNS, console),
            Some(path) => people_lists::staff(path, &list.reading, settings, console),
        },
        Command::Customers(list) => match file(list)? {
            None => list::template(&people::model::customer_import::COLUMNS, console),
            Some(path) => people_lists::customers(path, &list.reading, settings, console),
        },
        Command::Complaints(complaints) => complaints::run(complaints, settings, console),
        Command::Regulator(regulator) => regulator::run(regulator, settings, console),
    }
}

/// The file to read; `None` when a template is asked for.
fn file(list: &ListArguments) -> Outcome<Option<&PathBuf>> {
    match (&list.file, list.template) {
        (None, true) => Ok(None),
        (Some(path), false) => Ok(Some(path)),
        (Some(_), true) | (None, false) => {
            Err(Fault::setting(Text::fixed("请给出文件，或只用 --template。", "Give a file, or --template alone.")))
        }
    }
}
