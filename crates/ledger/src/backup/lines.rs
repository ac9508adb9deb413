//! Reads a backup line by line and keeps its digest. Must never hold more than one line.

use std::{
    fs::File,
    io::{BufRead, BufReader, Read},
    path::Path,
};

use seal::{Hasher, SuiteName};
use serde::de::DeserializeOwned;

use super::BackupError;
use crate::StoreError;

/// Bytes of one line: a payload of 1 MiB written in escapes, or the trace of a full checkpoint.
const LINE_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Bytes read ahead.
const BUFFER_BYTES: usize = 1024 * 1024;

/// The file, and the line at hand.
pub(super) struct Lines {
    file: BufReader<File>,
    line: Vec<u8>,
    number: u64,
    bytes: u64,
    bytes_total: u64,
    hasher: Hasher,
}

impl Lines {
    pub(super) fn open(path: &Path) -> Result<Self, BackupError> {
        let file = File::open(path)?;
        let bytes_total = file.metadata()?.len();
        Ok(Self {
            file: BufReader::with_capacity(BUFFER_BYTES, file),
            line: Vec::new(),
            number: 0,
            bytes: 0,
            bytes_total,
            hasher: Hasher::new(SuiteName::Intl),
        })
    }

    /// Goes to the next line; a file that ends here was cut short.
    pub(super) fn advance(&mut self) -> Result<(), BackupError> {
        self.line.clear();
        self.number += 1;
        let read = Read::by_ref(&mut self.file).take(LINE_BYTES_MAX).read_until(b'\n', &mut self.line)?;
        if self.line.last() != Some(&b'\n') {
            return Err(self.wrong(if read == 0 { "the file ends here" } else { "the line is cut short or too long" }));
        }
        self.hasher.update(&self.line);
        self.bytes += read as u64;
        Ok(())
    }

    /// Whether anything follows.
    pub(super) fn more(&mut self) -> Result<bool, BackupError> {
        Ok(!self.file.fill_buf()?.is_empty())
    }

    /// The line at hand, its end included.
    pub(super) fn current(&self) -> &[u8] {
        &self.line
    }

    /// The line at hand as text, without its end.
    pub(super) fn text(&self) -> Result<&str, BackupError> {
        let text = std::str::from_utf8(&self.line).map_err(|_| self.wrong("it is not UTF-8"))?;
        Ok(text.trim_end_matches('\n'))
    }

    /// The line at hand, read as JSON.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Result<T, BackupError> {
        // serde's own messages may quote what they stumbled over.
        serde_json::from_slice(&self.line)
            .map_err(|error| self.wrong(&format!("unexpected at column {}", error.column())))
    }

    /// The digest of all lines so far.
    pub(super) fn digest(&self) -> String {
        self.hasher.clone().finish().to_string()
    }

    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// Something is wrong with the line at hand.
    pub(super) fn wrong(&self, detail: &str) -> BackupError {
        BackupError::Format { line: self.number, detail: detail.to_owned() }
    }

    /// The database refused rows up to the line at hand. What it says may quote them, so only its kind is told.
    pub(super) fn refused(&self, error: &StoreError) -> BackupError {
        let detail = match error {
            StoreError::Unavailable(text) => return BackupError::Store(StoreError::Unavailable(text.clone())),
            StoreError::Unique { constraint } => format!("a row up to here is there twice, by {constraint}"),
            StoreError::Misuse(text) => text.clone(),
            StoreError::Conflict { .. }
            | StoreError::Corrupt { .. }
            | StoreError::Panicked
            | StoreError::Database(_) => "the database refuses a row up to here".to_owned(),
        };
        self.wrong(&detail)
    }
}
