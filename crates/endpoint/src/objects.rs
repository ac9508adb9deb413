//! Attachments and other large objects: streamed in, hashed, counted and sealed on the way, opened and streamed out.
//!
//! Nothing lies in the store in clear, and no whole object is held in memory.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{
    Stream, StreamExt,
    stream::{self, BoxStream},
};
use kernel::{Problem, ProblemKind, Text};
use object_store::{ObjectStore, ObjectStoreExt, WriteMultipart, path::Path};
use seal::{
    Hasher, ObjectOpener, ObjectSealer, SealError,
    object::{HEAD_BYTES_MIN, begins_sealed},
};

use self::outgoing::{Checking, Opening};

mod outgoing;

/// Bytes that are kept back for recognising the type of a file: an Office file names its main part within the first few KiB.
pub const HEAD_BYTES: usize = 8 * 1024;

/// Parts in flight while an object is uploaded to a remote store.
const PARTS_IN_FLIGHT_MAX: usize = 4;

/// The store of large objects: a local folder, or an S3-compatible service.
#[derive(Clone)]
pub struct Objects(Arc<dyn ObjectStore>);

/// What is known of an object once it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The size of its content in bytes; sealed it is a little larger.
    pub bytes: u64,
    /// The hash of its content, as it came in.
    pub hash: [u8; 32],
}

impl Stored {
    /// What an event says of an object; `None` when that is no hash in hexadecimal digits.
    pub fn of(bytes: u64, digest: &str) -> Option<Self> {
        if digest.len() != 64 || !digest.is_ascii() {
            return None;
        }
        let mut hash = [0; 32];
        for (at, byte) in hash.iter_mut().enumerate() {
            *byte = u8::from_str_radix(&digest[2 * at..2 * at + 2], 16).ok()?;
        }
        Some(Self { bytes, hash })
    }
}

/// How an object lies in the store after it was to be sealed in its place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lying {
    /// It lay in clear, and lies sealed now.
    Sealed,
    /// It lay sealed already.
    SealedBefore,
    /// There is none.
    Missing,
    /// What lies there is not what its event says; it was left as it is.
    Different,
}

/// Content on its way out.
pub type Content = BoxStream<'static, Result<Bytes, std::io::Error>>;

/// An object as it lies in the store.
type Raw = BoxStream<'static, Result<Bytes, object_store::Error>>;

impl Objects {
    /// Wraps a store.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    /// Streams `content` to `key` under `sealer`, refusing more than `bytes_max` and whatever `accept` refuses by its first bytes.
    /// A refused or broken upload leaves nothing behind.
    pub async fn put<S, E>(
        &self,
        key: &str,
        content: S,
        bytes_max: u64,
        mut hasher: Hasher,
        mut sealer: ObjectSealer,
        accept: impl FnOnce(&[u8]) -> Result<(), Problem>,
    ) -> Result<Stored, Problem>
    where
        S: Stream<Item = Result<Bytes, E>> + Unpin,
    {
        let mut content = content;
        let head = read_head(&mut content).await?;
        accept(&head)?;
        let path = Path::from(key);
        let upload = self.0.put_multipart(&path).await.map_err(unavailable)?;
        let mut writer = WriteMultipart::new(upload);
        let (mut bytes, mut sealed) = (0u64, Vec::new());
        let mut next: Option<Result<Bytes, Problem>> = Some(Ok(head.into()));
        while let Some(part) = next {
            let checked =
                part.and_then(
                    |part| {
                        if bytes + part.len() as u64 > bytes_max { Err(too_large(bytes_max)) } else { Ok(part) }
                    },
                );
            match checked {
                Ok(part) => {
                    bytes += part.len() as u64;
                    hasher.update(&part);
                    sealer.push(&part, &mut sealed);
                    writer.wait_for_capacity(PARTS_IN_FLIGHT_MAX).await.map_err(unavailable)?;
                    writer.put(Bytes::from(std::mem::take(&mut sealed)));
                }
                Err(problem) => {
                    // An abort that fails leaves parts that the store's own clean-up removes.
                    let _ = writer.abort().await;
                    return Err(problem);
                }
            }
            next = content.next().await.map(|part| part.map_err(|_| broken()));
        }
        sealer.finish(&mut sealed);
        writer.put(Bytes::from(sealed));
        writer.finish().await.map_err(unavailable)?;
        Ok(Stored { bytes, hash: hasher.finish().0 })
    }

    /// The content of the sealed object at `key`, as a stream. `open` is asked with the first bytes until it has seen enough; see
    /// [`seal::Keyring::object_opener`]. What does not open is found out before the first byte goes out, or ends the stream.
    pub async fn get_sealed(
        &self,
        key: &str,
        open: impl FnMut(&[u8]) -> Result<Option<(ObjectOpener, usize)>, SealError>,
    ) -> Result<Content, Problem> {
        opened(key, Vec::new(), self.raw(key).await?, open).await
    }

    /// The content of an object from before objects were sealed, which was sealed in its place since or was not. One that lies
    /// in clear is compared with what its event says: the stream ends before its last piece when it is another.
    pub async fn get_older(
        &self,
        key: &str,
        known: Stored,
        hasher: Hasher,
        open: impl FnMut(&[u8]) -> Result<Option<(ObjectOpener, usize)>, SealError>,
    ) -> Result<Content, Problem> {
        let (head, rest) = read_start(self.raw(key).await?).await?;
        if begins_sealed(&head) {
            return opened(key, head, rest, open).await;
        }
        Ok(stream::unfold(Checking::new(head, rest, known, hasher), Checking::next).boxed())
    }

    /// Seals the object at `key` in its place when it lies in clear and is what its event says. Whoever stops it in between
    /// leaves the object as it was: the store puts a new one in the place of an old one as a whole.
    pub async fn seal_in_place(
        &self,
        key: &str,
        known: &Stored,
        mut hasher: Hasher,
        mut sealer: ObjectSealer,
    ) -> Result<Lying, Problem> {
        let Some(found) = self.find(key).await? else { return Ok(Lying::Missing) };
        let (head, mut rest) = read_start(found).await?;
        if begins_sealed(&head) {
            return Ok(Lying::SealedBefore);
        }
        let upload = self.0.put_multipart(&Path::from(key)).await.map_err(unavailable)?;
        let mut writer = WriteMultipart::new(upload);
        let (mut bytes, mut sealed) = (0u64, Vec::new());
        let mut next = Some(Ok(Bytes::from(head)));
        while let Some(part) = next {
            let part: Bytes = match part {
                Ok(part) => part,
                Err(error) => {
                    let _ = writer.abort().await;
                    return Err(unavailable(error));
                }
            };
            bytes += part.len() as u64;
            hasher.update(&part);
            sealer.push(&part, &mut sealed);
            writer.wait_for_capacity(PARTS_IN_FLIGHT_MAX).await.map_err(unavailable)?;
            writer.put(Bytes::from(std::mem::take(&mut sealed)));
            next = rest.next().await;
        }
        if (Stored { bytes, hash: hasher.finish().0 }) != *known {
            let _ = writer.abort().await;
            return Ok(Lying::Different);
        }
        sealer.finish(&mut sealed);
        writer.put(Bytes::from(sealed));
        writer.finish().await.map_err(unavailable)?;
        Ok(Lying::Sealed)
    }

    async fn raw(&self, key: &str) -> Result<Raw, Problem> {
        self.find(key).await?.ok_or_else(|| Problem::not_found("文件", "file"))
    }

    /// The object at `key` as it lies there; `None` when there is none.
    async fn find(&self, key: &str) -> Result<Option<Raw>, Problem> {
        match self.0.get(&Path::from(key)).await {
            Ok(found) => Ok(Some(found.into_stream())),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Removes the object at `key`; one that is not there is as good as removed.
    pub async fn remove(&self, key: &str) -> Result<(), Problem> {
        match self.0.delete(&Path::from(key)).await {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }
}

/// The content of a sealed object of which `head` was read already.
async fn opened(
    key: &str,
    mut head: Vec<u8>,
    mut rest: Raw,
    mut open: impl FnMut(&[u8]) -> Result<Option<(ObjectOpener, usize)>, SealError>,
) -> Result<Content, Problem> {
    let (opener, begins) = loop {
        if let Some(found) = open(&head)? {
            break found;
        }
        match rest.next().await {
            Some(part) => head.extend_from_slice(&part.map_err(unavailable)?),
            None => return Err(Problem::internal_error(format!("the object {key} has no head"))),
        }
    };
    let first = Bytes::from(head.split_off(begins));
    Ok(stream::unfold(Opening::new(rest, first, opener), Opening::next).boxed())
}

/// As much of an object as tells whether it is sealed, and the rest.
async fn read_start(mut rest: Raw) -> Result<(Vec<u8>, Raw), Problem> {
    let mut head = Vec::new();
    while head.len() < HEAD_BYTES_MIN {
        match rest.next().await {
            Some(part) => head.extend_from_slice(&part.map_err(unavailable)?),
            None => break,
        }
    }
    Ok((head, rest))
}

async fn read_head<S, E>(content: &mut S) -> Result<Vec<u8>, Problem>
where
    S: Stream<Item = Result<Bytes, E>> + Unpin,
{
    let mut head = Vec::new();
    while head.len() < HEAD_BYTES {
        match content.next().await {
            Some(part) => head.extend_from_slice(&part.map_err(|_| broken())?),
            None => break,
        }
    }
    Ok(head)
}

fn too_large(bytes_max: u64) -> Problem {
    let mebibytes = bytes_max / (1024 * 1024);
    let message =
        Text::of(format!("文件太大；最多 {mebibytes} MB。"), format!("The file is too large; at most {mebibytes} MB."));
    Problem::new(ProblemKind::TooLarge, message)
}

fn broken() -> Problem {
    Problem::new(
        ProblemKind::Malformed,
        Text::fixed("文件没有完整收到，请重新上传。", "The file did not arrive whole; send it again."),
    )
}

fn unavailable(error: object_store::Error) -> Problem {
    let message = Text::fixed("文件存储暂时不可用，请稍后再试。", "The file store does not answer; try again later.");
    Problem::new(ProblemKind::Unavailable, message).internally(error)
}
