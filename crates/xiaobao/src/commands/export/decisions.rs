//! `xiaobao export decisions`.

use std::path::PathBuf;

use guard::screen::takeout::{Takeout, Wanted};
use kernel::{Clock as _, Date, OrgPath, SystemClock, Text, Timestamp};
use table::write::Cell as Written;

use super::{
    Format, format_of,
    sheet::{Cell, Sheet},
};
use crate::{
    cli::House,
    console::{self, Console},
    fault::Outcome,
    house::{self, Tables},
    progress::{Counted, Progress},
    settings::Settings,
    stop::Stop,
};

/// Which decisions, and where to.
#[derive(Debug, clap::Args)]
pub struct Choice {
    /// The file to write; standard output as CSV when absent. 输出文件，缺省以 CSV 写到标准输出。
    file: Option<PathBuf>,
    /// The format; by the file's name when absent. 格式，缺省按文件名。
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Write over a file that is there. 覆盖已有文件。
    #[arg(long)]
    overwrite: bool,
    /// Decided on or after this day; everything when absent. 决策日期起。
    #[arg(long, value_name = "DATE")]
    from: Option<Date>,
    /// Decided on or before this day; until now when absent. 决策日期止。
    #[arg(long, value_name = "DATE")]
    to: Option<Date>,
    /// On events of this type. 事件类型。
    #[arg(long, value_name = "TYPE", default_value = "transfer")]
    event_type: String,
    /// What became known after this day is not taken for known. 只计此日及以前获知的结论。
    #[arg(long, value_name = "DATE")]
    labels_until: Option<Date>,
    #[command(flatten)]
    pub(super) house: House,
}

/// Writes the decisions that were chosen, personal texts as keyed hashes.
pub fn run(choice: &Choice, settings: &Settings, console: Console) -> Outcome {
    let format = format_of(choice.file.as_ref(), choice.format, choice.overwrite)?;
    let house = house::open(settings, console, Tables::Required)?;
    let stop = Stop::listen()?;
    let now = SystemClock.now();
    let after = |day: Option<Date>| day.map_or(now.plus_micros(1), |day| Timestamp::start_of(day).plus_days(1));
    // Whoever runs the program on its own machine has the key file; what is written is hidden all the same.
    let units = house.ledger.read(people::store::units::all)?.into_iter();
    let scopes: Vec<OrgPath> = units.filter(|unit| unit.parent.is_none()).map(|unit| unit.path).collect();
    let wanted = Wanted {
        event_type: choice.event_type.clone(),
        from: choice.from.map_or(Timestamp::from_micros(0), Timestamp::start_of),
        to: after(choice.to),
        known_before: after(choice.labels_until),
        scopes,
        in_clear: false,
    };
    let mut takeout = Takeout::open(&house.ledger, wanted)?;
    let mut sheet = Sheet::start(choice.file.as_deref(), format, &takeout.headings())?;
    let mut progress = Progress::start(console, Text::fixed("导出", "Exporting"), None, Counted::Items);
    let mut count = 0u64;
    loop {
        stop.check()?;
        let rows = takeout.go_on()?;
        if rows.is_empty() {
            break;
        }
        for row in rows {
            sheet.row(&row.into_iter().map(cell).collect::<Vec<_>>())?;
            count += 1;
        }
        progress.at(count, count);
    }
    sheet.finish()?;
    progress.finish(count);
    console.note(&Text::of(
        format!("已导出 {count} 项决策。"),
        format!("Exported {}.", console::counted(count, "decision", "decisions")),
    ));
    Ok(())
}

fn cell(cell: Written) -> Cell {
    match cell {
        Written::Empty => Cell::Empty,
        Written::Text(text) => Cell::Text(text),
        Written::Number(number) => Cell::Number(number),
        Written::Hundredths(value) => Cell::Amount(format!("{}.{:02}", value / 100, value.unsigned_abs() % 100)),
        Written::Instant(at) => Cell::Text(at.to_string()),
        Written::Day(day) => Cell::Text(day.to_string()),
    }
}
