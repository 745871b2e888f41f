//! The gaps of coverage that matter most: at most five, of different kinds where possible.

use std::collections::BTreeMap;

use crate::contract::clause::{ClauseLocation, Entry, Group, Part, Step, Verb};
use crate::contract::{Contract, StatusKey};

use super::super::format::{Gap, Place};
use super::super::shell_word::quoted;
use super::sentence::states;
use super::stub::{self, Trial};
use super::table::{ClauseState, ClauseTable};

/// Maximum number of gaps.
const MAX_GAPS: usize = 5;

/// What a gap is about. The order is that of importance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Kind {
    /// Missing and wrong credentials.
    Credentials,
    /// Identifiers and amounts of money.
    Values,
    /// Required properties and declared errors.
    Errors,
    /// Effects of one operation on another.
    State,
    /// Requests that are accepted.
    Calls,
    /// Everything else.
    Other,
}

/// Words of names that stand for identifiers and money.
const WORDS: [&str; 16] = [
    "id", "uuid", "amount", "price", "currency", "total", "balance", "cost", "fee", "tax", "payment", "account",
    "iban", "quantity", "rate", "key",
];

/// Gaps that are like each other: of one kind, all contradicted or all unmet, and of clauses with the same verb.
#[derive(Debug, Default)]
struct Alike<'c> {
    /// The first clause of each operation.
    first: Vec<(usize, &'c Entry)>,
    /// Number of clauses.
    number: u64,
}

/// The most important gaps of `table`: of each kind the first operation, then further operations. Without `trial`, they have no cases.
pub(super) fn gaps(table: &ClauseTable<'_>, trial: Option<Trial<'_>>) -> Vec<Gap> {
    // Ordered by kind, then contradicted first, then by verb.
    let mut found: BTreeMap<(Kind, bool, u8), Alike<'_>> = BTreeMap::new();
    for row in table.rows() {
        let is_unmet = match row.state {
            ClauseState::Contradicted => false,
            ClauseState::Unmet => true,
            _ => continue,
        };
        let alike = found.entry((kind(row.entry), is_unmet, verb(&row.entry.clause.verb))).or_default();
        alike.number += 1;
        if alike.first.last().is_none_or(|(operation, _)| *operation != row.operation) {
            alike.first.push((row.operation, row.entry));
        }
    }
    let rounds = found.values().map(|alike| alike.first.len()).max().unwrap_or_default().min(MAX_GAPS);
    let in_rounds = (0..rounds)
        .flat_map(|round| found.iter().filter_map(move |(key, alike)| Some((*key, round, *alike.first.get(round)?))));
    let mut chosen: Vec<_> = in_rounds.take(MAX_GAPS).collect();
    chosen.sort_by_key(|(key, round, _)| (*key, *round));
    let number_of = |key| chosen.iter().filter(|(other, ..)| *other == key).count() as u64;
    let gap = |(key, round, (operation, entry)): &((Kind, bool, u8), usize, (usize, &Entry))| {
        let further = if *round == 0 { found[key].number - number_of(*key) } else { 0 };
        let mut gap = gap(table, *operation, entry, !key.1, further);
        gap.case = trial.map(|trial| case(table.contract, *operation, entry, trial)).unwrap_or_default();
        gap
    };
    chosen.iter().map(gap).collect()
}

/// The order of verbs within a kind.
fn verb(verb: &Verb) -> u8 {
    match verb {
        Verb::Calls | Verb::CallsWith(_) => 0,
        Verb::RefusesWithoutSecurity | Verb::RefusesWithout(_) => 1,
        Verb::RefusesWrong(_) => 2,
        Verb::Violates(..) => 3,
        Verb::Receives(_) | Verb::ReceivesMediaType(..) | Verb::ReceivesHeader(..) | Verb::ReceivesAt(..) => 4,
        Verb::Sends(..) | Verb::SendsMediaType(_) | Verb::SendsExample(_) => 5,
        Verb::Omits(_) => 6,
    }
}

/// The case file that closes a gap, which takes longer than everything else of it.
pub(super) fn case(contract: &Contract, operation: usize, entry: &Entry, trial: Trial<'_>) -> String {
    let operation = contract.operations.get(operation);
    operation.map(|operation| stub::case(contract, operation, entry, trial)).unwrap_or_default()
}

/// The gap of one clause, without the case that closes it.
pub(super) fn gap(
    table: &ClauseTable<'_>,
    operation: usize,
    entry: &Entry,
    is_contradicted: bool,
    further: u64,
) -> Gap {
    let clause = &entry.clause;
    let sentence = match is_contradicted {
        true => format!("The target contradicts that {} ({}).", states(clause), clause.operation),
        false => format!("No case of {} shows that {}.", clause.operation, states(clause)),
    };
    let place = entry.sources().next().map(|anchor| Place::from(&table.contract.place(&anchor)));
    Gap {
        clause: clause.to_string(),
        sentence,
        further,
        place,
        owner: table.owner(operation).map(str::to_owned),
        command: format!("signoff coverage --clause {}", quoted(&clause.to_string())),
        case: String::new(),
        exclusion: stub::exclusion(clause),
    }
}

fn kind(entry: &Entry) -> Kind {
    match (&entry.clause.verb, entry.group) {
        (Verb::CallsWith(_), _) => Kind::Calls,
        (_, Group::Security) => Kind::Credentials,
        _ if entry.clause.location().is_some_and(is_sensitive) => Kind::Values,
        (Verb::Violates("required", _), _) => Kind::Errors,
        (Verb::Receives(status), _) if is_error(*status) => Kind::Errors,
        (_, Group::State) => Kind::State,
        (_, Group::Operations) => Kind::Calls,
        _ => Kind::Other,
    }
}

fn is_error(status: StatusKey) -> bool {
    match status {
        StatusKey::Exact(status) => status >= 400,
        StatusKey::Range(class) => class >= 4,
        StatusKey::Default => true,
    }
}

/// Whether the location is that of an identifier or of money, by the words of its name.
fn is_sensitive(location: &ClauseLocation) -> bool {
    let name = location.steps.iter().rev().find_map(|step| match step {
        Step::Name(name) => Some(&**name),
        Step::Any | Step::Branch(_) => None,
    });
    let name = name.or(match &location.part {
        Part::Parameter(_, name) => Some(&**name),
        _ => None,
    });
    name.is_some_and(|name| words(name).iter().any(|word| WORDS.contains(&word.as_str())))
}

/// The words of `customer_id`, `customerId` and `Customer-ID`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase() || c.is_ascii_digit();
        if let Some(word) = words.last_mut().filter(|_| c.is_alphanumeric()) {
            word.extend(c.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use crate::contract::clause::Clause;

    use super::*;

    #[test]
    fn names_are_split_into_words() {
        for name in ["customer_id", "customerId", "Customer-ID", "id"] {
            assert!(words(name).contains(&"id".to_owned()), "{name}");
        }
        assert!(!words("paid").contains(&"id".to_owned()));
    }

    #[test]
    fn locations_of_identifiers_and_money_are_found() {
        let check = |clause: &str, expect: bool| {
            let clause: Clause = clause.parse().expect("a clause");
            assert_eq!(clause.location().is_some_and(is_sensitive), expect, "{clause}");
        };
        check("a violates required body/amount", true);
        check("a sends query/customerId", true);
        check("a sends body/items/*", false);
        check("a receives 200 body/paid", false);
    }
}
