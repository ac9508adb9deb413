//! Reads the JSON that XGBoost writes.

use serde::Deserialize;

use super::{
    Child, FILE_BYTES_MAX, Forest, INPUTS_MAX, LEAVES_MAX, Missing, ModelFault, Output, Split, TREES_MAX, Tree,
};

#[derive(Deserialize)]
struct File {
    learner: Learner,
}

#[derive(Deserialize)]
struct Learner {
    learner_model_param: Parameters,
    objective: Objective,
    gradient_booster: Booster,
    #[serde(default)]
    feature_names: Vec<String>,
}

#[derive(Deserialize)]
struct Parameters {
    base_score: String,
    num_class: String,
    num_feature: String,
}

#[derive(Deserialize)]
struct Objective {
    name: String,
}

#[derive(Deserialize)]
struct Booster {
    name: String,
    #[serde(default)]
    model: Option<Model>,
}

#[derive(Deserialize)]
struct Model {
    trees: Vec<Nodes>,
}

/// A tree as columns over its nodes; a node without children is a leaf, and its condition is the leaf's value.
#[derive(Deserialize)]
struct Nodes {
    left_children: Vec<i64>,
    right_children: Vec<i64>,
    split_indices: Vec<usize>,
    split_conditions: Vec<f32>,
    default_left: Vec<u8>,
    sum_hessian: Vec<f64>,
    #[serde(default)]
    split_type: Vec<u8>,
}

impl Forest {
    /// Reads a model file of XGBoost for a yes-or-no question.
    pub fn from_xgboost(json: &[u8]) -> Result<Self, ModelFault> {
        if json.len() > FILE_BYTES_MAX {
            return Err(ModelFault::unsupported("larger than 64 MiB"));
        }
        let file: File = serde_json::from_slice(json)
            .map_err(|error| ModelFault::damaged(&format!("line {}, column {}", error.line(), error.column())))?;
        let learner = file.learner;
        if learner.gradient_booster.name != "gbtree" {
            return Err(ModelFault::unsupported("the booster is not `gbtree`"));
        }
        if learner.objective.name != "binary:logistic" {
            return Err(ModelFault::unsupported("the objective is not `binary:logistic`"));
        }
        if !matches!(learner.learner_model_param.num_class.as_str(), "0" | "1") {
            return Err(ModelFault::unsupported("several classes"));
        }
        let inputs = names(&learner)?;
        let base = base(&learner.learner_model_param.base_score)?;
        let trees = learner.gradient_booster.model.map(|model| model.trees).unwrap_or_default();
        let trees = trees.iter().take(TREES_MAX + 1).map(Nodes::tree).collect::<Result<_, _>>()?;
        Self::build(inputs, trees, Output::Boost { base })
    }
}

fn names(learner: &Learner) -> Result<Vec<String>, ModelFault> {
    let count: usize =
        learner.learner_model_param.num_feature.parse().map_err(|_| ModelFault::damaged("num_feature"))?;
    if count > INPUTS_MAX || !(learner.feature_names.is_empty() || learner.feature_names.len() == count) {
        return Err(ModelFault::damaged("num_feature and feature_names do not match"));
    }
    if learner.feature_names.is_empty() {
        return Ok((0..count).map(|number| format!("f{number}")).collect());
    }
    Ok(learner.feature_names.clone())
}

/// The margin that trees are added to: the logit of the base probability, which newer files write as a list of one.
fn base(text: &str) -> Result<f32, ModelFault> {
    let probability: f32 = text.trim_matches(['[', ']']).parse().map_err(|_| ModelFault::damaged("base_score"))?;
    if !(probability > 0.0 && probability < 1.0) {
        return Err(ModelFault::damaged("base_score"));
    }
    Ok(-(1.0 / probability - 1.0).ln())
}

impl Nodes {
    fn tree(&self) -> Result<Tree, ModelFault> {
        let nodes = self.left_children.len();
        let columns = [
            self.right_children.len(),
            self.split_indices.len(),
            self.split_conditions.len(),
            self.default_left.len(),
            self.sum_hessian.len(),
        ];
        if nodes == 0 || nodes > 2 * LEAVES_MAX || columns.iter().any(|len| *len != nodes) {
            return Err(ModelFault::damaged("the columns of a tree differ in length"));
        }
        if self.split_type.iter().any(|kind| *kind != 0) {
            return Err(ModelFault::unsupported("categories of XGBoost"));
        }
        let (mut tree, mut numbers) = (Tree::default(), Vec::with_capacity(nodes));
        let mut splits = 0;
        for node in 0..nodes {
            if self.left_children[node] < 0 {
                numbers.push(Child::Leaf(tree.leaves.len()));
                tree.leaves.push(f64::from(self.split_conditions[node]));
                tree.leaf_covers.push(self.sum_hessian[node]);
            } else {
                numbers.push(Child::Split(splits));
                splits += 1;
            }
        }
        let to = |child: i64| {
            let number = usize::try_from(child).ok().and_then(|child| numbers.get(child));
            number.copied().ok_or_else(|| ModelFault::damaged("a split leads nowhere"))
        };
        for node in (0..nodes).filter(|node| self.left_children[*node] >= 0) {
            // XGBoost sends what is smaller to the left; as "not larger" that is the next smaller number.
            let threshold = f64::from(self.split_conditions[node].next_down());
            let missing = if self.default_left[node] != 0 { Missing::Left } else { Missing::Right };
            let (left, right) = (to(self.left_children[node])?, to(self.right_children[node])?);
            let (input, cover) = (self.split_indices[node], self.sum_hessian[node]);
            tree.splits.push(Split { input, threshold, missing, categories: None, left, right, cover });
        }
        Ok(tree)
    }
}
