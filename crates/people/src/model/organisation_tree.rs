//! Is the organisation as it would be a tree: one head office at the top, no rings, not too deep, kinds in their order,
//! nothing open below what is closed? Every fault is laid to the line of the list that is to blame.

use std::collections::{HashMap, HashSet};

use kernel::{OrgPath, Text, org::DEPTH_MAX};

use super::{
    import::RowErrors,
    organisation::{UnitKind, UnitStatus},
};

/// A unit of the tree as it will be.
pub(super) struct Node<'a> {
    pub(super) parent: Option<&'a str>,
    pub(super) kind: UnitKind,
    pub(super) status: UnitStatus,
    /// The line that names it; `None` for a unit that the list leaves alone.
    pub(super) line: Option<u64>,
}

pub(super) type Tree<'a> = HashMap<&'a str, Node<'a>>;

/// Every unit has a unit above it that exists, but for one head office at the top.
pub(super) fn check_parents(tree: &Tree<'_>, errors: &mut RowErrors) {
    let mut tops: Vec<(&str, Option<u64>)> = Vec::new();
    for (code, node) in tree {
        match (node.parent, node.line) {
            (Some(parent), Some(line)) if !tree.contains_key(parent) => {
                let reason = Text::fixed("没有这个上级机构。", "There is no such unit above it.");
                errors.add(line, "parent", reason);
            }
            (Some(_), Some(line)) if node.kind == UnitKind::HeadOffice => {
                let reason = Text::fixed("总行不能有上级机构。", "The head office has no unit above it.");
                errors.add(line, "parent", reason);
            }
            (None, Some(line)) if node.kind != UnitKind::HeadOffice => {
                let reason = Text::fixed("只有总行没有上级机构。", "Only the head office has no unit above it.");
                errors.add(line, "parent", reason);
            }
            (None, line) => tops.push((code, line)),
            (Some(_), _) => {}
        }
    }
    // Which of two tops is one too many is for a person to say: all that the list names are reported, but for the
    // first when the list names them all.
    tops.sort_by_key(|(code, line)| (*line, *code));
    for (_, line) in tops.iter().skip(1) {
        if let Some(line) = line {
            let reason = Text::fixed("总行只能有一个。", "There is one head office only.");
            errors.add(*line, "parent", reason);
        }
    }
}

/// Reports each row that stands on a cycle, once, with the cycle.
pub(super) fn check_cycles<'a>(tree: &Tree<'a>, errors: &mut RowErrors) {
    let mut done: HashSet<&str> = HashSet::with_capacity(tree.len());
    for start in tree.keys().copied() {
        let mut trail: Vec<&str> = Vec::new();
        let mut on_trail: HashSet<&str> = HashSet::new();
        let mut next = Some(start);
        while let Some(code) = next {
            if done.contains(code) {
                break;
            }
            if !on_trail.insert(code) {
                let from = trail.iter().position(|c| *c == code).unwrap_or_default();
                report_cycle(tree, &trail[from..], errors);
                break;
            }
            trail.push(code);
            next = tree.get(code).and_then(|node| node.parent);
        }
        done.extend(trail);
    }
}

/// Codes of a cycle that a message shows; a longer one is cut.
const CYCLE_CODES_SHOWN_MAX: usize = 8;

fn report_cycle(tree: &Tree<'_>, cycle: &[&str], errors: &mut RowErrors) {
    let shown: Vec<&str> = cycle.iter().copied().take(CYCLE_CODES_SHOWN_MAX).collect();
    let shown = shown.join(" → ");
    for code in cycle {
        if let Some(line) = tree.get(code).and_then(|node| node.line) {
            let zh = format!("上级关系成环：{shown} → …，不能隶属于自己。");
            let en = format!("The units above form a ring: {shown} → …; a unit cannot stand below itself.");
            errors.add(line, "parent", Text::of(zh, en));
        }
    }
}

/// The path of every unit; reports trees too deep, kinds out of order, and open units below closed ones.
pub(super) fn check_paths<'a>(tree: &Tree<'a>, errors: &mut RowErrors) -> HashMap<&'a str, OrgPath> {
    let mut paths: HashMap<&str, OrgPath> = HashMap::with_capacity(tree.len());
    let mut too_deep: HashSet<&str> = HashSet::new();
    for start in tree.keys().copied() {
        let mut trail: Vec<&str> = Vec::new();
        let mut next = Some(start);
        while let Some(code) = next.filter(|code| !paths.contains_key(code) && !too_deep.contains(code)) {
            trail.push(code);
            next = tree.get(code).and_then(|node| node.parent);
        }
        for code in trail.into_iter().rev() {
            let parent = tree.get(code).and_then(|node| node.parent);
            let path = match parent {
                None => OrgPath::root(code),
                Some(parent) => paths.get(parent).map_or(Err(kernel::OrgPathError::Depth), |above| above.child(code)),
            };
            if let Ok(path) = path {
                paths.insert(code, path);
                continue;
            }
            too_deep.insert(code);
            let zh = format!("机构层级超过 {DEPTH_MAX} 层。");
            let en = format!("The organisation would have more than {DEPTH_MAX} levels here.");
            errors.add(responsible(tree, code), "parent", Text::of(zh, en));
        }
    }
    check_neighbours(tree, errors);
    paths
}

/// The line to blame for the place of `code`: its own, or that of the nearest unit above that the list names; zero, the
/// file as a whole, if there is none.
fn responsible(tree: &Tree<'_>, code: &str) -> u64 {
    let mut next = Some(code);
    // No cycle is left when this is asked, so the walk ends at the top.
    while let Some(node) = next.and_then(|code| tree.get(code)) {
        if let Some(line) = node.line {
            return line;
        }
        next = node.parent;
    }
    0
}

fn check_neighbours(tree: &Tree<'_>, errors: &mut RowErrors) {
    for (code, node) in tree {
        let Some((parent, above)) = node.parent.and_then(|parent| Some((parent, tree.get(parent)?))) else { continue };
        // The list answers for a pair when it names one of the two; what stood before it is not its fault.
        let Some(line) = node.line.or(above.line) else { continue };
        if !node.kind.may_stand_below(above.kind) {
            let (kind, above) = (node.kind.title(), above.kind.title());
            let zh = format!("{}（{code}）不能隶属于{}（{parent}）。", kind.zh, above.zh);
            let en = format!("A unit of kind {} ({code}) cannot stand below {} ({parent}).", kind.en, above.en);
            errors.add(line, "kind", Text::of(zh, en));
        }
        if node.status == UnitStatus::Open && above.status == UnitStatus::Closed {
            let zh = format!("上级机构 {parent} 已撤销，{code} 不能仍在营业。");
            let en = format!("The unit above, {parent}, is closed; {code} cannot stay open.");
            errors.add(line, "status", Text::of(zh, en));
        }
    }
}
