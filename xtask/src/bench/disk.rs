//! What the disk allows: how long a durable write takes, and what sharing one among many rows gains.
//!
//! Writes files as SQLite's log is written in WAL mode with `synchronous=FULL` (a frame per changed page, then one sync),
//! with nothing of SQLite in between, so the figures are the ceiling of what any storage on this disk can reach.

use std::fs::File;
use std::io::{Seek, SeekFrom, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use super::Options;
use super::figures::Times;
use super::report::{Bound, Ratio, Reading, Report};
use crate::shell;

/// SQLite's page, which is also a disk's smallest write.
const PAGE_BYTES: usize = 4096;
/// What SQLite writes before each page in its log.
const FRAME_HEAD_BYTES: usize = 24;
/// Pages that one small row changes: the table's and the index's.
const PAGES_PER_ROW: usize = 2;
/// Rows of some 200 bytes that share a page when many are committed together.
const ROWS_PER_PAGE: usize = 16;
/// Rows of the largest group: one commit for each of that many waiting clients.
const ROWS_PER_GROUP: usize = 64;
/// The log starts over at this size, as SQLite's does after a checkpoint.
const LOG_BYTES_MAX: u64 = 4 * 1024 * 1024;
/// The preallocated file in which single pages are overwritten.
const FILE_PAGES: u64 = 1024;

/// Measures all three for the seconds asked for.
pub fn run(options: &Options) -> Result<Report> {
    let folder = shell::target_directory()?.join("bench");
    std::fs::create_dir_all(&folder)?;
    let span = Duration::from_secs(options.seconds.into());
    let overwrite = reading("fdatasync of one 4 KiB page", 1, &overwrite(&folder.join("pages"), span)?);
    let single = log(&folder.join("log"), span, PAGES_PER_ROW)?;
    let single = reading("one row per sync (SQLite's log)", 1, &single);
    let grouped = log(&folder.join("log"), span, ROWS_PER_GROUP.div_ceil(ROWS_PER_PAGE) * PAGES_PER_ROW)?;
    let grouped = reading(&format!("{ROWS_PER_GROUP} rows per sync"), ROWS_PER_GROUP, &grouped);
    let ratio = Ratio::of_rates("rows/s, grouped / one by one", &grouped, &single, Bound::None);
    let note = format!("Times are of one sync; rates count rows. In {}.", folder.display());
    Ok(Report { readings: vec![overwrite, single, grouped], ratios: ratio.into_iter().collect(), notes: vec![note] })
}

fn reading(name: &str, rows_per_sync: usize, times: &[Duration]) -> Reading {
    let total: Duration = times.iter().sum();
    let rate = (times.len() * rows_per_sync) as f64 / total.as_secs_f64();
    Reading::of_times(name, &Times::new(times.to_vec()), rate)
}

/// Overwrites a page of a preallocated file and syncs it, again and again.
fn overwrite(path: &Path, span: Duration) -> Result<Vec<Duration>> {
    let file = open(path)?;
    let page = [7u8; PAGE_BYTES];
    for number in 0..FILE_PAGES {
        file.write_all_at(&page, number * PAGE_BYTES as u64)?;
    }
    file.sync_all()?;
    let mut number = 0;
    repeat(span, || {
        number = (number + 1) % FILE_PAGES;
        file.write_all_at(&page, number * PAGE_BYTES as u64)?;
        file.sync_data()
    })
}

/// Appends `pages` frames to a log and syncs it, again and again.
fn log(path: &Path, span: Duration, pages: usize) -> Result<Vec<Duration>> {
    let mut file = open(path)?;
    let frames = vec![7u8; pages * (FRAME_HEAD_BYTES + PAGE_BYTES)];
    // SQLite reuses its log from the start after a checkpoint, so the file has its size already.
    file.write_all(&vec![0u8; LOG_BYTES_MAX as usize])?;
    file.sync_all()?;
    file.seek(SeekFrom::Start(0))?;
    repeat(span, || {
        if file.stream_position()? + frames.len() as u64 > LOG_BYTES_MAX {
            file.seek(SeekFrom::Start(0))?;
        }
        file.write_all(&frames)?;
        file.sync_data()
    })
}

fn open(path: &Path) -> Result<File> {
    File::create(path).with_context(|| format!("cannot write {}", path.display()))
}

/// Does something until the time is up, at least once, and tells how long each took.
fn repeat(span: Duration, mut once: impl FnMut() -> std::io::Result<()>) -> Result<Vec<Duration>> {
    let begin = Instant::now();
    let mut times = Vec::new();
    loop {
        let start = Instant::now();
        once().context("cannot write to the disk")?;
        times.push(start.elapsed());
        if begin.elapsed() >= span {
            return Ok(times);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_starts_over_and_every_round_is_timed() {
        let path = std::env::temp_dir().join(format!("xiaobao-disk-{}", std::process::id()));
        let times = log(&path, Duration::from_millis(20), 512).unwrap();
        assert!(!times.is_empty());
        assert_eq!(path.metadata().unwrap().len(), LOG_BYTES_MAX);
        assert!(!overwrite(&path, Duration::ZERO).unwrap().is_empty());
        std::fs::remove_file(&path).unwrap();
        assert_eq!(reading("a", 64, &[Duration::from_millis(500); 2]).per_second, Some(128.0));
    }
}
