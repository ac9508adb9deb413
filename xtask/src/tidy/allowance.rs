//! Exceptions to the rules about size, each with its reason. The list should shrink.

/// A file that may be longer than the rest.
pub struct LongFile {
    /// Its path.
    pub path: &'static str,
    /// How long it may be.
    pub lines_max: usize,
    /// Why no seam was found.
    pub reason: &'static str,
}

/// Every file that may be longer than the rest.
pub const LONG_FILES: &[LongFile] = &[];
