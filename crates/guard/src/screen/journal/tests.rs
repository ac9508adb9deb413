//! The journal by itself: what is read back after every way in which a process or a disk may stop.

use std::{
    fs,
    io::{ErrorKind, Seek, SeekFrom, Write},
    path::PathBuf,
};

use super::{Journal, JournalError, Record};

const BOUND: u64 = 4_096;

struct Place {
    _folder: tempfile::TempDir,
    paths: [PathBuf; 2],
}

fn place() -> Place {
    let folder = tempfile::tempdir().unwrap();
    let paths = Journal::paths(&folder.path().join("bank.db"));
    Place { _folder: folder, paths }
}

impl Place {
    fn open(&self, filed: u64) -> (Journal, Vec<Record>) {
        Journal::open(&self.paths, BOUND, filed).unwrap()
    }
}

/// A content that names its record.
fn content(number: u64) -> Vec<u8> {
    format!("record {number} {}", "x".repeat((number % 7) as usize * 10)).into_bytes()
}

fn append(journal: &mut Journal, count: u64, filed: u64) -> Result<u64, JournalError> {
    let next = journal.last() + 1;
    let contents: Vec<Vec<u8>> = (next..next + count).map(content).collect();
    journal.append(contents.iter().map(Vec::as_slice), filed)
}

#[track_caller]
fn holds(records: &[Record], numbers: std::ops::RangeInclusive<u64>) {
    let expected: Vec<Record> = numbers.map(|number| Record { number, content: content(number) }).collect();
    assert_eq!(records, expected);
}

#[test]
fn what_was_written_is_read_back_behind_what_was_filed() {
    let place = place();
    let (mut journal, found) = place.open(70);
    assert!(found.is_empty());
    assert_eq!(append(&mut journal, 3, 70).unwrap(), 73);
    assert_eq!(append(&mut journal, 1, 70).unwrap(), 74);
    drop(journal);
    holds(&place.open(70).1, 71..=74);
    holds(&place.open(72).1, 73..=74);
    let (mut journal, found) = place.open(74);
    assert!(found.is_empty());
    assert_eq!(append(&mut journal, 1, 74).unwrap(), 75);
    drop(journal);
    holds(&place.open(74).1, 75..=75);
}

/// Both files fill, turn by turn, at every speed of the database behind; whatever it has, nothing behind it is missing.
#[test]
fn nothing_is_written_over_before_it_was_filed() {
    for lag in [0, 1, 5, 20, 60, 200] {
        let place = place();
        let (mut journal, _) = place.open(0);
        let (mut filed, mut full) = (0, 0);
        for _ in 0..400 {
            let count = 1 + journal.last() % 3;
            match append(&mut journal, count, filed) {
                Ok(last) => filed = filed.max(last.saturating_sub(lag)),
                Err(JournalError::Full) => {
                    full += 1;
                    filed = journal.last();
                }
                Err(error) => panic!("{error}"),
            }
            let (_, found) = place.open(filed);
            holds(&found, filed + 1..=journal.last());
        }
        assert!(lag < 200 || full > 0, "a database so far behind must be waited for");
        assert!(journal.last() > 300);
    }
}

#[test]
fn a_record_that_is_cut_off_or_altered_ends_the_reading() {
    for (cut, left) in [(1, 4), (20, 4), (40, 4), (0, 5)] {
        let place = place();
        let (mut journal, _) = place.open(0);
        append(&mut journal, 4, 0).unwrap();
        let before: u64 = (1..=4).map(|number| 16 + content(number).len() as u64).sum();
        append(&mut journal, 1, 0).unwrap();
        drop(journal);
        let end = before + 16 + content(5).len() as u64;
        let mut file = fs::OpenOptions::new().write(true).open(&place.paths[0]).unwrap();
        file.seek(SeekFrom::Start(end - cut)).unwrap();
        file.write_all(&vec![0xff; cut as usize]).unwrap();
        let (mut journal, found) = place.open(0);
        holds(&found, 1..=left);
        // What is written next takes its place.
        append(&mut journal, 1, 0).unwrap();
        drop(journal);
        holds(&place.open(0).1, 1..=left + 1);
    }
}

#[test]
fn the_journal_of_another_database_is_refused_by_name() {
    let place = place();
    let (mut journal, _) = place.open(1_000);
    append(&mut journal, 3, 1_000).unwrap();
    drop(journal);
    let error = Journal::open(&place.paths, BOUND, 5).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidData);
    assert!(error.to_string().contains("bank.db-guard-1"), "{error}");
    // Behind a database that is further there is nothing left to take over.
    assert!(place.open(5_000).1.is_empty());
}

#[test]
fn more_than_a_file_holds_is_refused_and_the_next_is_taken() {
    let place = place();
    let (mut journal, _) = place.open(0);
    let much = vec![7; BOUND as usize];
    assert!(matches!(journal.append([much.as_slice()].into_iter(), 0), Err(JournalError::Full)));
    assert_eq!(append(&mut journal, 2, 0).unwrap(), 2);
    drop(journal);
    holds(&place.open(0).1, 1..=2);
}
