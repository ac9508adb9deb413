//! One row of a list as a matter of the past: every value read and checked, nothing stored yet.

use kernel::{Date, Money, Pii, Text, Timestamp};
use regulation::{MatterKind, MatterSource};
use seal::Hasher;

use super::{
    bind::{Binding, Field},
    value::{self, Moment},
};
use crate::table::{Row, RowError};

/// Characters of a row's own number.
const EXTERNAL_CHARS_MAX: usize = 64;
/// Bytes of the hash that stands in for a number the list does not have: 128 bits make an accident impossible.
const DERIVED_BYTES: usize = 16;

/// What became of one row.
#[derive(Debug)]
pub enum Taken {
    /// A matter.
    Matter(Box<PastMatter>),
    /// The mapping leaves such rows out.
    Skipped,
}

/// A matter of the past.
#[derive(Debug, Clone)]
pub struct PastMatter {
    /// The line of the file.
    pub line: u64,
    /// The row's own number; `None` when the list has none and `print` stands in for it.
    pub external: Option<String>,
    /// A hash of every value of the row: it tells two rows with one number apart, and names rows without a number.
    pub print: String,
    /// What kind of matter.
    pub matter: MatterKind,
    /// Who passed it on, and their number.
    pub origin: (MatterSource, Option<String>),
    /// The code of the unit; `None` for the command's own choice.
    pub unit: Option<String>,
    /// When it came in.
    pub received_at: Timestamp,
    /// From when the bank's time is counted.
    pub clock_start: Timestamp,
    /// When it was answered.
    pub answered_at: Option<Timestamp>,
    /// Whether it was answered in time, by the list's own flag.
    pub timely: Option<bool>,
    /// The answer was not the last word.
    pub interim: bool,
    /// When it was closed.
    pub closed_at: Timestamp,
    /// When the matter itself happened.
    pub occurred_on: Option<Date>,
    /// What was found, as a word of the outcome list.
    pub outcome: Option<String>,
    /// What kind of person, as a word of the nature list.
    pub nature: Option<String>,
    /// The complainant's particulars.
    pub person: Person,
    /// The matter in one line.
    pub title: Pii<String>,
    /// The matter in full.
    pub narrative: Pii<String>,
    /// What they asked for.
    pub request: Option<Pii<String>>,
    /// The amount in question.
    pub amount: Option<Money>,
    /// The classes on the three axes: channel, business, reason.
    pub classes: [Option<String>; 3],
    /// The list's own words.
    pub labels: Vec<(String, String)>,
}

/// The complainant's particulars, as far as the list has them.
#[derive(Debug, Clone, Default)]
pub struct Person {
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

impl Binding {
    /// Reads one row. `hasher` is fresh.
    pub fn take(&self, row: &Row, hasher: Hasher) -> Result<Taken, RowError> {
        if self.skip.iter().any(|(at, values)| values.contains(&row.get(*at).to_lowercase())) {
            return Ok(Taken::Skipped);
        }
        let read = Reading { binding: self, row };
        let received = read.moment("received")?.ok_or_else(|| read.empty("received"))?;
        let received_at = received.start();
        let clock_start = read.moment("clock_start")?.map_or(received_at, |moment| moment.not_before(received_at));
        let answered_at = read.moment("answered")?.map(|moment| moment.not_before(clock_start));
        let latest = answered_at.unwrap_or(clock_start).max(received_at);
        let closed_at = read.moment("closed")?.map_or(latest, |moment| moment.not_before(latest));
        let (timely, interim) = self.flags(row)?;
        let title = read.text("title")?.unwrap_or_else(|| self.source.clone());
        let narrative = read.text("narrative")?.unwrap_or_else(|| title.clone());
        Ok(Taken::Matter(Box::new(PastMatter {
            line: row.line,
            external: read.external()?,
            print: print(row, hasher),
            matter: read.word("matter", MatterKind::ALL, MatterKind::as_str)?.unwrap_or(MatterKind::Complaint),
            origin: read.origin()?,
            unit: read.text("unit")?,
            received_at,
            clock_start,
            answered_at,
            timely,
            interim,
            closed_at,
            occurred_on: read.moment("occurred")?.map(Moment::date),
            outcome: read.text("outcome")?,
            nature: read.text("nature")?,
            person: Person {
                name: read.personal("name")?,
                phone: read.personal("phone")?,
                identity: read.personal("identity")?,
                account: read.personal("account")?,
                email: read.personal("email")?,
                address: read.personal("address")?,
            },
            title: Pii::new(title),
            narrative: Pii::new(narrative),
            request: read.personal("request")?,
            amount: read.amount()?,
            classes: [read.text("channel")?, read.text("business")?, read.text("reason")?],
            labels: read.labels()?,
        })))
    }

    fn flags(&self, row: &Row) -> Result<(Option<bool>, bool), RowError> {
        let Some(flag) = &self.timely else { return Ok((None, false)) };
        let word = row.get(flag.at).to_lowercase();
        let timely = if flag.yes.contains(&word) {
            Some(true)
        } else if flag.no.contains(&word) {
            Some(false)
        } else if word.is_empty() {
            None
        } else {
            let reason = Text::fixed("既不是映射中的 yes，也不是 no。", "It is neither a `yes` nor a `no` of the mapping.");
            return Err(RowError::column(row.line, &flag.column, reason));
        };
        let interim = flag.interim.as_ref().is_some_and(|(at, values)| values.contains(&row.get(*at).to_lowercase()));
        Ok((timely, interim))
    }
}

/// The hash of every value of a row, each preceded by its length so that no two rows share one by accident.
fn print(row: &Row, mut hasher: Hasher) -> String {
    for value in row.values() {
        hasher.update(&(value.len() as u64).to_be_bytes());
        hasher.update(value.as_bytes());
    }
    let digest = hasher.finish().0;
    let hex = |byte: &u8| format!("{byte:02x}");
    digest[..DERIVED_BYTES].iter().map(hex).collect()
}

/// Reads the fields of one row.
struct Reading<'a> {
    binding: &'a Binding,
    row: &'a Row,
}

impl Reading<'_> {
    fn field(&self, name: &str) -> Option<&Field> {
        self.binding.fields.get(name)
    }

    fn wrong(&self, name: &str, reason: Text) -> RowError {
        match self.field(name) {
            Some(field) => field.wrong(self.row.line, reason),
            None => RowError::row(self.row.line, reason),
        }
    }

    fn empty(&self, name: &str) -> RowError {
        self.wrong(name, Text::fixed("不能为空。", "It must not be empty."))
    }

    fn text(&self, name: &str) -> Result<Option<String>, RowError> {
        let Some(field) = self.field(name) else { return Ok(None) };
        Ok(Some(field.get(self.row)?).filter(|value| !value.is_empty()))
    }

    fn personal(&self, name: &str) -> Result<Option<Pii<String>>, RowError> {
        Ok(self.text(name)?.map(Pii::new))
    }

    fn moment(&self, name: &str) -> Result<Option<Moment>, RowError> {
        let (Some(field), Some(text)) = (self.field(name), self.text(name)?) else { return Ok(None) };
        value::moment(&text, &field.formats).map(Some).map_err(|reason| self.wrong(name, reason))
    }

    fn amount(&self) -> Result<Option<Money>, RowError> {
        let (Some(field), Some(text)) = (self.field("amount"), self.text("amount")?) else { return Ok(None) };
        let money = value::amount(&text, field.unit).map_err(|reason| self.wrong("amount", reason))?;
        // Lists write 0 where no amount is in question.
        Ok(Some(money).filter(|money| money.minor() != 0))
    }

    fn word<T: Copy>(
        &self,
        name: &str,
        all: impl IntoIterator<Item = T>,
        as_str: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, RowError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let words: Vec<T> = all.into_iter().collect();
        if let Some(word) = words.iter().find(|word| as_str(**word) == text) {
            return Ok(Some(*word));
        }
        let listed = words.iter().map(|word| as_str(*word)).collect::<Vec<_>>().join(", ");
        Err(self.wrong(name, Text::of(format!("应为：{listed}。"), format!("It must be one of: {listed}."))))
    }

    fn origin(&self) -> Result<(MatterSource, Option<String>), RowError> {
        let source = self.word("origin", MatterSource::ALL, MatterSource::as_str)?.unwrap_or(MatterSource::Direct);
        let number = self.text("origin_number")?;
        match source {
            MatterSource::Direct => Ok((source, None)),
            MatterSource::Nfra
            | MatterSource::Pbc
            | MatterSource::Government
            | MatterSource::MarketSupervision
            | MatterSource::ConsumerAssociation
            | MatterSource::OtherBody => match number {
                Some(number) => Ok((source, Some(number))),
                None => {
                    let reason = Text::fixed(
                        "转办的事项须有转办单号（fields.origin_number）。",
                        "A matter that was passed on has the number of whoever did (`fields.origin_number`).",
                    );
                    Err(self.wrong("origin_number", reason))
                }
            },
        }
    }

    fn external(&self) -> Result<Option<String>, RowError> {
        if self.field("external").is_none() {
            return Ok(None);
        }
        let number = self.text("external")?.ok_or_else(|| self.empty("external"))?;
        if number.chars().count() > EXTERNAL_CHARS_MAX {
            return Err(self.wrong("external", Text::of(
                format!("编号最多 {EXTERNAL_CHARS_MAX} 个字符。"),
                format!("A number has at most {EXTERNAL_CHARS_MAX} characters."),
            )));
        }
        Ok(Some(number))
    }

    fn labels(&self) -> Result<Vec<(String, String)>, RowError> {
        let mut labels = Vec::with_capacity(self.binding.labels.len());
        for (name, field) in &self.binding.labels {
            let value = field.get(self.row)?;
            if !value.is_empty() {
                labels.push((name.clone(), value));
            }
        }
        Ok(labels)
    }
}
