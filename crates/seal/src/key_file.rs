//! The key file: made, read, written, rotated. It is TOML that an administrator can read and keep in a safe.
//!
//! This file must never read or write a disk, and never repeats a secret in an error or in `Debug`.

mod read;

use std::fmt;

use kernel::Random;
use zeroize::Zeroizing;

use crate::{
    KeyError, SuiteName, derive,
    suite::{self, ROOT_BYTES, Suite},
};

/// The version this program writes and reads.
pub(crate) const VERSION: i64 = 1;

/// Largest key file: 128 keys of each part take about half of it.
pub(crate) const FILE_BYTES_MAX: usize = 256 * 1024;

/// Most keys of one part: a rotation every month for ten years without removing one.
pub(crate) const KEYS_MAX: usize = 128;

/// Tries for a private scalar. One fails once in 2³².
const SCALAR_TRIES_MAX: u32 = 64;

/// What is written above the keys.
const HEADER: &str = "\
# Xiaobao key file. 消保密钥文件。
#
# Whoever reads this file can read every sealed value of the house; whoever loses it can read none.
# Keep a copy in a safe, apart from the database backups. Never put it into version control.
# 谁能读到本文件，谁就能读到全部加密数据；丢失本文件，加密数据就再也读不出来。
# 请在保险柜中另存一份，与数据库备份分开存放；不要放进版本库。
#
# version  the format of this file                                  文件格式版本
# suite    \"sm\" = SM2/SM3/SM4, \"intl\" = P-256/SHA-256/AES-256; it never changes   算法套件，不可更改
# master   wraps the data keys of customers                         包裹客户数据密钥
# index    makes blind indexes for exact look-ups                   生成精确查找用的盲索引
# mac      tokens, one-time codes, webhook signatures               令牌、一次性验证码、回调签名
# signing  signs the ledger's checkpoints                           为账本检查点签名
#
# Each key has an id, and one of each part has state \"current\"; the others are \"retired\" and only read what they made.
# A secret is 32 random bytes in hexadecimal. A retired signing key keeps only its public half.
# Rotate with the program, not by hand; the administrator's guide says how.
# 每组密钥恰有一把为 current，其余为 retired，只用于读取旧数据。更换密钥请用程序完成，方法见管理员指南。
";

/// One of the four groups of keys in a key file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Part {
    /// Wraps subjects' data keys.
    Master,
    /// Makes blind indexes.
    Index,
    /// Authenticates tokens, one-time codes and webhook messages.
    Mac,
    /// Signs checkpoints.
    Signing,
}

impl Part {
    /// Every part, in the order of the file.
    pub const ALL: [Self; 4] = [Self::Master, Self::Index, Self::Mac, Self::Signing];

    /// Its name in the file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Master => "master",
            Self::Index => "index",
            Self::Mac => "mac",
            Self::Signing => "signing",
        }
    }

    /// The letter that the ids of its keys start with.
    const fn letter(self) -> char {
        match self {
            Self::Master => 'm',
            Self::Index => 'i',
            Self::Mac => 'a',
            Self::Signing => 'g',
        }
    }

    /// The name of its key number `at`, for messages.
    pub(crate) fn place(self, at: usize) -> String {
        format!("[[{self}]] {}", at + 1)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The keys of a house, as they are kept. Cleared when dropped.
pub struct KeyFile {
    suite: SuiteName,
    /// In every list the current key stands first; there is always one.
    pub(crate) master: Vec<Entry>,
    pub(crate) index: Vec<Entry>,
    pub(crate) mac: Vec<Entry>,
    pub(crate) signing: Vec<SigningEntry>,
}

/// A root secret.
pub(crate) struct Entry {
    pub(crate) id: String,
    pub(crate) secret: Zeroizing<[u8; ROOT_BYTES]>,
}

/// A signing key; a retired one has lost its secret.
pub(crate) struct SigningEntry {
    pub(crate) id: String,
    pub(crate) secret: Option<Zeroizing<[u8; ROOT_BYTES]>>,
    pub(crate) public: Vec<u8>,
}

impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyFile({}, …)", self.suite)
    }
}

impl KeyFile {
    /// A new file with one current key of every part.
    pub fn generate(suite: SuiteName, random: &dyn Random) -> Self {
        let mut file = Self { suite, master: Vec::new(), index: Vec::new(), mac: Vec::new(), signing: Vec::new() };
        for part in Part::ALL {
            file.add(part, random);
        }
        file
    }

    /// The suite of the keys.
    pub const fn suite(&self) -> SuiteName {
        self.suite
    }

    /// The ids of the keys of a part, the current one first.
    pub fn ids(&self, part: Part) -> Vec<&str> {
        match part {
            Part::Master => self.master.iter().map(|entry| entry.id.as_str()).collect(),
            Part::Index => self.index.iter().map(|entry| entry.id.as_str()).collect(),
            Part::Mac => self.mac.iter().map(|entry| entry.id.as_str()).collect(),
            Part::Signing => self.signing.iter().map(|entry| entry.id.as_str()).collect(),
        }
    }

    /// Makes a new current key of a part; the old one stays, retired. A retired signing key loses its secret at once.
    /// The nodes of a cluster must all hold the new file before one of them uses it; until then they refuse what it made.
    pub fn rotate(&mut self, part: Part, random: &dyn Random) -> Result<(), KeyError> {
        if self.ids(part).len() >= KEYS_MAX {
            // A file with more keys could be written and never read again.
            return Err(KeyError::TooMany { part, keys_max: KEYS_MAX });
        }
        self.add(part, random);
        Ok(())
    }

    /// Removes a retired key that nothing uses any more: a master key after every wrapped key was rewrapped, an index
    /// key after everything was indexed anew, a mac key after its tokens ran out. Signing keys stay for ever.
    pub fn remove(&mut self, part: Part, id: &str) -> Result<(), KeyError> {
        let entries = match part {
            Part::Master => &mut self.master,
            Part::Index => &mut self.index,
            Part::Mac => &mut self.mac,
            Part::Signing => return Err(KeyError::Needed { part }),
        };
        match entries.iter().position(|entry| entry.id == id) {
            None => Err(KeyError::Absent { part }),
            Some(0) => Err(KeyError::Needed { part }),
            Some(at) => {
                drop(entries.remove(at));
                Ok(())
            }
        }
    }

    /// Reads a file and checks every key in it.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        read::parse(text)
    }

    /// The file as text, with its explanation above the keys. The text clears itself when dropped.
    pub fn to_toml(&self) -> Zeroizing<String> {
        let mut out = Zeroizing::new(String::with_capacity(FILE_BYTES_MAX));
        out.push_str(HEADER);
        out.push_str(&format!("\nversion = {VERSION}\nsuite = \"{}\"\n", self.suite));
        for (part, entries) in [(Part::Master, &self.master), (Part::Index, &self.index), (Part::Mac, &self.mac)] {
            for (at, entry) in entries.iter().enumerate() {
                write_head(&mut out, part, &entry.id, at);
                write_hex(&mut out, "secret", entry.secret.as_slice());
            }
        }
        for (at, entry) in self.signing.iter().enumerate() {
            write_head(&mut out, Part::Signing, &entry.id, at);
            if let Some(secret) = &entry.secret {
                write_hex(&mut out, "secret", secret.as_slice());
            }
            write_hex(&mut out, "public", &entry.public);
        }
        out
    }

    fn add(&mut self, part: Part, random: &dyn Random) {
        let id = self.new_id(part, random);
        match part {
            Part::Master => self.master.insert(0, Entry { id, secret: new_secret(random) }),
            Part::Index => self.index.insert(0, Entry { id, secret: new_secret(random) }),
            Part::Mac => self.mac.insert(0, Entry { id, secret: new_secret(random) }),
            Part::Signing => {
                let (secret, public) = new_scalar(suite::built_in(self.suite), random);
                for entry in &mut self.signing {
                    entry.secret = None;
                }
                self.signing.insert(0, SigningEntry { id, secret: Some(secret), public });
            }
        }
    }

    /// Ids count up, and end in random characters so that two copies of a file rotated apart do not share one.
    fn new_id(&self, part: Part, random: &dyn Random) -> String {
        let ids = self.ids(part);
        let number = |id: &&str| id.get(1..)?.split('-').next()?.parse::<u32>().ok();
        let next = ids.iter().filter_map(number).max().map_or(1, |last| last.saturating_add(1));
        let mut tail = [0; 2];
        random.fill(&mut tail);
        format!("{}{next}-{}", part.letter(), hex::encode(tail))
    }
}

fn new_secret(random: &dyn Random) -> Zeroizing<[u8; ROOT_BYTES]> {
    let mut secret = Zeroizing::new([0; ROOT_BYTES]);
    random.fill(secret.as_mut_slice());
    secret
}

/// A private scalar and its public point. Candidates are derived, so that the search ends whatever the source gives.
fn new_scalar(suite: &dyn Suite, random: &dyn Random) -> (Zeroizing<[u8; ROOT_BYTES]>, Vec<u8>) {
    let root = new_secret(random);
    let found = (0..SCALAR_TRIES_MAX).find_map(|at| {
        let candidate = derive::derive_root(suite, &root, derive::SIGNING, &at.to_be_bytes());
        let public = suite.signer(&candidate).ok()?.public_key();
        Some((candidate, public))
    });
    found.expect("64 candidates are not all out of range: one is, once in 2^32")
}

fn write_head(out: &mut String, part: Part, id: &str, at: usize) {
    let state = if at == 0 { "current" } else { "retired" };
    out.push_str(&format!("\n[[{part}]]\nid = \"{id}\"\nstate = \"{state}\"\n"));
}

fn write_hex(out: &mut String, field: &str, bytes: &[u8]) {
    let digits = Zeroizing::new(hex::encode(bytes));
    for piece in [field, " = \"", digits.as_str(), "\"\n"] {
        out.push_str(piece);
    }
}
