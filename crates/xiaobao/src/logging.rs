//! Log lines on standard error, for people or for machines. Never a body, never personal data: see the callers.

use std::io;

use tracing_subscriber::{EnvFilter, layer::SubscriberExt, util::SubscriberInitExt};

use crate::settings::LogFormat;

/// Starts the log. A second call, in a test, changes nothing.
pub fn start(filter: EnvFilter, format: LogFormat) {
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).with_ansi(false);
    let registry = tracing_subscriber::registry().with(filter);
    let started = match format {
        LogFormat::Text => registry.with(lines).try_init(),
        LogFormat::Json => registry.with(lines.json().flatten_event(true)).try_init(),
    };
    if started.is_ok() {
        panics_to_the_log();
    }
}

/// A panic is a defect; its place belongs in the log, in the shape of the log, and its backtrace where one was asked for. One
/// over a broken workbook is the workbook's defect, and its sender is told.
fn panics_to_the_log() {
    std::panic::set_hook(Box::new(|panic| {
        if table::is_reading() {
            tracing::debug!("a workbook confused its reader, and is refused");
            return;
        }
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = panic.payload_as_str().unwrap_or("no words");
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!(place, thread, %backtrace, "panic: {words}");
    }));
}
