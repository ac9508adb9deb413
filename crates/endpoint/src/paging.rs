//! The outside of a keyset page: query parameters and body.

use kernel::{Cursor, Page, PageRequest};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// The parameters that every list takes.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct ListQuery {
    /// Rows wanted, 1 to 200; 50 when absent.
    pub limit: Option<usize>,
    /// The `next` of the page before.
    pub after: Option<String>,
}

impl ListQuery {
    /// The page that is asked for.
    pub fn page(self) -> PageRequest {
        PageRequest::new(self.limit, self.after.map(Cursor::from_text))
    }
}

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageBody<T> {
    /// The rows, in order.
    pub items: Vec<T>,
    /// Where to go on.
    pub page: PageEnd,
}

/// Where a list goes on.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageEnd {
    /// The value of `after` for the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
}

impl<T> From<Page<T>> for PageBody<T> {
    fn from(page: Page<T>) -> Self {
        Self { items: page.items, page: PageEnd { next: page.next } }
    }
}
