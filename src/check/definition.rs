//! What a check is: its id, its side, its severity, its text and its rule.

use crate::contract::{Breach, Location, Rule, keyword};
use crate::difference::Difference;
use crate::pointer::Pointer;
use crate::severity::Severity;

use super::{Context, Finding, Origin};

/// Which side a check takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What the contract says, whatever the case: a poll asks it of every attempt.
    Contract,
    /// What the case says: a poll repeats until it holds.
    Case,
}

/// One check of the list.
pub struct Definition {
    /// Its stable kebab-case id.
    pub id: &'static str,
    /// Whether it speaks for the contract or for the case.
    pub side: Side,
    /// Its severity unless configured.
    pub severity: Severity,
    /// The file it is written in; its header is the text of `signoff explain`.
    pub(super) source: &'static str,
    /// The rule.
    pub(super) run: fn(&Context<'_>) -> Vec<Finding>,
}

impl Definition {
    /// The text of `signoff explain`: what the check requires, why, an example of a breach, and where the rule comes from.
    pub fn text(&self) -> String {
        let header = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        header.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
    }

    /// A finding without details about `location`, where the rule stands at `at` in the case's file.
    pub(super) fn finding(&self, location: Location, at: Pointer) -> Finding {
        Finding {
            check: self.id,
            severity: self.severity,
            keyword: None,
            location,
            origin: Origin::Case(at),
            expected: String::new(),
            actual: None,
            unexpected: false,
            literal: false,
            difference: Difference::Value,
            suggestion: None,
            not_listed: 0,
            branch_of: None,
        }
    }

    /// The breaches of `rule` as findings, one each.
    pub(super) fn breaches(&self, context: &Context<'_>, rule: Rule) -> Vec<Finding> {
        context
            .judgement
            .breaches
            .iter()
            .filter(|breach| breach.rule == rule)
            .map(|breach| self.breach(breach))
            .collect()
    }

    /// A breach of the contract as a finding.
    pub(super) fn breach(&self, breach: &Breach) -> Finding {
        Finding {
            check: self.id,
            severity: self.severity,
            keyword: is_of_schema(breach.rule).then(|| breach.keyword.clone()),
            location: breach.location.clone(),
            origin: Origin::Contract(breach.anchor.clone()),
            expected: breach.expected.clone(),
            actual: breach.actual.clone(),
            unexpected: is_unexpected(breach),
            literal: false,
            difference: breach.difference.clone(),
            suggestion: breach.near.clone(),
            not_listed: 0,
            branch_of: breach.branch_of.clone(),
        }
    }
}

/// Whether the rule is one of many that a schema states, so that its keyword says which.
fn is_of_schema(rule: Rule) -> bool {
    matches!(rule, Rule::BodySchema | Rule::HeaderSchema)
}

/// Whether what the breach stands at should not be there at all.
fn is_unexpected(breach: &Breach) -> bool {
    matches!(breach.rule, Rule::UndocumentedProperty | Rule::BodyAbsent) || keyword::names_unwanted(&breach.keyword)
}

#[cfg(test)]
mod tests {
    use crate::check::ALL;

    #[test]
    fn every_check_explains_itself() {
        for check in ALL {
            let text = check.text();
            assert!(text.starts_with(&format!("`{}`: ", check.id)), "{}", check.id);
            for part in ["\nRequires: ", "\nWhy: ", "\nA breach:\n", "\nSource: "] {
                assert!(text.contains(part), "{} lacks {part:?}", check.id);
            }
        }
    }

    #[test]
    fn a_check_stands_in_the_file_of_its_name() {
        for check in ALL {
            let file = format!("{}/src/check/{}.rs", env!("CARGO_MANIFEST_DIR"), check.id.replace('-', "_"));
            assert_eq!(std::fs::read_to_string(&file).ok().as_deref(), Some(check.source), "{file}");
        }
    }
}
