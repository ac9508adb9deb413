//! How far a long piece of work is: a bar on a terminal, a plain line now and then elsewhere. Never part of the result.

use std::{
    io::{self, Write},
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use kernel::Text;

use crate::console::Console;

/// How often a plain line is written: often enough to see life, seldom enough for a log file.
const LINE_EVERY: Duration = Duration::from_secs(5);
/// Redraws of the bar a second.
const DRAWS_A_SECOND: u8 = 10;

/// What is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// Bytes of a file, with items beside them.
    Bytes,
    /// Items.
    Items,
}

/// The progress of one piece of work.
pub struct Progress {
    console: Console,
    title: Text,
    bar: Option<ProgressBar>,
    total: Option<u64>,
    started: Instant,
    spoken: Instant,
}

impl Progress {
    /// Begins. `total` is what [`Progress::at`] counts towards, when it is known.
    pub fn start(console: Console, title: Text, total: Option<u64>, counted: Counted) -> Self {
        let bar = console.interactive.then(|| {
            let bar = match total {
                Some(total) => ProgressBar::new(total).with_style(bar_style(counted)),
                None => ProgressBar::new_spinner().with_style(spinner_style()),
            };
            bar.set_draw_target(ProgressDrawTarget::stderr_with_hz(DRAWS_A_SECOND));
            bar.set_prefix(title.get(console.language).to_owned());
            bar
        });
        let now = Instant::now();
        Self { console, title, bar, total, started: now, spoken: now }
    }

    /// Shows where the work is, and how many items it has done.
    pub fn at(&mut self, position: u64, items: u64) {
        let rate = self.rate(items);
        if let Some(bar) = &self.bar {
            bar.set_position(position);
            bar.set_message(self.console.pick(format!("{items} 条，{rate}/秒"), format!("{items}, {rate}/s")));
            return;
        }
        if self.spoken.elapsed() < LINE_EVERY {
            return;
        }
        self.spoken = Instant::now();
        let part = self.total.filter(|total| *total > 0).map(|total| position.min(total) * 100 / total);
        let part = part.map(|percent| format!(" {percent}%")).unwrap_or_default();
        let title = self.title.get(self.console.language);
        let line = self.console.pick(
            format!("{title}:{part} {items} 条，每秒 {rate} 条"),
            format!("{title}:{part} {items} done, {rate}/s"),
        );
        let _ = writeln!(io::stderr().lock(), "{line}");
    }

    /// Ends; the bar goes away. Gives the items per second over the whole.
    pub fn finish(self, items: u64) -> u64 {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        self.rate(items)
    }

    fn rate(&self, items: u64) -> u64 {
        let millis = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX).max(1);
        items.saturating_mul(1000) / millis
    }
}

fn bar_style(counted: Counted) -> ProgressStyle {
    let template = match counted {
        Counted::Bytes => "{prefix} [{bar:30}] {percent:>3}% {bytes}/{total_bytes} {msg} ({eta})",
        Counted::Items => "{prefix} [{bar:30}] {percent:>3}% {msg} ({eta})",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> ")
}

fn spinner_style() -> ProgressStyle {
    ProgressStyle::with_template("{prefix} {spinner} {msg}").unwrap_or_else(|_| ProgressStyle::default_spinner())
}
