//! `xiaobao import staff` and `import customers`: good rows are taken batch by batch, wrong ones told.

use std::{cell::RefCell, ops::ControlFlow, path::Path};

use kernel::{ActorRef, Problem, SystemRandom, Text, id::ImportId};
use ledger::{Cause, Unit};
use people::{
    model::{
        customer_import::{self, CustomerRow},
        import::ImportColumn,
        staff_import::{self, StaffRow},
    },
    use_cases::imports::{self, BATCH_ROWS, BatchReport},
};

use super::{Reading, list};
use crate::{
    console::Console,
    fault::Outcome,
    house::{self, Tables},
    progress::{Counted, Progress},
    refusals::Refusals,
    settings::Settings,
    stop::Stop,
    table::{Meter, RowError},
};

/// What takes one batch in a unit of work.
type Take<T> = fn(&mut Unit<'_>, &ActorRef, &[T]) -> Result<BatchReport, Problem>;

/// One kind of list.
struct Kind<T> {
    title: Text,
    columns: &'static [ImportColumn],
    make: list::Make<T>,
    take: Take<T>,
}

/// Takes a list of staff.
pub fn staff(path: &Path, reading: &Reading, settings: &Settings, console: Console) -> Outcome {
    let kind = Kind {
        title: Text::fixed("导入员工", "Importing staff"),
        columns: &staff_import::COLUMNS,
        make: |line, field| StaffRow::read(line, field),
        take: imports::take_staff,
    };
    run(kind, path, reading, settings, console)?;
    console.note(&Text::fixed(
        "新员工在管理员为其重置密码之后才能登录。",
        "New people can sign in once an administrator has reset their password.",
    ));
    Ok(())
}

/// Takes a list of customers.
pub fn customers(path: &Path, reading: &Reading, settings: &Settings, console: Console) -> Outcome {
    let kind = Kind {
        title: Text::fixed("导入客户", "Importing customers"),
        columns: &customer_import::COLUMNS,
        make: |line, field| CustomerRow::read(line, field),
        take: imports::take_customers,
    };
    run(kind, path, reading, settings, console)
}

fn run<T: Send + Clone + 'static>(
    kind: Kind<T>,
    path: &Path,
    reading: &Reading,
    settings: &Settings,
    console: Console,
) -> Outcome {
    let house = house::open(settings, console, Tables::Required)?;
    let stop = Stop::listen()?;
    let cause = Cause::import(ImportId::new(house.ledger.ports().clock.now(), &SystemRandom));
    let meter = Meter::default();
    let size = std::fs::metadata(path).map(|metadata| metadata.len()).ok();
    let mut progress = Progress::start(console, kind.title, size, Counted::Bytes);
    let mut total = BatchReport::default();
    let refusals = RefCell::new(Refusals::start(reading.errors.as_deref(), &[path], console)?);
    let mut take = |rows: Vec<T>| {
        stop.check()?;
        let act = kind.take;
        let batch = house.ledger.write(&cause, move |unit| act(unit, &ActorRef::program("import"), &rows))?;
        list::row_errors(&batch.errors).for_each(|error| refusals.borrow_mut().hold(error));
        refusals.borrow_mut().settle()?;
        total.added += batch.added;
        total.changed += batch.changed;
        total.unchanged += batch.unchanged;
        progress.at(meter.bytes(), total.added + total.changed + total.unchanged);
        Ok(ControlFlow::Continue(()))
    };
    let mut bad = |error: &RowError| {
        refusals.borrow_mut().hold(error.clone());
        Ok(())
    };
    let batches = list::Batches::new(kind.columns, console, BATCH_ROWS, kind.make, &mut take, &mut bad);
    let read = batches.read(path, &reading.options(), &meter);
    let mut refusals = refusals.into_inner();
    // When the reading broke off, what was found wrong before is still told.
    let read = read.and(refusals.settle());
    progress.finish(total.added + total.changed + total.unchanged);
    // Nothing is reported of a file that could not be read at all; the reason says it.
    if read.is_err() && total == BatchReport::default() && refusals.count() == 0 {
        return read;
    }
    let (added, changed, unchanged, refused) = (total.added, total.changed, total.unchanged, refusals.count());
    console.say(&Text::of(
        format!("新增 {added}，变更 {changed}，未变 {unchanged}，拒绝 {refused} 行。"),
        format!("{added} added, {changed} changed, {unchanged} unchanged, {refused} refused."),
    ))?;
    read.and_then(|()| refusals.finish())
}
