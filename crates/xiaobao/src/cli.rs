//! The command line as it is typed. Flags that are settings end up in [`crate::settings`]; nothing is decided here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::{
    commands::{
        admin, backup, completions, demo, export, guard, holidays, import, keys, ledger, migrate, openapi, restore,
        serve, voice,
    },
    settings::{Flag, Key},
};

/// Shown below the list of commands.
const AFTER: &str = "\
Settings come from flags, then from variables named XIAOBAO_…, then from the TOML file (--config or XIAOBAO_CONFIG).
设置依次取自命令行参数、XIAOBAO_… 环境变量、TOML 配置文件（--config 或 XIAOBAO_CONFIG）。

Exit codes 退出码: 0 done 完成 · 1 failed 失败 · 2 wrong setting or usage 设置或用法有误 · 3 done, but rows were refused 完成但有行被拒 · 130 stopped 被中断

Examples 示例:
  xiaobao demo
  xiaobao keys generate bank.keys
  xiaobao serve --database sqlite:bank.db --objects files \\
      --key-file bank.keys --migrate
  xiaobao import complaints ledger.xlsx --mapping ledger.toml \\
      --database sqlite:bank.db --key-file bank.keys";

/// Consumer protection for banks. 银行消费者权益保护平台。
#[derive(Debug, Parser)]
#[command(name = "xiaobao", version, max_term_width = 110, after_help = AFTER, disable_help_subcommand = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// What every command understands.
    #[command(flatten)]
    pub general: General,
}

/// What every command understands.
#[derive(Debug, Args)]
pub struct General {
    /// A TOML file with settings. TOML 配置文件。
    #[arg(long, global = true, value_name = "FILE", help_heading = "General 通用")]
    pub config: Option<PathBuf>,
    /// Which log lines are written: error, warn, info, debug, trace, or a filter. 日志级别。
    #[arg(long, global = true, value_name = "LEVEL", help_heading = "General 通用")]
    log_level: Option<String>,
    /// The shape of log lines: text or json. 日志格式。
    #[arg(long, global = true, value_name = "FORMAT", help_heading = "General 通用")]
    log_format: Option<String>,
    /// The language of messages: zh or en; the locale's when absent. 消息语言。
    #[arg(long, global = true, value_name = "LANGUAGE", help_heading = "General 通用")]
    language: Option<String>,
}

/// Where the data and the keys are.
#[derive(Debug, Clone, Args)]
pub struct House {
    /// The database: sqlite:PATH or postgres://USER@HOST/NAME. 数据库。
    #[arg(long, value_name = "DATABASE", help_heading = "House 系统")]
    database: Option<String>,
    /// The key file. 密钥文件。
    #[arg(long, value_name = "FILE", help_heading = "House 系统")]
    key_file: Option<String>,
    /// A folder with the bank's own regulation files, on top of the built-in ones. 本行法规文件夹。
    #[arg(long, value_name = "FOLDER", help_heading = "House 系统")]
    regulation: Option<String>,
}

/// What the program can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start the server. 启动服务。
    Serve(serve::Arguments),
    /// Start a small believable bank to look at. 启动演示银行。
    Demo(demo::Arguments),
    /// Bring the database's tables up to date. 更新数据库表结构。
    Migrate(migrate::Arguments),
    /// Take in lists: units, staff, customers, past complaints. 导入机构、员工、客户、历史投诉。
    Import(import::Arguments),
    /// Write lists out. 导出。
    Export(export::Arguments),
    /// Prove that no history was edited. 校验账本、生成检查点。
    Ledger(ledger::Arguments),
    /// Write a backup of the database while it is in use. 备份数据库。
    Backup(backup::Arguments),
    /// Make a database from a backup. 从备份恢复。
    Restore(restore::Arguments),
    /// Take in the public holidays of a year. 导入节假日。
    Holidays(holidays::Arguments),
    /// Learn classes from closed orders. 从已办结工单学习分类。
    Voice(voice::Arguments),
    /// Learn from labelled payments which are fraud. 从已标注的交易学习识别欺诈。
    Guard(guard::Arguments),
    /// Work that nobody can do in the browser yet. 管理员操作。
    Admin(admin::Arguments),
    /// Make and change the keys under which data is sealed. 生成、轮换密钥。
    Keys(keys::Arguments),
    /// Print the description of the HTTP interface. 输出接口说明（OpenAPI 3.1）。
    Openapi(openapi::Arguments),
    /// Print a script that completes commands in a shell. 输出命令行补全脚本。
    Completions(completions::Arguments),
}

impl General {
    /// The settings among these flags.
    pub fn flags(&self) -> Vec<Flag> {
        given([(Key::LogLevel, &self.log_level), (Key::LogFormat, &self.log_format), (Key::Language, &self.language)])
    }
}

impl House {
    /// The settings among these flags.
    pub fn flags(&self) -> Vec<Flag> {
        given([(Key::Database, &self.database), (Key::KeyFile, &self.key_file), (Key::Regulation, &self.regulation)])
    }
}

impl Command {
    /// The settings among the flags of the command.
    pub fn flags(&self) -> Vec<Flag> {
        match self {
            Self::Serve(arguments) => arguments.flags(),
            Self::Demo(_) | Self::Guard(_) | Self::Openapi(_) | Self::Completions(_) => Vec::new(),
            Self::Migrate(arguments) => arguments.house.flags(),
            Self::Import(arguments) => arguments.flags(),
            Self::Export(arguments) => arguments.flags(),
            Self::Ledger(arguments) => arguments.flags(),
            Self::Backup(arguments) => arguments.house.flags(),
            Self::Restore(arguments) => arguments.house.flags(),
            Self::Holidays(arguments) => arguments.flags(),
            Self::Voice(arguments) => arguments.flags(),
            Self::Admin(arguments) => arguments.flags(),
            Self::Keys(arguments) => arguments.flags(),
        }
    }
}

/// The flags that were given.
pub fn given<'a>(flags: impl IntoIterator<Item = (Key, &'a Option<String>)>) -> Vec<Flag> {
    flags.into_iter().filter_map(|(key, value)| value.clone().map(|value| (key, value))).collect()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;
    use crate::console;

    #[test]
    fn the_command_line_fits_together() {
        Cli::command().debug_assert();
    }

    /// A window of 80 places is the narrowest that people use; a line that is broken there can no longer be copied.
    #[test]
    fn examples_fit_into_a_narrow_window() {
        fn check(command: &clap::Command) {
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            for line in after.lines().filter(|line| line.starts_with("  ")) {
                assert!(console::places(line) <= 80, "{line}");
            }
            command.get_subcommands().for_each(check);
        }
        check(&Cli::command());
    }

    #[test]
    fn every_command_has_an_example() {
        fn check(command: &clap::Command, path: &str) {
            let path = format!("{path} {}", command.get_name());
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            if command.get_subcommands().next().is_none() {
                assert!(after.contains(path.trim()), "{path} has no example of itself");
            }
            command.get_subcommands().for_each(|sub| check(sub, &path));
        }
        check(&Cli::command(), "");
    }
}
