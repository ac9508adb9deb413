//! The journal beside a SQLite database: what was decided is durable once it stands here, and goes into the database behind, many
//! rows at a time. Two files take turns; one begins anew when everything in it is in the database.
//!
//! SQLite makes a decision durable by writing each page that it touches, and every event's id touches a page of its own. A record
//! here is one write to blocks that are there already. It must never acknowledge what the disk does not have, never lose a record
//! before the database has it, and never hold anything for longer than that takes.

pub mod content;
mod segment;
#[cfg(test)]
mod tests;

use std::{
    fs::{File, OpenOptions},
    io,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

pub use self::segment::Record;
use self::segment::Segment;

/// Bytes of one file at most: some fifty thousand decisions, which are in the database again in seconds.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

/// Why records were not written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// Both files hold what the database does not have yet.
    #[error("the journal is full until the database has taken over what is in it")]
    Full,
    /// The disk refused.
    #[error("the journal could not be written")]
    Io(#[from] io::Error),
}

/// Two files that take turns.
#[derive(Debug)]
pub struct Journal {
    segments: [Segment; 2],
    /// The one that is written to.
    current: usize,
    /// The number of the next record.
    next: u64,
    /// Records on their way.
    bytes: Vec<u8>,
}

impl Journal {
    /// The files of the journal beside a database.
    pub fn paths(database: &Path) -> [PathBuf; 2] {
        ["-guard-1", "-guard-2"].map(|ending| {
            let mut name = database.as_os_str().to_owned();
            name.push(ending);
            PathBuf::from(name)
        })
    }

    /// Opens the journal, and gives the records that the database does not have: those behind `filed`, in their order.
    ///
    /// # Errors
    /// When the files cannot be read, or records are missing between what the database has and what is here.
    pub fn open(paths: &[PathBuf; 2], bytes: u64, filed: u64) -> io::Result<(Self, Vec<Record>)> {
        let (first, mut records) = Segment::open(&paths[0], bytes)?;
        let (second, others) = Segment::open(&paths[1], bytes)?;
        // The files' names must last as their contents do.
        if let Some(folder) = paths[0].parent() {
            File::open(if folder.as_os_str().is_empty() { Path::new(".") } else { folder })?.sync_all()?;
        }
        let current = usize::from(second.last > first.last);
        records.extend(others);
        records.retain(|record| record.number > filed);
        records.sort_by_key(|record| record.number);
        let mut next = filed + 1;
        for record in &records {
            if record.number != next {
                let [one, other] = paths.each_ref().map(|path| path.display());
                let text = format!(
                    "the journal in {one} and {other} has record {} where {next} should be: it is another database's, or this \
                     one is a copy from before; move both files away to start without what they hold",
                    record.number
                );
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
            next += 1;
        }
        Ok((Self { segments: [first, second], current, next, bytes: Vec::new() }, records))
    }

    /// The number of the last record.
    pub const fn last(&self) -> u64 {
        self.next - 1
    }

    /// Makes records durable; gives the number of the last. `filed` is the last record that the database has.
    ///
    /// # Errors
    /// When there is no room or the disk refuses: none of them counts as written.
    pub fn append<'c>(&mut self, contents: impl Iterator<Item = &'c [u8]>, filed: u64) -> Result<u64, JournalError> {
        self.bytes.clear();
        let mut next = self.next;
        for content in contents {
            segment::push(&mut self.bytes, next, content)?;
            next += 1;
        }
        // Blocks that were just written are in every cache: while the database keeps up, the same few are written again.
        if self.segments[self.current].last.is_some_and(|last| last <= filed) {
            self.segments[self.current].rewind();
        }
        if !self.segments[self.current].has_room(self.bytes.len()) {
            self.turn(filed)?;
        }
        self.segments[self.current].append(&self.bytes, next - 1)?;
        self.next = next;
        Ok(next - 1)
    }

    /// The other file takes its turn, once the database has all that is in it.
    fn turn(&mut self, filed: u64) -> Result<(), JournalError> {
        let other = 1 - self.current;
        if self.segments[other].last.is_some_and(|last| last > filed) {
            return Err(JournalError::Full);
        }
        self.segments[other].rewind();
        if !self.segments[other].has_room(self.bytes.len()) {
            return Err(JournalError::Full);
        }
        self.current = other;
        Ok(())
    }
}

/// Opens a file of the journal, made when it is not there, for its owner alone.
pub(super) fn open_file(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)
}
