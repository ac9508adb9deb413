//! What the loader refuses: rows that claim more than was verified, versions that overlap, references to nothing.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use kernel::{Date, Text};

use super::{fields::Header, reference};
use crate::{
    Axis, Citation, Law, Level, Row, RowError, RowKind, Rule,
    dated::Dated,
    regulations::Tables,
    rule::{Body, names},
};

/// Steps of one chain of extensions; the law knows two.
const EXTENSIONS_MAX: usize = 8;

/// The row that a header states, with its faults; `None` when it cannot even be named.
pub(super) fn row(
    header: Header,
    laws: &BTreeMap<String, Arc<Law>>,
    citations: &BTreeMap<String, Citation>,
    faults: &mut Vec<Text>,
) -> Option<Row> {
    level(&header, faults);
    for key in header.source.iter().filter(|key| !citations.contains_key(*key)) {
        faults.push(Text::of(format!("没有名为 {key} 的出处"), format!("there is no source {key}")));
    }
    if header.effective_to.is_some_and(|last| last < header.effective_from) {
        faults.push(Text::fixed("effective_to 早于 effective_from", "effective_to lies before effective_from"));
    }
    let law = laws.get(&header.law).cloned();
    if law.is_none() {
        let key = &header.law;
        faults.push(Text::of(format!("没有名为 {key} 的法规"), format!("there is no law {key}")));
    }
    let reference = reference(&header.id, header.version).map_err(|fault| faults.push(fault)).ok()?;
    Some(Row {
        reference,
        title: header.title,
        kind: header.kind,
        law: law?,
        article: header.article,
        source: header.source,
        level: header.level,
        verified: header.verified,
        effective_from: header.effective_from,
        effective_to: header.effective_to,
        applies_to_running: header.applies_to_running,
        note: header.note,
    })
}

/// Level, `verified`, article and source must agree.
fn level(header: &Header, faults: &mut Vec<Text>) {
    let verified = header.level.is_some_and(Level::is_verified);
    match (header.kind, header.level) {
        (RowKind::Law, None) => faults.push(Text::fixed("法规须注明 level", "a row of the law has a level")),
        (RowKind::Policy, Some(_)) => {
            faults.push(Text::fixed("本行制度没有 level", "a row of the bank's own policy has no level"));
        }
        (RowKind::Law, Some(_)) | (RowKind::Policy, None) => {}
    }
    if header.verified != verified {
        faults.push(Text::fixed(
            "verified 当且仅当 level 为 V1 或 V2 时为 true",
            "verified is true exactly when the level is V1 or V2",
        ));
    }
    if header.article.is_some() && !verified {
        faults.push(Text::fixed("未核实的内容不得标条号", "an unverified row shows no article"));
    }
    if header.article.as_ref().is_some_and(|article| article.trim().is_empty()) {
        faults.push(Text::fixed("条号为空", "the article is empty"));
    }
    let sourced = matches!(header.level, Some(Level::V1 | Level::V2 | Level::V3));
    if sourced && header.source.is_empty() {
        faults.push(Text::fixed("除凭记忆者外须注明出处", "a row that is not from memory names a source"));
    }
}

/// Puts versions in order, ends each where the next begins, and applies repeals.
pub(super) fn versions(tables: &mut Tables, repeals: &[(String, String, Date)], errors: &mut Vec<RowError>) {
    let mut left: BTreeMap<&str, (&str, Date)> =
        repeals.iter().map(|(file, id, last)| (id.as_str(), (file.as_str(), *last))).collect();
    order(&mut tables.clocks, &mut left, errors);
    order(&mut tables.extensions, &mut left, errors);
    order(&mut tables.pauses, &mut left, errors);
    order(&mut tables.restarts, &mut left, errors);
    order(&mut tables.alerts, &mut left, errors);
    order(&mut tables.retentions, &mut left, errors);
    order(&mut tables.figures, &mut left, errors);
    order(&mut tables.remedies, &mut left, errors);
    order(&mut tables.provisions, &mut left, errors);
    order(&mut tables.checklists, &mut left, errors);
    order(&mut tables.yearly, &mut left, errors);
    order(&mut tables.axes, &mut left, errors);
    order(&mut tables.categories, &mut left, errors);
    for (id, (file, _)) in left {
        let reason = Text::fixed("要废止的一行不存在", "there is no such row to repeal");
        errors.push(RowError { file: file.to_owned(), row: Some(id.to_owned()), reason });
    }
}

fn order<B: Body>(table: &mut Dated<B>, repeals: &mut BTreeMap<&str, (&str, Date)>, errors: &mut Vec<RowError>) {
    for versions in table.all_mut() {
        versions.sort_by_key(|rule| rule.row.reference.version());
        if let Some(last) = versions.last_mut()
            && let Some((file, day)) = repeals.remove(last.id())
        {
            repeal(last, file, day, errors);
        }
        for at in 1..versions.len() {
            let (earlier, later) = versions.split_at_mut(at);
            let (earlier, later) = (&mut earlier[at - 1].row, &later[0].row);
            let end = later.effective_from.yesterday().ok().filter(|end| *end >= earlier.effective_from);
            if end.is_none() || earlier.effective_to.is_some_and(|last| last >= later.effective_from) {
                errors.push(among(
                    &later.reference.to_string(),
                    "生效日须晚于上一版本，且不与之重叠",
                    "a version takes effect after the one before it, and does not overlap it",
                ));
            } else if earlier.effective_to.is_none() {
                earlier.effective_to = end;
            }
        }
    }
}

fn repeal<B>(rule: &mut Rule<B>, file: &str, day: Date, errors: &mut Vec<RowError>) {
    if day < rule.row.effective_from || rule.row.effective_to.is_some_and(|last| last < day) {
        let reason = Text::fixed("废止日不在该行有效期内", "the last day lies outside the row's time in force");
        errors.push(RowError { file: file.to_owned(), row: Some(rule.row.reference.to_string()), reason });
    } else {
        rule.row.effective_to = Some(day);
    }
}

fn among(row: &str, zh: &'static str, en: &'static str) -> RowError {
    RowError { file: "regulation".to_owned(), row: Some(row.to_owned()), reason: Text::fixed(zh, en) }
}

/// Rows that name others must name rows that exist and fit.
pub(super) fn references(tables: &Tables, errors: &mut Vec<RowError>) {
    extensions(tables, errors);
    let known = |patterns: &[String]| {
        patterns.iter().all(|pattern| tables.clocks.all().any(|clock| names(std::slice::from_ref(pattern), clock.id())))
    };
    let pauses = tables.pauses.all().map(|rule| (rule.reference(), known(&rule.body.clocks)));
    let restarts = tables.restarts.all().map(|rule| (rule.reference(), known(&rule.body.clocks)));
    let alerts = tables.alerts.all().map(|rule| (rule.reference(), known(&rule.body.clocks)));
    let remedies = tables.remedies.all().filter_map(|rule| {
        let clock = rule.body.clock.as_ref()?;
        Some((rule.reference(), !tables.clocks.versions(clock).is_empty()))
    });
    for (row, good) in pauses.chain(restarts).chain(alerts).chain(remedies) {
        if !good {
            errors.push(among(&row.to_string(), "提到的时限不存在", "it names a clock that does not exist"));
        }
    }
    categories(tables, errors);
}

fn extensions(tables: &Tables, errors: &mut Vec<RowError>) {
    for rule in tables.extensions.all() {
        let from = tables.clocks.versions(&rule.body.from).first();
        let to = tables.clocks.versions(&rule.body.to).first();
        let row = rule.reference().to_string();
        let (Some(from), Some(to)) = (from, to) else {
            errors.push(among(&row, "提到的时限不存在", "it names a clock that does not exist"));
            continue;
        };
        let (short, long) = (&from.body, &to.body);
        if short.start != long.start || short.stop != long.stop || short.actor != long.actor {
            errors.push(among(
                &row,
                "延长前后的时限起点、终点或责任方不同",
                "the two clocks differ in start, stop or actor",
            ));
        }
        if short.period.unit() == long.period.unit() && short.period.length() >= long.period.length() {
            errors.push(among(&row, "延长后的时限没有更长", "the clock it leads to is not longer"));
        }
        let twin = |other: &&crate::ExtensionRule| {
            other.id() != rule.id() && other.body.from == rule.body.from && overlap(&other.row, &rule.row)
        };
        if tables.extensions.all().any(|other| twin(&other)) {
            errors.push(among(&row, "同一时限有两种延长", "the clock has two extensions at one time"));
        }
        let mut at = rule.body.to.as_str();
        for step in 0..=EXTENSIONS_MAX {
            match tables.extensions.all().find(|next| next.body.from == at) {
                Some(_) if step == EXTENSIONS_MAX => {
                    errors.push(among(&row, "延长步骤循环或过多", "the extensions go round in a circle"));
                }
                Some(next) => at = next.body.to.as_str(),
                None => break,
            }
        }
    }
}

fn overlap(one: &Row, other: &Row) -> bool {
    one.effective_to.is_none_or(|last| last >= other.effective_from)
        && other.effective_to.is_none_or(|last| last >= one.effective_from)
}

fn categories(tables: &Tables, errors: &mut Vec<RowError>) {
    let keys: BTreeSet<(Axis, &str)> =
        tables.categories.all().map(|rule| (rule.body.axis, rule.body.key.as_str())).collect();
    let mut owners: BTreeMap<(Axis, &str), &str> = BTreeMap::new();
    for rule in tables.categories.all() {
        let row = rule.reference().to_string();
        let place = (rule.body.axis, rule.body.key.as_str());
        if owners.insert(place, rule.id()).is_some_and(|other| other != rule.id()) {
            errors.push(among(&row, "同一分类轴上 key 重复", "the key is used twice on its axis"));
        }
        let parent = rule.body.parent.as_deref();
        if parent.is_some_and(|parent| parent == place.1 || !keys.contains(&(place.0, parent))) {
            errors.push(among(&row, "上级分类不存在", "the class above does not exist"));
        }
        if !tables.axes.all().any(|axis| axis.body.axis == rule.body.axis) {
            errors.push(among(&row, "没有这一分类轴", "the axis has no row of its own"));
        }
    }
}
