//! Turns the bytes of a file into UTF-8, in pieces. Bytes that do not belong become U+FFFD, which the row check refuses.

use std::io::{Read, Seek, SeekFrom};

use encoding_rs::{CoderResult, Decoder, DecoderResult, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Meter, TableError};

/// Bytes read at a time.
const PIECE_BYTES: usize = 64 * 1024;

/// The weight of right characters that a file with one wrong byte must have to be a damaged UTF-8 file rather than GB18030.
/// Two in a hundred Chinese characters in GB18030 look like a UTF-8 sequence of three bytes; a damaged file has almost only right ones.
const RIGHT_FOR_ONE_WRONG: u64 = 8 * LONG_WEIGHT;
/// The weight of a right sequence of three or four bytes, as Chinese has.
const LONG_WEIGHT: u64 = 4;
/// The weight of one of two bytes: one in seven Chinese characters in GB18030 looks like one.
const SHORT_WEIGHT: u64 = 1;

/// The encodings that tables come in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte-order mark.
    Utf8,
    /// GB18030, which holds GBK and GB2312.
    Gb18030,
    /// UTF-16, little end first: Excel's "Unicode text".
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
}

impl Encoding {
    /// The encoding by the name that people write: `utf-8`, `gb18030` (or `gbk`, `gb2312`), `utf-16le`, `utf-16be`.
    pub fn parse(text: &str) -> Option<Self> {
        match text.trim().to_ascii_lowercase().as_str() {
            "utf-8" => Some(Self::Utf8),
            "gb18030" | "gbk" | "gb2312" => Some(Self::Gb18030),
            "utf-16le" => Some(Self::Utf16Le),
            "utf-16be" => Some(Self::Utf16Be),
            _ => None,
        }
    }

    fn decoder(self) -> Decoder {
        match self {
            Self::Utf8 => UTF_8.new_decoder_with_bom_removal(),
            Self::Gb18030 => GB18030.new_decoder_with_bom_removal(),
            Self::Utf16Le => UTF_16LE.new_decoder_with_bom_removal(),
            Self::Utf16Be => UTF_16BE.new_decoder_with_bom_removal(),
        }
    }
}

impl std::str::FromStr for Encoding {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).ok_or("utf-8, gb18030, utf-16le, utf-16be")
    }
}

/// Finds the encoding by reading the whole file once: a byte-order mark, else UTF-16 where line ends and separators come with
/// a zero byte, else UTF-8 where it fits, else GB18030.
pub(super) fn detect<S: Read + Seek>(file: &mut S) -> Result<Encoding, TableError> {
    let mut census = Census::default();
    let mut piece = vec![0; PIECE_BYTES];
    let mut first = true;
    loop {
        let count = read_some(file, &mut piece)?;
        if count == 0 {
            break;
        }
        if first {
            match &piece[..count] {
                [0xff, 0xfe, ..] => return rewind(file, Encoding::Utf16Le),
                [0xfe, 0xff, ..] => return rewind(file, Encoding::Utf16Be),
                [0xef, 0xbb, 0xbf, ..] => return rewind(file, Encoding::Utf8),
                head => match Units::count(head).encoding(head) {
                    Some(encoding) => return rewind(file, encoding),
                    None => first = false,
                },
            }
        }
        census.count(&piece[..count]);
    }
    let encoding = if census.finish() { Encoding::Utf8 } else { Encoding::Gb18030 };
    rewind(file, encoding)
}

fn rewind<S: Seek>(file: &mut S, encoding: Encoding) -> Result<Encoding, TableError> {
    file.seek(SeekFrom::Start(0)).map_err(|error| TableError::Io(error.to_string()))?;
    Ok(encoding)
}

fn read_some<S: Read>(file: &mut S, piece: &mut [u8]) -> Result<usize, TableError> {
    loop {
        match file.read(piece) {
            Ok(count) => return Ok(count),
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(TableError::Io(error.to_string())),
        }
    }
}

/// Counts by which a head is told to be UTF-16 although it has no byte-order mark.
///
/// Line ends and separators are what every table has, and in UTF-16 each of them lies beside a zero byte; read the wrong way
/// round they would be letters of scripts that no bank's table has (U+0A00, U+2C00). Letters would not do: read the wrong way
/// round, the common character for "one" (U+4E00) is the letter N.
struct Units {
    /// Line ends and separators with the little end first.
    little: u64,
    /// The same with the big end first.
    big: u64,
    /// Such bytes with no zero byte on either side: of another encoding, or halves of Chinese characters.
    alone: u64,
    /// A unit of two zero bytes, which no text has: fields padded with zero bytes, or no text at all.
    has_empty: bool,
}

impl Units {
    fn count(head: &[u8]) -> Self {
        let shapes = |byte: u8| matches!(byte, b'\n' | b'\r' | b'\t' | b',' | b';' | b'"');
        let mut units = Self { little: 0, big: 0, alone: 0, has_empty: false };
        for pair in head.chunks_exact(2) {
            units.little += u64::from(shapes(pair[0]) && pair[1] == 0);
            units.big += u64::from(pair[0] == 0 && shapes(pair[1]));
            units.has_empty |= pair == [0, 0];
        }
        let alone = |three: &&[u8]| shapes(three[1]) && three[0] != 0 && three[2] != 0;
        units.alone = head.windows(3).filter(alone).count() as u64;
        units
    }

    /// The encoding, where the head is UTF-16 and not another one with a stray zero byte.
    fn encoding(&self, head: &[u8]) -> Option<Encoding> {
        let (count, encoding) = match self.little.cmp(&self.big) {
            std::cmp::Ordering::Greater => (self.little, Encoding::Utf16Le),
            std::cmp::Ordering::Less => (self.big, Encoding::Utf16Be),
            std::cmp::Ordering::Equal => return None,
        };
        let utf8 = std::str::from_utf8(head).map_or_else(|error| error.error_len().is_none(), |_| true);
        let fits = match (utf8, head.is_ascii()) {
            // Chinese in UTF-16 is no right UTF-8, and Latin text in UTF-16 has a zero byte for every other.
            (true, false) => false,
            (true, true) => self.alone == 0,
            // A short head may be right in both; then most of what shapes the table must have its zero byte.
            (false, _) => !is_gb18030(head) || self.alone <= count,
        };
        (fits && !self.has_empty).then_some(encoding)
    }
}

/// Whether the head, perhaps cut at its end, is right GB18030.
fn is_gb18030(head: &[u8]) -> bool {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let room = decoder.max_utf8_buffer_length_without_replacement(head.len()).unwrap_or(head.len());
    let mut text = String::with_capacity(room);
    let (result, _) = decoder.decode_to_string_without_replacement(head, &mut text, false);
    !matches!(result, DecoderResult::Malformed(..))
}

/// Counts right and wrong UTF-8 sequences beyond ASCII.
#[derive(Default)]
struct Census {
    /// The bytes of a sequence that the last piece cut.
    cut: Vec<u8>,
    right: u64,
    wrong: u64,
}

impl Census {
    fn count(&mut self, piece: &[u8]) {
        let joined;
        let mut rest = if self.cut.is_empty() {
            piece
        } else {
            joined = [self.cut.as_slice(), piece].concat();
            self.cut.clear();
            joined.as_slice()
        };
        while !rest.is_empty() {
            let (good, step) = match std::str::from_utf8(rest) {
                Ok(text) => (text, rest.len()),
                Err(error) => {
                    let (good, bad) = rest.split_at(error.valid_up_to());
                    let Some(length) = error.error_len() else {
                        self.cut = bad.to_vec();
                        self.right += beyond_ascii(good);
                        return;
                    };
                    self.wrong += 1;
                    (std::str::from_utf8(good).unwrap_or_default(), good.len() + length)
                }
            };
            self.right += beyond_ascii(good.as_bytes());
            rest = &rest[step..];
        }
    }

    /// Whether the file is UTF-8.
    fn finish(self) -> bool {
        let wrong = self.wrong + u64::from(!self.cut.is_empty());
        wrong == 0 || self.right >= wrong.saturating_mul(RIGHT_FOR_ONE_WRONG)
    }
}

/// The weight of the characters beyond ASCII in right UTF-8; their first bytes tell how long they are.
fn beyond_ascii(text: &[u8]) -> u64 {
    let weight = |byte: &u8| match byte {
        0xe0.. => LONG_WEIGHT,
        0xc0..=0xdf => SHORT_WEIGHT,
        0x00..=0xbf => 0,
    };
    text.iter().map(weight).sum()
}

/// Reads a file as UTF-8.
pub(super) struct Text<'a, S> {
    file: S,
    meter: &'a Meter,
    decoder: Decoder,
    input: Vec<u8>,
    output: String,
    read: u64,
    ended: bool,
    finished: bool,
}

impl<'a, S: Read> Text<'a, S> {
    pub(super) fn new(file: S, encoding: Encoding, meter: &'a Meter) -> Self {
        let decoder = encoding.decoder();
        // GB18030 and UTF-16 grow by at most three halves in UTF-8, and a wrong byte to three; the loop copes with any size.
        let output = String::with_capacity(PIECE_BYTES * 3 + 64);
        Self {
            file,
            meter,
            decoder,
            input: Vec::with_capacity(PIECE_BYTES),
            output,
            read: 0,
            ended: false,
            finished: false,
        }
    }

    /// The next piece of text; `None` at the end.
    pub(super) fn next(&mut self) -> Result<Option<&str>, TableError> {
        self.output.clear();
        while self.output.is_empty() && !self.finished {
            if self.input.is_empty() && !self.ended {
                self.input.resize(PIECE_BYTES, 0);
                let count = read_some(&mut self.file, &mut self.input)?;
                self.input.truncate(count);
                self.ended = count == 0;
                self.read += count as u64;
                self.meter.set(self.read);
            }
            let (result, used, _) = self.decoder.decode_to_string(&self.input, &mut self.output, self.ended);
            self.input.drain(..used);
            // The last call tells the decoder of a character that the end of the file cut; it may be made once.
            self.finished = self.ended && self.input.is_empty() && matches!(result, CoderResult::InputEmpty);
        }
        Ok((!self.output.is_empty()).then_some(self.output.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_utf8(pieces: &[&[u8]]) -> bool {
        let mut census = Census::default();
        pieces.iter().for_each(|piece| census.count(piece));
        census.finish()
    }

    #[test]
    fn utf8_and_gb18030_are_told_apart() {
        let chinese = "客户投诉银行卡被盗刷，要求赔偿。".repeat(3);
        let gbk = GB18030.encode(&chinese).0.into_owned();
        assert!(is_utf8(&[chinese.as_bytes()]));
        assert!(is_utf8(&[b"plain ASCII"]));
        assert!(!is_utf8(&[&gbk]));
        let mut damaged = chinese.clone().into_bytes();
        damaged.push(0xff);
        damaged.extend_from_slice(chinese.as_bytes());
        assert!(is_utf8(&[&damaged]), "one wrong byte does not make it another encoding");
    }

    #[test]
    fn a_character_cut_by_two_pieces_is_right() {
        let text = "投诉".as_bytes();
        for at in 0..=text.len() {
            assert!(is_utf8(&[&text[..at], &text[at..]]), "{at}");
        }
        assert!(!is_utf8(&[&text[..4]]), "a character cut by the end is wrong");
    }
}
