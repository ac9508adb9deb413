//! One row of a list as a matter of the past: every value read, nothing stored yet. What the values mean together, the voice
//! room checks.

use kernel::{Date, Money, Pii, Text};
use regulation::{MatterKind, MatterSource};
use seal::Hasher;
use table::{
    Row, RowError,
    value::{self, Moment},
};

use super::bind::{Binding, Field};
use crate::historical::{Historical, HistoricalPerson};

/// Bytes of the hash that stands in for a number the list does not have: 128 bits make an accident impossible.
const PRINT_BYTES: usize = 16;

/// What became of one row.
#[derive(Debug)]
pub enum Taken {
    /// A matter.
    Matter(Box<PastMatter>),
    /// The mapping leaves such rows out.
    Skipped,
}

/// A matter of the past and where it stands in its file.
#[derive(Debug, Clone)]
pub struct PastMatter {
    /// The line of the file.
    pub line: u64,
    /// The row has a number of its own, which is in `row`; others are known by their content.
    pub numbered: bool,
    /// A hash of every value of the row: it tells two rows with one number apart, and names rows without a number.
    pub print: String,
    /// By the list's own flag the answer was in time, but it was not the last word.
    pub interim: bool,
    /// What the row says.
    pub row: Historical,
}

/// What a mapping leaves to the command.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The unit of rows that name none.
    pub unit: String,
    /// The days of the law's ordinary limit, by which the list's own flag is judged.
    pub ordinary_days: Option<u32>,
}

impl Binding {
    /// Reads one row. `hasher` is fresh.
    pub fn take(&self, row: &Row, hasher: Hasher, defaults: &Defaults) -> Result<Taken, RowError> {
        if self.skip.iter().any(|(at, values)| values.contains(&row.get(*at).to_lowercase())) {
            return Ok(Taken::Skipped);
        }
        let read = Reading { binding: self, row };
        let received = read.moment("received")?.ok_or_else(|| read.empty("received"))?;
        let received_at = received.start();
        let clock_start = read.moment("clock_start")?.map(|moment| moment.not_before(received_at));
        let latest = clock_start.unwrap_or(received_at);
        let answered_at = read.moment("answered")?.map(|moment| moment.not_before(latest));
        let latest = answered_at.unwrap_or(latest);
        let closed_at = read.moment("closed")?.map_or(latest, |moment| moment.not_before(latest));
        let (flag, interim) = self.flags(row)?;
        let external = read.text("external")?;
        let title = read.text("title")?.unwrap_or_else(|| self.source.clone());
        Ok(Taken::Matter(Box::new(PastMatter {
            line: row.line,
            numbered: external.is_some(),
            print: print(row, hasher),
            interim: interim && flag == Some(true),
            row: Historical {
                source: self.source.clone(),
                external: external.unwrap_or_default(),
                matter: read.word("matter", MatterKind::ALL, MatterKind::as_str)?.unwrap_or(MatterKind::Complaint),
                origin: read.word("origin", MatterSource::ALL, MatterSource::as_str)?.unwrap_or(MatterSource::Direct),
                origin_number: read.origin_number()?,
                unit: read.text("unit")?.unwrap_or_else(|| defaults.unit.clone()),
                received_at,
                clock_start,
                answered_at,
                timely: flag.filter(|timely| self.flag_tells(*timely, defaults.ordinary_days)),
                closed_at,
                occurred_on: read.date("occurred")?,
                outcome: read.text("outcome")?,
                nature: read.text("nature")?,
                person: read.person()?,
                title: Pii::new(title),
                narrative: Pii::new(read.text("narrative")?.unwrap_or_default()),
                request: read.personal("request")?,
                amount: read.amount()?,
                channel: read.text("channel")?,
                business: read.text("business")?,
                reason: read.text("reason")?,
                region: read.text("region")?,
                labels: read.labels()?,
            },
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
            let reason =
                Text::fixed("既不是映射中的 yes，也不是 no。", "It is neither a `yes` nor a `no` of the mapping.");
            return Err(RowError::column(row.line, &flag.column, reason));
        };
        let interim = flag.interim.as_ref().is_some_and(|(at, values)| values.contains(&row.get(*at).to_lowercase()));
        Ok((timely, interim))
    }

    /// Whether the flag says anything about the law's ordinary limit: in time for a shorter one is in time for it, and late
    /// for a longer one is late for it.
    fn flag_tells(&self, timely: bool, ordinary_days: Option<u32>) -> bool {
        let (Some(flag), Some(ordinary)) = (&self.timely, ordinary_days) else { return false };
        if timely { flag.days <= ordinary } else { flag.days >= ordinary }
    }

    /// The column behind a field that the voice room found wrong, given as a JSON pointer; empty when no column is to blame.
    pub fn column_of(&self, pointer: &str) -> &str {
        let mut parts = pointer.trim_start_matches('/').split('/');
        let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let name = match first {
            "received_at" => "received",
            "answered_at" => "answered",
            "closed_at" => "closed",
            "occurred_on" => "occurred",
            "person" => second,
            "labels" => {
                return second.parse().ok().and_then(|at: usize| self.labels.get(at)).map_or("", |(name, _)| name);
            }
            other => other,
        };
        self.fields.get(name).map_or("", Field::column)
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
    digest[..PRINT_BYTES].iter().map(hex).collect()
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

    /// The number of whoever passed the matter on; a column of such numbers may be filled for others too.
    fn origin_number(&self) -> Result<Option<String>, RowError> {
        let origin = self.word("origin", MatterSource::ALL, MatterSource::as_str)?.unwrap_or(MatterSource::Direct);
        if origin == MatterSource::Direct { Ok(None) } else { self.text("origin_number") }
    }

    fn date(&self, name: &str) -> Result<Option<Date>, RowError> {
        Ok(self.moment(name)?.map(Moment::date))
    }

    fn person(&self) -> Result<HistoricalPerson, RowError> {
        Ok(HistoricalPerson {
            name: self.personal("name")?,
            phone: self.personal("phone")?,
            identity: self.personal("identity")?,
            account: self.personal("account")?,
            email: self.personal("email")?,
            address: self.personal("address")?,
        })
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
