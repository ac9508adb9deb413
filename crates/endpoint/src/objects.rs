//! Attachments and other large objects: streamed in, hashed and counted on the way, streamed out.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{Stream, StreamExt, stream::BoxStream};
use kernel::{Problem, ProblemKind, Text};
use object_store::{ObjectStore, ObjectStoreExt, PutPayload, WriteMultipart, path::Path};
use seal::Hasher;

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
    /// Its size in bytes.
    pub bytes: u64,
    /// The hash of its content.
    pub hash: [u8; 32],
}

impl Objects {
    /// Wraps a store.
    pub fn new(store: Arc<dyn ObjectStore>) -> Self {
        Self(store)
    }

    /// Streams `content` to `key`, refusing more than `bytes_max` and whatever `accept` refuses by its first bytes.
    /// A refused or broken upload leaves nothing behind.
    pub async fn put<S, E>(
        &self,
        key: &str,
        content: S,
        bytes_max: u64,
        mut hasher: Hasher,
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
        let mut bytes = 0u64;
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
                    writer.wait_for_capacity(PARTS_IN_FLIGHT_MAX).await.map_err(unavailable)?;
                    writer.put(part);
                }
                Err(problem) => {
                    // An abort that fails leaves parts that the store's own clean-up removes.
                    let _ = writer.abort().await;
                    return Err(problem);
                }
            }
            next = content.next().await.map(|part| part.map_err(|_| broken()));
        }
        writer.finish().await.map_err(unavailable)?;
        Ok(Stored { bytes, hash: hasher.finish().0 })
    }

    /// Puts a small object that is already in memory.
    pub async fn put_small(&self, key: &str, content: Bytes) -> Result<(), Problem> {
        self.0.put(&Path::from(key), PutPayload::from_bytes(content)).await.map_err(unavailable).map(|_| ())
    }

    /// The content at `key`, as a stream.
    pub async fn get(&self, key: &str) -> Result<BoxStream<'static, Result<Bytes, object_store::Error>>, Problem> {
        match self.0.get(&Path::from(key)).await {
            Ok(found) => Ok(found.into_stream()),
            Err(object_store::Error::NotFound { .. }) => Err(Problem::not_found("文件", "file")),
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
