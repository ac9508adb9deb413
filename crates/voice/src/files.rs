//! Which files are taken, by their first bytes: what a name or a header says of a file is not asked.

/// The media type of a file that begins with `head`, when it is one that is taken.
pub fn sniff(head: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| head.get(offset..offset + magic.len()) == Some(magic);
    let simple: [(&[u8], &str); 9] = [
        (b"%PDF-", "application/pdf"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"\xff\xd8\xff", "image/jpeg"),
        (b"BM", "image/bmp"),
        (b"II*\0", "image/tiff"),
        (b"MM\0*", "image/tiff"),
        (b"ID3", "audio/mpeg"),
        (b"#!AMR", "audio/amr"),
        (b"OggS", "audio/ogg"),
    ];
    if let Some((_, media)) = simple.iter().find(|(magic, _)| at(0, magic)) {
        return Some(media);
    }
    if at(0, b"RIFF") && at(8, b"WAVE") {
        return Some("audio/wav");
    }
    if at(0, b"RIFF") && at(8, b"WEBP") {
        return Some("image/webp");
    }
    if at(4, b"ftyp") {
        let sound = at(8, b"M4A") || at(8, b"M4B");
        return Some(if sound { "audio/mp4" } else { "video/mp4" });
    }
    if matches!(head, [0xff, second, ..] if second & 0xe6 == 0xe2) {
        return Some("audio/mpeg");
    }
    if at(0, b"PK\x03\x04") {
        return office(head);
    }
    text(head)
}

/// Office documents are archives whose first entry says what they are.
fn office(head: &[u8]) -> Option<&'static str> {
    let holds = |name: &[u8]| head.windows(name.len()).any(|window| window == name);
    if holds(b"OFD.xml") {
        Some("application/ofd")
    } else if holds(b"word/") {
        Some("application/vnd.openxmlformats-officedocument.wordprocessingml.document")
    } else if holds(b"xl/") {
        Some("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    } else if holds(b"[Content_Types].xml") || holds(b"_rels/") {
        Some("application/zip")
    } else {
        None
    }
}

/// Plain text: UTF-8 without control characters, as far as the head goes; never markup that a browser would run.
fn text(head: &[u8]) -> Option<&'static str> {
    let whole = match std::str::from_utf8(head) {
        Ok(text) => text,
        // A character may be cut at the end of the head.
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let plain = !whole.is_empty() && whole.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t'));
    let markup = whole.trim_start_matches('\u{feff}').trim_start().starts_with('<');
    (plain && !markup).then_some("text/plain; charset=utf-8")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_first_bytes() {
        for (head, media) in [
            (&b"%PDF-1.7\n"[..], Some("application/pdf")),
            (b"\x89PNG\r\n\x1a\n\0\0", Some("image/png")),
            (b"\xff\xd8\xff\xe0", Some("image/jpeg")),
            (b"RIFF\0\0\0\0WAVEfmt ", Some("audio/wav")),
            (b"RIFF\0\0\0\0AVI ", None),
            (b"\0\0\0\x20ftypM4A ", Some("audio/mp4")),
            (b"\xff\xfb\x90\x44", Some("audio/mpeg")),
            (b"PK\x03\x04\x14\0\x06\0\x08\0\0\0!\0[Content_Types].xml", Some("application/zip")),
            (b"PK\x03\x04something else", None),
            ("张三的说明\n".as_bytes(), Some("text/plain; charset=utf-8")),
            (b"<script>alert(1)</script>", None),
            (b"\xef\xbb\xbf <!doctype html>", None),
            (b"MZ\x90\0\x03", None),
            (b"\x7fELF", None),
            (b"#!/bin/sh\n", Some("text/plain; charset=utf-8")),
            (b"", None),
        ] {
            assert_eq!(sniff(head), media, "{head:?}");
        }
        let cut = "证".as_bytes();
        assert_eq!(sniff(&[b"abc", &cut[..2]].concat()), Some("text/plain; charset=utf-8"));
    }
}
