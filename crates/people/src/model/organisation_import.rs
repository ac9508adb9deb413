//! The organisation list as a whole: is it a tree, and what would taking it change?
//!
//! A list may hold the whole bank or a part of it: units that it does not name stay as they are. The plan is made of
//! everything or nothing; a list with one wrong row changes nothing and says what is wrong with which row.

use std::collections::HashMap;

use kernel::{OrgPath, Text, id::UnitId, org::check_code};

use super::{
    import::{ImportColumn, RowErrors, check_line, check_optional_line},
    organisation::{NAME_CHARS_MAX, REGION_CHARS_MAX, Unit, UnitKind, UnitStatus},
    organisation_tree::{Node, Tree, check_cycles, check_parents, check_paths},
};

/// Rows of one list at most: five times the largest bank's outlets.
pub const ROWS_MAX: usize = 100_000;

/// The columns of the list.
pub const COLUMNS: [ImportColumn; 6] = [
    ImportColumn::required("code", "机构号"),
    ImportColumn::required("name", "机构名称"),
    ImportColumn::required("kind", "机构类型"),
    ImportColumn::required("parent", "上级机构号"),
    ImportColumn::optional("region", "所在地区"),
    ImportColumn::optional("status", "状态"),
];

/// One row as it stands in the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitRow {
    /// The line of the file.
    pub line: u64,
    /// The unit's code.
    pub code: String,
    /// The unit's name.
    pub name: String,
    /// `head_office`, `branch`, `sub_branch`, `outlet`, `department`, or the Chinese word.
    pub kind: String,
    /// The code of the unit above; empty at the top.
    pub parent: String,
    /// The administrative region.
    pub region: String,
    /// `open` (also when empty) or `closed`, or the Chinese word.
    pub status: String,
}

impl UnitRow {
    /// A row from its fields by column key.
    pub fn read(line: u64, field: impl Fn(&str) -> String) -> Self {
        Self {
            line,
            code: field("code"),
            name: field("name"),
            kind: field("kind"),
            parent: field("parent"),
            region: field("region"),
            status: field("status"),
        }
    }
}

/// A unit the list opens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnit {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: UnitKind,
    /// Its place; the unit above is the path's parent.
    pub path: OrgPath,
    /// Its region.
    pub region: String,
    /// Whether it works.
    pub status: UnitStatus,
}

/// A unit the list changes, or whose path changes because a unit above it moves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitChange {
    /// The unit as it will be; `parent` is not filled in, the path says it.
    pub after: Unit,
    /// Its path before.
    pub path_before: OrgPath,
    /// Its name changes.
    pub renamed: bool,
    /// It closes with this list.
    pub closed: bool,
}

/// A unit that gets another unit above it, with everything below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitMove {
    /// The unit.
    pub id: UnitId,
    /// Its place before.
    pub from: OrgPath,
    /// Its place after.
    pub to: OrgPath,
    /// Units below it that are carried along.
    pub carried: u64,
}

/// What taking a list changes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OrganisationPlan {
    /// Units to open, each behind the unit above it.
    pub open: Vec<NewUnit>,
    /// Units to change, each behind the unit above it.
    pub change: Vec<UnitChange>,
    /// The moves among the changes.
    pub moves: Vec<UnitMove>,
    /// Rows that change nothing.
    pub unchanged: u64,
}

/// A row that is right by itself.
struct Checked<'a> {
    line: u64,
    code: &'a str,
    name: &'a str,
    kind: UnitKind,
    parent: Option<&'a str>,
    region: &'a str,
    status: UnitStatus,
}

/// Checks the list against the organisation as it is, and plans what to change.
pub fn plan(existing: &[Unit], rows: &[UnitRow]) -> Result<OrganisationPlan, RowErrors> {
    let mut errors = RowErrors::default();
    if rows.len() > ROWS_MAX {
        let reason = Text::of(format!("一次最多 {ROWS_MAX} 行。"), format!("At most {ROWS_MAX} rows at a time."));
        errors.add(rows[ROWS_MAX].line, "code", reason);
        return errors.or(OrganisationPlan::default());
    }
    let checked = check_rows(rows, &mut errors);
    let by_id: HashMap<UnitId, &Unit> = existing.iter().map(|unit| (unit.id, unit)).collect();
    let mut tree: Tree<'_> = HashMap::with_capacity(existing.len() + checked.len());
    for unit in existing {
        let parent = unit.parent.and_then(|id| by_id.get(&id)).map(|above| above.code.as_str());
        tree.insert(&unit.code, Node { parent, kind: unit.kind, status: unit.status, line: None });
    }
    for row in &checked {
        let node = Node { parent: row.parent, kind: row.kind, status: row.status, line: Some(row.line) };
        tree.insert(row.code, node);
    }
    check_parents(&tree, &mut errors);
    check_cycles(&tree, &mut errors);
    if !errors.is_empty() {
        // Paths mean nothing until the list is a tree.
        return errors.or(OrganisationPlan::default());
    }
    let paths = check_paths(&tree, &mut errors);
    errors.or(())?;
    Ok(difference(existing, &by_id, &checked, &tree, &paths))
}

fn check_rows<'a>(rows: &'a [UnitRow], errors: &mut RowErrors) -> Vec<Checked<'a>> {
    let mut lines: HashMap<&str, u64> = HashMap::with_capacity(rows.len());
    let mut checked = Vec::with_capacity(rows.len());
    for row in rows {
        let Some(row) = check_row(row, errors) else { continue };
        if let Some(first) = lines.insert(row.code, row.line) {
            lines.insert(row.code, first);
            let reason =
                Text::of(format!("机构号与第 {first} 行重复。"), format!("The code stands in line {first} too."));
            errors.add(row.line, "code", reason);
            continue;
        }
        checked.push(row);
    }
    checked
}

/// Reports every wrong field of the row, not only the first.
fn check_row<'a>(row: &'a UnitRow, errors: &mut RowErrors) -> Option<Checked<'a>> {
    let before = errors.total();
    let code = row.code.trim();
    if check_code(code).is_err() {
        errors.add(row.line, "code", code_reason());
    }
    let name = check_line(&row.name, NAME_CHARS_MAX).unwrap_or_else(|reason| {
        errors.add(row.line, "name", reason);
        ""
    });
    let kind = row.kind.trim().parse().unwrap_or_else(|_| {
        errors.add(row.line, "kind", one_of(&UnitKind::ALL.map(|kind| (kind.as_str(), kind.title()))));
        UnitKind::Department
    });
    let parent = Some(row.parent.trim()).filter(|parent| !parent.is_empty());
    if parent.is_some_and(|parent| check_code(parent).is_err()) {
        errors.add(row.line, "parent", code_reason());
    }
    let region = check_optional_line(&row.region, REGION_CHARS_MAX).unwrap_or_else(|reason| {
        errors.add(row.line, "region", reason);
        ""
    });
    let status = match row.status.trim() {
        "" => UnitStatus::Open,
        word => word.parse().unwrap_or_else(|_| {
            errors.add(row.line, "status", one_of(&UnitStatus::ALL.map(|status| (status.as_str(), status.title()))));
            UnitStatus::Open
        }),
    };
    (errors.total() == before).then_some(Checked { line: row.line, code, name, kind, parent, region, status })
}

fn code_reason() -> Text {
    let max = kernel::org::CODE_CHARS_MAX;
    Text::of(
        format!("机构号由 1 至 {max} 个字母、数字、- 或 _ 组成。"),
        format!("A unit code has 1 to {max} letters, digits, - or _."),
    )
}

/// The sentence for a word that is none of those allowed.
pub(super) fn one_of(words: &[(&'static str, Text)]) -> Text {
    let zh: Vec<String> = words.iter().map(|(word, title)| format!("{}（{word}）", title.zh)).collect();
    let en: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
    Text::of(format!("应为：{}。", zh.join("、")), format!("It must be one of: {}.", en.join(", ")))
}

fn difference(
    existing: &[Unit],
    by_id: &HashMap<UnitId, &Unit>,
    checked: &[Checked<'_>],
    tree: &Tree<'_>,
    paths: &HashMap<&str, OrgPath>,
) -> OrganisationPlan {
    let mut plan = OrganisationPlan::default();
    let known: HashMap<&str, &Unit> = existing.iter().map(|unit| (unit.code.as_str(), unit)).collect();
    let rows: HashMap<&str, &Checked<'_>> = checked.iter().map(|row| (row.code, row)).collect();
    for row in checked.iter().filter(|row| !known.contains_key(row.code)) {
        plan.open.push(NewUnit {
            code: row.code.to_owned(),
            name: row.name.to_owned(),
            kind: row.kind,
            path: paths[row.code].clone(),
            region: row.region.to_owned(),
            status: row.status,
        });
    }
    let parent_before = |unit: &Unit| unit.parent.and_then(|id| by_id.get(&id)).map(|above| above.code.as_str());
    let moved = |code: &str| known.get(code).is_some_and(|unit| parent_before(unit) != tree[code].parent);
    let mut carried: HashMap<&str, u64> = HashMap::new();
    for unit in existing {
        let after = changed(unit, rows.get(unit.code.as_str()).copied(), &paths[unit.code.as_str()]);
        if after == *unit {
            plan.unchanged += u64::from(rows.contains_key(unit.code.as_str()));
            continue;
        }
        if after.path != unit.path
            && !moved(&unit.code)
            && let Some(root) = nearest_moved(tree, &unit.code, &moved)
        {
            *carried.entry(root).or_default() += 1;
        }
        plan.change.push(UnitChange {
            path_before: unit.path.clone(),
            renamed: after.name != unit.name,
            closed: after.status == UnitStatus::Closed && unit.status == UnitStatus::Open,
            after,
        });
    }
    for unit in existing.iter().filter(|unit| moved(&unit.code)) {
        let code = unit.code.as_str();
        plan.moves.push(UnitMove {
            id: unit.id,
            from: unit.path.clone(),
            to: paths[code].clone(),
            carried: carried.get(code).copied().unwrap_or_default(),
        });
    }
    plan.open.sort_by(|a, b| a.path.cmp(&b.path));
    plan.change.sort_by(|a, b| a.after.path.cmp(&b.after.path));
    plan.moves.sort_by(|a, b| a.to.cmp(&b.to));
    plan
}

fn changed(unit: &Unit, row: Option<&Checked<'_>>, path: &OrgPath) -> Unit {
    let mut after = unit.clone();
    after.path = path.clone();
    if let Some(row) = row {
        after.name = row.name.to_owned();
        after.kind = row.kind;
        after.region = row.region.to_owned();
        after.status = row.status;
    }
    after
}

/// The nearest unit above `code` that itself moves.
fn nearest_moved<'a>(tree: &Tree<'a>, code: &str, moved: &impl Fn(&str) -> bool) -> Option<&'a str> {
    let mut next = tree.get(code)?.parent;
    while let Some(code) = next {
        if moved(code) {
            return Some(code);
        }
        next = tree.get(code)?.parent;
    }
    None
}
