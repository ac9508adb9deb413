//! Two hundred trees of depth six, as a file that LightGBM reads too, split where the inputs' values lie.

use std::fmt::Write;

use crate::numbers::Numbers;

/// Trees of the model.
pub const TREES: usize = 200;
const DEPTH: usize = 6;
const SPLITS: usize = (1 << DEPTH) - 1;
const LEAVES: usize = 1 << DEPTH;

/// A model whose inputs have these names; `rows` are samples of what they hold, by which splits are chosen so that rows
/// part everywhere.
pub fn text(names: &[String], rows: &[Vec<f64>]) -> String {
    let mut numbers = Numbers::new(11);
    let columns: Vec<Vec<f64>> = (0..names.len()).map(|at| column(rows, at)).collect();
    // An input that is nearly always the same parts nothing.
    let useful: Vec<usize> = (0..names.len()).filter(|at| parts(&columns[*at])).collect();
    let infos = vec!["[-1e300:1e300]"; names.len()].join(" ");
    let mut text = format!(
        "tree\nversion=v4\nnum_class=1\nnum_tree_per_iteration=1\nlabel_index=0\nmax_feature_idx={}\n\
         objective=binary sigmoid:1\nfeature_names={}\nfeature_infos={infos}\n\n",
        names.len() - 1,
        names.join(" ")
    );
    for number in 0..TREES {
        tree(&mut text, number, &useful, &columns, &mut numbers);
    }
    text.push_str(
        "end of trees\n\nfeature_importances:\n\nparameters:\nend of parameters\n\npandas_categorical:null\n",
    );
    text
}

fn column(rows: &[Vec<f64>], at: usize) -> Vec<f64> {
    let mut column: Vec<f64> = rows.iter().map(|row| row[at]).filter(|value| !value.is_nan()).collect();
    column.sort_by(f64::total_cmp);
    column
}

fn parts(column: &[f64]) -> bool {
    column.len() > 100 && column[column.len() / 4] < column[column.len() * 3 / 4]
}

fn tree(text: &mut String, number: usize, useful: &[usize], columns: &[Vec<f64>], numbers: &mut Numbers) {
    let mut splits = (Vec::new(), Vec::new());
    for _ in 0..SPLITS {
        let input = useful[numbers.below(useful.len() as u64) as usize];
        let column = &columns[input];
        let at = (column.len() as f64 * (0.15 + 0.7 * numbers.unit())) as usize;
        splits.0.push(input.to_string());
        splits.1.push(format!("{}", column[at]));
    }
    let list = |count: usize, one: &dyn Fn(usize) -> String| (0..count).map(one).collect::<Vec<_>>().join(" ");
    // Splits stand as in a heap; behind the last level come the leaves, as negative numbers.
    let child = |at: usize| if at < SPLITS { at.to_string() } else { (-((at - SPLITS) as i64) - 1).to_string() };
    let leaves: Vec<String> = (0..LEAVES).map(|_| format!("{}", (numbers.unit() - 0.52) / 20.0)).collect();
    let _ = write!(
        text,
        "Tree={number}\nnum_leaves={LEAVES}\nnum_cat=0\nsplit_feature={}\nsplit_gain={}\nthreshold={}\ndecision_type={}\n\
         left_child={}\nright_child={}\nleaf_value={}\nleaf_weight={}\nleaf_count={}\ninternal_value={}\n\
         internal_weight={}\ninternal_count={}\nis_linear=0\nshrinkage=1\n\n\n",
        splits.0.join(" "),
        list(SPLITS, &|_| "1".to_owned()),
        splits.1.join(" "),
        list(SPLITS, &|at| if at % 2 == 0 { "10".to_owned() } else { "8".to_owned() }),
        list(SPLITS, &|at| child(2 * at + 1)),
        list(SPLITS, &|at| child(2 * at + 2)),
        leaves.join(" "),
        list(LEAVES, &|_| "1".to_owned()),
        list(LEAVES, &|_| "1".to_owned()),
        list(SPLITS, &|_| "0".to_owned()),
        list(SPLITS, &|_| "1".to_owned()),
        list(SPLITS, &|at| (LEAVES >> (at + 1).ilog2()).to_string()),
    );
}
