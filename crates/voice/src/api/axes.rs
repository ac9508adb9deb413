//! The classification axes of JR/T 0169, as the regulation files have them today.

use endpoint::{Call, Failure, ProblemBody};
use people::api::body::TextBody;
use serde::Serialize;
use utoipa::ToSchema;

use super::{law, reading};

/// One class of an axis.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClassBody {
    /// The key that orders store.
    #[schema(example = "credit_card")]
    pub key: String,
    /// Its name.
    pub title: TextBody,
    /// The key of the class above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The standard's code, once it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Whether the class was verified against the standard.
    pub is_verified: bool,
}

/// One axis.
#[derive(Debug, Serialize, ToSchema)]
pub struct AxisBody {
    /// `channel`, `business` or `reason`.
    pub axis: &'static str,
    /// The standard's letter.
    #[schema(example = "A")]
    pub letter: String,
    /// Its name.
    pub title: TextBody,
    /// Its classes, in order.
    pub classes: Vec<ClassBody>,
}

/// The three axes.
#[derive(Debug, Serialize, ToSchema)]
pub struct AxesBody {
    /// Channel, business, reason.
    pub axes: Vec<AxisBody>,
}

/// Get the classification axes
#[utoipa::path(
    get, path = "/api/voice/axes", operation_id = "get_axes", tag = "voice",
    responses(
        (status = 200, description = "The axes in force today", body = AxesBody),
        (status = 401, description = "Nobody is signed in", body = ProblemBody),
    )
)]
pub async fn get_axes(call: Call) -> Result<axum::Json<AxesBody>, Failure> {
    let law = law(&call.shared);
    let today = reading::now(&call.shared).date();
    let class = |rule: &regulation::CategoryRule| ClassBody {
        key: rule.body.key.clone(),
        title: rule.row.title.clone().into(),
        parent: rule.body.parent.clone(),
        code: rule.body.code.clone(),
        is_verified: rule.row.verified,
    };
    let axis = |view: &regulation::AxisView<'_>| AxisBody {
        axis: view.axis.body.axis.as_str(),
        letter: view.axis.body.letter.clone(),
        title: view.axis.row.title.clone().into(),
        classes: view.categories.iter().map(|rule| class(rule)).collect(),
    };
    Ok(axum::Json(AxesBody { axes: law.rules.axes(today).iter().map(axis).collect() }))
}
