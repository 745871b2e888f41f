//! Problems that say the same of many places, told once.

use std::collections::HashMap;

use crate::place::Place;
use crate::problem::Problem;

/// Other places that are named beside the first.
const NAMED: usize = 3;

/// A problem and the other places of which the same is said.
#[derive(Debug)]
pub struct Gathered<'p> {
    /// The first.
    pub problem: &'p Problem,
    /// Where the others stand.
    pub others: Vec<&'p Place>,
}

impl Gathered<'_> {
    /// `the same at 2:1, 3:1, b.yaml:1:1 and 9 more places`, its own file not named again; none where there is no other place.
    pub fn note(&self) -> Option<String> {
        let file = self.problem.at.as_ref().map(|at| &at.place.file);
        let shown = |place: &&Place| match file == Some(&place.file) {
            true => format!("{}:{}", place.line, place.column),
            false => place.to_string(),
        };
        let named: Vec<_> = self.others.iter().take(NAMED).map(shown).collect();
        match self.others.len() - named.len() {
            0 if named.is_empty() => None,
            0 => Some(format!("the same at {}", named.join(", "))),
            1 => Some(format!("the same at {} and 1 more place", named.join(", "))),
            more => Some(format!("the same at {} and {more} more places", named.join(", "))),
        }
    }
}

/// `problems` in their order, those of one rule with the same words together.
pub fn gather(problems: &[Problem]) -> Vec<Gathered<'_>> {
    let mut gathered: Vec<Gathered<'_>> = Vec::new();
    let mut known = HashMap::new();
    for problem in problems {
        let words = (problem.rule, problem.message.as_str(), problem.help.as_deref());
        match (known.get(&words), &problem.at) {
            (Some(first), Some(at)) if problem.rule.is_some() => {
                let first: &mut Gathered<'_> = &mut gathered[*first];
                first.others.push(&at.place);
            }
            _ => {
                known.entry(words).or_insert(gathered.len());
                gathered.push(Gathered { problem, others: Vec::new() });
            }
        }
    }
    gathered
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::place::Snippet;

    #[test]
    fn the_same_words_of_a_rule_are_told_once() {
        let at =
            |line| Snippet { place: Place { file: "a.yaml".into(), line, column: 1 }, line: String::new(), width: 1 };
        let same = |line| Problem::new("odd").rule("example").at(at(line));
        let mut problems: Vec<_> = (1..=6).map(same).collect();
        problems.extend([Problem::new("odd").at(at(7)), Problem::new("odd").at(at(8)), same(9).help("do")]);
        let notes: Vec<_> = gather(&problems).iter().map(Gathered::note).collect();
        let first = "the same at 2:1, 3:1, 4:1 and 2 more places".to_owned();
        assert_eq!(notes, [Some(first), None, None, None]);
    }
}
