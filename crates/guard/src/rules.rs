//! What the room's decisions rest on, put together: the law in force and the dialogues and kinds of scam that the program
//! carries. It must never be asked for by the model.

use std::sync::{Arc, LazyLock};

use endpoint::Shared;
use kernel::Problem;

use crate::model::{
    dialogue::{self, Book, Scam},
    interception::Rules,
    law::Law,
};

/// The book and the kinds of scam, read once.
type Carried = Result<(Arc<Book>, Arc<[Scam]>), dialogue::BookError>;

static CARRIED: LazyLock<Carried> = LazyLock::new(|| Ok((Arc::new(Book::builtin()?), dialogue::scams()?.into())));

/// Where the law in force comes from; it may change while the program runs.
pub trait RulesSource: Send + Sync {
    /// The rules as they are now.
    ///
    /// # Errors
    /// When the files that the program carries cannot be read, which a test rules out.
    fn rules(&self) -> Result<Rules, Problem>;
}

impl RulesSource for Shared {
    fn rules(&self) -> Result<Rules, Problem> {
        with(Law(self.law()))
    }
}

impl RulesSource for Rules {
    fn rules(&self) -> Result<Rules, Problem> {
        Ok(self.clone())
    }
}

/// The rules under a law.
///
/// # Errors
/// When the files that the program carries cannot be read, which a test rules out.
pub fn with(law: Law) -> Result<Rules, Problem> {
    let (book, scams) = CARRIED.as_ref().map_err(Problem::internal_error)?;
    Ok(Rules { law, book: Arc::clone(book), scams: Arc::clone(scams) })
}
