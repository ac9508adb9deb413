//! Places in the organisation tree. A scope is a path, and everything below a path is one range of texts.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Levels below the head office: a tree of 20,000 outlets needs six; the rest is room for groups of banks.
pub const DEPTH_MAX: usize = 12;

/// Characters of one unit's code.
pub const CODE_CHARS_MAX: usize = 32;

/// The place of a unit: the codes from the head office down, for instance `/HO/GZ/GZ001/`.
///
/// The text starts and ends with a slash, so that one path holds another exactly when it is its prefix.
/// Databases must compare the column byte by byte (`COLLATE "C"` in PostgreSQL) for [`OrgPath::range`] to hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct OrgPath(String);

/// Why a text is not a path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OrgPathError {
    /// A path starts and ends with a slash and has at least one code.
    #[error("a path looks like /HO/GZ/GZ001/")]
    Shape,
    /// A code has 1 to 32 letters, digits, `-` or `_`.
    #[error("a unit code has 1 to {CODE_CHARS_MAX} letters, digits, - or _")]
    Code,
    /// The tree is deeper than [`DEPTH_MAX`].
    #[error("an organisation has at most {DEPTH_MAX} levels")]
    Depth,
}

impl OrgPath {
    /// The path of a unit at the top of the tree.
    pub fn root(code: &str) -> Result<Self, OrgPathError> {
        Self::parse(&format!("/{code}/"))
    }

    /// Reads a path.
    pub fn parse(text: &str) -> Result<Self, OrgPathError> {
        let inner = text.strip_prefix('/').and_then(|t| t.strip_suffix('/')).ok_or(OrgPathError::Shape)?;
        let mut depth = 0;
        for code in inner.split('/') {
            check_code(code)?;
            depth += 1;
        }
        if depth > DEPTH_MAX { Err(OrgPathError::Depth) } else { Ok(Self(text.to_owned())) }
    }

    /// The path of the unit `code` directly below this one.
    pub fn child(&self, code: &str) -> Result<Self, OrgPathError> {
        Self::parse(&format!("{}{code}/", self.0))
    }

    /// The path of the unit above, or `None` at the top.
    pub fn parent(&self) -> Option<Self> {
        let end = self.0[..self.0.len() - 1].rfind('/')?;
        (end > 0).then(|| Self(self.0[..=end].to_owned()))
    }

    /// The code of the unit itself.
    pub fn code(&self) -> &str {
        self.0.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// How many units stand on the path, the top and the unit itself included.
    pub fn depth(&self) -> usize {
        self.0.matches('/').count() - 1
    }

    /// Whether `other` is this unit or stands below it.
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&self.0)
    }

    /// The half-open range of path texts of this unit and all below it.
    pub fn range(&self) -> (String, String) {
        let mut end = self.0[..self.0.len() - 1].to_owned();
        end.push('0'); // the character after the slash
        (self.0.clone(), end)
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Checks a unit code by itself.
pub fn check_code(code: &str) -> Result<(), OrgPathError> {
    let good = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    if code.is_empty() || code.len() > CODE_CHARS_MAX || !code.bytes().all(good) {
        return Err(OrgPathError::Code);
    }
    Ok(())
}

impl fmt::Display for OrgPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for OrgPath {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OrgPath {
        OrgPath::parse(text).unwrap()
    }

    #[test]
    fn a_path_holds_itself_and_what_is_below() {
        let branch = path("/HO/GZ/");
        for (other, held) in [("/HO/GZ/", true), ("/HO/GZ/GZ001/", true), ("/HO/GZ2/", false), ("/HO/", false)] {
            assert_eq!(branch.contains(&path(other)), held, "{other}");
            let (from, to) = branch.range();
            assert_eq!(from.as_str() <= other && other < to.as_str(), held, "{other} by range");
        }
        assert_eq!(branch.parent(), Some(path("/HO/")));
        assert_eq!(path("/HO/").parent(), None);
        assert_eq!(branch.code(), "GZ");
        assert_eq!(branch.depth(), 2);
    }

    #[test]
    fn malformed_paths_are_refused() {
        for bad in ["", "/", "//", "HO", "/HO", "/HO//GZ/", "/H O/", "/../", "/广州/", "/a%/"] {
            assert!(OrgPath::parse(bad).is_err(), "{bad}");
        }
        assert_eq!(OrgPath::parse(&"/a".repeat(13).add_slash()), Err(OrgPathError::Depth));
    }

    trait AddSlash {
        fn add_slash(self) -> String;
    }
    impl AddSlash for String {
        fn add_slash(self) -> String {
            self + "/"
        }
    }
}
