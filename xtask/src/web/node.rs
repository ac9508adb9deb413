//! Node, npm and Chromium on this machine.

use std::path::PathBuf;
use std::process::Command;

use crate::{machine, shell};

/// What `web/package.json` asks for: the oldest Node on which Vite runs, and the line that it skips.
const OLDEST: (u32, u32) = (20, 19);
const OLDEST_OF_LATER: (u32, u32) = (22, 12);

/// The names under which Chromium is installed.
const CHROMIUM: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A command of Node's in the folder of the pages. What it prints is progress, not a result.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(super::folder());
    command.env("NO_UPDATE_NOTIFIER", "1");
    command
}

/// Whether Node is there and new enough.
pub fn is_good() -> bool {
    let version = shell::output(Command::new("node").arg("--version"));
    version.is_ok_and(|text| is_new_enough(&text)) && shell::answers(Command::new("npm").arg("--version"))
}

/// Chromium's program: the one that the environment names, else the one that is installed.
pub fn chromium() -> Option<PathBuf> {
    let named = std::env::var_os("XIAOBAO_CHROMIUM").map(PathBuf::from).filter(|path| path.is_file());
    named.or_else(|| CHROMIUM.iter().find_map(|name| machine::find_program(name)))
}

fn is_new_enough(version: &str) -> bool {
    let mut parts = version.trim().trim_start_matches('v').split('.').map_while(|part| part.parse::<u32>().ok());
    let (Some(major), Some(minor)) = (parts.next(), parts.next()) else { return false };
    let oldest = if major <= OLDEST.0 { OLDEST } else { OLDEST_OF_LATER };
    (major, minor) >= oldest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_that_vite_refuses_are_refused() {
        for (version, good) in [
            ("v20.19.0\n", true),
            ("v20.20.2", true),
            ("v20.18.9", false),
            ("v18.20.4", false),
            ("v21.7.3", false),
            ("v22.11.0", false),
            ("v22.12.0", true),
            ("v24.1.0", true),
            ("", false),
            ("node", false),
        ] {
            assert_eq!(is_new_enough(version), good, "{version}");
        }
    }
}
