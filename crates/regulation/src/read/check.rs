//! What the loader refuses of one row: that it claims more than was verified, or names a law or source there is not.

use std::{collections::BTreeMap, sync::Arc};

use kernel::Text;

use super::{fields::Header, reference};
use crate::{Citation, Law, Level, Row, RowKind};

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
