//! The cells of one row of a list, read one column at a time. Whatever is wrong or unknown is remarked; what it says about a
//! person is kept for the narrative, so that nothing is lost.

use kernel::{Date, Money, Text, Timestamp};
use regulation::MatterKind;
use table::{
    Row,
    value::{self, AmountUnit, Moment},
};

use super::{
    ListOptions,
    columns::{Column, Places, VOCABULARY, folded},
    report::RowNote,
};
use crate::{
    intake::{self, Faults, Person, TypedPerson},
    model::parts::{PublicHotline, ReportItem},
};

/// Characters of a title that is made from the narrative: a line of a list.
const TITLE_CHARS: usize = 40;
/// Characters at which a title ends.
const TITLE_ENDS: [char; 6] = ['。', '；', '！', '？', '\n', '\r'];

/// The cells of one row, and what is to be said about them.
pub(super) struct Cells<'a> {
    pub(super) places: &'a Places,
    pub(super) row: &'a Row,
    pub(super) notes: Vec<RowNote>,
    /// Particulars that are in no form of the model, to be kept in the narrative.
    pub(super) kept: String,
}

impl Cells<'_> {
    pub(super) fn text(&mut self, column: Column) -> Option<String> {
        self.places.value(self.row, column, &mut self.notes)
    }

    fn note(&mut self, column: Column, text: Text) {
        self.notes.push(RowNote::new(self.places.name(column), text));
    }

    pub(super) fn prose(&mut self, column: Column, chars_max: usize) -> Option<String> {
        let text = self.text(column)?;
        match intake::prose(&text, chars_max) {
            Ok(text) => Some(text),
            Err(fault) => {
                self.note(column, fault);
                let cut: String = text.chars().filter(|c| !c.is_control() || *c == '\n').take(chars_max).collect();
                Some(cut.trim().to_owned()).filter(|cut| !cut.is_empty())
            }
        }
    }

    pub(super) fn moment(&mut self, column: Column) -> Option<Moment> {
        let text = self.text(column)?;
        value::moment(&text, &[])
            .map_err(|_| {
                let text = Text::fixed("不是日期，未采用。", "Not a date; it was not used.");
                self.note(column, text);
            })
            .ok()
    }

    /// The bank's time counts from its own receipt: what the row says, else when the list came.
    pub(super) fn received(&mut self, options: &ListOptions) -> Timestamp {
        match self.moment(Column::ReceivedAt) {
            None => options.received_at,
            Some(Moment::Day(day)) if day == options.received_at.date() => options.received_at,
            Some(moment) if moment.start() > options.received_at => {
                let text = Text::fixed(
                    "收到时间晚于清单收到时间，按清单收到时间计。",
                    "It lies after the receipt of the list, which was used instead.",
                );
                self.note(Column::ReceivedAt, text);
                options.received_at
            }
            Some(moment) => moment.start(),
        }
    }

    pub(super) fn deadline(&mut self, received_at: Timestamp) -> Option<Timestamp> {
        let deadline = match self.moment(Column::Deadline)? {
            Moment::Day(day) => Timestamp::end_of(day),
            Moment::Instant(at) => at,
        };
        if deadline > received_at {
            return Some(deadline);
        }
        let text = Text::fixed(
            "反馈期限不晚于收到时间，未设转办时限；请尽快与转办单位确认。",
            "The deadline does not lie after the receipt, so no clock was set; ask the sender at once.",
        );
        self.note(Column::Deadline, text);
        None
    }

    pub(super) fn person(&mut self, today: Date) -> Person {
        let columns = [
            ("/name", Column::Name),
            ("/phone", Column::Phone),
            ("/identity", Column::Identity),
            ("/account", Column::Account),
            ("/email", Column::Email),
            ("/address", Column::Address),
        ];
        let values: Vec<Option<String>> = columns.iter().map(|(_, column)| self.text(*column)).collect();
        let of = |at: usize| values[at].as_deref();
        let typed =
            TypedPerson { name: of(0), phone: of(1), identity: of(2), account: of(3), email: of(4), address: of(5) };
        let mut faults = Faults::default();
        let person = typed.check("", today, &mut faults);
        if let Err(problem) = faults.check() {
            for fault in problem.fields {
                let Some(at) = columns.iter().position(|(pointer, _)| *pointer == fault.pointer) else { continue };
                let (zh, en) = (&fault.message.zh, &fault.message.en);
                let text = Text::of(format!("{zh}已保留在事项内容中。"), format!("{en} It was kept in the narrative."));
                self.note(columns[at].1, text);
                if let Some(value) = of(at) {
                    self.kept.push_str(&format!("\n{}：{value}", self.places.name(columns[at].1)));
                }
            }
        }
        person
    }

    pub(super) fn amount(&mut self) -> Option<Money> {
        let text = self.text(Column::Amount)?;
        let amount = value::amount(&text, AmountUnit::Yuan).ok().filter(|amount| amount.minor() > 0);
        if amount.is_none() && !folded(&text).trim_matches(['0', '.']).is_empty() {
            let note =
                Text::fixed("不是金额，未采用；已保留在事项内容中。", "Not an amount; it was kept in the narrative.");
            self.note(Column::Amount, note);
            self.kept.push_str(&format!("\n{}：{text}", self.places.name(Column::Amount)));
        }
        amount
    }

    /// The title and the narrative. What the sender says of business and reason is part of the story.
    pub(super) fn about(&mut self, given: Option<&str>, request: Option<&str>) -> Result<(String, String), Text> {
        let told = self.prose(Column::Narrative, intake::NARRATIVE_CHARS_MAX);
        let told = told.or_else(|| request.map(str::to_owned)).or_else(|| given.map(str::to_owned));
        let Some(mut narrative) = told else {
            return Err(Text::fixed("没有事项内容。", "There is nothing about what the matter is."));
        };
        let title = given.map_or_else(|| title_of(&narrative), str::to_owned);
        for column in [Column::Product, Column::Reason] {
            if let Some(text) = self.text(column) {
                narrative.push_str(&format!("\n{}：{text}", self.places.name(column)));
            }
        }
        narrative.push_str(&self.kept);
        Ok((title, narrative.chars().take(intake::NARRATIVE_CHARS_MAX).collect()))
    }

    pub(super) fn matter(&mut self) -> Option<MatterKind> {
        let text = self.text(Column::Matter)?;
        let cell = folded(&text);
        let named = |names: &Vec<String>| names.iter().any(|name| folded(name) == cell);
        let found = VOCABULARY.matter.iter().find(|(_, names)| named(names));
        let found = found.and_then(|(key, _)| MatterKind::ALL.into_iter().find(|kind| kind.as_str() == key));
        if found.is_none() {
            let text = Text::fixed(
                "不认识的事项类别，按投诉登记；需要时请变更类别。",
                "An unknown kind of matter; it was filed as a complaint. Change the kind where needed.",
            );
            self.note(Column::Matter, text);
        }
        found
    }

    pub(super) fn hotline(&mut self, options: &ListOptions) -> Option<PublicHotline> {
        let text = self.text(Column::Hotline)?;
        let says = |words: &Vec<String>| words.iter().any(|word| text.contains(word.as_str()));
        let found = VOCABULARY.hotline.iter().find(|(_, words)| says(words));
        let found = found.and_then(|(key, _)| PublicHotline::from_stored(key));
        let fits = found.filter(|hotline| hotline.source() == options.source);
        if fits.is_none() {
            let text = Text::fixed(
                "不认识的热线，或不属于该转办单位，未采用。",
                "An unknown hotline, or one of another body; it was not used.",
            );
            self.note(Column::Hotline, text);
        }
        fits
    }

    pub(super) fn wanted(&mut self) -> Vec<ReportItem> {
        let Some(text) = self.text(Column::Wanted) else { return Vec::new() };
        let text = text.to_lowercase();
        let says = |words: &Vec<String>| words.iter().any(|word| text.contains(&word.to_lowercase()));
        let found = VOCABULARY.wanted.iter().filter(|(_, words)| says(words));
        let found: Vec<ReportItem> = found.filter_map(|(key, _)| ReportItem::from_stored(key)).collect();
        if found.is_empty() {
            let text = Text::fixed(
                "不认识的反馈要求，按一般反馈办理；请查看清单原文。",
                "Unknown wishes; a plain report is asked for. See the list itself.",
            );
            self.note(Column::Wanted, text);
        }
        crate::model::parts::Origin::items(found)
    }
}

/// The first sentence of a narrative, cut to a line.
fn title_of(narrative: &str) -> String {
    let first = narrative.split(TITLE_ENDS).map(str::trim).find(|part| !part.is_empty()).unwrap_or(narrative);
    first.chars().take(TITLE_CHARS).collect()
}
