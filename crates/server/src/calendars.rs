//! Years of public holidays that were imported from a page: laid over those of the regulation files, in every process.
//! Reads no file, and decides nothing about a deadline.

use std::{sync::Arc, time::Duration};

use endpoint::Shared;
use kernel::{Text, calendar::HolidayYear};
use ledger::{Connection, Event, Ledger, StoreError, UpgradeError};
use regulation::{Regulations, RowError, parse_holidays};
use serde::{Deserialize, Serialize};

use crate::store::calendars::{self, ImportedYear};

/// How often a process looks for years that another one took in.
pub const LOOK_EVERY: Duration = Duration::from_secs(30);

/// After an import, deadlines are computed anew when every process has looked once, with some seconds to spare.
pub const KNOWN_EVERYWHERE_MICROS: i64 = 40 * 1_000_000;

/// What happens to a year's calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CalendarEvent {
    /// A year's holidays were taken in.
    Imported {
        /// The year.
        year: i16,
        /// How many dates it names.
        days: u64,
        /// The holidays as our own TOML.
        body: String,
    },
}

impl Event for CalendarEvent {
    const TYPE: &'static str = "operations.calendar";
    const VERSION: u16 = 1;

    fn kind(&self) -> &'static str {
        match self {
            Self::Imported { .. } => "imported",
        }
    }

    fn upgrade(kind: &str, from: u16, _payload: serde_json::Value) -> Result<serde_json::Value, UpgradeError> {
        Err(UpgradeError::unknown(kind, from))
    }
}

/// Reads a file of holidays whole: every line of it or nothing, with all that is wrong.
///
/// # Errors
/// What is wrong with it, date by date.
pub fn read(text: &str) -> Result<HolidayYear, Vec<RowError>> {
    match parse_holidays("", text) {
        // A list with holes would silently make workdays of holidays.
        (Some(year), errors) if errors.is_empty() => Ok(year),
        (_, errors) => Err(errors),
    }
}

/// What is wrong when a year does not go together with those around it.
pub fn disagrees(error: &kernel::calendar::CalendarError) -> Text {
    let kernel::calendar::CalendarError { year, other, date } = error;
    Text::of(
        format!("{date}：{year} 年与 {other} 年的安排互相矛盾。"),
        format!("{date}: the papers for {year} and {other} disagree."),
    )
}

/// The law with the imported years over it. A year that contradicts the files is left out and told to the log: the house
/// must open all the same.
///
/// # Errors
/// When the database fails.
pub fn over(connection: &mut Connection, law: &Regulations) -> Result<Regulations, StoreError> {
    let mut law = law.clone();
    for imported in calendars::all(connection)? {
        match add(&law, &imported) {
            Ok(with) => law = with,
            Err(reason) => {
                let year = imported.year;
                tracing::error!(year, reason = %reason.en, "the imported holidays of {year} are left out");
            }
        }
    }
    Ok(law)
}

fn add(law: &Regulations, imported: &ImportedYear) -> Result<Regulations, Text> {
    let not_a_year = || Text::fixed("不是一年的放假安排。", "It is not a year of holidays.");
    let year = read(&imported.body)
        .map_err(|errors| errors.into_iter().next().map_or_else(not_a_year, |error| error.reason))?;
    law.with_holiday_year(year).map_err(|error| disagrees(&error))
}

/// [`over`] on a connection of the ledger's.
///
/// # Errors
/// When the database fails.
pub fn law_of(ledger: &Ledger, law: &Regulations) -> Result<Arc<Regulations>, StoreError> {
    ledger.read(|connection| over(connection, law)).map(Arc::new)
}

/// Takes over what was imported since this process last looked.
///
/// # Errors
/// When the database fails.
pub fn refresh(shared: &Shared) -> Result<(), StoreError> {
    let before = shared.law();
    let law = law_of(shared.ledger(), &before)?;
    if law.calendar() != before.calendar() {
        let last_year = law.calendar().last_known_year();
        shared.set_law(law);
        tracing::info!(last_year, "took over imported holidays");
    }
    Ok(())
}

/// Takes over imported years again and again, as long as the program runs.
pub async fn keep_current(shared: Shared) {
    let mut beat = tokio::time::interval(LOOK_EVERY);
    loop {
        beat.tick().await;
        let shared = shared.clone();
        match tokio::task::spawn_blocking(move || refresh(&shared)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "imported holidays could not be read; the calendar stays as it is")
            }
            Err(error) => tracing::warn!(%error, "imported holidays could not be read; the calendar stays as it is"),
        }
    }
}
