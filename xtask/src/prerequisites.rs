//! What the machine must have: for a build a C compiler and libpq, for the pages Node, for the tests PostgreSQL and
//! a browser with a Chinese font.
//!
//! Installs Debian's packages where that is possible without asking, and otherwise says what to install.
//! Must never start, stop or set up a database server of the machine: the packages are installed without one.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::postgres::Programs;
use crate::{machine, shell, web};

/// Something the machine must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// A C compiler: SQLite is built from its C source.
    Compiler,
    /// libpq to link against, and pkg-config to find it by.
    Libpq,
    /// The programs of a PostgreSQL server.
    Postgres,
    /// Node and npm, to build the web pages.
    Node,
    /// The browser in which the pages are tested.
    Chromium,
    /// A font with Chinese characters; without one every page is a page of boxes.
    ChineseFont,
}

impl Need {
    fn is_met(self) -> bool {
        match self {
            Self::Compiler => shell::answers(Command::new("cc").arg("--version")),
            Self::Libpq => links_with_libpq(),
            Self::Postgres => Programs::find().is_some(),
            Self::Node => web::has_node(),
            Self::Chromium => web::chromium().is_some(),
            Self::ChineseFont => has_chinese_font(),
        }
    }

    const fn packages(self) -> &'static [&'static str] {
        match self {
            Self::Compiler => &["gcc", "libc6-dev"],
            Self::Libpq => &["libpq-dev", "pkg-config"],
            Self::Postgres => &["postgresql"],
            Self::Node => &["nodejs", "npm"],
            Self::Chromium => &["chromium"],
            Self::ChineseFont => &["fonts-noto-cjk", "fontconfig"],
        }
    }

    const fn advice(self) -> &'static str {
        match self {
            Self::Compiler => {
                "There is no C compiler (`cc`). Debian, Ubuntu: apt-get install gcc libc6-dev. \
                 Fedora: dnf install gcc. macOS: xcode-select --install."
            }
            Self::Libpq => {
                "libpq, PostgreSQL's client library, cannot be linked. Debian, Ubuntu: apt-get install libpq-dev \
                 pkg-config. Fedora: dnf install libpq-devel. macOS: brew install libpq. \
                 Elsewhere: set PQ_LIB_DIR to the folder that holds it."
            }
            Self::Postgres => {
                "There is no PostgreSQL server program (initdb, pg_ctl). Debian, Ubuntu: apt-get install postgresql. \
                 Fedora: dnf install postgresql-server. macOS: brew install postgresql."
            }
            Self::Node => {
                "There is no Node 20.19 or newer with npm, which builds the web pages. Debian 13, Ubuntu 25.10: \
                 apt-get install nodejs npm. Elsewhere: https://nodejs.org/en/download"
            }
            Self::Chromium => {
                "There is no Chromium to test the pages in. Debian: apt-get install chromium. Fedora: dnf install \
                 chromium. Elsewhere: set XIAOBAO_CHROMIUM to its program."
            }
            Self::ChineseFont => {
                "There is no font with Chinese characters. Debian, Ubuntu: apt-get install fonts-noto-cjk fontconfig. \
                 Fedora: dnf install google-noto-sans-cjk-fonts."
            }
        }
    }
}

/// Makes sure of everything a build needs; what is missing is installed or explained.
pub fn for_build() -> Result<()> {
    let missing = provide(&[Need::Compiler, Need::Libpq]);
    explain(&missing)
}

/// What the tests have of what they can do without on a developer's machine.
pub struct ForTests {
    /// The programs of a PostgreSQL server.
    pub postgres: Option<Programs>,
    /// Node, and so the tests of the web pages.
    pub node: bool,
    /// A browser, and so the journeys.
    pub browser: bool,
}

/// Makes sure of everything the tests need. Outside continuous integration some of it may be missing.
pub fn for_tests(is_ci: bool, with_pages: bool) -> Result<ForTests> {
    let mut needs = vec![Need::Compiler, Need::Libpq, Need::Postgres];
    if with_pages {
        needs.extend([Need::Node, Need::Chromium, Need::ChineseFont]);
    }
    let missing = provide(&needs);
    let is_bearable = |need: &Need| !is_ci && !matches!(need, Need::Compiler | Need::Libpq);
    let (optional, required): (Vec<Need>, Vec<Need>) = missing.into_iter().partition(is_bearable);
    explain(&required)?;
    warn_without(&optional);
    let has = |need: Need| !optional.contains(&need);
    Ok(ForTests { postgres: Programs::find(), node: has(Need::Node), browser: has(Need::Node) && has(Need::Chromium) })
}

/// Makes sure of what looks at the pages: Node, a browser, Chinese characters.
pub fn browser() -> Result<()> {
    explain(&provide(&[Need::Node, Need::Chromium, Need::ChineseFont]))
}

/// Makes sure of Node alone, for the pages.
pub fn node() -> Result<()> {
    explain(&provide(&[Need::Node]))
}

/// Makes sure of the PostgreSQL programs alone, for benchmarks that build nothing.
pub fn postgres() -> Result<Programs> {
    explain(&provide(&[Need::Postgres]))?;
    match Programs::find() {
        Some(programs) => Ok(programs),
        None => bail!(Need::Postgres.advice()),
    }
}

fn warn_without(missing: &[Need]) {
    let rule = "!".repeat(100);
    for need in missing {
        let left_out = match need {
            Need::Postgres => "The store tests run on SQLite ONLY.",
            Need::Node => "The web pages are neither built nor tested.",
            Need::Chromium => "The journeys through the pages are left out.",
            Need::ChineseFont => "The journeys run on pages of boxes.",
            Need::Compiler | Need::Libpq => "Nothing can be built.",
        };
        eprintln!("{rule}\n{}\n{left_out} With CI=true this would be a failure.\n{rule}", need.advice());
    }
}

fn explain(missing: &[Need]) -> Result<()> {
    if missing.is_empty() {
        return Ok(());
    }
    let advice: Vec<&str> = missing.iter().map(|need| need.advice()).collect();
    bail!("this machine lacks something that is needed.\n  {}", advice.join("\n  "))
}

/// Installs what is missing where that is possible; returns what is missing still.
fn provide(needs: &[Need]) -> Vec<Need> {
    let mut missing: Vec<Need> = needs.iter().copied().filter(|need| !need.is_met()).collect();
    if missing.is_empty() {
        return missing;
    }
    if let Some(installer) = Installer::find() {
        let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages()).copied().collect();
        eprintln!("Installing what is missing: {}", packages.join(" "));
        if let Err(error) = installer.install(&packages) {
            eprintln!("warning: {error:#}");
        }
        missing.retain(|need| !need.is_met());
    }
    missing
}

fn has_chinese_font() -> bool {
    shell::output(Command::new("fc-list").arg(":lang=zh")).is_ok_and(|fonts| !fonts.trim().is_empty())
}

/// Whether a C program links with libpq, found in the same places in which the build looks.
fn links_with_libpq() -> bool {
    let flags = match machine::libpq_folder() {
        Some(folder) => format!("-L{} -lpq", folder.display()),
        None => libpq_flags(),
    };
    compiles("extern int PQlibVersion(void); int main(void) { return PQlibVersion() == 0; }", &flags)
}

fn libpq_flags() -> String {
    let pkg_config = shell::output(Command::new("pkg-config").args(["--libs", "libpq"]));
    match (pkg_config, shell::output(Command::new("pg_config").arg("--libdir"))) {
        (Ok(flags), _) => flags,
        (Err(_), Ok(folder)) => format!("-L{} -lpq", folder.trim()),
        (Err(_), Err(_)) => "-lpq".to_owned(),
    }
}

/// Whether a C program compiles and links; what comes of it is thrown away.
fn compiles(program: &str, flags: &str) -> bool {
    let result = std::env::temp_dir().join(format!("xiaobao-link-probe-{}", std::process::id()));
    let mut command = Command::new("cc");
    command.args(["-x", "c", "-", "-o"]).arg(&result).args(flags.split_whitespace());
    let child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    let Ok(mut child) = child else { return false };
    let written = child.stdin.take().is_some_and(|mut input| input.write_all(program.as_bytes()).is_ok());
    let compiled = child.wait().is_ok_and(|status| status.success()) && written;
    // There is no file when it failed, and a leftover of a few kilobytes in the temporary folder does no harm.
    std::fs::remove_file(&result).ok();
    compiled
}

/// A way to install Debian's packages without asking anyone.
struct Installer {
    /// The words before the command: none as root, `sudo -n` where that asks for no password.
    prefix: &'static [&'static str],
}

/// Debian's package would create and start a database cluster of its own. This keeps it from doing so while we install;
/// the setting is removed again afterwards.
const INSTALL_SCRIPT: &str = r#"
set -eu
export DEBIAN_FRONTEND=noninteractive
folder=/etc/postgresql-common/createcluster.d
setting=$folder/zz-xiaobao-no-cluster.conf
trap 'rm -f "$setting"' EXIT
mkdir -p "$folder"
echo 'create_main_cluster = false' > "$setting"
apt-get update
apt-get install --yes --no-install-recommends "$@"
"#;

impl Installer {
    fn find() -> Option<Self> {
        machine::find_program("apt-get")?;
        if machine::is_root() {
            return Some(Self { prefix: &[] });
        }
        shell::answers(Command::new("sudo").args(["-n", "true"])).then_some(Self { prefix: &["sudo", "-n"] })
    }

    fn install(&self, packages: &[&str]) -> Result<()> {
        let mut words = self.prefix.to_vec();
        words.extend(["sh", "-c", INSTALL_SCRIPT, "install"]);
        words.extend(packages);
        let mut command = Command::new(words[0]);
        // What apt prints is progress, not a result, and must not mix with what the tests print.
        command.args(&words[1..]).stdin(Stdio::null()).stdout(std::io::stderr());
        if shell::succeeds(&mut command)? { Ok(()) } else { bail!("apt-get could not install {}", packages.join(" ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_missing_is_no_error_and_each_lack_is_explained() {
        assert!(explain(&[]).is_ok());
        let error = explain(&[Need::Libpq, Need::Postgres]).unwrap_err().to_string();
        assert!(error.contains("libpq-dev") && error.contains("apt-get install postgresql"), "{error}");
    }

    #[test]
    fn the_link_probe_can_fail() {
        assert!(compiles("int main(void) { return 0; }", ""));
        assert!(!compiles("int main(void) { return 0; }", "-lno_such_library_here"));
    }
}
