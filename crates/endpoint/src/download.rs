//! A file that leaves the house while it is being written: written on a thread of its own into a channel of few pieces, so that a
//! slow reader holds the writer back and memory stays the same however long the file is. It must never let a part pass for the
//! whole.

use std::io::{self, Write};

use axum::body::Body;
use bytes::Bytes;
use http::{HeaderValue, Response, header};
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// Bytes that go into the channel at once.
const PIECE_BYTES: usize = 64 * 1024;
/// Pieces that wait for the reader: with the one being filled, half a megabyte for each file.
const PIECES_WAITING: usize = 6;

/// The writing end of a file on its way out.
pub struct Pieces {
    channel: Sender<io::Result<Bytes>>,
    filled: Vec<u8>,
}

/// A body that `write` fills on a thread of its own. When `write` fails, the body ends broken.
pub fn body<F>(write: F) -> Body
where
    F: FnOnce(Pieces) -> io::Result<()> + Send + 'static,
{
    let (pieces, waiting) = channel(PIECES_WAITING);
    let told = pieces.clone();
    tokio::task::spawn_blocking(move || {
        if write(Pieces { channel: pieces, filled: Vec::new() }).is_err() {
            // Whoever reads must not take a part for the whole. A reader that has gone needs no telling.
            let _ = told.blocking_send(Err(io::Error::other("the export stopped")));
        }
    });
    Body::from_stream(stream(waiting))
}

/// A download that no cache keeps, under a name that people see.
pub fn response(content: Body, name: &str, media: &'static str) -> Response<Body> {
    let mut response = Response::new(content);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename*=UTF-8''{}", percent(name))) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// A name as headers carry it.
pub fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

/// The pieces as they come. It may be asked again after its end, which compression does.
fn stream(mut waiting: Receiver<io::Result<Bytes>>) -> impl futures_util::Stream<Item = io::Result<Bytes>> {
    futures_util::stream::poll_fn(move |context| waiting.poll_recv(context))
}

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.filled.extend_from_slice(bytes);
        if self.filled.len() >= PIECE_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.filled.is_empty() {
            return Ok(());
        }
        let piece = Bytes::from(std::mem::take(&mut self.filled));
        self.channel
            .blocking_send(Ok(piece))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "the reader went away"))
    }
}

#[cfg(test)]
mod tests {
    use futures_util::{FutureExt, StreamExt};

    use super::*;

    #[test]
    fn a_stream_that_ended_ends_again() {
        let (pieces, waiting) = channel(1);
        pieces.try_send(Ok(Bytes::from_static(b"piece"))).expect("there is room");
        drop(pieces);
        let mut stream = std::pin::pin!(stream(waiting));
        let piece = stream.next().now_or_never().expect("it is there").expect("it is one").expect("it is whole");
        assert_eq!(piece, Bytes::from_static(b"piece"));
        assert!(stream.next().now_or_never().expect("it is over").is_none());
        assert!(stream.next().now_or_never().expect("it is still over").is_none());
    }
}
