//! What the log of one key says at the time of one event.

use super::{
    Lookup,
    entry::{self, COLUMNS_MAX},
    log::{Head, Log},
    plan::{Out, TrackPlan},
    spec::What,
    table::NONE,
    tally::Tally,
};
use crate::{schema::Row, value::Slot};

/// One event's look at one track.
pub(super) struct Look<'l> {
    pub(super) plan: &'l TrackPlan,
    pub(super) row: &'l Row,
    pub(super) lookup: &'l Lookup,
    pub(super) head: Head,
    pub(super) log: Log<'l>,
    pub(super) values: &'l mut [u64],
    pub(super) known: &'l mut [bool],
}

impl Look<'_> {
    fn put(&mut self, slot: Slot, bits: Option<u64>) {
        self.values[usize::from(slot)] = bits.unwrap_or_default();
        self.known[usize::from(slot)] = bits.is_some();
    }

    /// Reads when the key was seen.
    pub(super) fn seen(&mut self) {
        let time = self.row.time();
        for out in &self.plan.seen {
            let first = (self.head.first <= time).then_some(self.head.first);
            let seen = if out.what == What::SinceFirst {
                first
            } else {
                first.map(|first| self.last_seen(time).unwrap_or(first))
            };
            let ago = seen.map(|seen| time - seen).filter(|ago| *ago < out.length);
            let bits = if out.what == What::New { Some(u64::from(ago.is_none())) } else { ago.map(i64::cast_unsigned) };
            self.put(out.slot, bits);
        }
    }

    /// The newest time that is recorded and not later than `time`, as far as the log goes.
    fn last_seen(&self, time: i64) -> Option<i64> {
        if self.head.last <= time {
            return Some(self.head.last);
        }
        let place = self.log.after(self.head.last, time, self.log.end());
        (place > self.log.start()).then(|| self.head.last - entry::age(self.log.entry(place - 1), self.head.last))
    }

    /// Reads every window; `admitted` says whether the event itself belongs in the log.
    pub(super) fn windows(&mut self, admitted: bool) {
        let time = self.row.time();
        let (mut tally, mut lag, mut to, mut from) = (Tally::NOTHING, None, 0, 0);
        let mut lasts = [None; COLUMNS_MAX];
        let plan = self.plan;
        for window in &plan.windows {
            if lag != Some(window.lag) {
                lag = Some(window.lag);
                to = self.after(time - window.lag, self.log.end());
                (tally, from) = (Tally::NOTHING, to);
            }
            from = self.gather(&mut tally, time - window.lag - window.length, from);
            for out in &window.outs {
                let counts_itself = admitted && out.current && window.lag == 0;
                let bits = self.figure(out, &tally, counts_itself, (from, to), &mut lasts);
                self.put(out.slot, bits);
            }
        }
    }

    /// The first place before `to` whose time is later than `limit`.
    fn after(&self, limit: i64, mut to: u64) -> u64 {
        match &self.log {
            Log::Short { words, shape, .. } => {
                let young = self.head.last.saturating_sub(limit);
                let is_later = |place: u64| {
                    let at = (place as usize - 1) * shape.stride();
                    limit < self.head.last && entry::age(&words[at..], self.head.last) < young
                };
                while to > 0 && is_later(to) {
                    to -= 1;
                }
                to
            }
            Log::Long { .. } => self.log.after(self.head.last, limit, to),
        }
    }

    /// Adds up what lies before `to` and is later than `limit`; where that begins. A short log is walked through, which
    /// takes less than to search in it.
    fn gather(&self, tally: &mut Tally, limit: i64, to: u64) -> u64 {
        let Log::Short { words, shape, .. } = &self.log else {
            let from = self.log.after(self.head.last, limit, to);
            self.log.gather(tally, from, to);
            return from;
        };
        let young = self.head.last.saturating_sub(limit);
        let entries = words[..to as usize * shape.stride()].rchunks_exact(shape.stride().max(1));
        let mut from = to;
        for entry in entries.take_while(|entry| limit < self.head.last && entry::age(entry, self.head.last) < young) {
            tally.add(*shape, entry);
            from -= 1;
        }
        from
    }

    fn figure(
        &self,
        out: &Out,
        tally: &Tally,
        counts_itself: bool,
        (from, to): (u64, u64),
        lasts: &mut [Option<Option<u64>>; COLUMNS_MAX],
    ) -> Option<u64> {
        match out.what {
            What::Count => Some(tally.count + u64::from(counts_itself)),
            What::Sum | What::Min | What::Max | What::Mean | What::Std => {
                let mut sum = tally.sums[out.column];
                if counts_itself && let Some(own) = self.row.get(self.plan.sums[out.column]) {
                    sum.add(own.cast_signed());
                }
                sum.figure(out.what)
            }
            What::Ratio => {
                let own = self.row.get(self.plan.sums[out.column])?.cast_signed();
                let mean = tally.sums[out.column].mean().filter(|mean| *mean != 0.0)?;
                Some((own as f64 / mean).to_bits())
            }
            What::Distinct => {
                let column = out.column;
                let found = self.log.distinct(column, tally.lasts[column], from, to);
                let table = self.plan.distincts[column].1;
                if !counts_itself || self.lookup.hashes[table].is_none() {
                    return Some(found);
                }
                let own = self.lookup.keys[table];
                if own == NONE {
                    return Some(found + 1);
                }
                let last = *lasts[column].get_or_insert_with(|| self.log.find_last(column, own));
                Some(found + u64::from(!self.log.has_between(column, last, from, to)))
            }
            What::SinceFirst | What::SinceLast | What::New => None,
        }
    }
}
