//! Groups equal problems of several locations.

use std::collections::HashMap;

use crate::place::Place;
use crate::problem::Problem;

/// Maximum number of further locations listed.
const MAX_LISTED: usize = 3;

/// A problem and the further locations where it occurs.
#[derive(Debug)]
pub(super) struct ProblemGroup<'p> {
    /// The first.
    pub problem: &'p Problem,
    /// Further locations.
    pub others: Vec<&'p Place>,
}

impl ProblemGroup<'_> {
    /// `also at 2:1, 3:1, b.yaml:1:1 and 9 more locations`, without repeating the file; none if there is no further location.
    pub(super) fn note(&self) -> Option<String> {
        let file = self.problem.at.as_ref().map(|at| &at.place.file);
        let shown = |place: &&Place| match file == Some(&place.file) {
            true => format!("{}:{}", place.line, place.column),
            false => place.to_string(),
        };
        let named: Vec<_> = self.others.iter().take(MAX_LISTED).map(shown).collect();
        match self.others.len() - named.len() {
            0 if named.is_empty() => None,
            0 => Some(format!("also at {}", named.join(", "))),
            1 => Some(format!("also at {} and 1 more location", named.join(", "))),
            more => Some(format!("also at {} and {more} more locations", named.join(", "))),
        }
    }
}

/// Groups problems of the same rule with the same message and help; keeps the order.
pub(super) fn group(problems: &[Problem]) -> Vec<ProblemGroup<'_>> {
    let mut groups: Vec<ProblemGroup<'_>> = Vec::new();
    let mut known = HashMap::new();
    for problem in problems {
        let words = (problem.rule, problem.message.as_str(), problem.help.as_deref());
        match (known.get(&words), &problem.at) {
            (Some(first), Some(at)) if problem.rule.is_some() => {
                let first: &mut ProblemGroup<'_> = &mut groups[*first];
                first.others.push(&at.place);
            }
            _ => {
                known.entry(words).or_insert(groups.len());
                groups.push(ProblemGroup { problem, others: Vec::new() });
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Snippet;

    #[test]
    fn equal_problems_of_a_rule_are_grouped() {
        let at = |line| Snippet {
            place: Place { file: "a.yaml".into(), line, column: 1 },
            line: String::new(),
            width: 1,
            cut: 0,
            pointer: None,
        };
        let same = |line| Problem::new("odd").rule("example").at(at(line));
        let mut problems: Vec<_> = (1..=6).map(same).collect();
        problems.extend([Problem::new("odd").at(at(7)), Problem::new("odd").at(at(8)), same(9).help("do")]);
        let notes: Vec<_> = group(&problems).iter().map(ProblemGroup::note).collect();
        let first = "also at 2:1, 3:1, 4:1 and 2 more locations".to_owned();
        assert_eq!(notes, [Some(first), None, None, None]);
    }
}
