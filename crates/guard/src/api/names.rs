//! The names that an expression may ask, with what each is, for the editor of scenarios. What the engine knows is what is told:
//! nothing here is a list of its own.

use ::decide::{
    engine::MODEL_SCORE,
    expression::{self, FUNCTIONS},
};
use endpoint::{Call, Failure, OpenApiRouter, ProblemBody, Shared};
use kernel::Text;
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use super::decisions::screen;
use crate::{model::permission::SEE_SCENARIOS, screen::Screen};

kernel::words! {
    /// What a name in an expression stands for.
    NameOf {
        /// A field of events.
        Field = "field", "字段", "field";
        /// What the history of a key says.
        Feature = "feature", "特征", "feature";
        /// Computed of fields and features.
        Derived = "derived", "派生值", "derived value";
        /// A value that the bank may change.
        Parameter = "parameter", "参数", "parameter";
        /// A list.
        List = "list", "名单", "list";
        /// The score model's score.
        Score = "score", "模型得分", "score of the model";
        /// A function.
        Function = "function", "函数", "function";
    }
}

/// A name that an expression may ask.
#[derive(Debug, Serialize, ToSchema)]
pub struct NameBody {
    /// How it is written, as far as an editor can write it.
    pub name: String,
    /// What it stands for.
    pub of: NameOf,
    /// Its type as CEL calls it; of a function what it gives, where that does not depend on what it takes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub kind: Option<&'static str>,
    /// What a function takes and gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub signature: Option<&'static str>,
    /// Its name on screen, or what a function does.
    pub title: TextBody,
    /// The types of events that have the field; empty where the name is not one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub events: Vec<String>,
    /// Whether it is personal: then it is only compared whole or looked up in a list.
    pub is_personal: bool,
}

impl NameBody {
    fn new(name: impl Into<String>, of: NameOf, kind: Option<&'static str>, title: Text) -> Self {
        let (name, title) = (name.into(), title.into());
        Self { name, of, kind, signature: None, title, events: Vec::new(), is_personal: false }
    }
}

/// List the names of expressions
///
/// Fields, features, derived values, parameters, lists, the model's score and functions, each with its type.
#[utoipa::path(
    get, path = "/api/guard/names", operation_id = "list_expression_names", tag = "guard",
    responses(
        (status = 200, description = "The names, by what they stand for", body = [NameBody]),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
        (status = 403, description = "The caller lacks `guard.scenario.see`", body = ProblemBody),
    )
)]
pub async fn list_expression_names(call: Call) -> Result<axum::Json<Vec<NameBody>>, Failure> {
    call.require(SEE_SCENARIOS)?;
    let screen = screen(&call.shared).await?;
    Ok(axum::Json(names(&screen)))
}

fn names(screen: &Screen) -> Vec<NameBody> {
    let definition = screen.definition();
    let (spec, engine) = (&definition.engine, screen.engine());
    let mut names: Vec<NameBody> = fields(screen);
    // The engine knows the kind of each; whatever else it holds in its places is its own.
    let kind = |name: &str| engine.names().iter().find(|known| known.name == name).map(|known| known.kind.cel());
    let with = |name: &String, of, title: &Text| NameBody::new(name, of, kind(name), title.clone());
    names.extend(spec.features.iter().map(|one| with(&one.name, NameOf::Feature, &one.title)));
    names.extend(spec.derived.iter().map(|one| with(&one.name, NameOf::Derived, &one.title)));
    names.extend(spec.parameters.iter().map(|one| {
        let value = expression::constant(&one.value, *engine.schema().keys()).ok();
        NameBody::new(&one.name, NameOf::Parameter, value.map(|(_, kind)| kind.cel()), one.title.clone())
    }));
    names.extend(
        definition
            .lists
            .iter()
            .map(|list| NameBody::new(format!("lists.{}", list.name), NameOf::List, None, list.title.clone())),
    );
    let score = Text::fixed("欺诈概率", "Probability of fraud");
    names.push(NameBody::new(MODEL_SCORE, NameOf::Score, Some(::decide::Kind::Double.cel()), score));
    names.extend(FUNCTIONS.iter().map(|function| {
        let kind = function.gives.map(::decide::Kind::cel);
        let name = NameBody::new(function.written, NameOf::Function, kind, function.about.clone());
        NameBody { signature: Some(function.signature), ..name }
    }));
    names
}

/// The fields of events, the two that the house fills included.
fn fields(screen: &Screen) -> Vec<NameBody> {
    let engine = screen.engine();
    let field = |field: &::decide::schema::Field| {
        let name = &field.spec.name;
        let has = |event: &&::decide::schema::EventSpec| {
            [&event.required, &event.optional].into_iter().flatten().any(|one| one == name)
        };
        let events = screen.schema().events.iter().filter(has).map(|event| event.name.clone()).collect();
        let body = NameBody::new(name, NameOf::Field, Some(field.kind.cel()), field.spec.title.clone());
        NameBody { events, is_personal: field.spec.personal, ..body }
    };
    engine.schema().fields().iter().map(field).collect()
}

/// The endpoint of this file.
pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(list_expression_names))
}
