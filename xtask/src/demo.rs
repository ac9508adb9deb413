//! Builds what is missing and hands over to `xiaobao demo`.
//!
//! The program takes this one's place, so Ctrl-C reaches it directly and it stops in its own good order.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::{prerequisites, shell, web};

/// Where the demonstration listens when its port is free.
const PORT_DEFAULT: u16 = 8080;
/// Ports tried behind it: a developer's machine has a few servers at such numbers, not twenty.
const PORTS_TRIED: u16 = 20;
/// The folder that keeps the demonstration's data between runs; git ignores it.
const DATA: &str = "demo-data";

/// How to run the demonstration.
#[derive(clap::Args)]
pub struct Options {
    /// Start over with new data
    #[arg(long)]
    fresh: bool,
    /// Listen on this port of 127.0.0.1 [default: 8080, or the next that is free]
    #[arg(long)]
    port: Option<u16>,
    /// Listen on this address, for instance 0.0.0.0:9000
    #[arg(long, value_name = "ADDRESS", conflicts_with = "port")]
    listen: Option<SocketAddr>,
    /// The folder that keeps the data [default: demo-data in the repository]
    #[arg(long, value_name = "FOLDER")]
    data: Option<PathBuf>,
    /// Build the optimised program: minutes longer, and then the default until it is deleted
    #[arg(long)]
    release: bool,
}

/// Builds the program and becomes it; returns only when that fails.
pub fn run(options: &Options) -> Result<ExitCode> {
    prerequisites::for_build()?;
    web::for_demo();
    let listen = match (options.listen, options.port) {
        (Some(address), _) => address,
        (None, port) => SocketAddr::from((Ipv4Addr::LOCALHOST, port.map_or_else(free_port, Ok)?)),
    };
    // The program starts in the repository; a folder that was named is one of the place where it was named.
    let data = match &options.data {
        Some(folder) => std::path::absolute(folder).context("the folder of --data cannot be found")?,
        None => PathBuf::from(DATA),
    };
    let mut build = shell::cargo(&["build", "--package", "xiaobao"]);
    if options.release || release_exists()? {
        build.arg("--release");
    } else {
        // The quick build is a third of the optimised one's time; a demonstration wants to be seen soon.
        eprintln!("Building xiaobao; the first time takes a few minutes.");
    }
    let program = shell::built(&mut build, "xiaobao")?.context("the build made no program `xiaobao`")?;
    let mut demo = Command::new(program);
    demo.current_dir(shell::root()).arg("demo").arg("--data").arg(data).args(["--listen", &listen.to_string()]);
    if options.fresh {
        demo.arg("--fresh");
    }
    let error = demo.exec();
    bail!("cannot start `{}`: {error}", shell::describe(&demo))
}

fn free_port() -> Result<u16> {
    (PORT_DEFAULT..PORT_DEFAULT + PORTS_TRIED).find(|port| is_free(*port)).context("no port is free")
}

fn is_free(port: u16) -> bool {
    TcpListener::bind(("127.0.0.1", port)).is_ok()
}

/// Whether someone built the optimised program before; it is then brought up to date rather than built twice.
fn release_exists() -> Result<bool> {
    Ok(shell::target_directory()?.join("release/xiaobao").is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_in_use_is_not_free() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(!is_free(port));
        drop(taken);
        assert!(is_free(port));
    }
}
