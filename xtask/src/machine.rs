//! What this machine is and lets us do: the one place of xtask that reads the environment.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell;

/// Whether this run is one that nobody watches; what is missing is then a failure and not a warning.
pub fn is_ci() -> bool {
    says_yes(std::env::var_os("CI").and_then(|value| value.into_string().ok()).as_deref())
}

fn says_yes(value: Option<&str>) -> bool {
    !matches!(value, None | Some("" | "0" | "false"))
}

/// Whether we are the superuser. PostgreSQL refuses to run as such.
pub fn is_root() -> bool {
    shell::output(Command::new("id").arg("-u")).is_ok_and(|uid| uid.trim() == "0")
}

/// The folders in which programs are looked for.
pub fn search_path() -> Vec<PathBuf> {
    std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default()
}

/// The folder of libpq, where the machine's owner names one.
pub fn libpq_folder() -> Option<PathBuf> {
    std::env::var_os("PQ_LIB_DIR").map(PathBuf::from)
}

/// The program of that name, links followed.
pub fn find_program(name: &str) -> Option<PathBuf> {
    search_path().into_iter().map(|folder| folder.join(name)).find_map(|path| path.canonicalize().ok())
}

/// An unprivileged user of this machine, by number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct User {
    /// The user's number.
    pub uid: u32,
    /// The number of the user's first group.
    pub gid: u32,
}

/// The user that runs PostgreSQL in our place when we are root: its own, or failing that nobody.
pub fn unprivileged_user() -> Option<User> {
    let accounts = std::fs::read_to_string("/etc/passwd").ok()?;
    ["postgres", "nobody"].into_iter().find_map(|name| user_in(&accounts, name))
}

fn user_in(accounts: &str, name: &str) -> Option<User> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        if fields.next() != Some(name) {
            return None;
        }
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        (uid != 0).then_some(User { uid, gid })
    })
}

/// The first of the wanted folders, then of the system's temporary ones, that every user may enter.
/// A data folder must be reachable by the user that PostgreSQL runs as, so a home closed to others will not do.
pub fn folder_open_to_all(wanted: Option<&Path>) -> PathBuf {
    let temporary = std::env::temp_dir();
    let candidates = wanted.into_iter().chain([temporary.as_path(), Path::new("/var/tmp")]);
    let open = candidates.filter_map(|path| path.canonicalize().ok()).find(|path| all_may_enter(path));
    open.unwrap_or_else(|| PathBuf::from("/tmp"))
}

fn all_may_enter(path: &Path) -> bool {
    const OTHERS_EXECUTE: u32 = 0o001;
    path.ancestors().all(|folder| folder.metadata().is_ok_and(|data| data.mode() & OTHERS_EXECUTE != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ci_is_on_unless_it_says_no() {
        for (value, on) in
            [(None, false), (Some(""), false), (Some("false"), false), (Some("true"), true), (Some("1"), true)]
        {
            assert_eq!(says_yes(value), on, "{value:?}");
        }
    }

    #[test]
    fn the_account_is_found_by_its_whole_name_and_is_never_root() {
        let accounts = "root:x:0:0::/root:/bin/sh\npostgresql:x:7:8:::\npostgres:x:101:104:PostgreSQL:/var:/bin/sh\n";
        assert_eq!(user_in(accounts, "postgres"), Some(User { uid: 101, gid: 104 }));
        assert_eq!(user_in(accounts, "root"), None);
        assert_eq!(user_in(accounts, "nobody"), None);
    }

    #[test]
    fn the_system_root_is_open_and_a_missing_folder_is_not() {
        assert!(all_may_enter(Path::new("/")));
        assert!(!all_may_enter(Path::new("/no such folder")));
    }
}
