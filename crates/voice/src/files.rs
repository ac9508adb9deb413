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
        return Some(contained(head.get(8..12).unwrap_or_default()));
    }
    if matches!(head, [0xff, second, ..] if second & 0xe6 == 0xe2) {
        return Some("audio/mpeg");
    }
    if at(0, b"PK\x03\x04") {
        return office(head);
    }
    text(head)
}

/// What a file of the container that films, sound and the pictures of telephones share is, by its brand.
fn contained(brand: &[u8]) -> &'static str {
    match brand {
        [b'M', b'4', b'A' | b'B', _] => "audio/mp4",
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => "image/heic",
        b"mif1" | b"msf1" => "image/heif",
        b"avif" | b"avis" => "image/avif",
        _ => "video/mp4",
    }
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

/// The name under which a file of this type is kept: with an ending of its type, for that alone decides what a clerk's machine
/// does with it. A script is plain text to [`sniff`], and must not come back as one that runs when it is opened.
pub fn named(name: &str, media: &str) -> String {
    let endings = endings(media);
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match endings.first() {
        Some(first) if !ending.is_some_and(|ending| endings.contains(&ending.as_str())) => format!("{name}.{first}"),
        Some(_) | None => name.to_owned(),
    }
}

/// The endings that files of a type have, the usual one first.
fn endings(media: &str) -> &'static [&'static str] {
    match media {
        "application/pdf" => &["pdf"],
        "image/png" => &["png"],
        "image/jpeg" => &["jpg", "jpeg"],
        "image/bmp" => &["bmp"],
        "image/tiff" => &["tif", "tiff"],
        "image/webp" => &["webp"],
        "audio/mpeg" => &["mp3"],
        "audio/amr" => &["amr"],
        "audio/ogg" => &["ogg", "oga", "opus"],
        "audio/wav" => &["wav"],
        "audio/mp4" => &["m4a", "m4b", "mp4"],
        "video/mp4" => &["mp4", "m4v", "mov", "3gp"],
        "image/heic" => &["heic", "heif"],
        "image/heif" => &["heif", "heic", "avif"],
        "image/avif" => &["avif"],
        "application/ofd" => &["ofd"],
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document" => &["docx"],
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" => &["xlsx"],
        "application/zip" => &["zip", "docx", "xlsx", "pptx", "ofd"],
        "text/plain; charset=utf-8" => &["txt", "csv", "log", "md"],
        _ => &["bin"],
    }
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
            (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", Some("image/heic")),
            (b"\0\0\0\x18ftypmif1", Some("image/heif")),
            (b"\0\0\0\x18ftypavif", Some("image/avif")),
            (b"\0\0\0\x18ftypisom", Some("video/mp4")),
            (b"\0\0\0\x04ftyp", Some("video/mp4")),
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
        let script = sniff(b"@echo off\r\ndel *").unwrap();
        assert_eq!(named("invoice.bat", script), "invoice.bat.txt");
        assert_eq!(sniff(&[b"abc", &cut[..2]].concat()), Some("text/plain; charset=utf-8"));
    }

    #[test]
    fn a_name_ends_as_its_type_does() {
        for (name, media, kept) in [
            ("合同.PDF", "application/pdf", "合同.PDF"),
            ("合同.exe", "application/pdf", "合同.exe.pdf"),
            ("流水.csv", "text/plain; charset=utf-8", "流水.csv"),
            ("README", "text/plain; charset=utf-8", "README.txt"),
            ("photo.jpeg", "image/jpeg", "photo.jpeg"),
            (
                "letter.docm",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "letter.docm.docx",
            ),
            ("x", "application/octet-stream", "x.bin"),
        ] {
            assert_eq!(named(name, media), kept);
        }
        let every = [
            &b"%PDF-1"[..],
            b"\x89PNG\r\n\x1a\n",
            b"\xff\xd8\xff",
            b"BM",
            b"II*\0",
            b"ID3",
            b"#!AMR",
            b"OggS",
            b"RIFF0000WAVE",
            b"RIFF0000WEBP",
            b"0000ftypM4A ",
            b"0000ftypmp42",
            b"0000ftypheic",
            b"0000ftypmif1",
            b"0000ftypavif",
            b"\xff\xfb",
            b"PK\x03\x04OFD.xml",
            b"PK\x03\x04word/",
            b"PK\x03\x04xl/",
            b"PK\x03\x04_rels/",
            b"text",
        ];
        for head in every {
            let media = sniff(head).unwrap();
            assert!(!endings(media).contains(&"bin"), "{media} has an ending of its own");
        }
    }
}
