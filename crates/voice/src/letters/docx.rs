//! A letter as a Word document (Office Open XML), for banks that print from Word or put a letterhead around it. Fixed dates in
//! the archive, so that one letter always gives the same bytes; no macro, no link, no field.

use std::io::{Cursor, Write as _};

use kernel::text::Language;
use zip::{CompressionMethod, ZipWriter, result::ZipError, write::SimpleFileOptions};

use super::{Block, Layout, LetterText, escape, language_tag, layout};

const CONTENT_TYPES: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>"#;

const RELATIONS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>"#;

/// A4 with margins of 28 and 26 mm, in twentieths of a point.
const PAGE: &str = r#"<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar w:top="1587" w:right="1474" w:bottom="1587" w:left="1474" w:header="851" w:footer="992" w:gutter="0"/></w:sectPr>"#;

/// How a paragraph is set.
#[derive(Clone, Copy)]
struct Setting {
    /// Left, right, centred or both sides.
    align: &'static str,
    /// Half points.
    size: u32,
    bold: bool,
}

const BODY: Setting = Setting { align: "both", size: 24, bold: false };
const SIDE: Setting = Setting { align: "right", ..BODY };
const TITLE: Setting = Setting { align: "center", size: 40, bold: true };
const HEADING: Setting = Setting { align: "left", size: 28, bold: true };

/// The letter as a Word document.
///
/// # Errors
/// When the archive cannot be written; memory is the only thing that it needs.
pub fn docx(letter: &LetterText, language: Language) -> Result<Vec<u8>, ZipError> {
    let document = document(&layout(letter, language), language_tag(language));
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let parts =
        [("[Content_Types].xml", CONTENT_TYPES), ("_rels/.rels", RELATIONS), ("word/document.xml", document.as_str())];
    for (name, text) in parts {
        archive.start_file(name, options)?;
        archive.write_all(text.as_bytes())?;
    }
    Ok(archive.finish()?.into_inner())
}

fn document(layout: &Layout, language: &str) -> String {
    let mut body = String::with_capacity(8192);
    let mut put = |text: &str, setting: Setting| body.push_str(&paragraph(text, setting, language));
    put(&layout.heading, TITLE);
    put(&layout.number, SIDE);
    for block in &layout.blocks {
        match block {
            Block::Heading(text) => put(text, HEADING),
            Block::Paragraph(text) => put(text, BODY),
            Block::List(items) => {
                for (index, item) in items.iter().enumerate() {
                    put(&format!("{}. {item}", index + 1), BODY);
                }
            }
        }
    }
    layout.signature.iter().for_each(|line| put(line, SIDE));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>{body}{PAGE}</w:body></w:document>"#
    )
}

fn paragraph(text: &str, setting: Setting, language: &str) -> String {
    let Setting { align, size, bold } = setting;
    let bold = if bold { "<w:b/>" } else { "" };
    let lines: Vec<String> =
        text.lines().map(|line| format!(r#"<w:t xml:space="preserve">{}</w:t>"#, plain(line))).collect();
    format!(
        r#"<w:p><w:pPr><w:spacing w:line="360" w:lineRule="auto"/><w:jc w:val="{align}"/></w:pPr><w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="SimSun"/>{bold}<w:sz w:val="{size}"/><w:lang w:val="{language}" w:eastAsia="zh-CN"/></w:rPr>{}</w:r></w:p>"#,
        lines.join("<w:br/>")
    )
}

/// Text as XML 1.0 can hold it: without the control characters that it cannot.
fn plain(text: &str) -> String {
    let kept: String = text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
    escape(&kept)
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;
    use crate::{letters::tests::letter, model::LetterKind};

    fn part(bytes: &[u8], name: &str) -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    }

    #[test]
    fn every_letter_is_a_document_that_says_what_the_page_says() {
        for kind in LetterKind::ALL {
            for language in [Language::Zh, Language::En] {
                let mut text = letter(*kind);
                text.facts = Some("第一行\u{b}<w:p>\n第二行".to_owned());
                let bytes = docx(&text, language).unwrap();
                assert_eq!(bytes, docx(&text, language).unwrap(), "one letter gives the same bytes");
                let document = part(&bytes, "word/document.xml");
                assert!(document.contains("李&lt;b&gt;小明") && !document.contains('\u{b}'), "{kind:?}");
                assert!(document.contains(kind.title().get(language)) && document.ends_with("</w:document>"));
                assert_eq!(document.matches("<w:p>").count(), document.matches("</w:p>").count());
                assert!(part(&bytes, "[Content_Types].xml").contains("document.main+xml"));
            }
        }
    }
}
