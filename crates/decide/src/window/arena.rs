//! Room for entries: pieces of a few sizes cut from large segments, so that growth never moves what is there and a key
//! with three events does not pay for sixty-four.

/// Words of 32 bits in a segment: one mebibyte.
const SEGMENT_WORDS: usize = 1 << 18;
/// How many entries a piece of each size holds: steps of at most a half, so at most a third of a piece is spare.
pub(super) const SIZES: [u16; 12] = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64];
/// The largest size.
pub(super) const LARGEST: u8 = SIZES.len() as u8 - 1;

/// Pieces of words. A piece is known by a number and its size; reading past it is impossible.
#[derive(Debug)]
pub(super) struct Arena {
    segments: Vec<Box<[u32]>>,
    /// Words taken from the last segment.
    used: usize,
    /// Words of one entry.
    stride: usize,
    /// Pieces given back, by size.
    free: [Vec<u32>; SIZES.len()],
}

impl Arena {
    pub(super) fn new(stride: usize) -> Self {
        Self { segments: Vec::new(), used: SEGMENT_WORDS, stride, free: Default::default() }
    }

    fn words_of(&self, size: u8) -> usize {
        usize::from(SIZES[usize::from(size)]) * self.stride
    }

    /// A piece with undefined content.
    pub(super) fn take(&mut self, size: u8) -> u32 {
        if let Some(piece) = self.free[usize::from(size)].pop() {
            return piece;
        }
        let words = self.words_of(size);
        if self.used + words > SEGMENT_WORDS {
            self.segments.push(vec![0; SEGMENT_WORDS].into_boxed_slice());
            self.used = 0;
        }
        let piece = (self.segments.len() - 1) * SEGMENT_WORDS + self.used;
        self.used += words;
        piece as u32
    }

    /// Gives a piece back.
    pub(super) fn give(&mut self, piece: u32, size: u8) {
        self.free[usize::from(size)].push(piece);
    }

    /// The words of a piece.
    pub(super) fn piece(&self, piece: u32, size: u8) -> &[u32] {
        let (segment, at) = (piece as usize / SEGMENT_WORDS, piece as usize % SEGMENT_WORDS);
        &self.segments[segment][at..at + self.words_of(size)]
    }

    /// The words of a piece, to be changed.
    pub(super) fn piece_mut(&mut self, piece: u32, size: u8) -> &mut [u32] {
        let words = self.words_of(size);
        let (segment, at) = (piece as usize / SEGMENT_WORDS, piece as usize % SEGMENT_WORDS);
        &mut self.segments[segment][at..at + words]
    }

    /// Moves the first `entries` to a piece of another size.
    pub(super) fn resize(&mut self, piece: u32, from: u8, to: u8, entries: usize) -> u32 {
        /// Words moved at once.
        const TOGETHER: usize = 64;
        let words = entries * self.stride;
        let new = self.take(to);
        let mut copy = [0; TOGETHER];
        for at in (0..words).step_by(TOGETHER) {
            let len = TOGETHER.min(words - at);
            copy[..len].copy_from_slice(&self.piece(piece, from)[at..at + len]);
            self.piece_mut(new, to)[at..at + len].copy_from_slice(&copy[..len]);
        }
        self.give(piece, from);
        new
    }

    /// Bytes held, spare ones too.
    pub(super) fn bytes(&self) -> usize {
        let lists: usize = self.free.iter().map(|list| list.capacity() * size_of::<u32>()).sum();
        self.segments.len() * SEGMENT_WORDS * size_of::<u32>() + lists
    }

    /// Bytes that no piece in use holds: what could be taken without another segment.
    pub(super) fn spare_bytes(&self) -> usize {
        let given: usize = self.free.iter().enumerate().map(|(s, list)| list.len() * self.words_of(s as u8)).sum();
        let rest = if self.segments.is_empty() { 0 } else { SEGMENT_WORDS - self.used };
        (given + rest) * size_of::<u32>()
    }
}

/// The smallest size that holds `entries`, at most the largest.
pub(super) fn size_for(entries: usize) -> u8 {
    SIZES.iter().position(|size| usize::from(*size) >= entries).map_or(LARGEST, |size| size as u8)
}
