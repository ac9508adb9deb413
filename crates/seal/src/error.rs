//! What can go wrong with keys and with sealed values, in both languages and without a secret in any message.

use kernel::{Problem, Text};

use crate::Part;

/// Why a key file cannot be used. No message repeats a value of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The file is larger than any real one.
    #[error("the key file is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// The file is not TOML.
    #[error("line {line} of the key file is not TOML")]
    Syntax {
        /// The line, counted from 1.
        line: usize,
    },
    /// The file was written by a later program.
    #[error("the key file has version {found}; this program reads version {known}")]
    Version {
        /// What the file says.
        found: i64,
        /// What this program reads.
        known: i64,
    },
    /// A field is there that this program does not know.
    #[error("`{field}` in {place} of the key file is not a field this program knows")]
    UnknownField {
        /// Where it stands, for instance `[[master]] 2`.
        place: String,
        /// Its name, cut short.
        field: String,
    },
    /// A field is missing or has another type.
    #[error("`{field}` in {place} of the key file is missing or is not {wanted}")]
    Field {
        /// Where it should stand.
        place: String,
        /// Its name.
        field: &'static str,
        /// What it should be.
        wanted: &'static str,
    },
    /// A key has another length.
    #[error(
        "`{field}` in {place} of the key file must be {bytes} bytes in hexadecimal ({} digits); \
         it has {found} characters",
        bytes * 2
    )]
    Length {
        /// Where it stands.
        place: String,
        /// Its name.
        field: &'static str,
        /// The right length in bytes.
        bytes: usize,
        /// Characters found.
        found: usize,
    },
    /// A key of the right length that the algorithm cannot use.
    #[error("`{field}` in {place} of the key file is not a key of the suite")]
    NotAKey {
        /// Where it stands.
        place: String,
        /// Its name.
        field: &'static str,
    },
    /// A public key that is not that of the secret beside it.
    #[error("`public` in {place} of the key file does not belong to `secret`")]
    Mismatch {
        /// Where it stands.
        place: String,
    },
    /// Two keys of one part share an id or a value.
    #[error("the [[{part}]] key `{id}` of the key file repeats the id or the value of another")]
    Repeated {
        /// The part.
        part: Part,
        /// The id of one of the two.
        id: String,
    },
    /// A part has its next key already, or two of them.
    #[error("the [[{part}]] part has a next key already; make it current before preparing another")]
    Prepared {
        /// The part.
        part: Part,
    },
    /// Not exactly one key of a part is current.
    #[error("exactly one [[{part}]] key of the key file must have state \"current\"; {found} have")]
    Current {
        /// The part.
        part: Part,
        /// How many are current.
        found: usize,
    },
    /// More keys than rotation ever leaves.
    #[error("the key file has more than {keys_max} [[{part}]] keys; remove those that nothing uses any more")]
    TooMany {
        /// The part.
        part: Part,
        /// The limit.
        keys_max: usize,
    },
    /// The key to remove is not there.
    #[error("there is no [[{part}]] key with this id in the key file")]
    Absent {
        /// The part.
        part: Part,
    },
    /// The key to remove is still needed.
    #[error("this [[{part}]] key cannot be removed: it is in use, or signatures made with it must stay verifiable")]
    Needed {
        /// The part.
        part: Part,
    },
    /// The keys belong to another suite.
    #[error("the key file is for another suite")]
    Suite,
}

impl KeyError {
    /// The same in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::TooLarge { bytes_max } => format!("密钥文件超过 {bytes_max} 字节。"),
            Self::Syntax { line } => format!("密钥文件第 {line} 行不是合法的 TOML。"),
            Self::Version { found, known } => format!("密钥文件版本为 {found}，本程序只能读取版本 {known}。"),
            Self::UnknownField { place, field } => format!("密钥文件 {place} 中有不认识的字段“{field}”。"),
            Self::Field { place, field, .. } => format!("密钥文件 {place} 缺少字段“{field}”，或其类型不对。"),
            Self::Length { place, field, bytes, found } => format!(
                "密钥文件 {place} 的“{field}”应为 {bytes} 字节（{} 位十六进制），实有 {found} 个字符。",
                bytes * 2
            ),
            Self::NotAKey { place, field } => format!("密钥文件 {place} 的“{field}”不是本算法套件的有效密钥。"),
            Self::Mismatch { place } => format!("密钥文件 {place} 的公钥与私钥不配对。"),
            Self::Repeated { part, id } => format!("密钥文件 [[{part}]] 的密钥“{id}”与另一把编号或内容重复。"),
            Self::Prepared { part } => format!("[[{part}]] 已有一把 next 密钥，请先启用它，再准备下一把。"),
            Self::Current { part, found } => {
                format!("密钥文件 [[{part}]] 中应恰有一把状态为 current 的密钥，实有 {found} 把。")
            }
            Self::TooMany { part, keys_max } => {
                format!("密钥文件 [[{part}]] 超过 {keys_max} 把，请移除不再使用的密钥。")
            }
            Self::Absent { part } => format!("密钥文件 [[{part}]] 中没有这个编号的密钥。"),
            Self::Needed { part } => format!("[[{part}]] 的这把密钥不能移除：它正在使用，或旧签名仍须用它验证。"),
            Self::Suite => "密钥文件属于另一算法套件。".to_owned(),
        };
        Text::of(zh, format!("{self}."))
    }
}

/// Why a sealed value, a wrapped key or a signature cannot be used. No message repeats a value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text does not have the shape of what it should be.
    #[error("the text is not a {what}")]
    Format {
        /// What it should be, for instance `sealed value`.
        what: &'static str,
    },
    /// The key it names is not in the keyring.
    #[error("the keyring has no {part} key `{id}`")]
    UnknownKey {
        /// The part of the keyring.
        part: Part,
        /// The id of the key.
        id: String,
    },
    /// The value, its nonce, its tag or its context was altered, or the key is another.
    #[error("the value was altered, stands in another place, or was sealed with another key")]
    Altered,
    /// The opened value is not UTF-8.
    #[error("the opened value is not text")]
    NotText,
    /// The signature is not that of the message under the key it names.
    #[error("the signature does not fit the message")]
    BadSignature,
}

/// A person can do nothing about it: the public message is that of a defect, and the log gets the reason.
impl From<SealError> for Problem {
    fn from(error: SealError) -> Self {
        Self::internal_error(error)
    }
}
