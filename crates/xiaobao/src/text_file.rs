//! Writes files of text whole, and reads small ones with a bound on what is read, not on what the file says of itself: a device or a pipe has no size
//! and may never end.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use crate::fault::{Fault, Outcome, Verb};

/// Writes a file at once and whole: a reader sees the old one or the new one, and whoever stops the program leaves one of
/// them.
pub fn replace(path: &Path, text: &str) -> Outcome {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| Fault::file(Verb::Create, folder, &error))?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    let beside = path.with_file_name(name);
    fs::write(&beside, text).map_err(|error| Fault::file(Verb::Write, &beside, &error))?;
    fs::rename(&beside, path).map_err(|error| Fault::file(Verb::Write, path, &error))
}

/// The text of the file; `None` when it has more than `bytes_max` bytes.
pub fn read(path: &Path, bytes_max: u64) -> io::Result<Option<String>> {
    let mut bytes = Vec::new();
    // One byte more than allowed shows that there is too much.
    File::open(path)?.take(bytes_max + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > bytes_max {
        return Ok(None);
    }
    String::from_utf8(bytes).map(Some).map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_no_end_is_too_large() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "source").unwrap();
        assert_eq!(read(file.path(), 6).unwrap().as_deref(), Some("source"));
        assert_eq!(read(file.path(), 5).unwrap(), None);
        std::fs::write(file.path(), b"\xff\xfe").unwrap();
        assert_eq!(read(file.path(), 5).unwrap_err().kind(), io::ErrorKind::InvalidData);
        #[cfg(unix)]
        assert_eq!(read(Path::new("/dev/zero"), 1024).unwrap(), None);
    }
}
