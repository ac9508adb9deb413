//! One row of a list: what it may say, and every fault of what it says. Pure; nothing is sealed or stored here.

use endpoint::typed::is_unseen;
use kernel::{Date, FieldProblem, Money, OrgPath, Pii, Text, Timestamp, mask};
use regulation::{Axis, MatterKind, MatterSource};

use crate::{
    intake::{Faults, Intake, NARRATIVE_CHARS_MAX, Person, REMARK_CHARS_MAX, TITLE_CHARS_MAX, TypedPerson, prose},
    model::{
        Law,
        parts::{AxisKey, Classification, Nature, Origin, Outcome, Past, Reference},
    },
};

/// Words of a list's own that one order keeps: the columns of the widest lists seen, twice.
const LABELS_MAX: usize = 40;
/// Characters of the name of such a word: a column's heading.
const LABEL_NAME_CHARS_MAX: usize = 100;
/// Characters of such a word: the longest class names seen have about 100.
const LABEL_CHARS_MAX: usize = 500;
/// Ids hold the time since 1970; nothing older has a place in the order of time.
const EARLIEST: Timestamp = Timestamp::from_micros(0);

/// A closed matter of the past, as a list tells it. Every value is checked by the import; nothing need be clean.
#[derive(Debug, Clone)]
pub struct Historical {
    /// The name of the list: 1 to 64 letters, digits and `- _ . / : #`.
    pub source: String,
    /// The row's own number in the list, in the same characters.
    pub external: String,
    /// What kind of matter.
    pub matter: MatterKind,
    /// Who passed it on.
    pub origin: MatterSource,
    /// Their number; whoever passes a matter on has one.
    pub origin_number: Option<String>,
    /// The unit, by its code or its path.
    pub unit: String,
    /// When it came in.
    pub received_at: Timestamp,
    /// From when the bank's time counts, when the list knows that it reached the bank later.
    pub clock_start: Option<Timestamp>,
    /// When it was answered, if the list knows.
    pub answered_at: Option<Timestamp>,
    /// Whether it was answered in time by the list's own flag, where it has no date of the answer.
    pub timely: Option<bool>,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// When the matter itself happened.
    pub occurred_on: Option<Date>,
    /// What was found, by a word of [`Outcome`].
    pub outcome: Option<String>,
    /// What kind of person, by a word of [`Nature`]; without it a row with a name is a natural person's.
    pub nature: Option<String>,
    /// The complainant's particulars.
    pub person: HistoricalPerson,
    /// The matter in one line; a longer one is shortened, and stands whole above the narrative.
    pub title: Pii<String>,
    /// The matter in full; the title stands in for an empty one.
    pub narrative: Pii<String>,
    /// What they asked for.
    pub request: Option<Pii<String>>,
    /// The amount in question; more than zero.
    pub amount: Option<Money>,
    /// Axis A, by its key.
    pub channel: Option<String>,
    /// Axis B, by its key.
    pub business: Option<String>,
    /// Axis C, by its key.
    pub reason: Option<String>,
    /// The region of the complainant in the list's own words.
    pub region: Option<String>,
    /// The list's own words for product, reason and answer, each with its heading; numbers in them are taken out.
    pub labels: Vec<(String, String)>,
}

/// The complainant's particulars, as far as a list has them.
#[derive(Debug, Clone, Default)]
pub struct HistoricalPerson {
    /// The name.
    pub name: Option<Pii<String>>,
    /// The telephone number.
    pub phone: Option<Pii<String>>,
    /// The identity number.
    pub identity: Option<Pii<String>>,
    /// The account or card.
    pub account: Option<Pii<String>>,
    /// The e-mail address.
    pub email: Option<Pii<String>>,
    /// The postal address.
    pub address: Option<Pii<String>>,
}

/// What a good row says, in the room's own terms.
pub(super) struct Read {
    origin: Origin,
    nature: Nature,
    person: Person,
    title: String,
    narrative: String,
    request: Option<String>,
    channel: Option<AxisKey>,
    classes: Option<Classification>,
    past: Past,
}

impl Read {
    pub(super) fn into_parts(self, row: &Historical, unit: OrgPath) -> (Intake, Past, Option<Classification>) {
        let intake = Intake {
            matter: row.matter,
            origin: self.origin,
            unit,
            received_at: row.received_at,
            nature: self.nature,
            customer: None,
            person: self.person,
            representative: None,
            title: Pii::new(self.title),
            narrative: Pii::new(self.narrative),
            request: self.request.map(Pii::new),
            amount: row.amount,
            occurred_on: row.occurred_on,
            channel: self.channel,
        };
        (intake, self.past, self.classes)
    }
}

impl Historical {
    /// Every fault of the row that can be told without a database, with the JSON pointer of its field; empty when it is good.
    pub fn check(&self, law: &Law, now: Timestamp) -> Vec<FieldProblem> {
        self.read(law, now).err().unwrap_or_default()
    }

    /// What tells the row from others: its list and its number, in their normal form where they have one.
    pub(super) fn key(&self) -> (String, String) {
        (self.source.trim().to_owned(), self.external.trim().to_owned())
    }

    pub(super) fn read(&self, law: &Law, now: Timestamp) -> Result<Read, Vec<FieldProblem>> {
        let mut faults = Faults::default();
        let source = faults.take("/source", reference(&self.source));
        let external = faults.take("/external", reference(&self.external));
        let origin = faults.take("/origin_number", self.read_origin());
        self.check_times(now, &mut faults);
        let outcome = faults.take("/outcome", self.read_outcome());
        let person = self.typed_person().check("/person", now.date(), &mut faults);
        let nature = faults.take("/nature", self.read_nature());
        if self.amount.is_some_and(|amount| amount.minor() <= 0) {
            faults.add("/amount", Text::fixed("金额须大于零。", "The amount must be more than zero."));
        }
        let (title, narrative) = self.read_texts(&mut faults);
        let request = self.request.as_ref().map(|text| clean(text.expose())).filter(|text| !text.is_empty());
        let request = request.and_then(|text| faults.take("/request", prose(&text, REMARK_CHARS_MAX)));
        let mut labels = self.read_labels(&mut faults);
        let (channel, classes) = self.read_classes(law, &mut labels, &mut faults);
        let good = (source, external, origin, outcome, nature);
        let (Some(source), Some(external), Some(origin), Some(outcome), Some(nature)) = good else {
            return Err(told(faults));
        };
        let faults = told(faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let past = Past {
            source,
            external,
            clock_start: self.clock_start.filter(|start| *start != self.received_at),
            answered_at: self.answered_at,
            closed_at: self.closed_at,
            outcome,
            labels,
        };
        Ok(Read { origin, nature, person, title, narrative, request, channel, classes, past })
    }

    fn read_origin(&self) -> Result<Origin, Text> {
        let number = self.origin_number.as_deref().map(str::trim).filter(|number| !number.is_empty());
        let origin = Origin::passed_on(self.origin, number.map(reference).transpose()?);
        match origin.fault(self.received_at) {
            None => Ok(origin),
            Some(fault) => Err(fault.text()),
        }
    }

    fn check_times(&self, now: Timestamp, faults: &mut Faults) {
        let mut floor = ("/received_at", EARLIEST);
        let times = [
            ("/received_at", Some(self.received_at)),
            ("/clock_start", self.clock_start),
            ("/answered_at", self.answered_at),
            ("/closed_at", Some(self.closed_at)),
        ];
        for (pointer, at) in times {
            let Some(at) = at else { continue };
            if at > now {
                faults.add(pointer, Text::fixed("时间不能晚于现在。", "The time cannot lie in the future."));
            } else if at < floor.1 {
                faults.add(pointer, before(floor.0));
            } else {
                floor = (pointer, at);
            }
        }
        if self.occurred_on.is_some_and(|day| day > self.received_at.date()) {
            let text = Text::fixed("发生日期不能晚于收到日期。", "It cannot have happened after it came in.");
            faults.add("/occurred_on", text);
        }
    }

    fn read_outcome(&self) -> Result<Option<Outcome>, Text> {
        let Some(word) = filled(self.outcome.as_ref()) else { return Ok(None) };
        let outcome = Outcome::from_stored(word).ok_or_else(|| one_of(Outcome::ALL.iter().map(|w| w.as_str())))?;
        if outcome == Outcome::Declined && self.answered_at.is_none() {
            let text = "Not accepting a matter is an answer: it needs the time at which the person was told.";
            return Err(Text::of("不予受理须有告知时间（answered_at）。", text));
        }
        Ok(Some(outcome))
    }

    fn read_nature(&self) -> Result<Nature, Text> {
        let named = self.person.name.as_ref().is_some_and(|name| !name.expose().trim().is_empty());
        let nature = match filled(self.nature.as_ref()) {
            Some(word) => Nature::from_stored(word).ok_or_else(|| one_of(Nature::ALL.iter().map(|w| w.as_str())))?,
            None if named => Nature::Natural,
            None => Nature::Anonymous,
        };
        if named == (nature != Nature::Anonymous) {
            return Ok(nature);
        }
        Err(Text::fixed(
            "匿名事项不登记姓名；具名事项须登记姓名。",
            "An anonymous matter carries no name, and a named one must.",
        ))
    }

    fn typed_person(&self) -> TypedPerson<'_> {
        fn typed(value: &Option<Pii<String>>) -> Option<&str> {
            value.as_ref().map(|value| value.expose().as_str())
        }
        let person = &self.person;
        TypedPerson {
            name: typed(&person.name),
            phone: typed(&person.phone),
            identity: typed(&person.identity),
            account: typed(&person.account),
            email: typed(&person.email),
            address: typed(&person.address),
        }
    }

    /// The title within its bounds, and the narrative; nothing of either is lost.
    fn read_texts(&self, faults: &mut Faults) -> (String, String) {
        let full = clean(self.title.expose());
        let narrative = clean(self.narrative.expose());
        if full.is_empty() && narrative.is_empty() {
            let missing = Text::fixed("标题和内容不能都为空。", "There must be a title or a narrative.");
            faults.add("/title", missing);
            return Default::default();
        }
        let first = if full.is_empty() { narrative.lines().next().unwrap_or_default() } else { &full };
        let title = shortened(first);
        let narrative = match (narrative.is_empty(), title == full || full.is_empty()) {
            (true, _) => full,
            (false, true) => narrative,
            (false, false) => format!("{full}\n\n{narrative}"),
        };
        let narrative = faults.take("/narrative", prose(&narrative, NARRATIVE_CHARS_MAX)).unwrap_or_default();
        (title, narrative)
    }

    fn read_labels(&self, faults: &mut Faults) -> Vec<(String, String)> {
        let name = self.person.name.as_ref().map(|name| name.expose().trim());
        let names: Vec<&str> = name.into_iter().filter(|name| !name.is_empty()).collect();
        let region = filled(self.region.as_ref()).map(|region| ("region".to_owned(), region.to_owned()));
        let flag = |timely: bool| ("timely".to_owned(), if timely { "yes" } else { "no" }.to_owned());
        let all = self.labels.iter().cloned().chain(region).chain(self.timely.map(flag));
        let mut labels = Vec::new();
        for (at, (heading, word)) in all.enumerate() {
            let (heading, word) = (clean(&heading), clean(&word));
            if word.is_empty() {
                continue;
            }
            let fits = heading.chars().count() <= LABEL_NAME_CHARS_MAX && word.chars().count() <= LABEL_CHARS_MAX;
            if fits && !heading.is_empty() && labels.len() < LABELS_MAX {
                labels.push((heading, mask::redact(&word, &names)));
            } else {
                faults.add(format!("/labels/{at}"), bounds());
            }
        }
        labels
    }

    /// The keys on the axes that were in force at receipt; keys of another time are kept as the list's own words.
    fn read_classes(
        &self,
        law: &Law,
        labels: &mut Vec<(String, String)>,
        faults: &mut Faults,
    ) -> (Option<AxisKey>, Option<Classification>) {
        let on = self.received_at.date();
        let mut key = |axis: Axis, typed: &Option<String>| {
            let typed = filled(typed.as_ref())?;
            if law.on_axis(axis, typed, on) {
                return Some(AxisKey::new(typed));
            }
            if law.rules.category_ever(axis, typed).is_some() {
                labels.push((axis.as_str().to_owned(), typed.to_owned()));
            } else {
                let text = Text::fixed(
                    "该分类轴没有这个类别，请从列表中选择。",
                    "The axis has no such class; choose from the list.",
                );
                faults.add(format!("/{}", axis.as_str()), text);
            }
            None
        };
        let channel = key(Axis::Channel, &self.channel);
        let (business, reason) = (key(Axis::Business, &self.business), key(Axis::Reason, &self.reason));
        match (channel, business, reason) {
            (Some(channel), Some(business), Some(reason)) => {
                (Some(channel.clone()), Some(Classification { channel, business, reason }))
            }
            // An order is classified on all axes or on none; what the list knows of one is kept in its own words.
            (channel, business, reason) => {
                let rest = [(Axis::Business, business), (Axis::Reason, reason)];
                let rest = rest.into_iter().filter_map(|(axis, key)| Some((axis, key?)));
                labels.extend(rest.map(|(axis, key)| (axis.as_str().to_owned(), key.as_str().to_owned())));
                (channel, None)
            }
        }
    }
}

fn told(faults: Faults) -> Vec<FieldProblem> {
    faults.check().err().map(|problem| problem.fields).unwrap_or_default()
}

pub(super) fn filled(value: Option<&String>) -> Option<&str> {
    value.map(|value| value.trim()).filter(|value| !value.is_empty())
}

fn reference(text: &str) -> Result<Reference, Text> {
    Reference::parse(text).ok_or_else(|| {
        Text::fixed(
            "须为 1 至 64 个文字、数字或 - _ . / : # 等字符，不含空格。",
            "It has 1 to 64 letters, digits and characters such as - _ . / : #, and no blanks.",
        )
    })
}

fn one_of<'a>(words: impl Iterator<Item = &'a str>) -> Text {
    let words = words.collect::<Vec<_>>().join(", ");
    Text::of(format!("应为：{words}。"), format!("It must be one of: {words}."))
}

fn before(pointer: &str) -> Text {
    if pointer == "/received_at" {
        return Text::fixed("时间早于收到时间，或早于 1970 年。", "It lies before the matter came in, or before 1970.");
    }
    let field = pointer.trim_start_matches('/');
    Text::of(format!("时间早于 {field}。"), format!("It lies before `{field}`."))
}

fn bounds() -> Text {
    Text::of(
        format!("原始分类最多 {LABELS_MAX} 项；名称 1 至 {LABEL_NAME_CHARS_MAX} 字，内容最多 {LABEL_CHARS_MAX} 字。"),
        format!(
            "At most {LABELS_MAX} of the list's own words, each with a heading of 1 to {LABEL_NAME_CHARS_MAX} and \
             at most {LABEL_CHARS_MAX} characters."
        ),
    )
}

/// Old systems leave control characters in their texts; they cannot be shown, so that a blank says the same. What takes no room
/// is left out.
fn clean(text: &str) -> String {
    let kept = |c: char| if c.is_control() && !matches!(c, '\n' | '\r' | '\t') { ' ' } else { c };
    text.chars().filter(|c| !is_unseen(*c)).map(kept).collect::<String>().trim().to_owned()
}

/// A title within its bounds.
fn shortened(text: &str) -> String {
    if text.chars().count() <= TITLE_CHARS_MAX {
        return text.to_owned();
    }
    text.chars().take(TITLE_CHARS_MAX - 1).chain(std::iter::once('…')).collect()
}
