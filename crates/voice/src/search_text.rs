//! The text by which an order is found: everything that was written about it, in sections, with names and numbers taken out.
//!
//! What an act writes is added at once. When a name becomes known later, or an act did not say what it wrote, the whole text
//! is made anew from the events a moment later. It must never hold what lists may not show.

use kernel::{Pii, Problem, mask};

use crate::{intake::OrderKey, model::OrderEvent, words};

/// What kind of text a section is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    /// The matter in one line.
    Title,
    /// The complainant's words: the narrative and what they ask for.
    Narrative,
    /// A note among colleagues.
    Note,
    /// What was said on a contact or a return visit.
    Conversation,
    /// A question to another department, or its answer.
    Task,
    /// A decision.
    Decision,
    /// A letter that went out.
    Letter,
    /// A reason given for a step.
    Step,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 8] = [
        Self::Title,
        Self::Narrative,
        Self::Note,
        Self::Conversation,
        Self::Task,
        Self::Decision,
        Self::Letter,
        Self::Step,
    ];

    /// The control character that begins the section; no text that people typed holds one.
    const fn mark(self) -> char {
        match self {
            Self::Title => '\u{1}',
            Self::Narrative => '\u{2}',
            Self::Note => '\u{3}',
            Self::Conversation => '\u{4}',
            Self::Task => '\u{5}',
            Self::Decision => '\u{6}',
            Self::Letter => '\u{7}',
            Self::Step => '\u{8}',
        }
    }

    fn of_mark(mark: char) -> Option<Self> {
        Self::ALL.into_iter().find(|section| section.mark() == mark)
    }

    /// The section to which a text at the place `field` of an order belongs.
    pub fn of_field(field: &str) -> Self {
        match field {
            "title" => Self::Title,
            "narrative" | "request" => Self::Narrative,
            "note" => Self::Note,
            "contact" | "visit" => Self::Conversation,
            "task_ask" | "task_answer" | "task_cancel" => Self::Task,
            "facts" | "basis" | "answer" => Self::Decision,
            "letter" => Self::Letter,
            _ => Self::Step,
        }
    }
}

/// The names that are taken out of an order's texts.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<Pii<String>>);

impl Names {
    /// These names.
    pub fn new(names: impl IntoIterator<Item = Pii<String>>) -> Self {
        Self(names.into_iter().collect())
    }

    /// Every name that an order knows or knew, opened: a name that was put right may still stand in a text.
    pub fn of<'e>(events: impl IntoIterator<Item = &'e OrderEvent>, key: &OrderKey<'_>) -> Result<Self, Problem> {
        let named = events.into_iter().flat_map(OrderEvent::names);
        Ok(Self(named.map(|(field, sealed)| key.open(field.as_str(), sealed)).collect::<Result<_, _>>()?))
    }

    /// A text without these names and without numbers.
    pub fn taken_out_of(&self, text: &str) -> String {
        let names: Vec<&str> = self.0.iter().map(|name| name.expose().as_str()).collect();
        mask::redact(text, &names)
    }
}

/// A text as it is searched: its section, and its plain form without names and numbers.
pub fn section(section: Section, text: &str, names: &Names) -> String {
    let text = match section {
        Section::Letter => names.taken_out_of(&words_of_page(text)),
        Section::Title
        | Section::Narrative
        | Section::Note
        | Section::Conversation
        | Section::Task
        | Section::Decision
        | Section::Step => names.taken_out_of(text),
    };
    let mut out = String::with_capacity(text.len() + 1);
    out.push(section.mark());
    out.push_str(&words::plain(&text));
    out
}

/// A stored search text in its sections.
pub fn sections(words: &str) -> impl Iterator<Item = (Section, &str)> {
    let is_mark = |c: char| Section::of_mark(c).is_some();
    let mut rest = words;
    std::iter::from_fn(move || {
        let mark = rest.chars().next()?;
        let found = Section::of_mark(mark);
        let body = if found.is_some() { &rest[mark.len_utf8()..] } else { rest };
        let end = body.find(is_mark).unwrap_or(body.len());
        rest = &body[end..];
        // What was stored before sections were is the title and the narrative.
        Some((found.unwrap_or(Section::Narrative), &body[..end]))
    })
}

/// The search text of an order, made anew from all that happened to it.
///
/// # Errors
/// When a text does not open at its place.
pub fn of_history<'e>(
    events: impl IntoIterator<Item = &'e OrderEvent> + Clone,
    key: &OrderKey<'_>,
) -> Result<String, Problem> {
    let names = Names::of(events.clone(), key)?;
    let mut out = String::new();
    for (field, sealed) in events.into_iter().flat_map(OrderEvent::texts) {
        out.push_str(&section(Section::of_field(field), key.open(field, sealed)?.expose(), &names));
    }
    Ok(out)
}

/// What an HTML page of ours says, without its marks.
fn words_of_page(html: &str) -> String {
    let body = html.split_once("<body>").map_or(html, |(_, body)| body);
    let mut out = String::with_capacity(body.len());
    let mut rest = body;
    while let Some((text, behind)) = rest.split_once('<') {
        out.push_str(text);
        out.push('\n');
        rest = behind.split_once('>').map_or("", |(_, behind)| behind);
    }
    out.push_str(rest);
    // The ampersand last, so that nothing is read twice.
    for (code, c) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
        out = out.replace(code, c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_in_sections_without_names_and_numbers() {
        let names = Names::new([Pii::new("李小明".to_owned())]);
        let words = section(Section::Title, "李小明年费ＡＰＰ", &names)
            + &section(Section::Note, "致电13812345678，李小明同意", &names)
            + &section(
                Section::Letter,
                "<head><title>x</title></head><body><p>尊敬的李小明：</p><p>A&amp;B 已退还</p>",
                &names,
            );
        let found: Vec<_> = sections(&words).collect();
        assert_eq!(found[0], (Section::Title, "＊年费app".replace('＊', "*").as_str()));
        assert_eq!(found[1], (Section::Note, "致电*,*同意"));
        assert!(found[2].1.contains("a&b 已退还") && !found[2].1.contains("<p>") && !found[2].1.contains("title"));
        assert!(!words.contains("李小明") && !words.contains("1381"));
    }

    #[test]
    fn what_was_stored_before_sections_is_read_as_one() {
        assert_eq!(sections("年费\n争议").collect::<Vec<_>>(), [(Section::Narrative, "年费\n争议")]);
        assert_eq!(sections("").count(), 0);
    }
}
