//! Writes a model in LightGBM's text format, version 4, so that one file serves the decision engine, LightGBM and whatever
//! reads its models. The layout is that of `GBDT::SaveModelToString` in LightGBM 4.

use std::fmt::Write as _;

use crate::model::{Child, Model, Tree};

/// The lowest bits of a branch's kind: what is unknown goes left.
const DEFAULT_LEFT: u8 = 2;
/// The bits that say that NaN is unknown.
const UNKNOWN_IS_NAN: u8 = 2 << 2;

impl Model {
    /// The model file. `parameters` are kept at its end for people; LightGBM does not read them.
    pub fn lightgbm_text(&self, parameters: &[(String, String)]) -> String {
        let trees: Vec<String> = self.trees.iter().enumerate().map(|(number, tree)| tree_text(number, tree)).collect();
        let mut text = self.head(&trees);
        trees.iter().for_each(|tree| text.push_str(tree));
        text.push_str("end of trees\n");
        text.push_str("\nfeature_importances:\n");
        for (name, uses) in self.importances() {
            line(&mut text, &name, [uses]);
        }
        text.push_str("\nparameters:\n");
        for (name, value) in parameters {
            // The file is read line by line; nothing of a value may look like one.
            let plain = |part: &str| part.replace(|c: char| c.is_control(), " ");
            let _ = writeln!(text, "[{}: {}]", plain(name), plain(value));
        }
        text.push_str("end of parameters\n\npandas_categorical:null\n");
        text
    }

    fn head(&self, trees: &[String]) -> String {
        let mut text = String::from("tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\n");
        line(&mut text, "max_feature_idx", [self.names.len() - 1]);
        text.push_str("objective=binary sigmoid:1\n");
        line(&mut text, "feature_names", &self.names);
        let range = |range: &Option<(f64, f64)>| match range {
            Some((low, high)) => format!("[{}:{}]", number(*low), number(*high)),
            None => "none".to_owned(),
        };
        line(&mut text, "feature_infos", self.ranges.iter().map(range));
        line(&mut text, "tree_sizes", trees.iter().map(String::len));
        text.push('\n');
        text
    }

    /// The columns that are looked at, most often first.
    fn importances(&self) -> Vec<(String, u32)> {
        let mut used: Vec<(String, u32)> =
            self.names.iter().cloned().zip(self.uses()).filter(|(_, uses)| *uses > 0).collect();
        used.sort_by_key(|(_, uses)| std::cmp::Reverse(*uses));
        used
    }
}

fn tree_text(at: usize, tree: &Tree) -> String {
    let (branches, leaves) = (&tree.branches, &tree.leaves);
    let mut text = String::new();
    line(&mut text, "Tree", [at]);
    line(&mut text, "num_leaves", [leaves.len()]);
    text.push_str("num_cat=0\n");
    line(&mut text, "split_feature", branches.iter().map(|branch| branch.column));
    line(&mut text, "split_gain", branches.iter().map(|branch| number(branch.gain)));
    line(&mut text, "threshold", branches.iter().map(|branch| number(branch.upper)));
    let kind = |left: bool| UNKNOWN_IS_NAN | if left { DEFAULT_LEFT } else { 0 };
    line(&mut text, "decision_type", branches.iter().map(|branch| kind(branch.unknown_left)));
    line(&mut text, "left_child", branches.iter().map(|branch| child(branch.left)));
    line(&mut text, "right_child", branches.iter().map(|branch| child(branch.right)));
    line(&mut text, "leaf_value", leaves.iter().map(|leaf| number(leaf.value)));
    line(&mut text, "leaf_weight", leaves.iter().map(|leaf| number(leaf.weight)));
    line(&mut text, "leaf_count", leaves.iter().map(|leaf| leaf.rows));
    line(&mut text, "internal_value", branches.iter().map(|branch| number(branch.value)));
    line(&mut text, "internal_weight", branches.iter().map(|branch| number(branch.weight)));
    line(&mut text, "internal_count", branches.iter().map(|branch| branch.rows));
    text.push_str("is_linear=0\n");
    line(&mut text, "shrinkage", [number(tree.shrinkage)]);
    text.push_str("\n\n");
    text
}

/// Branches count from zero upwards, leaves from minus one downwards.
fn child(child: Child) -> i64 {
    match child {
        Child::Branch(number) => i64::from(number),
        Child::Leaf(number) => -i64::from(number) - 1,
    }
}

/// The shortest digits that give the same double again.
fn number(value: f64) -> String {
    format!("{value:?}")
}

fn line<T: std::fmt::Display>(text: &mut String, name: &str, values: impl IntoIterator<Item = T>) {
    text.push_str(name);
    text.push('=');
    for (at, value) in values.into_iter().enumerate() {
        let gap = if at == 0 { "" } else { " " };
        let _ = write!(text, "{gap}{value}");
    }
    text.push('\n');
}

#[cfg(test)]
mod tests {
    use crate::model::tests::small;

    #[test]
    fn the_file_has_every_part_in_its_place() {
        let text = small().lightgbm_text(&[("learning\nrate".to_owned(), "0.1\n]".to_owned())]);
        let expect = "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx=1\n\
            objective=binary sigmoid:1\nfeature_names=amount payee.rate\nfeature_infos=[-1.0:1e20] none\n\
            tree_sizes=310 231\n\nTree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 1\nsplit_gain=4.25 4.25\n\
            threshold=10.0 0.25\ndecision_type=8 10\nleft_child=-1 -2\nright_child=1 -3\nleaf_value=-2.0 0.5 1e-7\n\
            leaf_weight=2.5 2.5 2.5\nleaf_count=10 10 10\ninternal_value=-1.5 0.125\ninternal_weight=5.0 5.0\n\
            internal_count=20 20\nis_linear=0\nshrinkage=0.1\n\n\n";
        assert_eq!(&text[..expect.len()], expect);
        assert!(text.ends_with(
            "end of trees\n\nfeature_importances:\namount=1\npayee.rate=1\n\nparameters:\n[learning rate: 0.1 ]]\n\
             end of parameters\n\npandas_categorical:null\n"
        ));
    }
}
