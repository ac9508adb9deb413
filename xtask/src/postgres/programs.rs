//! Finds the programs of an installed PostgreSQL.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{machine, shell};

/// Where Debian and Ubuntu put each major version's programs.
const DEBIAN_FOLDER: &str = "/usr/lib/postgresql";

/// The programs without which no server starts.
const NEEDED: [&str; 3] = ["initdb", "pg_ctl", "postgres"];

/// A folder with the programs of one PostgreSQL.
#[derive(Debug, Clone)]
pub struct Programs(PathBuf);

impl Programs {
    /// The newest PostgreSQL of this machine, or whichever is in the search path.
    pub fn find() -> Option<Self> {
        let in_path =
            NEEDED.iter().filter_map(|name| machine::find_program(name)).filter_map(|p| Some(p.parent()?.into()));
        debian_folders(Path::new(DEBIAN_FOLDER))
            .into_iter()
            .chain(in_path)
            .find(|folder: &PathBuf| is_whole(folder))
            .map(Self)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// A command that runs one of the programs.
    pub fn command(&self, program: &str) -> Command {
        Command::new(self.0.join(program))
    }

    /// The version, as `postgres --version` tells it.
    pub fn version(&self) -> String {
        let told = shell::output(self.command("postgres").arg("--version")).unwrap_or_default();
        told.trim().replace("postgres (PostgreSQL)", "PostgreSQL")
    }
}

fn is_whole(folder: &Path) -> bool {
    NEEDED.iter().all(|name| folder.join(name).is_file())
}

/// The program folders below Debian's folder, newest version first.
fn debian_folders(root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(root) else { return Vec::new() };
    let mut versions: Vec<(u32, PathBuf)> = entries
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let major = entry.file_name().to_str()?.split('.').next()?.parse().ok()?;
            Some((major, entry.path().join("bin")))
        })
        .collect();
    versions.sort();
    versions.into_iter().rev().map(|(_, folder)| folder).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_comes_first_by_number_not_by_text() {
        let root = std::env::temp_dir().join(format!("xiaobao-programs-{}", std::process::id()));
        for version in ["9.6", "15", "100", "not a version"] {
            std::fs::create_dir_all(root.join(version)).unwrap();
        }
        let found = debian_folders(&root);
        std::fs::remove_dir_all(&root).unwrap();
        assert_eq!(found, [root.join("100/bin"), root.join("15/bin"), root.join("9.6/bin")]);
        assert!(debian_folders(Path::new("/no such folder")).is_empty());
    }
}
