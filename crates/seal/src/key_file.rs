//! The key file: made, read, written, rotated. It is TOML that an administrator can read and keep in a safe.
//!
//! This file must never read or write a disk, and never repeats a secret in an error or in `Debug`.

mod read;

use std::fmt;

use kernel::Random;
use zeroize::Zeroizing;

use crate::{
    KeyError, SuiteName, derive,
    group::{Group, State},
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
# Each key has an id and a state. One of each part is \"current\" and makes new things; one may be \"next\", which reads
# already and will be current at the next rotation; the others are \"retired\" and only read what they made.
# 每组密钥恰有一把为 current，用于新数据；可有一把 next，已能读取，下次更换时启用；其余为 retired，只读旧数据。
# A secret is 32 random bytes in hexadecimal. A retired signing key keeps only its public half.
# Rotate with the program, not by hand; the administrator's guide says how.
# 更换密钥请用程序完成，方法见管理员指南。
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
    pub(crate) master: Group<Entry>,
    pub(crate) index: Group<Entry>,
    pub(crate) mac: Group<Entry>,
    pub(crate) signing: Group<SigningEntry>,
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
        let first = |part| Group::of(Entry::new(new_id(part, &[], random), random));
        Self {
            suite,
            master: first(Part::Master),
            index: first(Part::Index),
            mac: first(Part::Mac),
            signing: Group::of(SigningEntry::new(suite, new_id(Part::Signing, &[], random), random)),
        }
    }

    /// The suite of the keys.
    pub const fn suite(&self) -> SuiteName {
        self.suite
    }

    /// The ids of the keys of a part: the current one first, then the next, then the retired.
    pub fn ids(&self, part: Part) -> Vec<&str> {
        match part {
            Part::Master => self.master.iter().map(|entry| entry.id.as_str()).collect(),
            Part::Index => self.index.iter().map(|entry| entry.id.as_str()).collect(),
            Part::Mac => self.mac.iter().map(|entry| entry.id.as_str()).collect(),
            Part::Signing => self.signing.iter().map(|entry| entry.id.as_str()).collect(),
        }
    }

    /// Adds the next key of a part. It reads and is looked up with, and makes nothing until [`Self::rotate`]: give the
    /// file to every node of a cluster in between, and no node meets a key that it does not hold.
    pub fn prepare(&mut self, part: Part, random: &dyn Random) -> Result<(), KeyError> {
        let ids = self.ids(part);
        if ids.len() >= KEYS_MAX {
            // A file with more keys could be written and never read again.
            return Err(KeyError::TooMany { part, keys_max: KEYS_MAX });
        }
        if self.is_prepared(part) {
            return Err(KeyError::Prepared { part });
        }
        let id = new_id(part, &ids, random);
        match self.secrets_mut(part) {
            Some(group) => group.next = Some(Entry::new(id, random)),
            None => self.signing.next = Some(SigningEntry::new(self.suite, id, random)),
        }
        Ok(())
    }

    /// Whether a part has a next key.
    pub fn is_prepared(&self, part: Part) -> bool {
        match part {
            Part::Master => self.master.next.is_some(),
            Part::Index => self.index.next.is_some(),
            Part::Mac => self.mac.next.is_some(),
            Part::Signing => self.signing.next.is_some(),
        }
    }

    /// Makes the next key of a part current, or a new one when none was prepared; the old one stays, retired. A retired
    /// signing key loses its secret at once.
    pub fn rotate(&mut self, part: Part, random: &dyn Random) -> Result<(), KeyError> {
        if !self.is_prepared(part) {
            self.prepare(part, random)?;
        }
        if let Some(group) = self.secrets_mut(part) {
            group.turn();
        } else if let Some(retired) = self.signing.turn() {
            retired.secret = None;
        }
        Ok(())
    }

    /// Removes a retired key that nothing uses any more: a master key after every wrapped key was rewrapped, an index
    /// key after everything was indexed anew, a mac key after its tokens ran out. Signing keys stay for ever.
    pub fn remove(&mut self, part: Part, id: &str) -> Result<(), KeyError> {
        let Some(group) = self.secrets_mut(part) else {
            return Err(KeyError::Needed { part });
        };
        if group.fresh().any(|entry| entry.id == id) {
            return Err(KeyError::Needed { part });
        }
        let at = group.retired.iter().position(|entry| entry.id == id).ok_or(KeyError::Absent { part })?;
        drop(group.retired.remove(at));
        Ok(())
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
        for (part, group) in [(Part::Master, &self.master), (Part::Index, &self.index), (Part::Mac, &self.mac)] {
            for (state, entry) in group.states() {
                write_head(&mut out, part, &entry.id, state);
                write_hex(&mut out, "secret", entry.secret.as_slice());
            }
        }
        for (state, entry) in self.signing.states() {
            write_head(&mut out, Part::Signing, &entry.id, state);
            if let Some(secret) = &entry.secret {
                write_hex(&mut out, "secret", secret.as_slice());
            }
            write_hex(&mut out, "public", &entry.public);
        }
        out
    }

    /// The group of a part whose keys are plain secrets; the signing keys are another kind.
    fn secrets_mut(&mut self, part: Part) -> Option<&mut Group<Entry>> {
        match part {
            Part::Master => Some(&mut self.master),
            Part::Index => Some(&mut self.index),
            Part::Mac => Some(&mut self.mac),
            Part::Signing => None,
        }
    }
}

impl Entry {
    fn new(id: String, random: &dyn Random) -> Self {
        Self { id, secret: new_secret(random) }
    }
}

impl SigningEntry {
    fn new(suite: SuiteName, id: String, random: &dyn Random) -> Self {
        let (secret, public) = new_scalar(suite::built_in(suite), random);
        Self { id, secret: Some(secret), public }
    }
}

/// Ids count up, and end in random characters so that two copies of a file rotated apart do not share one.
fn new_id(part: Part, ids: &[&str], random: &dyn Random) -> String {
    let number = |id: &&str| id.get(1..)?.split('-').next()?.parse::<u32>().ok();
    let next = ids.iter().filter_map(number).max().map_or(1, |last| last.saturating_add(1));
    let mut tail = [0; 2];
    random.fill(&mut tail);
    format!("{}{next}-{}", part.letter(), hex::encode(tail))
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

fn write_head(out: &mut String, part: Part, id: &str, state: State) {
    out.push_str(&format!("\n[[{part}]]\nid = \"{id}\"\nstate = \"{}\"\n", state.as_str()));
}

fn write_hex(out: &mut String, field: &str, bytes: &[u8]) {
    let digits = Zeroizing::new(hex::encode(bytes));
    for piece in [field, " = \"", digits.as_str(), "\"\n"] {
        out.push_str(piece);
    }
}
