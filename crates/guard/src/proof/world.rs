//! Windows and lists as the log tells them, event by event, in memory of their own. It must never read what the engine that decides
//! holds in memory.

use std::{collections::HashMap, sync::Arc};

use decide::{
    Engine, Memory, Row,
    window::{WindowLimits, Windows},
};
use kernel::{Problem, Timestamp, id::DecisionId};
use seal::Sealed;

use super::history::ListsThen;
use crate::{
    screen::{
        Screen,
        facts::{self, Layout},
        score_model::Used,
    },
    store::decisions::{self, PastDecision},
};

/// Memory that windows of one proof may take; past it nothing more is recorded, and the proof says that it is not exact.
const WINDOW_BYTES_MAX: usize = 2 << 30;

/// A layout, and where each of its places stands now.
type Places = (Layout, Vec<Option<u16>>);

/// The world of a proof.
pub struct World {
    engine: Arc<Engine>,
    memory: Memory,
    layouts: HashMap<i64, Places>,
    /// What windows hold.
    pub windows: Windows,
    /// What lists hold.
    pub lists: ListsThen,
    /// The last event that is recorded.
    pub seq: i64,
    row: Row,
}

impl World {
    /// The world before the first event.
    ///
    /// # Errors
    /// When the database fails.
    pub fn new(screen: &Screen) -> Result<Self, Problem> {
        let engine = Arc::new(screen.engine_with(&screen.definition().shipped(), &Used::No)?);
        let limits = WindowLimits { bytes_max: WINDOW_BYTES_MAX };
        Ok(Self {
            memory: engine.memory(),
            windows: Windows::new(engine.plan().clone(), limits),
            row: engine.schema().row(),
            lists: ListsThen::open(screen)?,
            layouts: HashMap::new(),
            engine,
            seq: 0,
        })
    }

    /// Records the events up to and with a place; whether it went so far before `is_over` said that the time is.
    ///
    /// # Errors
    /// When the database fails or a row of the log cannot be read.
    pub fn go(&mut self, screen: &Screen, upto: i64, is_over: &dyn Fn() -> bool) -> Result<bool, Problem> {
        while self.seq < upto {
            if is_over() {
                return Ok(false);
            }
            let seq = self.seq;
            let rows = screen.ledger().read(|conn| decisions::behind(conn, seq))?;
            if rows.is_empty() {
                return Ok(true);
            }
            for one in rows.into_iter().take_while(|one| one.seq <= upto) {
                self.record(screen, &one)?;
            }
        }
        Ok(true)
    }

    /// Records one event with what was decided on it then.
    ///
    /// # Errors
    /// When the database fails or the row cannot be read.
    pub fn record(&mut self, screen: &Screen, one: &PastDecision) -> Result<(), Problem> {
        self.seq = one.seq;
        self.lists.advance(one.seq)?;
        let engine = Arc::clone(&self.engine);
        let (layout, places) = places(&mut self.layouts, screen, &engine, one.layout)?;
        // An event whose type the schema no longer knows counts nowhere.
        if facts::into_row(&one.facts, layout, places, engine.schema(), &mut self.row).is_some() {
            let outcome = one.outcome.map(Into::into);
            engine.record(&self.row, outcome, &mut self.windows, &self.lists.lists, &mut self.memory);
        }
        Ok(())
    }

    /// Whether everything that was to be recorded is.
    pub fn is_whole(&self) -> bool {
        self.windows.report().skipped == 0
    }

    /// An event of the log as a row, with its texts where the key of its day is still there; whether they are. `None` when the
    /// schema no longer knows its type.
    ///
    /// # Errors
    /// When the database fails.
    pub fn row(
        &mut self,
        screen: &Screen,
        (layout, facts): (i64, &[u8]),
        (at, id, sealed): (Timestamp, DecisionId, &Sealed),
    ) -> Result<Option<(Row, bool)>, Problem> {
        let engine = Arc::clone(&self.engine);
        let schema = engine.schema();
        let (layout, places) = places(&mut self.layouts, screen, &engine, layout)?;
        let mut bare = schema.row();
        if facts::into_row(facts, layout, places, schema, &mut bare).is_none() {
            return Ok(None);
        }
        let mut full = schema.row();
        let opened = match screen.open_event(at, id, sealed) {
            Ok(text) => schema.read(text.expose().as_bytes(), &mut full).is_ok(),
            Err(problem) if problem.reason == Some("erased") => false,
            Err(problem) => return Err(problem),
        };
        if !opened {
            return Ok(Some((bare, false)));
        }
        // What the house added to the event stands in the facts alone.
        for (slot, bits) in (0u16..).zip(bare.values()) {
            if bare.known()[usize::from(slot)] && !full.known()[usize::from(slot)] {
                full.set(slot, *bits);
            }
        }
        let is_same = full.known() == bare.known() && full.values() == bare.values() && full.event() == bare.event();
        Ok(Some(if is_same { (full, true) } else { (bare, false) }))
    }
}

fn places<'l>(
    layouts: &'l mut HashMap<i64, Places>,
    screen: &Screen,
    engine: &Engine,
    id: i64,
) -> Result<&'l Places, Problem> {
    if !layouts.contains_key(&id) {
        for (id, layout) in screen.ledger().read(decisions::all_layouts)? {
            let places = layout.places_in(engine.schema());
            layouts.insert(id, (layout, places));
        }
    }
    layouts.get(&id).ok_or_else(|| Problem::internal_error(format!("the layout {id} is not there")))
}
