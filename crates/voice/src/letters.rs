//! The letters: what they say, from what an order holds, in either language; set as a page of HTML or as a Word document.
//!
//! Everything that comes from people is escaped. The law's sentences and numbers come in as texts; none stands here.

mod docx;

pub use docx::docx;
use kernel::{Money, Text, Timestamp, text::Language};
use regulation::MatterKind;

use crate::model::letter::LetterKind;

/// What a letter says, opened and ready to be set.
#[derive(Debug, Clone)]
pub struct LetterText {
    /// Which letter.
    pub kind: LetterKind,
    /// The order's receipt number.
    pub receipt: String,
    /// Whom it is to.
    pub addressee: String,
    /// The unit that writes.
    pub unit: String,
    /// What kind of matter.
    pub matter: MatterKind,
    /// The matter in one line.
    pub title: String,
    /// When the bank received it.
    pub received_at: Timestamp,
    /// The day of the letter.
    pub at: Timestamp,
    /// Until when it will be answered, and whether that may still move.
    pub due: Option<Timestamp>,
    /// What kind of matter it was before.
    pub before: Option<MatterKind>,
    /// The reason, in words.
    pub why: Option<String>,
    /// What a re-examination found, in a word.
    pub finding: Option<Text>,
    /// The facts as found.
    pub facts: Option<String>,
    /// The basis and the reasons.
    pub basis: Option<String>,
    /// What the bank will do.
    pub answer: Option<String>,
    /// What is paid.
    pub compensation: Option<Money>,
    /// What need not be paid.
    pub waiver: Option<Money>,
    /// The remedies, one sentence each.
    pub remedies: Vec<String>,
}

/// A piece of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    /// A heading within the letter.
    Heading(String),
    /// A paragraph; line breaks in it stay.
    Paragraph(String),
    /// Numbered items.
    List(Vec<String>),
}

/// A letter, laid out and not yet set in any form.
struct Layout {
    /// What it is.
    heading: String,
    /// The line with its number.
    number: String,
    /// What it says.
    blocks: Vec<Block>,
    /// Who writes, and when.
    signature: [String; 2],
}

fn layout(letter: &LetterText, language: Language) -> Layout {
    let number = match language {
        Language::Zh => "编号",
        Language::En => "Reference",
    };
    Layout {
        heading: letter.kind.title().get(language).to_owned(),
        number: format!("{number} {}", letter.receipt),
        blocks: match language {
            Language::Zh => chinese(letter),
            Language::En => english(letter),
        },
        signature: [letter.unit.clone(), day(letter.at, language)],
    }
}

const fn language_tag(language: Language) -> &'static str {
    match language {
        Language::Zh => "zh-CN",
        Language::En => "en",
    }
}

/// The letter as an HTML page for A4 paper. Self-contained: no script, no address outside.
pub fn html(letter: &LetterText, language: Language) -> String {
    let Layout { heading, number, blocks, signature: [unit, day] } = layout(letter, language);
    let (heading, lang) = (escape(&heading), language_tag(language));
    let mut page = String::with_capacity(4096);
    page.push_str(&format!("<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n"));
    let receipt = escape(&letter.receipt);
    page.push_str(&format!("<title>{heading} {receipt}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"));
    page.push_str(&format!("<h1>{heading}</h1>\n<p class=\"number\">{}</p>\n", escape(&number)));
    for block in &blocks {
        match block {
            Block::Heading(text) => page.push_str(&format!("<h2>{}</h2>\n", escape(text))),
            Block::Paragraph(text) => page.push_str(&format!("<p>{}</p>\n", escape(text))),
            Block::List(items) => {
                let items: String = items.iter().map(|item| format!("<li>{}</li>\n", escape(item))).collect();
                page.push_str(&format!("<ol>\n{items}</ol>\n"));
            }
        }
    }
    page.push_str(&format!("<p class=\"sign\">{}<br>{day}</p>\n</body>\n</html>\n", escape(&unit)));
    page
}

/// Black on white, text of 16 px and more, so that old eyes can read it and any printer prints it.
const STYLE: &str = "@page{size:A4;margin:28mm 26mm}body{font:16px/1.8 'Noto Serif CJK SC','Songti SC',SimSun,serif;color:#000;\
    max-width:42em;margin:2em auto;padding:0 1em}h1{text-align:center;font-size:26px;letter-spacing:.1em}h2{font-size:18px}\
    .number{text-align:right}.sign{text-align:right;margin-top:3em}p{text-align:justify;white-space:pre-line}\
    @media print{body{margin:0;padding:0;max-width:none}}";

fn chinese(letter: &LetterText) -> Vec<Block> {
    let mut out = vec![paragraph(&format!("尊敬的{}：", letter.addressee))];
    let received = day(letter.received_at, Language::Zh);
    let kind = letter.matter.title().zh;
    let about = format!("您于{received}反映的“{}”", letter.title);
    let due = letter.due.map(|due| day(due, Language::Zh));
    match letter.kind {
        LetterKind::Acceptance => {
            out.push(paragraph(&format!("{about}，我行已作为{kind}受理，受理编号为{}。", letter.receipt)));
            if let Some(due) = due {
                out.push(paragraph(&format!(
                    "我行将于{due}前作出处理决定并告知您。情况复杂确需延期的，我们会事先告知您延期的理由和期限。"
                )));
            }
        }
        LetterKind::Declined => {
            out.push(paragraph(&format!("{about}，我行经审查，决定不予受理。现将情况告知如下：")));
            out.extend(findings(letter, ["核实情况", "不予受理的依据和理由", "说明"]));
        }
        LetterKind::Extension => {
            let why = letter.why.as_deref().unwrap_or("情况复杂，需要进一步核实。");
            out.push(paragraph(&format!("{about}正在办理中。因下列原因，需要延长办理时间：")));
            out.push(paragraph(why));
            out.extend(due.map(|due| paragraph(&format!("延长后的办理期限为{due}。"))));
        }
        LetterKind::Pause => {
            let begin = format!("{about}正在办理中。因下列原因，办理时限中止计算，原因消除后恢复计算：");
            out.extend(reasoned(&begin, letter, None));
        }
        LetterKind::Restart => {
            let begin = format!("{about}正在办理中。您补充了新的事实和理由，办理时限自收到新材料之日起重新计算：");
            out.extend(reasoned(&begin, letter, due.map(|due| format!("重新计算后的办理期限为{due}。"))));
        }
        LetterKind::Retyping => {
            let before = letter.before.map_or("来件".into(), |before| before.title().zh);
            let begin = format!("{about}，原按{before}登记。经审查，该事项应按{kind}办理，理由如下：");
            let due = due.map(|due| format!("我行将于{due}前按{kind}的规定办理并告知您。"));
            out.extend(reasoned(&begin, letter, due));
        }
        LetterKind::Review => {
            out.push(paragraph(&format!(
                "您对我行就“{}”所作处理决定的核查申请，我行已经核查，现将结果告知如下：",
                letter.title
            )));
            if let Some(finding) = &letter.finding {
                out.push(paragraph(&format!("核查结果：{}。", finding.zh)));
            }
            out.extend(findings(letter, ["核查认定的情况", "依据和理由", "说明"]));
        }
        LetterKind::Decision => {
            out.push(paragraph(&format!("{about}，我行已经核实，现将处理决定告知如下：")));
            out.extend(findings(letter, ["核实情况", "依据和理由", "处理决定"]));
            out.extend(grants(letter, Language::Zh));
        }
    }
    out.extend(remedies(letter, "救济途径"));
    out
}

/// What happens, why, and until when the time then runs.
fn reasoned(begin: &str, letter: &LetterText, due: Option<String>) -> Vec<Block> {
    let why = letter.why.as_deref().unwrap_or_default();
    [begin, why].into_iter().map(paragraph).chain(due.as_deref().map(paragraph)).collect()
}

fn english(letter: &LetterText) -> Vec<Block> {
    let mut out = vec![paragraph(&format!("Dear {},", letter.addressee))];
    let received = day(letter.received_at, Language::En);
    let kind = letter.matter.title().en.to_lowercase();
    let about = format!("your matter “{}”, received on {received},", letter.title);
    let due = letter.due.map(|due| day(due, Language::En));
    match letter.kind {
        LetterKind::Acceptance => {
            out.push(paragraph(&format!("We have accepted {about} as a {kind} under the number {}.", letter.receipt)));
            if let Some(due) = due {
                out.push(paragraph(&format!(
                    "We will decide and tell you by {due}. Should it need longer, we will tell you why and until when."
                )));
            }
        }
        LetterKind::Declined => {
            out.push(paragraph(&format!("We have examined {about} and cannot accept it.")));
            out.extend(findings(letter, ["Facts", "Basis and reasons", "Remarks"]));
        }
        LetterKind::Extension => {
            let why = letter.why.as_deref().unwrap_or("The matter is complex and needs further examination.");
            out.push(paragraph(&format!("We are working on {about} and need more time for this reason:")));
            out.push(paragraph(why));
            if let Some(due) = due {
                out.push(paragraph(&format!("We will answer by {due}.")));
            }
        }
        LetterKind::Pause => {
            let words = format!("We are working on {about} and the time for it stands still for this reason:");
            out.extend([paragraph(&words), paragraph(letter.why.as_deref().unwrap_or_default())]);
        }
        LetterKind::Restart => {
            let begin = format!("We are working on {about} and count the time anew from the new facts you brought:");
            out.extend(reasoned(&begin, letter, due.map(|due| format!("We will answer by {due}."))));
        }
        LetterKind::Retyping => {
            let before = letter.before.map_or("matter".into(), |before| before.title().en.to_lowercase());
            let begin = format!("We had entered {about} as a {before}. It is to be handled as a {kind}, because:");
            let due = due.map(|due| format!("We will handle it as a {kind} and tell you by {due}."));
            out.extend(reasoned(&begin, letter, due));
        }
        LetterKind::Review => {
            out.push(paragraph(&format!("We have re-examined our decision on {about} as you asked.")));
            if let Some(finding) = &letter.finding {
                out.push(paragraph(&format!("What we found: {}.", finding.en)));
            }
            out.extend(findings(letter, ["Facts", "Basis and reasons", "Remarks"]));
        }
        LetterKind::Decision => {
            out.push(paragraph(&format!("We have examined {about} and decided as follows.")));
            out.extend(findings(letter, ["Facts", "Basis and reasons", "Decision"]));
            out.extend(grants(letter, Language::En));
        }
    }
    out.extend(remedies(letter, "What you can do"));
    out
}

/// What is paid, and what need not be.
fn grants(letter: &LetterText, language: Language) -> Vec<Block> {
    let paid = letter.compensation.map(|amount| match language {
        Language::Zh => format!("我行将向您支付{amount}。"),
        Language::En => format!("We will pay you {amount}."),
    });
    let waived = letter.waiver.map(|amount| match language {
        Language::Zh => format!("我行将为您减免{amount}。"),
        Language::En => format!("You need not pay {amount}."),
    });
    paid.iter().chain(&waived).map(|text| paragraph(text)).collect()
}

fn findings(letter: &LetterText, headings: [&str; 3]) -> Vec<Block> {
    let parts = [&letter.facts, &letter.basis, &letter.answer];
    let section = |(heading, text): (&str, &Option<String>)| {
        let text = text.as_ref()?;
        Some([Block::Heading(heading.to_owned()), paragraph(text)])
    };
    headings.into_iter().zip(parts).filter_map(section).flatten().collect()
}

fn remedies(letter: &LetterText, heading: &str) -> Vec<Block> {
    if letter.remedies.is_empty() {
        return Vec::new();
    }
    vec![Block::Heading(heading.to_owned()), Block::List(letter.remedies.clone())]
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

fn day(at: Timestamp, language: Language) -> String {
    let pattern = match language {
        Language::Zh => "%Y年%-m月%-d日",
        Language::En => "%-d %B %Y",
    };
    at.in_shanghai().strftime(pattern).to_string()
}

/// Text as HTML shows it, in content and in attributes.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(crate) fn letter(kind: LetterKind) -> LetterText {
        let at = Timestamp::from_micros(1_772_416_800_000_000);
        LetterText {
            kind,
            receipt: "XB20260302-B0860-00400".into(),
            addressee: "李<b>小明".into(),
            unit: "广州分行".into(),
            matter: MatterKind::Complaint,
            title: "年费“争议” & 退款".into(),
            received_at: at,
            at,
            due: Some(at.plus_days(15)),
            before: Some(MatterKind::Consultation),
            why: Some("需要调取录音".into()),
            finding: None,
            facts: Some("已核实".into()),
            basis: Some("合同第3条".into()),
            answer: Some("退还年费".into()),
            compensation: Some(Money::fen(30_000)),
            waiver: Some(Money::fen(4_500)),
            remedies: vec!["您可以申请调解。".into()],
        }
    }

    #[test]
    fn every_letter_is_whole_and_escaped_in_both_languages() {
        for kind in LetterKind::ALL {
            for language in [Language::Zh, Language::En] {
                let page = html(&letter(*kind), language);
                assert!(page.starts_with("<!doctype html>") && page.ends_with("</html>\n"));
                assert!(page.contains("李&lt;b&gt;小明") && !page.contains("<b>"), "{kind:?}");
                assert!(page.contains("XB20260302-B0860-00400") && page.contains("广州分行"));
                assert!(!page.contains("<script") && !page.contains("http"));
            }
        }
    }

    #[test]
    fn a_decision_holds_facts_basis_and_remedies() {
        let page = html(&letter(LetterKind::Decision), Language::Zh);
        for piece in ["已核实", "合同第3条", "退还年费", "¥300.00", "减免¥45.00", "您可以申请调解。", "2026年3月2日"]
        {
            assert!(page.contains(piece), "{piece}");
        }
        let page = html(&letter(LetterKind::Extension), Language::Zh);
        assert!(page.contains("需要调取录音") && page.contains("2026年3月17日"));
    }
}
