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
        let help = match self.operation_of(name) {
            Some(operation) => {
                let entries = self.operations()[operation].entries().iter();
                let names: Vec<_> = entries.map(|entry| entry.clause.to_string()).collect();
                near(name, &names).map(|near| format!("did you mean `{near}`?"))
            }
            None => {
                let own = match &parsed {
                    Ok(clause) => &*clause.operation,
                    Err(_) => name.split(' ').next().unwrap_or(name),
                };
                let names = self.operations().iter().map(|operation| &*operation.name);
                nearest(own, names).map(|near| format!("did you mean the operation `{near}`?"))
            }
        };
        let help = help.unwrap_or_else(|| "`signoff coverage --format json` lists all clauses".to_owned());
        Err(UnknownClause { message, help })
    }

    /// The operation whose name `name` begins with, also where the rest is no clause.
    fn operation_of(&self, name: &str) -> Option<usize> {
        let is_begun = |own: &str| name.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
        let begun = self.operations().iter().filter(|operation| is_begun(&operation.name));
        let longest = begun.max_by_key(|operation| operation.name.len())?;
        self.operation(&longest.name)
    }
}

/// The clause nearest to `name`: the shortest that it is the beginning of, else one that differs only in the parents of the location, else
/// one with few different letters.
fn near<'a>(name: &str, names: &'a [String]) -> Option<&'a str> {
    let longer = names.iter().filter(|own| own.starts_with(name));
    let shortest = longer.min_by_key(|own| own.len()).map(String::as_str);
    let same = || names.iter().map(String::as_str).filter(|own| is_same_elsewhere(own, name));
    let same = || same().min_by_key(|own| own.len().abs_diff(name.len()));
    shortest.or_else(same).or_else(|| nearest(name, names.iter().map(String::as_str)))
}

/// Whether two names have the same operation, verb and keyword, and locations that end with the same name: `body/amount` and `amount`.
fn is_same_elsewhere(one: &str, other: &str) -> bool {
    fn parts(name: &str) -> Option<(&str, &str)> {
        let (statement, location) = name.rsplit_once(' ')?;
        Some((statement, location.rsplit('/').next().unwrap_or(location)))
    }
    parts(one).is_some_and(|parts_of_one| Some(parts_of_one) == parts(other))
}
