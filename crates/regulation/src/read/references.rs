//! Rows that name others must name rows that exist and fit. Changes nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::Findings;
use crate::{Axis, ExtensionRule, Row, RuleRef, regulations::Tables, rule::names};

/// Steps of one chain of extensions; the law knows two.
const EXTENSIONS_MAX: usize = 8;

/// Checks every row that names another.
pub(super) fn check(tables: &Tables, found: &mut Findings<'_>) {
    for rule in tables.extensions.all() {
        extension(rule, tables, found);
    }
    let mut clocks = |row: &RuleRef, patterns: &[String]| {
        let known =
            |pattern: &String| tables.clocks.all().any(|clock| names(std::slice::from_ref(pattern), clock.id()));
        if !patterns.iter().all(known) {
            found.row(row, "提到的时限不存在", "it names a clock that does not exist");
        }
    };
    tables.pauses.all().for_each(|rule| clocks(rule.reference(), &rule.body.clocks));
    tables.restarts.all().for_each(|rule| clocks(rule.reference(), &rule.body.clocks));
    tables.alerts.all().for_each(|rule| clocks(rule.reference(), &rule.body.clocks));
    tables.remedies.all().for_each(|rule| clocks(rule.reference(), rule.body.clock.as_slice()));
    categories(tables, found);
}

fn extension(rule: &ExtensionRule, tables: &Tables, found: &mut Findings<'_>) {
    let row = rule.reference();
    let from = tables.clocks.versions(&rule.body.from).first();
    let to = tables.clocks.versions(&rule.body.to).first();
    let (Some(from), Some(to)) = (from, to) else {
        found.row(row, "提到的时限不存在", "it names a clock that does not exist");
        return;
    };
    let (short, long) = (&from.body, &to.body);
    if short.start != long.start || short.stop != long.stop || short.actor != long.actor {
        found.row(row, "延长前后的时限起点、终点或责任方不同", "the two clocks differ in start, stop or actor");
    }
    if short.period.unit() == long.period.unit() && short.period.length() >= long.period.length() {
        found.row(row, "延长后的时限没有更长", "the clock it leads to is not longer");
    }
    let twin = |other: &ExtensionRule| {
        other.id() != rule.id() && other.body.from == rule.body.from && overlap(&other.row, &rule.row)
    };
    if tables.extensions.all().any(twin) {
        found.row(row, "同一时限有两种延长", "the clock has two extensions at one time");
    }
    let mut at = rule.body.to.as_str();
    for step in 0..=EXTENSIONS_MAX {
        match tables.extensions.all().find(|next| next.body.from == at) {
            Some(_) if step == EXTENSIONS_MAX => {
                found.row(row, "延长步骤循环或过多", "the extensions go round in a circle");
            }
            Some(next) => at = next.body.to.as_str(),
            None => break,
        }
    }
}

fn overlap(one: &Row, other: &Row) -> bool {
    one.effective_to.is_none_or(|last| last >= other.effective_from)
        && other.effective_to.is_none_or(|last| last >= one.effective_from)
}

fn categories(tables: &Tables, found: &mut Findings<'_>) {
    let keys: BTreeSet<(Axis, &str)> =
        tables.categories.all().map(|rule| (rule.body.axis, rule.body.key.as_str())).collect();
    let axes: BTreeSet<Axis> = tables.axes.all().map(|rule| rule.body.axis).collect();
    let mut owners: BTreeMap<(Axis, &str), &str> = BTreeMap::new();
    for rule in tables.categories.all() {
        let row = rule.reference();
        let (axis, key) = (rule.body.axis, rule.body.key.as_str());
        if owners.insert((axis, key), rule.id()).is_some_and(|other| other != rule.id()) {
            found.row(row, "同一分类轴上 key 重复", "the key is used twice on its axis");
        }
        if rule.body.parent.as_deref().is_some_and(|parent| parent == key || !keys.contains(&(axis, parent))) {
            found.row(row, "上级分类不存在", "the class above does not exist");
        }
        if !axes.contains(&axis) {
            found.row(row, "没有这一分类轴", "the axis has no row of its own");
        }
    }
}
