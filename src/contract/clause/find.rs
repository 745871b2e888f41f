//! Finds a clause by its name, and explains why there is none.

use crate::suggestion::nearest;

use super::id::ClauseId;
use super::set::ClauseSet;
use super::verb::Clause;

/// A name of no clause of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct UnknownClause {
    /// What is wrong.
    pub message: String,
    /// Advice.
    pub help: String,
}

impl ClauseSet {
    /// The clause of that name, with the index of its operation and its id; an error suggests the nearest clause of its operation.
    pub(crate) fn named(&self, name: &str) -> Result<(Clause, usize, ClauseId), UnknownClause> {
        let name = name.trim();
        let parsed = name.parse::<Clause>();
        if let Ok(clause) = &parsed
            && let Some((operation, id)) = self.find(clause)
        {
            return Ok((clause.clone(), operation, id));
        }
        let message = match &parsed {
            Err(error) => format!("`{name}` is not a clause: {error}"),
            Ok(_) => format!("unknown clause `{name}`"),
        };
        let own = match &parsed {
            Ok(clause) => clause.operation.to_string(),
            Err(_) => name.split(' ').next().unwrap_or(name).to_owned(),
        };
        let near = match self.operation(&own) {
            Some(operation) => {
                let entries = self.operations()[operation].entries().iter();
                let names: Vec<_> = entries.map(|entry| entry.clause.to_string()).collect();
                nearest(name, names.iter().map(String::as_str)).map(|near| format!("did you mean `{near}`?"))
            }
            None => {
                let names = self.operations().iter().map(|operation| &*operation.name);
                nearest(&own, names).map(|near| format!("did you mean the operation `{near}`?"))
            }
        };
        let help = near.unwrap_or_else(|| "`signoff coverage --format json` lists all clauses".to_owned());
        Err(UnknownClause { message, help })
    }
}
