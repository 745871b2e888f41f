//! Derives the clauses of a contract from its operations.

mod bounds;
mod collector;
mod empty;
mod exact;
mod form_fields;
mod never_alone;
mod operation;
mod parameters;
mod request;
mod responses;
mod schemas;
mod security;
mod side;
mod spot;
mod subject;
mod values;
mod violations;
mod walker;
mod writable;

use crate::contract::Contract;
use crate::parallel;

use super::set::ClauseSet;

/// Maximum number of clauses of one operation, and of all operations together.
const MAX_OF_OPERATION: usize = 20_000;
const MAX_OF_ALL: usize = 400_000;

impl Contract {
    /// Its clauses, derived when they are first needed.
    pub(crate) fn clauses(&self) -> &ClauseSet {
        self.clauses.get_or_init(|| {
            let limit = (MAX_OF_ALL / self.operations.len().max(1)).clamp(500, MAX_OF_OPERATION);
            ClauseSet::new(parallel::map(&self.operations, |operation| operation::clauses(self, operation, limit)))
        })
    }
}
