//! One evaluation: the scope that it reads, and the memory that its values may take.

use std::cell::Cell;
use std::ops::Range;

use serde_json::Value;

use super::error::{Error, EvalError};
use super::scope::Scope;
use super::value::size;

/// Memory in bytes that all values of one evaluation may take together. Arguments of filters count, because they are copied.
const BUDGET: usize = 16_000_000;

/// An evaluation in progress.
pub(super) struct Evaluation<'v> {
    pub(super) scope: &'v Scope,
    /// Remaining memory in bytes.
    left: Cell<usize>,
}

impl<'v> Evaluation<'v> {
    /// An evaluation with the whole budget.
    pub(super) fn new(scope: &'v Scope) -> Self {
        Self { scope, left: Cell::new(BUDGET) }
    }

    /// Takes `bytes` from the budget.
    pub(super) fn take(&self, bytes: usize, range: &Range<usize>) -> Result<(), EvalError> {
        let left = self.left.get().checked_sub(bytes).ok_or_else(|| too_large(range))?;
        self.left.set(left);
        Ok(())
    }

    /// Takes the memory of `value` from the budget.
    pub(super) fn take_value(&self, value: &Value, range: &Range<usize>) -> Result<(), Error> {
        self.take(size(value), range).map_err(|fault| fault.error)
    }
}

fn too_large(range: &Range<usize>) -> EvalError {
    EvalError::wrong(format!("its values need more than {} MB", BUDGET / 1_000_000), range)
}
