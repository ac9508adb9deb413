//! The stored form of a block: columns of little-endian numbers one after the other, behind a version byte and a count. What
//! cannot be a block is refused, never guessed at.

use super::{Block, NONE_WORD, ROWS_MAX, Rest, Unreadable};

/// The version of the stored form.
const VERSION: u8 = 1;

impl Block {
    /// The stored form: the part that every question reads, and the rest.
    pub fn to_bytes(&self) -> (Vec<u8>, Vec<u8>) {
        let mut first = Writer::new(self.len());
        first.names(&self.names);
        self.words.iter().for_each(|column| first.u16s(column));
        for column in [&self.received, &self.ended, &self.answered, &self.contact, &self.clock_ends] {
            first.u32s(column);
        }
        for column in [&self.transfers, &self.rounds, &self.satisfaction, &self.flags] {
            first.u8s(column);
        }
        first.u16s(&self.clock_rules);
        first.u8s(&self.clock_states);
        first.u32s(&self.clock_dues);
        let mut second = Writer::new(self.len());
        if let Some(rest) = &self.rest {
            second.i64s(&rest.seqs);
            second.u32s(&rest.filed);
            second.u32s(&rest.changed);
            second.u32s(&rest.clock_times);
        }
        (first.0, second.0)
    }

    /// Reads the first part of a stored block, and the rest when it is at hand.
    ///
    /// # Errors
    /// When it is of another version or damaged.
    pub fn from_bytes(first: &[u8], rest: Option<&[u8]>) -> Result<Self, Unreadable> {
        let (mut reader, count) = Reader::open(first)?;
        let names = reader.names()?;
        let mut block = Self { names, ..Self::default() };
        for column in &mut block.words {
            *column = reader.u16s(count)?;
        }
        block.received = reader.u32s(count)?;
        block.ended = reader.u32s(count)?;
        block.answered = reader.u32s(count)?;
        block.contact = reader.u32s(count)?;
        block.clock_ends = reader.u32s(count)?;
        block.transfers = reader.u8s(count)?;
        block.rounds = reader.u8s(count)?;
        block.satisfaction = reader.u8s(count)?;
        block.flags = reader.u8s(count)?;
        let clocks = block.clock_ends.last().copied().unwrap_or(0) as usize;
        block.clock_rules = reader.u16s(clocks)?;
        block.clock_states = reader.u8s(clocks)?;
        block.clock_dues = reader.u32s(clocks)?;
        if let Some(rest) = rest {
            let (mut reader, held) = Reader::open(rest)?;
            let rest = Rest {
                seqs: reader.i64s(count)?,
                filed: reader.u32s(count)?,
                changed: reader.u32s(count)?,
                clock_times: reader.u32s(clocks)?,
            };
            block.rest = (held == count).then_some(rest);
        }
        block.check()?;
        Ok(block)
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn new(count: usize) -> Self {
        let mut bytes = vec![VERSION];
        bytes.extend((count as u32).to_le_bytes());
        Self(bytes)
    }

    fn names(&mut self, names: &[String]) {
        self.0.extend((names.len() as u32).to_le_bytes());
        for name in names {
            self.0.extend((name.len() as u32).to_le_bytes());
            self.0.extend(name.as_bytes());
        }
    }

    fn u8s(&mut self, column: &[u8]) {
        self.0.extend(column);
    }

    fn u16s(&mut self, column: &[u16]) {
        self.0.extend(column.iter().flat_map(|value| value.to_le_bytes()));
    }

    fn u32s(&mut self, column: &[u32]) {
        self.0.extend(column.iter().flat_map(|value| value.to_le_bytes()));
    }

    fn i64s(&mut self, column: &[i64]) {
        self.0.extend(column.iter().flat_map(|value| value.to_le_bytes()));
    }
}

struct Reader<'b>(&'b [u8]);

impl<'b> Reader<'b> {
    fn open(bytes: &'b [u8]) -> Result<(Self, usize), Unreadable> {
        let (version, bytes) = bytes.split_first().ok_or(Unreadable)?;
        let mut reader = Self(bytes);
        let count = reader.count()?;
        if *version == VERSION && count <= ROWS_MAX * 2 { Ok((reader, count)) } else { Err(Unreadable) }
    }

    fn take(&mut self, bytes: usize) -> Result<&'b [u8], Unreadable> {
        let (taken, rest) = self.0.split_at_checked(bytes).ok_or(Unreadable)?;
        self.0 = rest;
        Ok(taken)
    }

    fn count(&mut self) -> Result<usize, Unreadable> {
        let bytes = self.take(4)?;
        Ok(bytes.iter().rev().fold(0usize, |sum, byte| sum << 8 | usize::from(*byte)))
    }

    fn names(&mut self) -> Result<Vec<String>, Unreadable> {
        let count = self.count()?;
        if count > usize::from(NONE_WORD) {
            return Err(Unreadable);
        }
        let mut names = Vec::with_capacity(count);
        for _ in 0..count {
            let bytes = self.count()?;
            names.push(std::str::from_utf8(self.take(bytes)?).map_err(|_| Unreadable)?.to_owned());
        }
        Ok(names)
    }

    fn u8s(&mut self, count: usize) -> Result<Vec<u8>, Unreadable> {
        Ok(self.take(count)?.to_vec())
    }

    fn u16s(&mut self, count: usize) -> Result<Vec<u16>, Unreadable> {
        let (values, _) = self.take(count * 2)?.as_chunks::<2>();
        Ok(values.iter().map(|value| u16::from_le_bytes(*value)).collect())
    }

    fn u32s(&mut self, count: usize) -> Result<Vec<u32>, Unreadable> {
        let (values, _) = self.take(count * 4)?.as_chunks::<4>();
        Ok(values.iter().map(|value| u32::from_le_bytes(*value)).collect())
    }

    fn i64s(&mut self, count: usize) -> Result<Vec<i64>, Unreadable> {
        let (values, _) = self.take(count * 8)?.as_chunks::<8>();
        Ok(values.iter().map(|value| i64::from_le_bytes(*value)).collect())
    }
}
