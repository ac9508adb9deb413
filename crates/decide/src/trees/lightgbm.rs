//! Reads the text that LightGBM writes: lines of `key=value`, one paragraph a tree.

use std::collections::HashMap;

use super::{
    Child, FILE_BYTES_MAX, Forest, INPUTS_MAX, LEAVES_MAX, Missing, ModelFault, Output, Split, TREES_MAX, Tree,
};

impl Forest {
    /// Reads a model file of LightGBM for a yes-or-no question.
    pub fn from_lightgbm(text: &str) -> Result<Self, ModelFault> {
        if text.len() > FILE_BYTES_MAX {
            return Err(ModelFault::unsupported("larger than 64 MiB"));
        }
        // What follows the trees (importances, parameters) is for people.
        let Some((body, _)) = text.split_once("end of trees") else {
            return Err(ModelFault::damaged("`end of trees` is missing"));
        };
        let mut parts = body.split("Tree=");
        let head = Paragraph::read(parts.next().unwrap_or_default());
        if !body.trim_start().starts_with("tree") {
            return Err(ModelFault::damaged("not a model of LightGBM"));
        }
        for (key, one) in [("num_class", "1"), ("num_tree_per_iteration", "1")] {
            if head.text(key)? != one {
                return Err(ModelFault::unsupported("several classes"));
            }
        }
        let inputs: Vec<String> = head.text("feature_names")?.split(' ').map(str::to_owned).collect();
        let declared = head.number::<usize>("max_feature_idx")?.saturating_add(1);
        if inputs.len() != declared || declared > INPUTS_MAX {
            return Err(ModelFault::damaged("feature_names and max_feature_idx do not match"));
        }
        let slope = slope(head.text("objective")?)?;
        let trees: Vec<Tree> = parts.take(TREES_MAX + 1).map(tree).collect::<Result<_, _>>()?;
        let is_average = head.flags.contains(&"average_output");
        let divide_by = if is_average { trees.len() as f64 } else { 1.0 };
        Self::build(inputs, trees, Output::Light { slope, divide_by })
    }
}

/// The factor before the margin, of an objective such as `binary sigmoid:1`.
fn slope(objective: &str) -> Result<f64, ModelFault> {
    let mut words = objective.split(' ');
    if !matches!(words.next(), Some("binary" | "cross_entropy" | "xentropy")) {
        return Err(ModelFault::unsupported("the objective is not `binary`"));
    }
    let slope = words.find_map(|word| word.strip_prefix("sigmoid:")).map_or(Ok(1.0), str::parse::<f64>);
    slope.ok().filter(|slope| slope.is_finite() && *slope > 0.0).ok_or_else(|| ModelFault::damaged("sigmoid"))
}

struct Paragraph<'t> {
    values: HashMap<&'t str, &'t str>,
    flags: Vec<&'t str>,
}

impl<'t> Paragraph<'t> {
    fn read(text: &'t str) -> Self {
        let lines = || text.lines().map(str::trim).filter(|line| !line.is_empty());
        let values = lines().filter_map(|line| line.split_once('=')).collect();
        Self { values, flags: lines().filter(|line| !line.contains('=')).collect() }
    }

    fn text(&self, key: &str) -> Result<&'t str, ModelFault> {
        self.values.get(key).copied().ok_or_else(|| ModelFault::damaged(&format!("`{key}` is missing")))
    }

    fn number<T: std::str::FromStr>(&self, key: &str) -> Result<T, ModelFault> {
        self.text(key)?.parse().map_err(|_| ModelFault::damaged(key))
    }

    /// Numbers with blanks between them, exactly so many.
    fn numbers<T: std::str::FromStr>(&self, key: &str, count: usize) -> Result<Vec<T>, ModelFault> {
        let text = self.text(key)?;
        let numbers: Result<Vec<T>, _> = text.split(' ').filter(|word| !word.is_empty()).map(str::parse).collect();
        numbers.ok().filter(|numbers| numbers.len() == count).ok_or_else(|| ModelFault::damaged(key))
    }
}

fn tree(text: &str) -> Result<Tree, ModelFault> {
    let paragraph = Paragraph::read(text);
    let leaves: usize = paragraph.number("num_leaves")?;
    if leaves == 0 || leaves > LEAVES_MAX {
        return Err(ModelFault::damaged("num_leaves"));
    }
    if paragraph.text("is_linear").is_ok_and(|flag| flag != "0") {
        return Err(ModelFault::unsupported("linear leaves"));
    }
    let splits = leaves - 1;
    let values = paragraph.numbers("leaf_value", leaves)?;
    if splits == 0 {
        return Ok(Tree { splits: Vec::new(), leaves: values, leaf_covers: vec![1.0] });
    }
    let inputs: Vec<usize> = paragraph.numbers("split_feature", splits)?;
    let thresholds: Vec<f64> = paragraph.numbers("threshold", splits)?;
    let kinds: Vec<u8> = paragraph.numbers("decision_type", splits)?;
    let left: Vec<i64> = paragraph.numbers("left_child", splits)?;
    let right: Vec<i64> = paragraph.numbers("right_child", splits)?;
    let covers: Vec<f64> = paragraph.numbers("internal_count", splits)?;
    let categories = categories(&paragraph)?;
    let split = |at: usize| {
        let sets = if kinds[at] & 1 == 1 { Some(set(&categories, thresholds[at])?) } else { None };
        let missing = missing(kinds[at])?;
        let (left, right) = (child(left[at]), child(right[at]));
        // Infinity is how a split says "known or not"; the largest number says the same of every known value.
        let threshold = thresholds[at].clamp(f64::MIN, f64::MAX);
        let (input, cover) = (inputs[at], covers[at]);
        Ok(Split { input, threshold, missing, categories: sets, left, right, cover })
    };
    let splits = (0..splits).map(split).collect::<Result<_, ModelFault>>()?;
    Ok(Tree { splits, leaves: values, leaf_covers: paragraph.numbers("leaf_count", leaves)? })
}

fn missing(kind: u8) -> Result<Missing, ModelFault> {
    let default_left = kind & 2 != 0;
    Ok(match (kind >> 2 & 3, default_left) {
        (0, _) => Missing::Zero,
        (1, true) => Missing::ZeroLeft,
        (1, false) => Missing::ZeroRight,
        (2, true) => Missing::Left,
        (2, false) => Missing::Right,
        _ => return Err(ModelFault::damaged("decision_type")),
    })
}

/// Negative numbers are leaves, counted from −1.
fn child(number: i64) -> Child {
    if number < 0 { Child::Leaf(!number as usize) } else { Child::Split(number as usize) }
}

/// The sets of categories of a tree, one bit a category.
fn categories(paragraph: &Paragraph<'_>) -> Result<Vec<Vec<u32>>, ModelFault> {
    let count: usize = paragraph.number("num_cat")?;
    if count == 0 {
        return Ok(Vec::new());
    }
    let bounds: Vec<usize> = paragraph.numbers("cat_boundaries", count.saturating_add(1).min(LEAVES_MAX + 1))?;
    let words: Vec<u32> = paragraph.numbers("cat_threshold", bounds.last().copied().unwrap_or_default())?;
    let sets = bounds.windows(2).map(|ends| words.get(ends[0]..ends[1]).map(<[u32]>::to_vec));
    sets.collect::<Option<_>>().ok_or_else(|| ModelFault::damaged("cat_boundaries"))
}

fn set(categories: &[Vec<u32>], threshold: f64) -> Result<Vec<u32>, ModelFault> {
    let number = (threshold >= 0.0 && threshold.fract() == 0.0).then_some(threshold as usize);
    number.and_then(|number| categories.get(number)).cloned().ok_or_else(|| ModelFault::damaged("threshold"))
}
