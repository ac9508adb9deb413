//! Running other programs and finding the folders of this checkout.
//!
//! Must never pass a text through a shell that a user typed: programs get their arguments as a list.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// The folder that holds the workspace manifest.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies one folder below the workspace")
}

/// A command that runs in the workspace's folder.
pub fn command(program: &str) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// The same cargo that runs this program.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = command("cargo");
    command.args(arguments);
    command
}

/// How a command looks when typed.
pub fn describe(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|a| a.to_string_lossy().into_owned()));
    words.join(" ")
}

/// Runs to the end with the terminal's own streams and says whether it went well.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    let status = command.status().with_context(|| format!("cannot run `{}`", describe(command)))?;
    Ok(status.success())
}

/// Whether a program exists and likes its arguments; prints nothing.
pub fn answers(command: &mut Command) -> bool {
    let silent = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    silent.status().is_ok_and(|status| status.success())
}

/// What a command prints, whatever its size. A failure is an error that holds what the command complained of.
pub fn output(command: &mut Command) -> Result<String> {
    let output =
        command.stdin(Stdio::null()).output().with_context(|| format!("cannot run `{}`", describe(command)))?;
    if !output.status.success() {
        bail!("`{}` failed:\n{}", describe(command), String::from_utf8_lossy(&output.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Which of a command's two streams is read along.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Runs to the end, shows everything as it comes, and returns whether it went well and what one stream said.
pub fn tee(command: &mut Command, stream: Stream) -> Result<(bool, String)> {
    match stream {
        Stream::Out => command.stdout(Stdio::piped()),
        Stream::Err => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().with_context(|| format!("cannot run `{}`", describe(command)))?;
    let mut text = String::new();
    let source: Box<dyn std::io::Read> = match stream {
        Stream::Out => Box::new(child.stdout.take().expect("piped above")),
        Stream::Err => Box::new(child.stderr.take().expect("piped above")),
    };
    let mut source = BufReader::new(source);
    let mut line = Vec::new();
    while source.read_until(b'\n', &mut line)? > 0 {
        let shown = match stream {
            Stream::Out => std::io::stdout().write_all(&line),
            Stream::Err => std::io::stderr().write_all(&line),
        };
        shown.context("cannot print")?;
        text.push_str(&String::from_utf8_lossy(&line));
        line.clear();
    }
    Ok((child.wait()?.success(), text))
}

/// What cargo knows about the workspace, resolved for this machine.
pub fn metadata() -> Result<Value> {
    let mut command = cargo(&["metadata", "--format-version", "1", "--filter-platform", &host()?]);
    serde_json::from_str(&output(&mut command)?).context("cargo metadata printed something else than JSON")
}

/// The folder that builds land in.
pub fn target_directory() -> Result<PathBuf> {
    let mut command = cargo(&["metadata", "--format-version", "1", "--no-deps"]);
    let metadata: Value = serde_json::from_str(&output(&mut command)?)?;
    Ok(PathBuf::from(metadata["target_directory"].as_str().context("cargo metadata names no target directory")?))
}

/// The executable that a build command made for the target `name`: runs it and reads cargo's messages.
/// Binaries under test are passed over; `None` when the build made no such program.
pub fn built(build: &mut Command, name: &str) -> Result<Option<PathBuf>> {
    build.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit()).stdout(Stdio::piped());
    let output = build.output().with_context(|| format!("cannot run `{}`", describe(build)))?;
    if !output.status.success() {
        bail!("`{}` failed", describe(build));
    }
    Ok(executable(&String::from_utf8_lossy(&output.stdout), name))
}

fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()).find_map(|message| {
        let named = message["reason"] == "compiler-artifact" && message["target"]["name"] == name;
        // A benchmark is built as a test is, and is meant all the same.
        let under_test = message["profile"]["test"] == true && message["target"]["kind"] != json!(["bench"]);
        let path = message["executable"].as_str()?;
        (named && !under_test).then(|| PathBuf::from(path))
    })
}

fn host() -> Result<String> {
    let version = output(command("rustc").arg("-vV"))?;
    let line = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(line.context("rustc -vV names no host")?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_executable_is_the_program_and_not_its_tests() {
        let messages = r#"{"reason":"compiler-artifact","target":{"name":"xiaobao","kind":["bin"]},"profile":{"test":true},"executable":"/t/deps/xiaobao-1"}
not json
{"reason":"compiler-artifact","target":{"name":"xiaobao","kind":["lib"]},"profile":{"test":false},"executable":null}
{"reason":"compiler-artifact","target":{"name":"xiaobao","kind":["bin"]},"profile":{"test":false},"executable":"/t/xiaobao"}"#;
        assert_eq!(executable(messages, "xiaobao"), Some(PathBuf::from("/t/xiaobao")));
        assert_eq!(executable(messages, "other"), None);
        let bench = r#"{"reason":"compiler-artifact","target":{"name":"guard","kind":["bench"]},"profile":{"test":true},"executable":"/t/deps/guard-1"}"#;
        assert_eq!(executable(bench, "guard"), Some(PathBuf::from("/t/deps/guard-1")));
    }

    #[test]
    fn one_stream_is_read_along_and_the_outcome_known() {
        let mut quiet = Command::new("sh");
        quiet.args(["-c", "echo one; echo two; exit 3"]);
        assert_eq!(tee(&mut quiet, Stream::Out).unwrap(), (false, "one\ntwo\n".to_owned()));
        assert!(
            output(Command::new("sh").args(["-c", "echo why >&2; exit 1"])).unwrap_err().to_string().contains("why")
        );
    }
}
