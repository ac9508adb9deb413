//! One database cluster: made, started, stopped and removed by the keeper process.

use std::fs;
use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::Settings;
use crate::machine::{self, User};
use crate::shell;

/// Between finding a free port and using it another program may take it; then we try the next.
const PORT_TRIES: u32 = 5;
/// Folder names tried: each is taken only by a run of the same process number that could not clean up.
const FOLDER_TRIES: u32 = 1000;
/// Seconds that a start or stop may take; a slow disk needs a few.
const SECONDS_MAX: &str = "60";

/// What tests trade away: they recreate everything, so nothing needs to survive a crash of the machine.
const TEST_SETTINGS: &str = "
fsync = off
synchronous_commit = off
full_page_writes = off
# Every test process brings its own pools.
max_connections = 500
";

/// A running cluster in its own folder. Dropping it stops the server and removes the folder.
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    user: Option<User>,
    port: u16,
}

impl Cluster {
    /// Makes a folder inside `within`, initialises a cluster in it and starts the server on a free local port.
    pub fn start(programs: &Path, settings: Settings, within: &Path) -> Result<Self> {
        let user = if machine::is_root() {
            let user = machine::unprivileged_user();
            Some(user.context("PostgreSQL will not run as root, and there is no user `postgres` or `nobody`")?)
        } else {
            None
        };
        let folder = make_folder(within)?;
        // From here on dropping the value cleans up, whatever fails.
        let mut cluster = Self { folder, programs: programs.to_owned(), user, port: 0 };
        cluster.hand_over()?;
        cluster.initialise(settings)?;
        cluster.configure(settings)?;
        cluster.port = cluster.start_server()?;
        Ok(cluster)
    }

    /// The port on 127.0.0.1.
    pub fn port(&self) -> u16 {
        self.port
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command.current_dir(&self.folder);
        if let Some(user) = self.user {
            command.uid(user.uid).gid(user.gid);
        }
        command
    }

    /// Gives the folder to the user that the server runs as, and closes it to all others.
    fn hand_over(&self) -> Result<()> {
        fs::set_permissions(&self.folder, fs::Permissions::from_mode(0o700))?;
        match self.user {
            Some(user) => chown(&self.folder, Some(user.uid), Some(user.gid)).context("cannot hand over the folder"),
            None => Ok(()),
        }
    }

    fn initialise(&self, settings: Settings) -> Result<()> {
        let linguistic: &[&str] = &["--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=zh-Hans-CN"];
        let locales: &[&[&str]] = match settings {
            Settings::Tests => &[linguistic, &["--locale=C.UTF-8"], &["--no-locale"]],
            Settings::Defaults => &[&["--locale=C.UTF-8"], &["--no-locale"]],
        };
        // Older versions lack ICU and some systems lack the locale, so each is a try.
        let mut complaint = None;
        for locale in locales {
            let mut command = self.program("initdb");
            command.arg("--pgdata").arg(self.data());
            command.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-sync"]).args(*locale);
            match shell::output(&mut command) {
                Ok(_) => return Ok(()),
                Err(error) => complaint = Some(error),
            }
        }
        Err(complaint.context("no locale was tried")?).context("initdb failed")
    }

    fn configure(&self, settings: Settings) -> Result<()> {
        let mut text = format!(
            "\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = '{}'\n",
            self.folder.display().to_string().replace('\'', "''")
        );
        match settings {
            Settings::Tests => text.push_str(TEST_SETTINGS),
            Settings::Defaults => {}
        }
        let mut file = fs::OpenOptions::new().append(true).open(self.data().join("postgresql.conf"))?;
        file.write_all(text.as_bytes()).context("cannot write the server's settings")
    }

    fn start_server(&self) -> Result<u16> {
        let log = self.folder.join("log");
        for _ in 0..PORT_TRIES {
            let port = free_port()?;
            let mut command = self.program("pg_ctl");
            command.args(["start", "--wait", "--timeout", SECONDS_MAX, "--options", &format!("-p {port}")]);
            command.arg("--pgdata").arg(self.data()).arg("--log").arg(&log);
            // pg_ctl leaves the server the streams it has; ours must not stay open in it.
            if shell::answers(&mut command) {
                return Ok(port);
            }
        }
        let said = fs::read_to_string(&log).unwrap_or_default();
        bail!("the server did not start:\n{said}")
    }

    /// Stops the server by the process number in its own data folder; none there means none runs.
    fn stop_server(&self) {
        for how in ["fast", "immediate"] {
            if !self.data().join("postmaster.pid").exists() {
                return;
            }
            let mut command = self.program("pg_ctl");
            command.args(["stop", "--wait", "--timeout", SECONDS_MAX, "--mode", how, "--pgdata"]).arg(self.data());
            if shell::answers(&mut command) {
                return;
            }
        }
        eprintln!("warning: could not stop the PostgreSQL of {}", self.folder.display());
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.stop_server();
        if let Err(error) = fs::remove_dir_all(&self.folder) {
            eprintln!("warning: could not remove {}: {error}", self.folder.display());
        }
    }
}

fn make_folder(within: &Path) -> Result<PathBuf> {
    for number in 0..FOLDER_TRIES {
        let folder = within.join(format!("xiaobao-postgres-{}-{number}", std::process::id()));
        match fs::create_dir(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error).with_context(|| format!("cannot make {}", folder.display())),
        }
    }
    bail!("{} is full of folders of ended runs; remove them", within.display())
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("no free port on 127.0.0.1")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_never_one_that_exists() {
        let within = machine::folder_open_to_all(None);
        let (first, second) = (make_folder(&within).unwrap(), make_folder(&within).unwrap());
        assert_ne!(first, second);
        fs::remove_dir(&first).unwrap();
        fs::remove_dir(&second).unwrap();
        assert!(make_folder(Path::new("/no such folder")).is_err());
    }

    #[test]
    fn a_free_port_can_be_taken() {
        TcpListener::bind(("127.0.0.1", free_port().unwrap())).unwrap();
    }
}
