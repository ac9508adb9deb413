//! Decisions with what became known of them, as rows of a table to learn from: the fields of one event type as they were, accounts
//! and other personal texts as the keyed hashes that the windows know them by. It must never open a personal text unless it is
//! told to.

use std::collections::HashMap;

use decide::{Engine, Kind, Row, Slot};
use kernel::{OrgPath, Problem, Text, Timestamp};
use ledger::{Ledger, StoreError};
use serde_json::Value;
use table::write::Cell;

use super::{
    definition::Definition,
    facts::{self, Layout},
    keys::DayKeys,
};
use crate::store::{
    decisions::{self, DecisionRow},
    labels::{self, LabelRow},
};

/// The columns before those of the event's fields.
const FIRST: [&str; 9] = ["decision", "seq", "time", "decided_at", "outcome", "score", "label", "known_at", "heard_at"];

/// Which decisions.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// On events of this type.
    pub event_type: String,
    /// Decided on or after.
    pub from: Timestamp,
    /// Decided before.
    pub to: Timestamp,
    /// What became known from then on is not taken for known.
    pub known_before: Timestamp,
    /// At and below these places.
    pub scopes: Vec<OrgPath>,
    /// Personal texts in clear.
    pub in_clear: bool,
}

/// A field of the event.
#[derive(Debug)]
struct Field {
    name: String,
    slot: Slot,
    kind: Kind,
    /// Whether it may leave the house as it was sent.
    is_plain: bool,
}

/// A layout, and where each of its places stands now.
type Places = (Layout, Vec<Option<u16>>);

/// Rows on their way out.
pub struct Takeout {
    ledger: Ledger,
    days: DayKeys,
    engine: Engine,
    fields: Vec<Field>,
    layouts: HashMap<i64, Places>,
    wanted: Wanted,
    behind: i64,
    upto: i64,
}

impl Takeout {
    /// The rows before the first.
    ///
    /// # Errors
    /// When nothing is decided on events of the type, or the database fails.
    pub fn open(ledger: &Ledger, wanted: Wanted) -> Result<Self, Problem> {
        let definition = Definition::builtin().map_err(Problem::internal_error)?;
        // Facts are hashed already; what is read here needs no secret.
        let engine = definition.compile([0; 16], &[]).map_err(Problem::internal_error)?;
        let schema = &definition.engine.schema;
        let spec = schema.events.iter().find(|event| event.name == wanted.event_type && event.decided);
        let spec = spec.ok_or_else(|| {
            let text = Text::fixed("没有这种作决策的事件类型。", "Nothing is decided on events of this type.");
            Problem::invalid("/event_type", text)
        })?;
        let field = |name: &String| {
            let slot = engine.schema().slot(name)?;
            let (kind, spec) = (engine.schema().fields()[usize::from(slot)].kind, schema.fields.iter());
            let is_plain = wanted.in_clear || spec.clone().any(|field| field.name == *name && !field.personal);
            // Several texts fit into no cell.
            (kind != Kind::Texts).then(|| Field { name: name.clone(), slot, kind, is_plain })
        };
        let fields = spec.required.iter().chain(&spec.optional).filter_map(field).collect();
        let read = |conn: &mut _| {
            let stretch = decisions::stretch(conn, wanted.from, wanted.to)?;
            Ok::<_, StoreError>((stretch, decisions::all_layouts(conn)?))
        };
        let (stretch, layouts) = ledger.read(read)?;
        let layouts = layouts.into_iter().map(|(id, layout)| {
            let places = layout.places_in(engine.schema());
            (id, (layout, places))
        });
        let (first, upto) = stretch.unwrap_or((1, 0));
        Ok(Self {
            ledger: ledger.clone(),
            days: DayKeys::new(ledger.clone()),
            layouts: layouts.collect(),
            fields,
            engine,
            wanted,
            behind: first - 1,
            upto,
        })
    }

    /// The columns; `xiaobao guard train` knows them.
    pub fn headings(&self) -> Vec<String> {
        let fields = self.fields.iter().map(|field| field.name.clone());
        FIRST.iter().map(|name| (*name).to_owned()).chain(fields).collect()
    }

    /// The rows that come next, in the order of decisions; none at the end.
    ///
    /// # Errors
    /// When the database fails or a row cannot be read.
    pub fn go_on(&mut self) -> Result<Vec<Vec<Cell>>, Problem> {
        let (wanted, behind, upto) = (self.wanted.clone(), self.behind, self.upto);
        let read = move |conn: &mut _| {
            let Wanted { event_type, from, to, scopes, known_before, .. } = &wanted;
            let rows = decisions::taken_out(conn, (behind, upto), (*from, *to), event_type, scopes)?;
            let ids: Vec<String> = rows.iter().map(|(row, _)| row.id.to_string()).collect();
            Ok::<_, StoreError>((rows, labels::holding(conn, &ids, *known_before)?))
        };
        let (rows, mut said) = self.ledger.read(read)?;
        self.behind = rows.last().map_or(upto, |(row, _)| row.seq);
        rows.iter().map(|(row, facts)| self.cells(row, facts, said.remove(&row.id))).collect()
    }

    fn cells(&self, row: &DecisionRow, bytes: &[u8], label: Option<LabelRow>) -> Result<Vec<Cell>, Problem> {
        let corrupt = || Problem::internal_error(format!("decision {} cannot be read", row.seq));
        let schema = self.engine.schema();
        let mut event = schema.row();
        let (layout, places) = self.layouts.get(&row.layout).ok_or_else(corrupt)?;
        facts::into_row(bytes, layout, places, schema, &mut event).ok_or_else(corrupt)?;
        let sent = self.sent(row)?;
        let time = |at: Timestamp| Cell::Text(at.to_string());
        let mut cells = vec![
            Cell::Text(row.id.to_string()),
            Cell::Number(row.seq),
            time(row.at),
            time(row.decided_at),
            Cell::maybe(row.outcome.map(|outcome| outcome.as_str())),
            Cell::Number(row.score),
            Cell::maybe(label.as_ref().map(|label| label.label.as_str())),
            label.as_ref().map_or(Cell::Empty, |label| time(label.known_at)),
            label.as_ref().map_or(Cell::Empty, |label| time(label.said_at)),
        ];
        cells.extend(self.fields.iter().map(|field| cell(field, &event, sent.as_ref())));
        Ok(cells)
    }

    /// The event as it was sent, where a text of it may be shown and the key of its day is still there.
    fn sent(&self, row: &DecisionRow) -> Result<Option<Value>, Problem> {
        if !self.fields.iter().any(|field| field.is_plain && field.kind == Kind::Text) {
            return Ok(None);
        }
        match self.days.open(row.decided_at, row.id, &row.sealed) {
            Ok(text) => Ok(serde_json::from_str(text.expose()).ok()),
            Err(problem) if problem.reason == Some("erased") => Ok(None),
            Err(problem) => Err(problem),
        }
    }
}

/// The value of a field: a text as it was sent where it may be shown, and as its hash otherwise.
fn cell(field: &Field, event: &Row, sent: Option<&Value>) -> Cell {
    let Some(bits) = event.get(field.slot) else { return Cell::Empty };
    match field.kind {
        Kind::Bool => Cell::Text((bits != 0).to_string()),
        Kind::Int | Kind::Time | Kind::Duration => Cell::Number(bits.cast_signed()),
        Kind::Double => Cell::Text(f64::from_bits(bits).to_string()),
        Kind::Text | Kind::Texts => {
            let pointer = format!("/{}", field.name.replace('.', "/"));
            let text = sent.filter(|_| field.is_plain).and_then(|sent| sent.pointer(&pointer)?.as_str());
            // A letter before it, so that no spreadsheet takes digits for a number.
            Cell::Text(text.map_or_else(|| format!("h{bits:016x}"), str::to_owned))
        }
    }
}
