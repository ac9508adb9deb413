//! `xiaobao export complaints`.

use kernel::{
    Clock as _, Money, OrgPath, PageRequest, Problem, SystemClock, Text, Timestamp,
    id::OrderId,
    page::{Cursor, LIMIT_MAX},
};
use ledger::{Cause, Ledger};
use voice::{
    desk::{self, Act},
    intake::OrderKey,
    model::{
        Command, Law,
        parts::{PersonalField, RevealGround},
        permission,
    },
    store::{
        filter::OrderFilter,
        list,
        orders::{self, OrderRow},
    },
};

use super::{
    Choice, Format, Ground, format_of,
    sheet::{Cell, Sheet},
};
use crate::{
    console::{self, Console},
    fault::{Fault, Outcome},
    house::{self, House, Tables},
    operator::Operator,
    progress::{Counted, Progress},
    settings::Settings,
    stop::Stop,
};

/// The columns in Chinese and English.
const COLUMNS: [(&str, &str); 22] = [
    ("回执号", "receipt"),
    ("工单", "id"),
    ("事项类型", "matter"),
    ("来源", "source"),
    ("转办单号", "origin_number"),
    ("状态", "stage"),
    ("机构", "unit"),
    ("业务办理渠道", "channel"),
    ("业务类别", "business"),
    ("投诉原因", "reason"),
    ("处理结论", "outcome"),
    ("标题", "title"),
    ("姓名", "name"),
    ("电话", "phone"),
    ("涉及金额", "amount"),
    ("币种", "currency"),
    ("受理时间", "received_at"),
    ("结束时间", "ended_at"),
    ("下一期限", "next_due"),
    ("转派次数", "transfers"),
    ("办理轮次", "round"),
    ("满意度", "satisfaction"),
];

/// The columns that --reveal adds.
const CLEAR: [PersonalField; 6] = [
    PersonalField::Name,
    PersonalField::Phone,
    PersonalField::Identity,
    PersonalField::Account,
    PersonalField::Email,
    PersonalField::Address,
];

/// Writes the orders that were chosen.
pub fn run(choice: &Choice, settings: &Settings, console: Console) -> Outcome {
    let format = format_of(choice.file.as_ref(), choice.format, choice.overwrite)?;
    let house = house::open(settings, console, Tables::Required)?;
    let operator = choice.operator.as_deref().map(|number| Operator::sign_in(&house, settings, number)).transpose()?;
    let written = write(choice, format, &house, operator.as_ref(), console);
    if let Some(operator) = operator {
        operator.sign_out();
    }
    let count = written?;
    console.note(&Text::of(
        format!("已导出 {count} 件。"),
        format!("Exported {}.", console::counted(count, "order", "orders")),
    ));
    Ok(())
}

/// What one run writes.
struct Export<'a> {
    house: &'a House,
    scopes: Vec<OrgPath>,
    filter: OrderFilter,
    reveal: Option<(&'a Operator, RevealGround)>,
    now: Timestamp,
}

fn write(
    choice: &Choice,
    format: Format,
    house: &House,
    operator: Option<&Operator>,
    console: Console,
) -> Outcome<u64> {
    let export = export(choice, house, operator)?;
    let stop = Stop::listen()?;
    let mut header: Vec<String> = COLUMNS.iter().map(|(zh, en)| console.pick(*zh, *en)).collect();
    if export.reveal.is_some() {
        header.extend(
            CLEAR.map(|field| {
                console.pick(format!("{}（明文）", field.title().zh), format!("{}_clear", field.as_str()))
            }),
        );
    }
    let mut sheet = Sheet::start(choice.file.as_deref(), format, &header)?;
    let mut progress = Progress::start(console, Text::fixed("导出", "Exporting"), None, Counted::Items);
    let (mut count, mut after) = (0u64, None);
    loop {
        stop.check()?;
        let page = export.page(after)?;
        let clear = export.clear(&page.items)?;
        for (row, clear) in page.items.iter().zip(clear) {
            let mut cells = cells(row);
            cells.extend(clear);
            sheet.row(&cells)?;
            count += 1;
        }
        progress.at(count, count);
        match page.next {
            Some(next) => after = Some(Cursor::from_text(next)),
            None => break,
        }
    }
    sheet.finish()?;
    progress.finish(count);
    Ok(count)
}

fn export<'a>(choice: &Choice, house: &'a House, operator: Option<&'a Operator>) -> Outcome<Export<'a>> {
    let scopes = match operator {
        Some(operator) => {
            operator.require(permission::EXPORT)?;
            operator.actor.scopes(permission::EXPORT)
        }
        // Whoever runs the program on its own machine has the key file; what is written is masked all the same.
        None => house
            .ledger
            .read(people::store::units::all)?
            .into_iter()
            .filter(|unit| unit.parent.is_none())
            .map(|unit| unit.path)
            .collect(),
    };
    let within = match &choice.unit {
        None => None,
        Some(code) => {
            let found = house.ledger.read(|conn| people::store::units::find_by_code(conn, code))?;
            let missing =
                || Fault::setting(Text::of(format!("没有机构 {code}。"), format!("There is no unit {code}.")));
            Some(found.ok_or_else(missing)?.path)
        }
    };
    let reveal = match (operator, choice.reveal) {
        (Some(operator), Some(ground)) => {
            operator.require(permission::REVEAL)?;
            Some((operator, ground_of(ground)))
        }
        (Some(_) | None, _) => None,
    };
    let filter = OrderFilter { within, received_from: choice.from, received_to: choice.to, ..OrderFilter::default() };
    Ok(Export { house, scopes, filter, reveal, now: SystemClock.now() })
}

const fn ground_of(ground: Ground) -> RevealGround {
    match ground {
        Ground::Contact => RevealGround::Contact,
        Ground::Verification => RevealGround::Verification,
        Ground::Authority => RevealGround::Authority,
        Ground::Audit => RevealGround::Audit,
    }
}

impl Export<'_> {
    fn page(&self, after: Option<Cursor>) -> Outcome<kernel::Page<OrderRow>> {
        let request = PageRequest::new(Some(LIMIT_MAX), after);
        Ok(self.house.ledger.read(|conn| list::page(conn, &self.scopes, &self.filter, &request, self.now))?)
    }

    /// The cells in clear of each row; every order keeps an event of having been shown, in the same unit of work for a page.
    fn clear(&self, rows: &[OrderRow]) -> Outcome<Vec<Vec<Cell>>> {
        let Some((operator, ground)) = self.reveal else { return Ok(vec![Vec::new(); rows.len()]) };
        let ids: Vec<OrderId> = rows.iter().map(|row| row.id).collect();
        let (actor, law) =
            (operator.actor.clone(), Law::new(self.house.law.clone(), self.house.law.calendar().clone()));
        let shown = self.house.ledger.write(&Cause::new("command:export"), move |unit| {
            let mut shown = Vec::with_capacity(ids.len());
            for id in &ids {
                let order = desk::load(unit, *id)?;
                let fields: Vec<PersonalField> =
                    CLEAR.into_iter().filter(|field| order.sealed(*field).is_some()).collect();
                let erased = orders::place(unit.connection(), *id)?.is_none_or(|place| place.wrapped.is_none());
                if fields.is_empty() || erased {
                    shown.push(None);
                    continue;
                }
                let command = Command::Reveal { fields, member: None, ground };
                shown.push(Some(desk::act(unit, &Act::new(*id, None, command), &actor, &law)?));
            }
            Ok::<_, Problem>(shown)
        })?;
        rows.iter().zip(shown).map(|(row, order)| open(&self.house.ledger, row.id, order)).collect()
    }
}

fn open(ledger: &Ledger, id: OrderId, order: Option<voice::model::Order>) -> Outcome<Vec<Cell>> {
    let Some(order) = order else { return Ok(vec![Cell::Empty; CLEAR.len()]) };
    let place = ledger.read(|conn| orders::place(conn, id))?.ok_or_else(desk::unknown)?;
    let keyring = &ledger.ports().keyring;
    let key = place.key(keyring)?;
    let key = OrderKey { keyring, key: &key, order: id };
    let cell = |field: PersonalField| match order.sealed(field) {
        Some(sealed) => Ok(Cell::Text(key.open(field.as_str(), sealed)?.into_exposed())),
        None => Ok(Cell::Empty),
    };
    CLEAR.into_iter().map(cell).collect()
}

fn cells(row: &OrderRow) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(&row.receipt),
        Cell::Text(row.id.to_string()),
        text(row.matter.as_str()),
        text(row.source.as_str()),
        Cell::of(row.origin_number.clone()),
        text(row.stage.as_str()),
        text(row.unit.code()),
        Cell::of(row.channel.clone()),
        Cell::of(row.business.clone()),
        Cell::of(row.reason.clone()),
        Cell::of(row.outcome.map(|outcome| outcome.as_str())),
        text(&row.title),
        text(&row.name_masked),
        text(&row.phone_masked),
        row.amount.map_or(Cell::Empty, |amount| Cell::Amount(plain(amount))),
        Cell::of(row.amount.map(|amount| format!("{:?}", amount.currency()).to_uppercase())),
        time(Some(row.received_at)),
        time(row.ended_at),
        time(row.next_due),
        Cell::Number(i64::from(row.transfers)),
        Cell::Number(i64::from(row.round)),
        row.satisfaction.map_or(Cell::Empty, |figure| Cell::Number(i64::from(figure))),
    ]
}

/// An amount without sign of currency and separators.
fn plain(amount: Money) -> String {
    let places = amount.currency().decimals();
    let unit = 10u64.pow(places);
    let (size, sign) = (amount.minor().unsigned_abs(), if amount.minor() < 0 { "-" } else { "" });
    if places == 0 {
        return format!("{sign}{size}");
    }
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = places as usize)
}

/// A wall clock in Shanghai, as people there read it and as `import` reads it back.
fn time(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Empty, |at| Cell::Text(at.in_shanghai().strftime("%Y-%m-%d %H:%M:%S").to_string()))
}

#[cfg(test)]
mod tests {
    use kernel::money::Currency;

    use super::*;

    #[test]
    fn amounts_and_times_are_plain() {
        for (minor, expect) in [(123_450, "1234.50"), (5, "0.05"), (-5, "-0.05")] {
            assert_eq!(plain(Money::new(minor, Currency::Cny)), expect);
        }
        assert_eq!(plain(Money::new(7, Currency::Jpy)), "7");
        let at = Timestamp::from_shanghai(jiff::civil::datetime(2026, 11, 22, 8, 30, 0, 0));
        assert_eq!(time(Some(at)), Cell::Text("2026-11-22 08:30:00".to_owned()));
    }
}
