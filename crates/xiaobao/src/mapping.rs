//! Mapping files on this machine: opens them, and puts what is wrong with them into the console's words. What a mapping is, the
//! voice room knows.

use std::path::Path;

use kernel::Text;
use voice::past_list::mapping::{Mapping, MappingError};

use crate::{
    fault::{Fault, Outcome, Verb},
    text_file,
};

/// Bytes of a mapping file at most: one with every class of a large bank in its value maps has some 50,000.
const FILE_BYTES_MAX: u64 = 1024 * 1024;

/// Reads a mapping file and checks what can be checked without the table.
pub fn read(path: &Path) -> Outcome<Mapping> {
    let cannot = |error: std::io::Error| Fault::file(Verb::Read, path, &error);
    let Some(text) = text_file::read(path, FILE_BYTES_MAX).map_err(cannot)? else {
        return Err(Fault::setting(Text::fixed("文件太大。", "the file is too large.")).at(path.display()));
    };
    Mapping::parse(&text).map_err(|error| Fault::from(error).at(path.display()))
}

impl From<MappingError> for Fault {
    fn from(error: MappingError) -> Self {
        let text = error.text();
        match error {
            MappingError::Form(detail) => Self::setting(text).with(detail),
            MappingError::Wrong(_) => Self::setting(text),
            MappingError::Table(error) => error.into(),
        }
    }
}
