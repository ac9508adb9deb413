//! Finds the files of the law, within bounds, and turns what is wrong with them into a list a person can work through.

use std::{fmt, fs, io::Read, path::Path};

use kernel::Text;

use crate::{Regulations, builtin, read};

/// Bytes of one file: the largest of ours has 40,000; a bank that rewrites every row stays far below.
pub const FILE_BYTES_MAX: usize = 1 << 20;

/// Files of one folder, the holidays' included: one a subject and one a year, and room for as many again.
pub const FILES_MAX: usize = 400;

/// One thing that is wrong with one file or row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowError {
    /// The file, relative to its folder.
    pub file: String,
    /// The row's id, or its table and place when it has none.
    pub row: Option<String>,
    /// What is wrong.
    pub reason: Text,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.row {
            Some(row) => write!(f, "{}: {row}: {} / {}", self.file, self.reason.en, self.reason.zh),
            None => write!(f, "{}: {} / {}", self.file, self.reason.en, self.reason.zh),
        }
    }
}

/// The law cannot be loaded; every error is listed, not only the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadError {
    /// What is wrong, in the order of the files.
    pub errors: Vec<RowError>,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the regulation files have {} errors", self.errors.len())?;
        self.errors.iter().try_for_each(|error| write!(f, "\n  {error}"))
    }
}

impl std::error::Error for LoadError {}

impl Regulations {
    /// The law as this program carries it.
    ///
    /// # Errors
    /// When a file of the repository breaks a rule of the loader; a test of this crate keeps that from happening.
    pub fn builtin() -> Result<Self, LoadError> {
        refuse(read::read(&[builtin::files()]))
    }

    /// The law as this program carries it, and on top of it the files of a folder: `*.toml`, and `holidays/*.toml`.
    ///
    /// The folder adds rows, newer versions of rows, repeals, years of holidays and working hours. Rows equal to those
    /// the program carries are accepted, so the repository's own folder may be given too.
    ///
    /// # Errors
    /// When a file cannot be read, is too large, or breaks a rule of the loader; all errors of all files are listed.
    pub fn load_dir(folder: &Path) -> Result<Self, LoadError> {
        let (files, mut errors) = read_folder(folder);
        let added: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        let (law, found) = read::read(&[builtin::files(), added]);
        errors.extend(found);
        refuse((law, errors))
    }

    /// The law as these files alone state it, each a name and its text.
    ///
    /// # Errors
    /// When a file breaks a rule of the loader; all errors of all files are listed.
    pub fn parse(files: &[(&str, &str)]) -> Result<Self, LoadError> {
        refuse(read::read(&[files.to_vec()]))
    }

    /// As [`Regulations::parse`], but keeps the rows that are good and lists what is wrong with the others.
    pub fn parse_lenient(files: &[(&str, &str)]) -> (Self, Vec<RowError>) {
        read::read(&[files.to_vec()])
    }

    /// The law as this program carries it with these files on top, as [`Regulations::load_dir`] does for a folder.
    ///
    /// # Errors
    /// When a file breaks a rule of the loader; all errors of all files are listed.
    pub fn with_overrides(files: &[(&str, &str)]) -> Result<Self, LoadError> {
        refuse(read::read(&[builtin::files(), files.to_vec()]))
    }
}

fn refuse((law, errors): (Regulations, Vec<RowError>)) -> Result<Regulations, LoadError> {
    if errors.is_empty() { Ok(law) } else { Err(LoadError { errors }) }
}

/// The names and texts of a folder's files, in the order of their names.
fn read_folder(folder: &Path) -> (Vec<(String, String)>, Vec<RowError>) {
    let (mut files, mut errors) = (Vec::new(), Vec::new());
    for part in ["", "holidays"] {
        let place = folder.join(part);
        if !part.is_empty() && !place.exists() {
            continue;
        }
        let names = match names_of(&place) {
            Ok(names) => names,
            Err(error) => {
                errors.push(unreadable(part, &error));
                continue;
            }
        };
        for name in names {
            let shown = if part.is_empty() { name.clone() } else { format!("{part}/{name}") };
            if files.len() >= FILES_MAX {
                let reason = Text::of(
                    format!("文件夹中的文件超过 {FILES_MAX} 个"),
                    format!("the folder has more than {FILES_MAX} files"),
                );
                errors.push(RowError { file: shown, row: None, reason });
                return (files, errors);
            }
            match read_bounded(&place.join(&name)) {
                Ok(text) => files.push((shown, text)),
                Err(error) => errors.push(unreadable(&shown, &error)),
            }
        }
    }
    (files, errors)
}

fn names_of(folder: &Path) -> std::io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)?.take(FILES_MAX * 4) {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") {
            names.push(name);
        }
    }
    names.sort_unstable();
    Ok(names)
}

/// The text of a file; one byte past the bound is read so that the reader can refuse it by its size.
fn read_bounded(path: &Path) -> std::io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(FILE_BYTES_MAX as u64 + 1).read_to_string(&mut text)?;
    Ok(text)
}

fn unreadable(file: &str, error: &std::io::Error) -> RowError {
    let reason = Text::of(format!("无法读取：{error}"), format!("cannot be read: {error}"));
    RowError { file: file.to_owned(), row: None, reason }
}
