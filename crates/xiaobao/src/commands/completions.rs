//! `xiaobao completions`: a script for the shell.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::{cli::Cli, console::Console, fault::Outcome};

const AFTER: &str = "\
Examples 示例:
  xiaobao completions bash > /etc/bash_completion.d/xiaobao
  xiaobao completions zsh > ~/.zfunc/_xiaobao";

/// Which shell.
#[derive(Debug, Args)]
#[command(after_help = AFTER)]
pub struct Arguments {
    /// The shell: bash, zsh, fish, elvish or powershell. 所用的 shell。
    shell: Shell,
}

/// Prints the script.
pub fn run(arguments: &Arguments, console: Console) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Cli::command(), "xiaobao", &mut script);
    console.print_bytes(&script)
}
