//! What is said about rows that were not taken: some on the screen, all of them in a file when one is named, in the order of
//! their lines.

use std::{
    fs::{self, File},
    io::BufWriter,
    path::Path,
};

use ::table::write::guarded;
use kernel::Text;

use crate::{
    console::{self, Console},
    fault::{Exit, Fault, Outcome, Verb},
    table::RowError,
};

/// Rows shown on the screen; whoever wants all of them names a file.
const SHOWN_MAX: u64 = 20;

/// Gathers the rows that were not taken.
pub struct Refusals {
    console: Console,
    file: Option<csv::Writer<BufWriter<File>>>,
    named: bool,
    /// Those of the batch that is being taken: a row that cannot be read is known before the rows above it are judged.
    waiting: Vec<RowError>,
    count: u64,
    shown: u64,
}

impl Refusals {
    /// Begins; `path` is where all of them go. It must be none of the files that are read, which it would empty.
    pub fn start(path: Option<&Path>, read: &[&Path], console: Console) -> Outcome<Self> {
        if let Some(path) = path
            && read.iter().any(|read| is_same(read, path))
        {
            let text = Text::fixed(
                "--errors 指定的是要读取的文件，会把它清空；请换一个文件名。",
                "--errors names a file that is to be read, and would empty it; name another.",
            );
            return Err(Fault::setting(text));
        }
        let mut file = match path {
            None => None,
            Some(path) => {
                let file = File::create(path).map_err(|error| Fault::file(Verb::Create, path, &error))?;
                Some(csv::Writer::from_writer(BufWriter::new(file)))
            }
        };
        if let Some(file) = &mut file {
            let reason = console.pick("原因", "reason");
            write(file, [console.pick("行", "line"), console.pick("列", "column"), reason])?;
        }
        Ok(Self { console, named: file.is_some(), file, waiting: Vec::new(), count: 0, shown: 0 })
    }

    /// Keeps what is wrong with a row until the batch is settled.
    pub fn hold(&mut self, error: RowError) {
        self.count += 1;
        self.waiting.push(error);
    }

    /// Rows that wait for their batch to be settled.
    pub const fn waiting(&self) -> usize {
        self.waiting.len()
    }

    /// Tells of the rows of a batch that is through, in the order of their lines.
    pub fn settle(&mut self) -> Outcome {
        let mut waiting = std::mem::take(&mut self.waiting);
        waiting.sort_by_key(|error| error.line);
        waiting.iter().try_for_each(|error| self.tell(error))
    }

    /// Tells of one row at once, where rows come in order.
    pub fn add(&mut self, error: &RowError) -> Outcome {
        self.count += 1;
        self.tell(error)
    }

    fn tell(&mut self, error: &RowError) -> Outcome {
        let reason = error.reason.get(self.console.language);
        if let Some(file) = &mut self.file {
            write(file, [error.line.to_string(), guarded(&error.column).into_owned(), guarded(reason).into_owned()])?;
        }
        if self.shown < SHOWN_MAX {
            self.shown += 1;
            let (line, column) = (error.line, &error.column);
            let place = if column.is_empty() {
                self.console.pick(format!("第 {line} 行"), format!("line {line}"))
            } else {
                self.console.pick(format!("第 {line} 行“{column}”"), format!("line {line}, {column}"))
            };
            self.console.note(&Text::of(format!("  {place}：{reason}"), format!("  {place}: {reason}")));
        }
        Ok(())
    }

    /// How many there were.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Ends: says how many were not shown, and makes them the command's outcome.
    pub fn finish(mut self) -> Outcome {
        self.settle()?;
        if let Some(file) = &mut self.file {
            file.flush().map_err(|error| cannot_write(&error))?;
        }
        if self.count == 0 {
            return Ok(());
        }
        let hidden = self.count.saturating_sub(SHOWN_MAX);
        if hidden > 0 && !self.named {
            self.console.note(&Text::of(
                format!("  还有 {hidden} 行未显示；用 --errors 文件 可全部写出。"),
                format!("  {hidden} more are not shown; --errors FILE writes all of them."),
            ));
        }
        let count = self.count;
        let text = Text::of(
            format!("有 {count} 行未能接受。"),
            format!("{} refused.", console::counted(count, "row was", "rows were")),
        );
        Err(Fault::failed(text).exiting(Exit::Refused))
    }
}

/// Whether two paths lead to one file that is there.
fn is_same(one: &Path, other: &Path) -> bool {
    matches!((fs::canonicalize(one), fs::canonicalize(other)), (Ok(one), Ok(other)) if one == other)
}

fn write(file: &mut csv::Writer<BufWriter<File>>, record: [String; 3]) -> Outcome {
    file.write_record(&record).map_err(|error| cannot_write(&error))
}

fn cannot_write(error: &dyn std::fmt::Display) -> Fault {
    Fault::failed(Text::fixed("无法写出拒绝的行。", "Cannot write the refused rows.")).with(error)
}
