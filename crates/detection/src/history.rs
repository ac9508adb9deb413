//! A history read into memory: each row's time, label and card, and its fields as JSON, in the order of time.

use std::{collections::HashMap, ops::ControlFlow};

use kernel::Timestamp;
use table::{Headers, Row, RowError, Sink};

use crate::{
    fault::DetectionFault,
    mapping::{Binding, Mapping},
    protocol::{Days, number_of_day},
};

/// Bytes of all rows' fields: some thirty million rows, more than a machine for training holds in features.
const BODIES_BYTES_MAX: usize = 4 << 30;
/// Rows of all files at most: cards are numbered in 32 bits, and the fields' bound is reached before.
const ROWS_MAX: usize = 1 << 28;

/// Rows of the past in the order of time.
#[derive(Debug, Default)]
pub struct History {
    entries: Vec<Entry>,
    /// The fields of all rows, one behind the other.
    bodies: String,
    /// Whether rows say which card they are of; each row is a card of its own otherwise.
    has_cards: bool,
}

/// One row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Microseconds since 1970.
    pub time: i64,
    /// The card, by number.
    pub card: u32,
    pub is_fraud: bool,
    /// When it became known, if the history says so.
    pub known: Option<i64>,
    /// Which of the files, counted from zero, and on which line the row starts.
    pub place: (u16, u32),
    body: (u64, u32),
}

impl History {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How many rows were fraud.
    pub fn frauds(&self) -> usize {
        self.entries.iter().filter(|entry| entry.is_fraud).count()
    }

    /// The times of the first and the last row, in microseconds since 1970.
    pub fn span(&self) -> Option<(i64, i64)> {
        Some((self.entries.first()?.time, self.entries.last()?.time))
    }

    /// The first and the last day in Shanghai, as numbers.
    pub fn days(&self) -> Option<Days> {
        let (first, last) = self.span()?;
        Some(Days { from: number_of_day(first), to: number_of_day(last) + 1 })
    }

    /// Whether rows say which card they are of.
    pub fn has_cards(&self) -> bool {
        self.has_cards
    }

    pub(crate) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The members of the row's JSON object, without the braces.
    pub(crate) fn body(&self, entry: &Entry) -> &str {
        let (start, len) = (entry.body.0 as usize, entry.body.1 as usize);
        &self.bodies[start..start + len]
    }
}

impl Entry {
    /// When it became known that the row was fraud, in microseconds since 1970.
    pub(crate) fn known_after(&self, delay_days: i64) -> i64 {
        self.known.unwrap_or_else(|| Timestamp::from_micros(self.time).plus_days(delay_days).as_micros())
    }
}

/// Takes in one file after the other.
pub struct HistoryReader<'r> {
    mapping: Option<Mapping>,
    binding: Option<Binding>,
    history: History,
    cards: HashMap<String, u32>,
    files: u16,
    /// Told of each row that cannot be taken, and now and then of how many were; may break off.
    refused: &'r mut dyn FnMut(RowError) -> ControlFlow<()>,
    taken: &'r mut dyn FnMut(u64) -> ControlFlow<()>,
}

/// Rows between two looks at whether someone asked to stop.
const ROWS_A_LOOK: usize = 4_096;

impl<'r> HistoryReader<'r> {
    /// A reader by a mapping; without one, the columns of the first file must be of a known shape. `refused` hears of
    /// each row that cannot be taken, `taken` now and then of how many were taken; either may break off.
    pub fn new(
        mapping: Option<Mapping>,
        refused: &'r mut dyn FnMut(RowError) -> ControlFlow<()>,
        taken: &'r mut dyn FnMut(u64) -> ControlFlow<()>,
    ) -> Self {
        Self { mapping, binding: None, history: History::default(), cards: HashMap::new(), files: 0, refused, taken }
    }

    /// The mapping in use, once the first header was read.
    pub fn mapping(&self) -> Option<&Mapping> {
        self.mapping.as_ref()
    }

    /// The history, in the order of time; rows of one time stay in the order in which they were read.
    pub fn finish(mut self) -> History {
        self.history.entries.sort_by_key(|entry| entry.time);
        // Cards get their numbers in the order of time, so that it does not matter which file was read first.
        let mut numbers: HashMap<u32, u32> = HashMap::new();
        for entry in &mut self.history.entries {
            let next = numbers.len() as u32;
            entry.card = *numbers.entry(entry.card).or_insert(next);
        }
        self.history
    }
}

impl Sink<DetectionFault> for HistoryReader<'_> {
    fn start(&mut self, headers: &Headers) -> Result<(), DetectionFault> {
        if self.mapping.is_none() {
            self.mapping = Mapping::known_for(headers.names());
        }
        let mapping = self.mapping.as_ref().ok_or(DetectionFault::UnknownColumns)?;
        self.binding = Some(mapping.bind(headers)?);
        self.history.has_cards = mapping.card.is_some();
        self.files = self.files.checked_add(1).ok_or(DetectionFault::TooLarge("the number of files"))?;
        Ok(())
    }

    fn row(&mut self, headers: &Headers, row: Row) -> Result<ControlFlow<()>, DetectionFault> {
        let Some(binding) = &self.binding else { return Err(DetectionFault::UnknownColumns) };
        let taken = match binding.take(headers, &row) {
            Ok(taken) => taken,
            Err(error) => return self.bad(error),
        };
        let card = match taken.card {
            Some(card) => {
                let number = self.cards.len() as u32;
                *self.cards.entry(card).or_insert(number)
            }
            None => self.history.entries.len() as u32,
        };
        let body = serde_json::Value::Object(taken.fields).to_string();
        let body = &body[1..body.len() - 1];
        if self.history.bodies.len() + body.len() > BODIES_BYTES_MAX {
            return Err(DetectionFault::TooLarge("the fields of all rows together"));
        }
        let count = self.history.entries.len() + 1;
        if count > ROWS_MAX {
            return Err(DetectionFault::TooLarge("the number of rows"));
        }
        let body_at = (self.history.bodies.len() as u64, body.len() as u32);
        self.history.bodies.push_str(body);
        let (time, is_fraud, known) = (taken.time, taken.is_fraud, taken.known);
        let place = (self.files.saturating_sub(1), u32::try_from(row.line).unwrap_or(u32::MAX));
        self.history.entries.push(Entry { time, card, is_fraud, known, place, body: body_at });
        if count.is_multiple_of(ROWS_A_LOOK) && (self.taken)(count as u64).is_break() {
            return Err(DetectionFault::Stopped);
        }
        Ok(ControlFlow::Continue(()))
    }

    fn bad(&mut self, error: RowError) -> Result<ControlFlow<()>, DetectionFault> {
        if (self.refused)(error).is_break() { Err(DetectionFault::Stopped) } else { Ok(ControlFlow::Continue(())) }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::Cursor;

    use table::{Meter, TableOptions};

    use super::*;

    /// A history of the Handbook's columns, and the refused rows.
    pub(crate) fn read(csv: &str) -> (History, Vec<RowError>) {
        read_by(csv, None)
    }

    /// A history by a mapping, and the refused rows.
    pub(crate) fn read_by(csv: &str, mapping: Option<Mapping>) -> (History, Vec<RowError>) {
        let mut refused = Vec::new();
        let mut refuse = |error| {
            refused.push(error);
            ControlFlow::Continue(())
        };
        let mut taken = |_| ControlFlow::Continue(());
        let mut reader = HistoryReader::new(mapping, &mut refuse, &mut taken);
        let (options, meter) = (TableOptions::default(), Meter::default());
        table::read(Cursor::new(csv.as_bytes()), &options, &meter, &mut reader).unwrap();
        let history = reader.finish();
        (history, refused)
    }

    #[test]
    fn rows_come_in_the_order_of_time() {
        let csv = "TX_DATETIME,CUSTOMER_ID,TERMINAL_ID,TX_AMOUNT,TX_FRAUD\n\
            2018-04-02 00:00:00,7,1,10.00,1\n2018-04-01 00:00:00,8,2,0.5,0\n2018-04-02 00:00:00,9,\"x\"\"y\",3,0\n\
            tomorrow,1,1,1,0\n2018-04-02 00:00:00,9,3,much,0\n";
        let (history, refused) = read(csv);
        assert_eq!((history.len(), history.frauds()), (3, 1));
        let bodies: Vec<&str> = history.entries().iter().map(|entry| history.body(entry)).collect();
        assert_eq!(
            bodies,
            [
                r#""amount":50,"payee":{"account":"2"},"payer":{"account":"8"}"#,
                r#""amount":1000,"payee":{"account":"1"},"payer":{"account":"7"}"#,
                r#""amount":300,"payee":{"account":"x\"y"},"payer":{"account":"9"}"#,
            ]
        );
        let places: Vec<(u64, &str)> = refused.iter().map(|error| (error.line, error.column.as_str())).collect();
        assert_eq!(places, [(5, "TX_DATETIME"), (6, "TX_AMOUNT")]);
    }
}
