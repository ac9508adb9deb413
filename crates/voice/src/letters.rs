//! The letters: print-ready HTML from what an order holds, in either language.
//!
//! Everything that comes from people is escaped. The law's sentences and numbers come in as texts; none stands here.

use kernel::{Money, Timestamp, text::Language};
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
    /// The facts as found.
    pub facts: Option<String>,
    /// The basis and the reasons.
    pub basis: Option<String>,
    /// What the bank will do.
    pub answer: Option<String>,
    /// What is paid.
    pub compensation: Option<Money>,
    /// The remedies, one sentence each.
    pub remedies: Vec<String>,
}

/// The letter as an HTML page for A4 paper. Self-contained: no script, no address outside.
pub fn html(letter: &LetterText, language: Language) -> String {
    let heading = letter.kind.title();
    let heading = heading.get(language);
    let (number, lang) = match language {
        Language::Zh => ("编号", "zh-CN"),
        Language::En => ("Reference", "en"),
    };
    let mut page = String::with_capacity(4096);
    page.push_str(&format!("<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n"));
    page.push_str(&format!(
        "<title>{} {}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n",
        escape(heading),
        escape(&letter.receipt)
    ));
    page.push_str(&format!("<h1>{}</h1>\n", escape(heading)));
    page.push_str(&format!("<p class=\"number\">{number} {}</p>\n", escape(&letter.receipt)));
    let body = match language {
        Language::Zh => chinese(letter),
        Language::En => english(letter),
    };
    page.push_str(&body);
    let day = day(letter.at, language);
    page.push_str(&format!("<p class=\"sign\">{}<br>{day}</p>\n</body>\n</html>\n", escape(&letter.unit)));
    page
}

/// Black on white, text of 16 px and more, so that old eyes can read it and any printer prints it.
const STYLE: &str = "@page{size:A4;margin:28mm 26mm}body{font:16px/1.8 'Noto Serif CJK SC','Songti SC',SimSun,serif;color:#000;\
    max-width:42em;margin:2em auto;padding:0 1em}h1{text-align:center;font-size:26px;letter-spacing:.1em}h2{font-size:18px}\
    .number{text-align:right}.sign{text-align:right;margin-top:3em}p{text-align:justify;white-space:pre-line}\
    @media print{body{margin:0;padding:0;max-width:none}}";

fn chinese(letter: &LetterText) -> String {
    let mut out = paragraph(&format!("尊敬的{}：", letter.addressee));
    let received = day(letter.received_at, Language::Zh);
    let kind = letter.matter.title().zh;
    let about = format!("您于{received}反映的“{}”", letter.title);
    let due = letter.due.map(|due| day(due, Language::Zh));
    match letter.kind {
        LetterKind::Acceptance => {
            out += &paragraph(&format!("{about}，我行已作为{kind}受理，受理编号为{}。", letter.receipt));
            if let Some(due) = due {
                out += &paragraph(&format!(
                    "我行将于{due}前作出处理决定并告知您。情况复杂确需延期的，我们会事先告知您延期的理由和期限。"
                ));
            }
        }
        LetterKind::Declined => {
            out += &paragraph(&format!("{about}，我行经审查，决定不予受理。现将情况告知如下："));
            out += &findings(letter, ["核实情况", "不予受理的依据和理由", "说明"]);
        }
        LetterKind::Extension => {
            out += &paragraph(&format!("{about}正在办理中。因下列原因，需要延长办理时间："));
            out += &paragraph(letter.why.as_deref().unwrap_or("情况复杂，需要进一步核实。"));
            if let Some(due) = due {
                out += &paragraph(&format!("延长后的办理期限为{due}。"));
            }
        }
        LetterKind::Pause => {
            out += &paragraph(&format!("{about}正在办理中。因下列原因，办理时限中止计算，原因消除后恢复计算："));
            out += &paragraph(letter.why.as_deref().unwrap_or_default());
        }
        LetterKind::Retyping => {
            let before = letter.before.map_or("来件".into(), |before| before.title().zh);
            out += &paragraph(&format!("{about}，原按{before}登记。经审查，该事项应按{kind}办理，理由如下："));
            out += &paragraph(letter.why.as_deref().unwrap_or_default());
            if let Some(due) = due {
                out += &paragraph(&format!("我行将于{due}前按{kind}的规定办理并告知您。"));
            }
        }
        LetterKind::Decision => {
            out += &paragraph(&format!("{about}，我行已经核实，现将处理决定告知如下："));
            out += &findings(letter, ["核实情况", "依据和理由", "处理决定"]);
            if let Some(amount) = letter.compensation {
                out += &paragraph(&format!("我行将向您支付{amount}。"));
            }
        }
    }
    out + &remedies(letter, "救济途径")
}

fn english(letter: &LetterText) -> String {
    let mut out = paragraph(&format!("Dear {},", letter.addressee));
    let received = day(letter.received_at, Language::En);
    let kind = letter.matter.title().en.to_lowercase();
    let about = format!("your matter “{}”, received on {received},", letter.title);
    let due = letter.due.map(|due| day(due, Language::En));
    match letter.kind {
        LetterKind::Acceptance => {
            out += &paragraph(&format!("We have accepted {about} as a {kind} under the number {}.", letter.receipt));
            if let Some(due) = due {
                out += &paragraph(&format!(
                    "We will decide and tell you by {due}. Should it need longer, we will tell you why and until when."
                ));
            }
        }
        LetterKind::Declined => {
            out += &paragraph(&format!("We have examined {about} and cannot accept it."));
            out += &findings(letter, ["Facts", "Basis and reasons", "Remarks"]);
        }
        LetterKind::Extension => {
            out += &paragraph(&format!("We are working on {about} and need more time for this reason:"));
            out += &paragraph(letter.why.as_deref().unwrap_or("The matter is complex and needs further examination."));
            if let Some(due) = due {
                out += &paragraph(&format!("We will answer by {due}."));
            }
        }
        LetterKind::Pause => {
            out += &paragraph(&format!("We are working on {about} and the time for it stands still for this reason:"));
            out += &paragraph(letter.why.as_deref().unwrap_or_default());
        }
        LetterKind::Retyping => {
            let before = letter.before.map_or("matter".into(), |before| before.title().en.to_lowercase());
            out +=
                &paragraph(&format!("We had entered {about} as a {before}. It is to be handled as a {kind}, because:"));
            out += &paragraph(letter.why.as_deref().unwrap_or_default());
            if let Some(due) = due {
                out += &paragraph(&format!("We will handle it as a {kind} and tell you by {due}."));
            }
        }
        LetterKind::Decision => {
            out += &paragraph(&format!("We have examined {about} and decided as follows."));
            out += &findings(letter, ["Facts", "Basis and reasons", "Decision"]);
            if let Some(amount) = letter.compensation {
                out += &paragraph(&format!("We will pay you {amount}."));
            }
        }
    }
    out + &remedies(letter, "What you can do")
}

fn findings(letter: &LetterText, headings: [&str; 3]) -> String {
    let parts = [&letter.facts, &letter.basis, &letter.answer];
    let section = |(heading, text): (&str, &Option<String>)| {
        text.as_ref().map(|text| format!("<h2>{}</h2>\n{}", escape(heading), paragraph(text)))
    };
    headings.into_iter().zip(parts).filter_map(section).collect()
}

fn remedies(letter: &LetterText, heading: &str) -> String {
    if letter.remedies.is_empty() {
        return String::new();
    }
    let items: String = letter.remedies.iter().map(|remedy| format!("<li>{}</li>\n", escape(remedy))).collect();
    format!("<h2>{}</h2>\n<ol>\n{items}</ol>\n", escape(heading))
}

fn paragraph(text: &str) -> String {
    format!("<p>{}</p>\n", escape(text))
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
mod tests {
    use super::*;

    fn letter(kind: LetterKind) -> LetterText {
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
            facts: Some("已核实".into()),
            basis: Some("合同第3条".into()),
            answer: Some("退还年费".into()),
            compensation: Some(Money::fen(30_000)),
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
        for piece in ["已核实", "合同第3条", "退还年费", "¥300.00", "您可以申请调解。", "2026年3月2日"]
        {
            assert!(page.contains(piece), "{piece}");
        }
        let page = html(&letter(LetterKind::Extension), Language::Zh);
        assert!(page.contains("需要调取录音") && page.contains("2026年3月17日"));
    }
}
