//! Which features moved a score: Shapley values over the paths of the trees (Lundberg, Erion and Lee, 2018), the figures
//! that both libraries call contributions. They add up to the margin less what the model gives on average.

use super::{Child, Forest, Output, Tree};

/// A part of a path: a feature and how much of the weight flows on with and without it.
#[derive(Debug, Clone, Copy, Default)]
struct Step {
    input: Option<usize>,
    zero: f64,
    one: f64,
    weight: f64,
}

impl Forest {
    /// How many steps [`Self::contributions`] takes at most: for each leaf the square of its depth. A file may hold trees that
    /// are quick to ask and take minutes to explain.
    pub fn steps_of_explaining(&self) -> u64 {
        let mut steps = 0u64;
        for tree in self.trees.iter().filter(|tree| !tree.splits.is_empty()) {
            let mut waiting = vec![(Child::Split(0), 1u64)];
            while let Some((child, depth)) = waiting.pop() {
                match child {
                    Child::Leaf(_) => steps = steps.saturating_add(depth * depth),
                    Child::Split(split) => {
                        let split = &tree.splits[split];
                        waiting.extend([(split.left, depth + 1), (split.right, depth + 1)]);
                    }
                }
            }
        }
        steps
    }

    /// How much each feature moved the margin of a row.
    pub fn contributions(&self, row: &[f64]) -> Vec<f64> {
        let is_single = matches!(self.output, Output::Boost { .. });
        let mut sums = vec![0.0; self.inputs().len()];
        for tree in &self.trees {
            if !tree.splits.is_empty() {
                let mut walker = Walker { tree, row, is_single, sums: &mut sums };
                walker.visit(Child::Split(0), &[], Step { input: None, zero: 1.0, one: 1.0, weight: 0.0 });
            }
        }
        sums
    }
}

struct Walker<'w> {
    tree: &'w Tree,
    row: &'w [f64],
    is_single: bool,
    sums: &'w mut [f64],
}

impl Walker<'_> {
    fn visit(&mut self, at: Child, above: &[Step], step: Step) {
        let mut path = above.to_vec();
        extend(&mut path, step);
        let split = match at {
            Child::Leaf(leaf) => {
                for place in 1..path.len() {
                    let Some(input) = path[place].input else { continue };
                    let share = unwound(&path, place) * (path[place].one - path[place].zero);
                    self.sums[input] += share * self.tree.leaves[leaf];
                }
                return;
            }
            Child::Split(split) => &self.tree.splits[split],
        };
        let left = split.goes_left(self.row[split.input], self.is_single);
        let (hot, cold) = if left { (split.left, split.right) } else { (split.right, split.left) };
        let (mut zero, mut one) = (1.0, 1.0);
        if let Some(place) = path.iter().position(|step| step.input == Some(split.input)) {
            (zero, one) = (path[place].zero, path[place].one);
            unwind(&mut path, place);
        }
        let input = Some(split.input);
        let share = |child: Child| if split.cover > 0.0 { self.cover(child) / split.cover } else { 0.0 };
        let (hot_zero, cold_zero) = (share(hot) * zero, share(cold) * zero);
        self.visit(hot, &path, Step { input, zero: hot_zero, one, weight: 0.0 });
        self.visit(cold, &path, Step { input, zero: cold_zero, one: 0.0, weight: 0.0 });
    }

    fn cover(&self, child: Child) -> f64 {
        match child {
            Child::Split(split) => self.tree.splits[split].cover,
            Child::Leaf(leaf) => self.tree.leaf_covers[leaf],
        }
    }
}

/// Adds a step: the weights of subsets of each size change.
fn extend(path: &mut Vec<Step>, step: Step) {
    let depth = path.len();
    path.push(Step { weight: if depth == 0 { 1.0 } else { 0.0 }, ..step });
    let whole = (depth + 1) as f64;
    for at in (0..depth).rev() {
        path[at + 1].weight += step.one * path[at].weight * (at + 1) as f64 / whole;
        path[at].weight *= step.zero * (depth - at) as f64 / whole;
    }
}

/// Takes a step out again.
fn unwind(path: &mut Vec<Step>, place: usize) {
    let depth = path.len() - 1;
    let Step { zero, one, .. } = path[place];
    let (mut next, whole) = (path[depth].weight, (depth + 1) as f64);
    for at in (0..depth).rev() {
        if one != 0.0 {
            let weight = path[at].weight;
            path[at].weight = next * whole / ((at + 1) as f64 * one);
            next = weight - path[at].weight * zero * (depth - at) as f64 / whole;
        } else {
            path[at].weight = path[at].weight * whole / (zero * (depth - at) as f64);
        }
    }
    for at in place..depth {
        let Step { input, zero, one, .. } = path[at + 1];
        path[at] = Step { input, zero, one, ..path[at] };
    }
    path.pop();
}

/// The weight of all subsets without a step.
fn unwound(path: &[Step], place: usize) -> f64 {
    let depth = path.len() - 1;
    let Step { zero, one, .. } = path[place];
    let (mut next, mut total, whole) = (path[depth].weight, 0.0, (depth + 1) as f64);
    for at in (0..depth).rev() {
        if one != 0.0 {
            let part = next * whole / ((at + 1) as f64 * one);
            total += part;
            next = path[at].weight - part * zero * (depth - at) as f64 / whole;
        } else if zero != 0.0 {
            total += path[at].weight / (zero * (depth - at) as f64 / whole);
        }
    }
    total
}
