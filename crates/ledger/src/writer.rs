//! One call to write, whatever its types, as the writers see it.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
};

use crate::{Cause, StoreError, Unit};

/// Whether a closure's work is to be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fate {
    Keep,
    Discard,
}

/// A write in the queue.
pub(crate) trait Task: Send {
    fn cause(&self) -> &Cause;
    /// Runs the closure; may be called again after a rolled-back run.
    fn run(&mut self, unit: &mut Unit<'_>) -> Fate;
    /// Answers the caller: with the closure's own result, or with `error` when its work was not committed.
    fn answer(self: Box<Self>, error: Option<StoreError>);
}

/// The one implementation: a closure, its latest result, and where the answer goes.
pub(crate) struct Call<T, E, F, D> {
    cause: Cause,
    act: F,
    result: Option<Result<T, E>>,
    done: D,
}

impl<T, E, F, D> Call<T, E, F, D> {
    pub(crate) fn new(cause: Cause, act: F, done: D) -> Self {
        Self { cause, act, result: None, done }
    }
}

impl<T, E, F, D> Task for Call<T, E, F, D>
where
    T: Send,
    E: From<StoreError> + Send,
    F: FnMut(&mut Unit<'_>) -> Result<T, E> + Send,
    D: FnOnce(Result<T, E>) + Send,
{
    fn cause(&self) -> &Cause {
        &self.cause
    }

    fn run(&mut self, unit: &mut Unit<'_>) -> Fate {
        let act = &mut self.act;
        let result = catch_unwind(AssertUnwindSafe(|| act(unit))).unwrap_or_else(|panic| {
            tracing::error!(cause = self.cause.as_str(), panic = panic_text(&*panic), "a unit of work panicked");
            Err(E::from(StoreError::Panicked))
        });
        let fate = if result.is_ok() { Fate::Keep } else { Fate::Discard };
        self.result = Some(result);
        fate
    }

    fn answer(self: Box<Self>, error: Option<StoreError>) {
        let Self { cause, result, done, .. } = *self;
        let answer = match (error, result) {
            (Some(error), _) => Err(E::from(error)),
            (None, Some(result)) => result,
            (None, None) => Err(E::from(StoreError::Unavailable("the ledger is shutting down".to_owned()))),
        };
        if catch_unwind(AssertUnwindSafe(|| done(answer))).is_err() {
            tracing::error!(cause = cause.as_str(), "the receiver of a write's answer panicked");
        }
    }
}

/// The panic's message when it is the program's own text. A formatted one may hold values, so it is left out.
fn panic_text(panic: &(dyn Any + Send)) -> &'static str {
    panic.downcast_ref::<&'static str>().copied().unwrap_or("(message withheld)")
}
