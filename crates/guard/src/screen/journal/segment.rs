//! One file of the journal: records one behind the other, from its beginning. Every byte of the file was written once before a
//! record is, so that making a record durable touches the record's own blocks and nothing of the file system; the file doubles
//! when it is full, up to its bound. It must never write over a record before its reader has said that nobody needs it.
//!
//! A record is its length and checksum, 4 bytes each, little-endian; its number, 8 bytes; and its content. The checksum, CRC-32
//! as gzip has it, covers number and content. Numbers grow by one from record to record over all files. Reading ends at the first
//! record that is cut off, altered, or has another number than the next: what stands behind it is left over from an earlier turn.

use std::{fs::File, io, os::unix::fs::FileExt, path::Path};

/// Bytes before a record's content: its length, its checksum and its number.
pub(super) const HEAD: usize = 16;
/// Zeros written at a time while a file grows.
const BLANK_BYTES: usize = 256 << 10;
/// Bytes of a new file.
const LENGTH_FIRST: u64 = 256 << 10;

/// A record as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// Its number.
    pub number: u64,
    /// Its content.
    pub content: Vec<u8>,
}

/// One file.
#[derive(Debug)]
pub(super) struct Segment {
    file: File,
    /// Bytes that were written once.
    length: u64,
    /// Bytes that it may have.
    bound: u64,
    /// Where the next record goes.
    at: u64,
    /// The number of the last record, if there is one.
    pub(super) last: Option<u64>,
}

impl Segment {
    /// Opens a file, made when it is not there, and reads its records.
    pub(super) fn open(path: &Path, bound: u64) -> io::Result<(Self, Vec<Record>)> {
        let file = super::open_file(path)?;
        let length = file.metadata()?.len();
        let mut segment = Self { file, length, bound: bound.max(length), at: 0, last: None };
        let records = segment.read()?;
        segment.grow(LENGTH_FIRST.min(bound))?;
        Ok((segment, records))
    }

    fn read(&mut self) -> io::Result<Vec<Record>> {
        let mut records = Vec::new();
        while let Some(record) = self.record_at(self.at)? {
            if self.last.is_some_and(|last| record.number != last + 1) {
                break;
            }
            self.last = Some(record.number);
            self.at += (HEAD + record.content.len()) as u64;
            records.push(record);
        }
        Ok(records)
    }

    /// The record at a place; `None` where there is none that is whole.
    fn record_at(&self, at: u64) -> io::Result<Option<Record>> {
        let mut head = [0; HEAD];
        if at + HEAD as u64 > self.length {
            return Ok(None);
        }
        self.file.read_exact_at(&mut head, at)?;
        let [l0, l1, l2, l3, c0, c1, c2, c3, number @ ..] = head;
        let (length, checksum) = (u32::from_le_bytes([l0, l1, l2, l3]), u32::from_le_bytes([c0, c1, c2, c3]));
        if length == 0 || at + HEAD as u64 + u64::from(length) > self.length {
            return Ok(None);
        }
        let mut content = vec![0; length as usize];
        self.file.read_exact_at(&mut content, at + HEAD as u64)?;
        let number = u64::from_le_bytes(number);
        Ok((checksum == checksum_of(number, &content)).then_some(Record { number, content }))
    }

    /// Whether so many bytes more go into the file.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.at + bytes as u64 <= self.bound
    }

    /// Makes the file at least so long, twice as long as it is, and no longer than its bound.
    fn grow(&mut self, needed: u64) -> io::Result<()> {
        if needed <= self.length {
            return Ok(());
        }
        let length = needed.max(2 * self.length).min(self.bound);
        fill(&self.file, self.length, length)?;
        self.length = length;
        Ok(())
    }

    /// Writes records, each with its head, and waits until the disk has them. After an error the place where they stood is written
    /// over by the next.
    pub(super) fn append(&mut self, bytes: &[u8], last: u64) -> io::Result<()> {
        self.grow(self.at + bytes.len() as u64)?;
        self.file.write_all_at(bytes, self.at)?;
        self.file.sync_data()?;
        self.at += bytes.len() as u64;
        self.last = Some(last);
        Ok(())
    }

    /// Begins anew: what stands there is needed no more.
    pub(super) const fn rewind(&mut self) {
        self.at = 0;
        self.last = None;
    }
}

/// Puts a record with its head behind `bytes`.
pub(super) fn push(bytes: &mut Vec<u8>, number: u64, content: &[u8]) -> io::Result<()> {
    let length = u32::try_from(content.len()).map_err(io::Error::other)?;
    bytes.extend_from_slice(&length.to_le_bytes());
    bytes.extend_from_slice(&checksum_of(number, content).to_le_bytes());
    bytes.extend_from_slice(&number.to_le_bytes());
    bytes.extend_from_slice(content);
    Ok(())
}

fn checksum_of(number: u64, content: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&number.to_le_bytes());
    hasher.update(content);
    hasher.finalize()
}

/// Writes zeros from `from` to `to`, so that every block is there and known as written.
fn fill(file: &File, from: u64, to: u64) -> io::Result<()> {
    let blank = vec![0; BLANK_BYTES];
    let mut at = from;
    while at < to {
        let some = usize::try_from(to - at).unwrap_or(BLANK_BYTES).min(BLANK_BYTES);
        file.write_all_at(&blank[..some], at)?;
        at += some as u64;
    }
    file.sync_all()
}
