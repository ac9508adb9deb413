//! A house in a temporary folder, and the program run in it.

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// How long a server may take to open its door on a busy machine, and to close it.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a run of the program gave.
#[derive(Debug)]
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// The run, which must have ended with `code`.
    #[track_caller]
    pub fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, code, "out: {}\nerr: {}", self.out, self.err);
        self
    }

    /// The run, whose output or messages must hold every part.
    #[track_caller]
    pub fn says(self, parts: &[&str]) -> Self {
        // Columns are aligned by blanks, of which nobody should have to count the number.
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let said = plain(&format!("{} {}", self.out, self.err));
        for part in parts {
            assert!(said.contains(&plain(part)), "no {part:?} in\nout: {}\nerr: {}", self.out, self.err);
        }
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

/// The program with an environment of its own.
pub fn program(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xiaobao"));
    command.env_clear().env("LANG", "C").env("PATH", "/usr/bin:/bin").current_dir(folder).stdin(Stdio::null());
    command
}

/// Runs the program anywhere.
pub fn run(folder: &Path, arguments: &[&str]) -> Ran {
    program(folder).args(arguments).output().unwrap().into()
}

/// A folder with keys and a database.
pub struct House {
    folder: TempDir,
    database: String,
}

impl House {
    /// A house on SQLite with all tables.
    pub fn new() -> Self {
        Self::on("sqlite:bank.db")
    }

    /// A house on a database that is there and empty.
    pub fn on(database: &str) -> Self {
        let house = Self::unmigrated(database);
        house.run(&["migrate"]).ended(0);
        house
    }

    /// A house whose database has no tables yet.
    pub fn unmigrated(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let house = Self { folder, database: database.to_owned() };
        run(house.path(), &["keys", "generate", "bank.keys"]).ended(0);
        house
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A file in the folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.path().join(name)
    }

    /// Writes a file into the folder.
    pub fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.file(name), content).unwrap();
    }

    /// Reads a file of the folder.
    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.file(name)).unwrap()
    }

    /// The program with database and keys set.
    pub fn command(&self) -> Command {
        let mut command = program(self.path());
        command.env("XIAOBAO_DATABASE", &self.database).env("XIAOBAO_KEY_FILE", "bank.keys");
        command.env("XIAOBAO_OBJECTS", "objects");
        command
    }

    /// Runs a command that must end by itself; one that does not is killed, so that its test fails instead of hanging.
    pub fn run_bounded(&self, arguments: &[&str]) -> Ran {
        let child = self.command().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let id = child.id().to_string();
        let (done, ended) = std::sync::mpsc::channel::<()>();
        let watch = std::thread::spawn(move || {
            if ended.recv_timeout(PATIENCE).is_err() {
                let _ = Command::new("kill").args(["-KILL", &id]).status();
            }
        });
        let output = child.wait_with_output().unwrap();
        let _ = done.send(());
        watch.join().unwrap();
        output.into()
    }

    /// Runs the program with database and keys set.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.command().args(arguments).output().unwrap().into()
    }

    /// A small organisation: a head office, a branch, an outlet.
    pub fn with_units(self) -> Self {
        self.write("units.csv", "code,name,kind,parent\nHO,总行,总行,\nGZ,广州分行,分行,HO\nGZ01,天河支行,网点,GZ\n");
        self.run(&["import", "orgs", "units.csv"]).ended(0).says(&["3 opened"]);
        self
    }

    /// Runs a query on the SQLite file and gives the number it answers.
    pub fn number(&self, query: &str) -> i64 {
        use diesel::{RunQueryDsl, sql_query};
        let rows: Vec<Answer> = sql_query(format!("SELECT ({query}) AS answer")).load(&mut self.sqlite()).unwrap();
        rows[0].answer
    }

    /// Changes the SQLite file behind the program's back.
    pub fn tamper(&self, statements: &str) {
        diesel::connection::SimpleConnection::batch_execute(&mut self.sqlite(), statements).unwrap();
    }

    fn sqlite(&self) -> diesel::sqlite::SqliteConnection {
        let path = self.file(self.database.strip_prefix("sqlite:").unwrap());
        diesel::Connection::establish(path.to_str().unwrap()).unwrap()
    }

    /// Starts the server on a free port.
    pub fn serve(&self, arguments: &[&str]) -> Server {
        let mut command = self.command();
        command.args(["serve", "--listen", "127.0.0.1:0"]).args(arguments);
        Server::start(command, "http://127.0.0.1:")
    }
}

/// A running server; killed when dropped.
pub struct Server {
    child: Child,
    /// Where it listens, for instance `http://127.0.0.1:41234`.
    pub address: String,
    rest: Option<BufReader<std::process::ChildStdout>>,
}

impl Server {
    /// Starts `command` and waits for a line of its output that holds an address starting with `scheme`.
    pub fn start(mut command: Command, scheme: &str) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap());
        let mut printed = String::new();
        let address = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended before it listened:\n{printed}");
            printed.push_str(&line);
            if let Some(at) = line.find(scheme) {
                let address: String = line[at..].chars().take_while(|c| !c.is_whitespace()).collect();
                break address.trim_end_matches('/').to_owned();
            }
        };
        Self { child, address, rest: Some(lines) }
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Reads a path: the status and the body.
    pub fn get(&self, path: &str) -> (u16, String) {
        let agent = agent();
        let mut response = agent.get(format!("{}{path}", self.address)).call().unwrap();
        (response.status().as_u16(), response.body_mut().read_to_string().unwrap())
    }

    /// Sends a signal to this server alone.
    pub fn signal(&self, name: &str) {
        let status = Command::new("kill").args([&format!("-{name}"), &self.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end; gives the exit code (`None` after a signal), what was printed since, and how long it took.
    pub fn wait(mut self) -> (Option<i32>, String, Duration) {
        let began = Instant::now();
        let mut rest = String::new();
        self.rest.take().unwrap().read_to_string(&mut rest).unwrap();
        let status = self.child.wait().unwrap();
        let took = began.elapsed();
        assert!(took < PATIENCE);
        (status.code(), rest, took)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that gives every status back as an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().into()
}

/// A database of its own on the PostgreSQL server that the test run brought; dropped when done.
pub struct TestPostgres {
    server: String,
    name: String,
    /// The database's address.
    pub address: String,
}

impl TestPostgres {
    /// A new empty database; `None` where there is no server and none is demanded.
    pub fn make(purpose: &str) -> Option<Self> {
        let variable = |name: &str| std::env::vars().find(|(n, _)| n == name).map(|(_, value)| value);
        let Some(server) = variable("XIAOBAO_TEST_POSTGRES") else {
            assert_ne!(variable("CI").as_deref(), Some("true"), "CI needs XIAOBAO_TEST_POSTGRES");
            println!("PostgreSQL skipped: XIAOBAO_TEST_POSTGRES is not set");
            return None;
        };
        let name = format!("xiaobao_{purpose}_{}", std::process::id());
        let (front, query) = server.split_once('?').map_or((server.as_str(), ""), |(front, query)| (front, query));
        let (base, _) = front.rsplit_once('/').unwrap();
        let query = if query.is_empty() { String::new() } else { format!("?{query}") };
        let address = format!("{base}/{name}{query}");
        let made = Self { server, name, address };
        made.admin(&format!("DROP DATABASE IF EXISTS {}", made.name));
        made.admin(&format!("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0", made.name));
        Some(made)
    }

    /// Runs a query and gives the number it answers.
    pub fn number(&self, query: &str) -> i64 {
        use diesel::{Connection, RunQueryDsl, sql_query};
        let mut conn = diesel::pg::PgConnection::establish(&self.address).unwrap();
        let rows: Vec<Answer> = sql_query(format!("SELECT ({query}) AS answer")).load(&mut conn).unwrap();
        rows[0].answer
    }

    fn admin(&self, statement: &str) {
        use diesel::{Connection, connection::SimpleConnection};
        let mut conn = diesel::pg::PgConnection::establish(&self.server).unwrap();
        conn.batch_execute(statement).unwrap();
    }
}

impl Drop for TestPostgres {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.admin(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        }
    }
}

#[derive(diesel::QueryableByName)]
struct Answer {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    answer: i64,
}
