//! Content on its way out of the store, piece by piece: opened, or compared with what is known of it. Nothing here holds a
//! whole object, and nothing leaves that was found wrong.

use std::io::Error;

use bytes::Bytes;
use futures_util::StreamExt;
use seal::{Hasher, ObjectOpener};

use super::{Raw, Stored};

/// A sealed object that is being opened.
pub(super) struct Opening {
    sealed: Raw,
    /// What came with the head.
    first: Option<Bytes>,
    /// `None` once the end was reached, or something was wrong.
    opener: Option<ObjectOpener>,
}

impl Opening {
    pub(super) fn new(sealed: Raw, first: Bytes, opener: ObjectOpener) -> Self {
        Self { sealed, first: Some(first), opener: Some(opener) }
    }

    /// The next piece of content.
    pub(super) async fn next(mut self) -> Option<(Result<Bytes, Error>, Self)> {
        let mut opener = self.opener.take()?;
        let mut content = Vec::new();
        loop {
            let part = match self.first.take() {
                Some(first) => Some(Ok(first)),
                None => self.sealed.next().await,
            };
            match part {
                Some(Ok(part)) => match opener.push(&part, &mut content) {
                    Err(error) => return Some((Err(Error::other(error)), self)),
                    Ok(()) if content.is_empty() => {}
                    Ok(()) => {
                        self.opener = Some(opener);
                        return Some((Ok(Bytes::from(content)), self));
                    }
                },
                Some(Err(error)) => return Some((Err(Error::other(error)), self)),
                None => {
                    let ended = opener.finish(&mut content).map(|()| Bytes::from(content));
                    return Some((ended.map_err(Error::other), self));
                }
            }
        }
    }
}

/// An object in clear that is compared with what is known of it while it goes out.
pub(super) struct Checking {
    rest: Raw,
    /// The piece that goes out next, unless it is the last and something was wrong.
    held: Bytes,
    /// What was seen so far; `None` once the end was reached.
    seen: Option<(u64, Hasher)>,
    known: Stored,
}

impl Checking {
    pub(super) fn new(head: Vec<u8>, rest: Raw, known: Stored, mut hasher: Hasher) -> Self {
        hasher.update(&head);
        Self { rest, seen: Some((head.len() as u64, hasher)), held: Bytes::from(head), known }
    }

    /// The next piece of content.
    pub(super) async fn next(mut self) -> Option<(Result<Bytes, Error>, Self)> {
        let (bytes, mut hasher) = self.seen.take()?;
        match self.rest.next().await {
            Some(Ok(part)) => {
                hasher.update(&part);
                self.seen = Some((bytes + part.len() as u64, hasher));
                Some((Ok(std::mem::replace(&mut self.held, part)), self))
            }
            Some(Err(error)) => Some((Err(Error::other(error)), self)),
            None if (Stored { bytes, hash: hasher.finish().0 }) == self.known => {
                Some((Ok(std::mem::take(&mut self.held)), self))
            }
            None => Some((Err(Error::other("the object is not what its event says")), self)),
        }
    }
}
