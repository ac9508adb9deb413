//! Puts the versions of every row in order: each ends where the next begins, and a repeal ends the last.

use std::collections::BTreeMap;

use kernel::Date;

use super::Findings;
use crate::{Rule, dated::Dated, regulations::Tables, rule::Body};

/// The end of a row without a newer version.
pub(super) struct Repeal {
    pub(super) file: String,
    pub(super) id: String,
    pub(super) last_day: Date,
}

/// Repeals that still look for their row.
type Open<'a> = BTreeMap<&'a str, &'a Repeal>;

/// Orders and ends the versions of every row.
pub(super) fn settle(tables: &mut Tables, repeals: &[Repeal], found: &mut Findings<'_>) {
    let mut open: Open<'_> = BTreeMap::new();
    for repeal in repeals {
        if open.insert(&repeal.id, repeal).is_some() {
            found.at(&repeal.file, &repeal.id, "同一行废止了两次", "the row is repealed twice");
        }
    }
    order(&mut tables.clocks, &mut open, found);
    order(&mut tables.extensions, &mut open, found);
    order(&mut tables.pauses, &mut open, found);
    order(&mut tables.restarts, &mut open, found);
    order(&mut tables.alerts, &mut open, found);
    order(&mut tables.retentions, &mut open, found);
    order(&mut tables.figures, &mut open, found);
    order(&mut tables.remedies, &mut open, found);
    order(&mut tables.provisions, &mut open, found);
    order(&mut tables.checklists, &mut open, found);
    order(&mut tables.yearly, &mut open, found);
    order(&mut tables.axes, &mut open, found);
    order(&mut tables.categories, &mut open, found);
    for (id, repeal) in open {
        found.at(&repeal.file, id, "要废止的一行不存在", "there is no such row to repeal");
    }
}

fn order<B: Body>(table: &mut Dated<B>, open: &mut Open<'_>, found: &mut Findings<'_>) {
    for versions in table.all_mut() {
        versions.sort_by_key(|rule| rule.row.reference.version());
        if let Some(last) = versions.last_mut()
            && let Some(repeal) = open.remove(last.id())
        {
            end(last, repeal, found);
        }
        for at in 1..versions.len() {
            let (earlier, later) = versions.split_at_mut(at);
            succeed(&mut earlier[at - 1], &later[0], found);
        }
    }
}

fn end<B>(rule: &mut Rule<B>, repeal: &Repeal, found: &mut Findings<'_>) {
    let row = &mut rule.row;
    if repeal.last_day < row.effective_from || row.effective_to.is_some_and(|last| last < repeal.last_day) {
        let (zh, en) = ("废止日不在该行有效期内", "the last day lies outside the row's time in force");
        found.at(&repeal.file, &row.reference.to_string(), zh, en);
    } else {
        row.effective_to = Some(repeal.last_day);
    }
}

/// Ends the earlier version on the day before the later one begins.
fn succeed<B>(earlier: &mut Rule<B>, later: &Rule<B>, found: &mut Findings<'_>) {
    let (row, begin) = (&mut earlier.row, later.row.effective_from);
    let end = begin.yesterday().ok().filter(|end| *end >= row.effective_from);
    if end.is_none() || row.effective_to.is_some_and(|last| last >= begin) {
        let en = "a version takes effect after the one before it, and does not overlap it";
        found.row(&later.row.reference, "生效日须晚于上一版本，且不与之重叠", en);
    } else if row.effective_to.is_none() {
        row.effective_to = end;
    }
}
