//! Takes a list in: each row is planned before a write begins, and each chunk of rows is one unit of work.

use std::{collections::HashMap, sync::Arc};

use kernel::{
    Actor, OrgPath, Pii, Problem, ProblemKind, Text,
    id::{OrderId, RegulatorListId},
};
use ledger::{Cause, Ledger, Unit};
use people::store::units;
use regulation::{MatterKind, MatterSource};
use seal::BlindIndex;

use super::{
    ListOptions,
    compare::{self, Known},
    report::{Report, RowNote, RowOutcome, RowReport},
    row::{List, ListedRow},
};
use crate::{
    desk::{self, Act},
    intake::{Intake, Prepared, prepare},
    model::{
        Command, Law,
        correction::{CorrectedField, ListRow},
        decide,
        parts::{Entry, Nature, Origin},
        permission::FILE,
    },
    store::{imports, origins},
};

/// Rows of one unit of work: some ten milliseconds of the one writer.
const CHUNK_ROWS: usize = 50;
/// The domain of the prints of rows, apart from those of telephone numbers and the like.
const PRINT: &str = "voice.regulator_list";
/// The name of a complainant whom a list names by a number alone.
const NAMELESS: &str = "清单未列姓名";

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Rows become orders and corrections.
    Apply,
    /// Only what would become of them is told.
    Preview,
}

/// Who takes a list in, and by what.
#[derive(Clone)]
pub struct Taker<'a> {
    /// Where orders are kept.
    pub ledger: &'a Ledger,
    /// What the events name as their cause.
    pub cause: &'a Cause,
    /// The law in force.
    pub law: &'a Law,
    /// Who does it.
    pub actor: &'a Actor,
    /// The list.
    pub id: RegulatorListId,
}

/// What is to be done with a row.
enum Plan {
    /// Nothing: it says the same as before.
    Same(OrderId),
    /// Nothing more than remembering that an order that was typed in is this row.
    Adopt(OrderId),
    /// The order is corrected.
    Correct { act: Box<Act>, fields: Vec<CorrectedField>, is_new_to_lists: bool },
    /// A new order.
    New(Box<Prepared>),
    /// It cannot be taken.
    Refused(Option<OrderId>, Text),
}

struct Planned {
    row: ListedRow,
    print: BlindIndex,
    plan: Plan,
}

/// Where rows of a body's lists are remembered: those that became orders, and those that somebody had typed in before.
struct Sources {
    listed: String,
    adopted: String,
}

impl Sources {
    fn of(source: MatterSource) -> Self {
        Self { listed: format!("regulator.{}", source.as_str()), adopted: format!("adopted.{}", source.as_str()) }
    }
}

/// Takes a list in, row by row.
///
/// # Errors
/// When the database fails; chunks that were taken before stay, and the list can simply be taken in again.
pub fn reconcile(taker: &Taker<'_>, list: List, options: &ListOptions, mode: Mode) -> Result<Report, Problem> {
    let sources = Arc::new(Sources::of(options.source));
    let List { rows: listed, settled: mut rows, unknown_columns } = list;
    let mut left = listed.into_iter();
    loop {
        let chunk: Vec<ListedRow> = left.by_ref().take(CHUNK_ROWS).collect();
        if chunk.is_empty() {
            break;
        }
        let planned = plan(taker, chunk, options, &sources)?;
        rows.extend(match mode {
            Mode::Preview => planned.iter().map(|planned| told(planned, None)).collect(),
            Mode::Apply => apply(taker, planned, &sources)?,
        });
    }
    rows.sort_by_key(|row| row.line);
    Ok(Report { rows, unknown_columns })
}

fn plan(
    taker: &Taker<'_>,
    chunk: Vec<ListedRow>,
    options: &ListOptions,
    sources: &Sources,
) -> Result<Vec<Planned>, Problem> {
    let numbers: Vec<&str> = chunk.iter().map(|row| row.number.as_str()).collect();
    let names: Vec<String> = chunk.iter().filter_map(|row| row.unit.clone()).collect();
    let (known, adopted, places) = taker.ledger.read(|conn| -> Result<_, Problem> {
        let known = imports::known(conn, &sources.listed, &numbers)?;
        let adopted = imports::known(conn, &sources.adopted, &numbers)?;
        Ok((known, adopted, units::find_by_names(conn, &names)?))
    })?;
    let mut planned = Vec::with_capacity(chunk.len());
    for mut row in chunk {
        let keyring = &taker.ledger.ports().keyring;
        let print = keyring.blind_index(PRINT, row.said.expose());
        let number = row.number.as_str();
        let (before, entered) = match (known.get(number), adopted.get(number)) {
            (Some(known), _) => (Some(known), true),
            (None, adopted) => (adopted, false),
        };
        let said = |before: &&imports::Known| keyring.blind_index_all(PRINT, row.said.expose()).contains(&before.print);
        let plan = match before {
            Some(same) if said(&same) => Plan::Same(same.order),
            Some(other) => corrected(taker, &row, other.order, entered, false)?,
            None => {
                let find = |conn: &mut ledger::Connection| origins::by_number(conn, options.source, number);
                match taker.ledger.read(find)? {
                    Some(typed) => corrected(taker, &row, typed, false, true)?,
                    None => new(taker, &mut row, &places, options)?,
                }
            }
        };
        planned.push(Planned { row, print, plan });
    }
    Ok(planned)
}

fn corrected(
    taker: &Taker<'_>,
    row: &ListedRow,
    id: OrderId,
    entered: bool,
    is_new_to_lists: bool,
) -> Result<Plan, Problem> {
    let known: Option<Known> = compare::load(taker.ledger, id)?;
    let Some(known) = known.filter(|known| desk::authorised(known.order.clone(), taker.actor).is_ok()) else {
        let text = Text::fixed(
            "该编号的工单在您无权查看的机构，请由该机构办理。",
            "The order of this number belongs to a unit that you may not see; that unit must do it.",
        );
        return Ok(Plan::Refused(None, text));
    };
    let ports = taker.ledger.ports();
    let at = ListRow { list: taker.id, line: row.line };
    let found = compare::correction(row, &known, entered, at, &ports.keyring, &*ports.random)?;
    let Some((act, fields)) = found else {
        return Ok(if is_new_to_lists { Plan::Adopt(id) } else { Plan::Same(id) });
    };
    let judged = decide(Some(&known.order), act.command.clone(), taker.actor, ports.clock.now(), taker.law);
    Ok(match judged {
        Ok(_) => Plan::Correct { act: Box::new(act), fields, is_new_to_lists },
        Err(refusal) => Plan::Refused(Some(id), refusal.text()),
    })
}

fn new(
    taker: &Taker<'_>,
    row: &mut ListedRow,
    places: &HashMap<String, OrgPath>,
    options: &ListOptions,
) -> Result<Plan, Problem> {
    let ports = taker.ledger.ports();
    let now = ports.clock.now();
    let unit = unit_of(row, places, taker.actor, options);
    if !taker.actor.may(FILE, &unit) && taker.actor.kind != kernel::ActorKind::Program {
        let text = Text::fixed("您没有在该机构登记工单的权限。", "You may not file work orders for this unit.");
        return Ok(Plan::Refused(None, text));
    }
    let intake = intake(row, unit, options);
    let id = OrderId::new(now, &*ports.random);
    let prepared = prepare(&intake, id, now, &ports.keyring, &*ports.random);
    let command = Command::File(Box::new(prepared.filing.clone()));
    Ok(match decide(None, command, taker.actor, now, taker.law) {
        Ok(_) => Plan::New(Box::new(prepared)),
        Err(refusal) => Plan::Refused(None, refusal.text()),
    })
}

/// The unit that the row names, when it is known and the caller may file there; else that of the list.
fn unit_of(row: &mut ListedRow, places: &HashMap<String, OrgPath>, actor: &Actor, options: &ListOptions) -> OrgPath {
    let Some(name) = &row.unit else { return options.unit.clone() };
    let place = places.get(name);
    let theirs = |place: &&OrgPath| actor.may(FILE, place) || actor.kind == kernel::ActorKind::Program;
    if let Some(place) = place.filter(theirs) {
        return place.clone();
    }
    let (zh, en) = if place.is_some() {
        ("您无权在该机构登记", "You may not file for the unit named")
    } else {
        ("没有找到该机构", "The unit named is not known")
    };
    let code = options.unit.code();
    let text =
        Text::of(format!("{zh}，已登记到 {code}，请分派。"), format!("{en}; it was filed for {code}. Assign it."));
    row.notes.push(RowNote::new("", text));
    options.unit.clone()
}

fn intake(row: &mut ListedRow, unit: OrgPath, options: &ListOptions) -> Intake {
    let mut person = row.person.clone();
    let reachable = person.phone.is_some() || person.email.is_some() || person.address.is_some();
    let nature = if person.name.is_none() && !reachable { Nature::Anonymous } else { Nature::Natural };
    if nature == Nature::Natural && person.name.is_none() {
        person.name = Some(Pii::new(NAMELESS.to_owned()));
        let text = Text::fixed(
            "清单没有列出姓名，联系后请补充。",
            "The list names nobody; add the name after the first contact.",
        );
        row.notes.push(RowNote::new("", text));
    }
    Intake {
        matter: row.matter.unwrap_or(MatterKind::Complaint),
        origin: Origin {
            deadline: row.deadline,
            hotline: row.hotline,
            entry: Some(Entry::Transfer),
            wanted: row.wanted.clone(),
            sent_on: row.sent_on,
            ..Origin::passed_on(options.source, Some(row.number.clone()))
        },
        unit,
        received_at: row.received_at,
        nature,
        customer: None,
        person,
        representative: None,
        title: row.title.clone(),
        narrative: row.narrative.clone(),
        request: row.request.clone(),
        amount: row.amount,
        occurred_on: row.occurred_on,
        channel: None,
    }
}

/// Does what was planned, in one unit of work.
fn apply(taker: &Taker<'_>, planned: Vec<Planned>, sources: &Arc<Sources>) -> Result<Vec<RowReport>, Problem> {
    let planned = Arc::new(planned);
    let (work, names) = (Arc::clone(&planned), Arc::clone(sources));
    let (actor, law) = (taker.actor.clone(), taker.law.clone());
    taker.ledger.write(taker.cause, move |unit| {
        // Two takings of one list wait for each other instead of filing a row twice.
        unit.lock(&format!("voice.import/{}", names.listed))?;
        work.iter().map(|planned| carry_out(unit, planned, &names, &actor, &law)).collect()
    })
}

fn carry_out(
    unit: &mut Unit<'_>,
    planned: &Planned,
    sources: &Sources,
    actor: &Actor,
    law: &Law,
) -> Result<RowReport, Problem> {
    let number = planned.row.number.as_str();
    let Planned { print, plan, .. } = planned;
    match plan {
        Plan::Same(_) | Plan::Refused(..) => {}
        Plan::Adopt(order) => {
            let known = imports::known(unit.connection(), &sources.adopted, &[number])?;
            if known.is_empty() {
                imports::remember(unit.connection(), (&sources.adopted, number), *order, print)?;
            }
        }
        Plan::Correct { act, is_new_to_lists, .. } => {
            match desk::act(unit, act, actor, law) {
                Ok(_) => {}
                Err(problem) => return refused(planned, Some(act.id), problem),
            }
            let listed = imports::known(unit.connection(), &sources.listed, &[number])?;
            let source = if listed.is_empty() { &sources.adopted } else { &sources.listed };
            if *is_new_to_lists {
                imports::remember(unit.connection(), (source, number), act.id, print)?;
            } else {
                imports::renew(unit.connection(), (source, number), print)?;
            }
        }
        Plan::New(prepared) => {
            // Somebody else may have taken the same list since this row was planned.
            let known = imports::known(unit.connection(), &sources.listed, &[number])?;
            if let Some(known) = known.get(number) {
                return Ok(told(planned, Some((RowOutcome::Same, Some(known.order)))));
            }
            let command = Command::File(Box::new(prepared.filing.clone()));
            match desk::file(unit, prepared, command, actor, law) {
                Ok(order) => imports::remember(unit.connection(), (&sources.listed, number), order.id, print)?,
                Err(problem) => return refused(planned, None, problem),
            }
        }
    }
    Ok(told(planned, None))
}

/// A refusal concerns its row; a failure of the program concerns the whole chunk.
fn refused(planned: &Planned, order: Option<OrderId>, problem: Problem) -> Result<RowReport, Problem> {
    match problem.kind {
        ProblemKind::Refused
        | ProblemKind::Invalid
        | ProblemKind::Conflict
        | ProblemKind::Forbidden
        | ProblemKind::NotFound => {
            let mut report = told(planned, Some((RowOutcome::Refused, order)));
            report.notes.push(RowNote::new("", problem.message));
            Ok(report)
        }
        ProblemKind::Malformed
        | ProblemKind::Unauthenticated
        | ProblemKind::IdempotencyMismatch
        | ProblemKind::TooLarge
        | ProblemKind::UnsupportedType
        | ProblemKind::TooMany
        | ProblemKind::CrossSite
        | ProblemKind::MethodNotAllowed
        | ProblemKind::Timeout
        | ProblemKind::Unavailable
        | ProblemKind::Internal => Err(problem),
    }
}

fn told(planned: &Planned, instead: Option<(RowOutcome, Option<OrderId>)>) -> RowReport {
    let row = &planned.row;
    let mut notes = row.notes.clone();
    let (outcome, order, fields) = match (&planned.plan, instead) {
        (_, Some((outcome, order))) => (outcome, order, Vec::new()),
        (Plan::Same(order), None) => (RowOutcome::Same, Some(*order), Vec::new()),
        (Plan::Adopt(order), None) => (RowOutcome::Same, Some(*order), Vec::new()),
        (Plan::Correct { act, fields, .. }, None) => (RowOutcome::Corrected, Some(act.id), fields.clone()),
        (Plan::New(prepared), None) => (RowOutcome::New, Some(prepared.filing.id), Vec::new()),
        (Plan::Refused(order, text), None) => {
            notes.push(RowNote::new("", text.clone()));
            (RowOutcome::Refused, *order, Vec::new())
        }
    };
    RowReport { line: row.line, number: Some(row.number.as_str().to_owned()), outcome, order, fields, notes }
}
