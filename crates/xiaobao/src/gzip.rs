//! Files packed by gzip, read like plain ones. Whoever seeks gets the file unpacked anew from its beginning; this module
//! must never hold an unpacked file in memory or on disk.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
};

use flate2::read::MultiGzDecoder;

/// The first bytes of a file packed by gzip.
const MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Bytes that a file may unpack to: a hundred times the largest histories seen, and hours of reading.
const UNPACKED_BYTES_MAX: u64 = 64 << 30;

/// A file that is read as it is, or unpacked.
pub enum Source {
    /// Not packed.
    Plain(File),
    /// Packed.
    Packed(Box<Packed>),
}

/// A packed file.
pub struct Packed {
    decoder: MultiGzDecoder<File>,
    at: u64,
}

impl Source {
    /// A source for an open file. Whether it is packed, its first bytes say, not its name.
    pub fn new(mut file: File) -> io::Result<Self> {
        let mut head = Vec::new();
        file.by_ref().take(MAGIC.len() as u64).read_to_end(&mut head)?;
        file.rewind()?;
        if head == MAGIC {
            let decoder = MultiGzDecoder::new(file);
            return Ok(Self::Packed(Box::new(Packed { decoder, at: 0 })));
        }
        Ok(Self::Plain(file))
    }
}

impl Read for Source {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        match self {
            Self::Plain(file) => file.read(bytes),
            Self::Packed(packed) => packed.read(bytes),
        }
    }
}

impl Seek for Source {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        match self {
            Self::Plain(file) => file.seek(to),
            Self::Packed(packed) => packed.seek(to),
        }
    }
}

impl Read for Packed {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let count = self.decoder.read(bytes)?;
        self.at += count as u64;
        if self.at > UNPACKED_BYTES_MAX {
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, "it unpacks to more than 64 GiB"));
        }
        Ok(count)
    }
}

impl Seek for Packed {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let SeekFrom::Start(place) = to else {
            return Err(io::Error::new(io::ErrorKind::Unsupported, "a packed file is read from its beginning"));
        };
        if place < self.at {
            let mut file = self.decoder.get_ref().try_clone()?;
            file.rewind()?;
            self.decoder = MultiGzDecoder::new(file);
            self.at = 0;
        }
        let ahead = place.saturating_sub(self.at);
        io::copy(&mut self.by_ref().take(ahead), &mut io::sink())?;
        Ok(self.at)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn packed(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        let mut encoder = GzEncoder::new(&mut file, Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap();
        file.rewind().unwrap();
        file
    }

    #[test]
    fn packed_files_read_like_plain_ones() {
        let text = b"a,b\n1,2\n".repeat(10_000);
        let mut plain = tempfile::tempfile().unwrap();
        plain.write_all(&text).unwrap();
        plain.rewind().unwrap();
        for file in [plain, packed(&text)] {
            let mut source = Source::new(file).unwrap();
            for start in [0, 0, 5, 70_000, 3] {
                source.seek(SeekFrom::Start(start)).unwrap();
                let mut read = Vec::new();
                source.read_to_end(&mut read).unwrap();
                assert_eq!(read, text[start as usize..], "from {start}");
            }
        }
    }

    #[test]
    fn a_cut_file_is_told() {
        let mut file = packed(&b"a,b\n1,2\n".repeat(10_000));
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).unwrap();
        let mut cut = tempfile::tempfile().unwrap();
        cut.write_all(&bytes[..bytes.len() - 9]).unwrap();
        cut.rewind().unwrap();
        let mut source = Source::new(cut).unwrap();
        assert!(source.read_to_end(&mut Vec::new()).is_err());
        assert!(source.seek(SeekFrom::End(0)).is_err());
    }
}
