//! Features compiled: which tables of keys there are, which logs hang on them, and what is read out of each.
//!
//! Features over the same key, the same event types and the same condition share one log, and a log has columns only for
//! what its features need. A field whose different values are counted has a table of its own, which gives each value a
//! number.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    entry::{COLUMNS_MAX, Shape},
    logs::Keep,
    spec::{FEATURES_MAX, FeatureSpec, What},
};
use crate::{
    fault::{Fault, nearest},
    hash::HashKeys,
    schema::Schema,
    value::{Kind, Slot},
};

/// Different conditions of features: one bit each.
pub const FILTERS_MAX: usize = 64;
/// How late an event may come behind the newest event of all unless said otherwise: a branch's batch of the day before.
pub const LATE_MICROS_DEFAULT: i64 = 86_400_000_000;

/// Compiled features.
#[derive(Debug)]
pub struct Plan {
    pub(super) tables: Vec<TablePlan>,
    pub(super) tracks: Vec<TrackPlan>,
    filters: Vec<String>,
    features: Vec<Feature>,
    pub(super) late: i64,
    pub(super) keys: HashKeys,
}

/// A feature in its place.
#[derive(Debug, Clone)]
pub struct Feature {
    /// What was declared.
    pub spec: FeatureSpec,
    /// Its kind.
    pub kind: Kind,
    /// Its place in the working memory of a decision.
    pub slot: Slot,
}

/// Keys over the same fields.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TablePlan {
    /// The fields' places, ascending.
    pub slots: Vec<Slot>,
    /// How long a key is remembered after it was last used.
    pub keep: i64,
    /// The tracks whose keys these are.
    pub tracks: Vec<usize>,
}

/// Logs over the same key, types and condition.
#[derive(Debug)]
pub(super) struct TrackPlan {
    pub table: usize,
    /// Bit per event type that counts.
    pub events: u64,
    /// The bit of the condition, if there is one.
    pub filter: Option<u8>,
    /// The fields summed.
    pub sums: Vec<Slot>,
    /// The fields of which different values are counted, and the tables that number them.
    pub distincts: Vec<(Slot, usize)>,
    /// How long entries are needed; zero if there is no log.
    pub keep: i64,
    /// What is read, by delay and then by length, so that each window goes on where the one before ended.
    pub windows: Vec<WindowPlan>,
    /// What is read of when the key was seen.
    pub seen: Vec<Out>,
}

/// One window of a track.
#[derive(Debug)]
pub(super) struct WindowPlan {
    pub lag: i64,
    pub length: i64,
    pub outs: Vec<Out>,
}

/// One figure that is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Out {
    pub what: What,
    /// The column among the summed or the distinct ones.
    pub column: usize,
    pub slot: Slot,
    /// Whether the event itself counts.
    pub current: bool,
    /// How far back a key counts as seen.
    pub length: i64,
}

impl TrackPlan {
    /// What the logs keep.
    pub(super) fn keep(&self) -> Keep {
        Keep { micros: self.keep, one_older: self.needs_last() }
    }

    /// Whether it is asked when a key was last seen.
    fn needs_last(&self) -> bool {
        self.seen.iter().any(|out| matches!(out.what, What::SinceLast | What::New))
    }

    pub(super) fn shape(&self) -> Shape {
        Shape { sums: self.sums.len(), distincts: self.distincts.len() }
    }

    /// Whether an event of a type belongs in the logs, as far as conditions go.
    pub(super) fn admits(&self, event: u16, admitted: u64) -> bool {
        self.events >> event & 1 == 1 && self.filter.is_none_or(|bit| admitted >> bit & 1 == 1)
    }
}

impl Plan {
    /// Compiles features; the first gets the place `first`, the others follow.
    pub fn compile(specs: &[FeatureSpec], schema: &Schema, first: Slot, late: i64) -> Result<Self, Vec<Fault>> {
        let mut builder = Builder { schema, plan: Self::empty(*schema.keys(), late), names: HashMap::new() };
        let mut faults = Vec::new();
        if specs.len() > FEATURES_MAX {
            faults.push(Fault::new(
                "features",
                format!("最多 {FEATURES_MAX} 个特征。"),
                format!("At most {FEATURES_MAX} features."),
            ));
        }
        for (index, spec) in specs.iter().enumerate().take(FEATURES_MAX) {
            let found = builder.add(spec, first + index as Slot);
            faults.extend(found.into_iter().map(|fault| fault.below(&format!("features[{index}]"))));
        }
        let mut plan = builder.plan;
        plan.finish();
        if faults.is_empty() { Ok(plan) } else { Err(faults) }
    }

    fn empty(keys: HashKeys, late: i64) -> Self {
        Self { tables: Vec::new(), tracks: Vec::new(), filters: Vec::new(), features: Vec::new(), late, keys }
    }

    /// The features in the order of their places.
    pub fn features(&self) -> &[Feature] {
        &self.features
    }

    /// The conditions that events must be tested for, each with the bit of its position.
    pub fn filters(&self) -> &[String] {
        &self.filters
    }

    /// How late an event may come behind the newest, in microseconds.
    pub fn late_micros_max(&self) -> i64 {
        self.late
    }

    /// A print of what the kept state looks like. State can be taken over by a plan with the same print, whatever its
    /// features compute of it.
    pub fn print(&self) -> u64 {
        let tables: Vec<_> = self.tables.iter().map(|table| (&table.slots, table.keep)).collect();
        let tracks: Vec<_> = self
            .tracks
            .iter()
            .map(|track| {
                let filter = track.filter.map(|bit| &self.filters[usize::from(bit)]);
                (track.table, track.events, filter, &track.sums, &track.distincts, track.keep, track.needs_last())
            })
            .collect();
        let text = serde_json::to_string(&Print { tables, tracks, late: self.late }).unwrap_or_default();
        self.keys.text(text.as_bytes())
    }

    /// Sorts windows, and lets tables remember keys as long as anything needs them.
    fn finish(&mut self) {
        for (number, track) in self.tracks.iter_mut().enumerate() {
            self.tables[track.table].tracks.push(number);
            track.windows.sort_by_key(|window| (window.lag, window.length));
            if track.keep > 0 || track.needs_last() {
                track.keep += self.late;
            }
            let seen = track.seen.iter().map(|out| out.length).max().unwrap_or_default();
            let keep = track.keep.max(seen + self.late);
            for table in std::iter::once(track.table).chain(track.distincts.iter().map(|(_, table)| *table)) {
                self.tables[table].keep = self.tables[table].keep.max(keep);
            }
        }
    }
}

#[derive(Serialize)]
struct Print<A, B> {
    tables: A,
    tracks: B,
    late: i64,
}

struct Builder<'s> {
    schema: &'s Schema,
    plan: Plan,
    names: HashMap<String, usize>,
}

impl Builder<'_> {
    fn add(&mut self, spec: &FeatureSpec, slot: Slot) -> Vec<Fault> {
        let mut faults = spec.faults();
        if self.schema.slot(&spec.name).is_some() || self.names.insert(spec.name.clone(), usize::from(slot)).is_some() {
            faults.push(Fault::new("name", "该名称已被使用。", "This name is taken."));
        }
        let key: Vec<Option<Slot>> =
            spec.by.iter().map(|name| self.key_field(name, "by").map_err(|fault| faults.push(fault)).ok()).collect();
        let of = spec.of.as_deref().map(|name| self.value_field(name, spec.what).map_err(|fault| faults.push(fault)));
        let events = self.schema.event_bits(&spec.events, &mut faults);
        let filter = self.filter(spec, &mut faults);
        if !faults.is_empty() {
            return faults;
        }
        let mut key: Vec<Slot> = key.into_iter().flatten().collect();
        key.sort_unstable();
        let table = self.table(&key);
        let of = of.and_then(Result::ok);
        let track = self.track(table, events, filter);
        let Some(column) = self.column(track, of, spec.what) else {
            return vec![Fault::new(
                "of",
                format!("同一键与条件下最多统计 {COLUMNS_MAX} 个字段。"),
                format!("At most {COLUMNS_MAX} fields of one kind over one key and condition."),
            )];
        };
        let out = Out { what: spec.what, column, slot, current: spec.current, length: spec.length() };
        self.plan.tracks[track].read(out, spec);
        self.plan.features.push(Feature { spec: spec.clone(), kind: kind_of(spec.what), slot });
        Vec::new()
    }

    fn field(&self, name: &str, path: &str) -> Result<(Slot, Kind), Fault> {
        let Some(slot) = self.schema.slot(name) else {
            let fault =
                Fault::new(path, format!("没有名为“{name}”的字段。"), format!("There is no field named `{name}`."));
            let known = self.schema.fields().iter().map(|field| field.spec.name.as_str());
            return Err(match nearest(name, known) {
                Some(near) => fault.hint(format!("是否指“{near}”？"), format!("Did you mean `{near}`?")),
                None => fault,
            });
        };
        Ok((slot, self.schema.fields()[usize::from(slot)].kind))
    }

    fn key_field(&self, name: &str, path: &str) -> Result<Slot, Fault> {
        match self.field(name, path)? {
            (slot, Kind::Bool | Kind::Int | Kind::Text | Kind::Time | Kind::Duration) => Ok(slot),
            (_, Kind::Double | Kind::Texts) => Err(Fault::new(
                path,
                format!("“{name}”不能作为键：须为文本、整数、时间或布尔值。"),
                format!("`{name}` cannot be a key: a text, a whole number, a time or a truth value can."),
            )),
        }
    }

    fn value_field(&self, name: &str, what: What) -> Result<Slot, Fault> {
        if what == What::Distinct {
            return self.key_field(name, "of");
        }
        match self.field(name, "of")? {
            (slot, Kind::Int) => Ok(slot),
            (_, Kind::Bool | Kind::Double | Kind::Text | Kind::Time | Kind::Duration | Kind::Texts) => Err(Fault::new(
                "of",
                format!("“{name}”须为整数或金额，才能精确求和。"),
                format!("`{name}` must be a whole number or an amount to be summed exactly."),
            )),
        }
    }

    fn filter(&mut self, spec: &FeatureSpec, faults: &mut Vec<Fault>) -> Option<u8> {
        let text = spec.filter.as_ref()?;
        let known = self.plan.filters.iter().position(|filter| filter == text);
        if known.is_none() && self.plan.filters.len() >= FILTERS_MAX {
            faults.push(Fault::new(
                "where",
                format!("最多 {FILTERS_MAX} 种条件。"),
                format!("At most {FILTERS_MAX} different conditions."),
            ));
            return None;
        }
        Some(known.unwrap_or_else(|| {
            self.plan.filters.push(text.clone());
            self.plan.filters.len() - 1
        }) as u8)
    }

    fn table(&mut self, slots: &[Slot]) -> usize {
        let tables = &mut self.plan.tables;
        tables.iter().position(|table| table.slots == slots).unwrap_or_else(|| {
            tables.push(TablePlan { slots: slots.to_vec(), keep: 0, tracks: Vec::new() });
            tables.len() - 1
        })
    }

    fn track(&mut self, table: usize, events: u64, filter: Option<u8>) -> usize {
        let tracks = &mut self.plan.tracks;
        let same = |track: &TrackPlan| track.table == table && track.events == events && track.filter == filter;
        tracks.iter().position(same).unwrap_or_else(|| {
            tracks.push(TrackPlan {
                table,
                events,
                filter,
                sums: Vec::new(),
                distincts: Vec::new(),
                keep: 0,
                windows: Vec::new(),
                seen: Vec::new(),
            });
            tracks.len() - 1
        })
    }

    /// The column of a field in a track; `None` if there are too many.
    fn column(&mut self, track: usize, of: Option<Slot>, what: What) -> Option<usize> {
        let Some(slot) = of else { return Some(0) };
        if what == What::Distinct {
            let table = self.table(&[slot]);
            let distincts = &mut self.plan.tracks[track].distincts;
            let known = distincts.iter().position(|(known, _)| *known == slot);
            return known.or_else(|| {
                (distincts.len() < COLUMNS_MAX).then(|| distincts.push((slot, table))).map(|()| distincts.len() - 1)
            });
        }
        let sums = &mut self.plan.tracks[track].sums;
        let known = sums.iter().position(|known| *known == slot);
        known.or_else(|| (sums.len() < COLUMNS_MAX).then(|| sums.push(slot)).map(|()| sums.len() - 1))
    }
}

impl TrackPlan {
    fn read(&mut self, out: Out, spec: &FeatureSpec) {
        if spec.what.is_seen() {
            self.seen.push(out);
            return;
        }
        let (lag, length) = (spec.lag(), spec.length());
        self.keep = self.keep.max(lag + length);
        match self.windows.iter_mut().find(|window| window.lag == lag && window.length == length) {
            Some(window) => window.outs.push(out),
            None => self.windows.push(WindowPlan { lag, length, outs: vec![out] }),
        }
    }
}

const fn kind_of(what: What) -> Kind {
    match what {
        What::Count | What::Sum | What::Min | What::Max | What::Distinct => Kind::Int,
        What::Mean | What::Std | What::Ratio => Kind::Double,
        What::SinceFirst | What::SinceLast => Kind::Duration,
        What::New => Kind::Bool,
    }
}
