//! The ways to split a path by its template: `/{name}.{extension}` matches `/a.b.json` in two.

use super::route::{literals, segments};
use super::segment::normal;

/// Maximum number of places of literals that are tried for one path.
const MAX_TRIES: usize = 100;

/// The values of a path's parameters, percent-encoded and in the order of the template: a list for each way to split the path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct PathReadings {
    pub values: Vec<Vec<String>>,
    /// Whether there may be others, which were not tried.
    pub is_cut: bool,
}

/// Whether a segment of `template` has several expressions, so that there may be several ways to split a path.
pub(super) fn is_ambiguous(template: &str) -> bool {
    segments(template).any(|segment| literals(segment).len() > 2)
}

/// The ways to split `path`, which the router found to match `template`.
pub(super) fn path_readings(template: &str, path: &str) -> PathReadings {
    let mut search = Search { tries: MAX_TRIES };
    let mut values = vec![Vec::new()];
    for (template, segment) in segments(template).zip(segments(path)) {
        let found = search.segment(&literals(template), &normal(segment));
        let longer = |before: &Vec<String>| found.iter().map(|own| [&before[..], own].concat()).collect::<Vec<_>>();
        values = values.iter().flat_map(longer).take(MAX_TRIES + 1).collect();
    }
    let is_cut = search.tries == 0 || values.len() > MAX_TRIES;
    values.truncate(MAX_TRIES);
    PathReadings { values, is_cut }
}

struct Search {
    tries: usize,
}

impl Search {
    /// The values of the expressions between `literals` in `text`.
    fn segment(&mut self, literals: &[String], text: &str) -> Vec<Vec<String>> {
        let [first, between @ .., last] = literals else { return vec![Vec::new()] };
        let mut found = Vec::new();
        if let Some(rest) = text.strip_prefix(first.as_str()).and_then(|rest| rest.strip_suffix(last.as_str())) {
            self.values(between, rest, &mut Vec::new(), &mut found);
        }
        found
    }

    /// Adds to `found` each way to split `rest` at the literals. Recursion is as deep as the template has expressions in a segment;
    /// the number of tries bounds the work.
    fn values(&mut self, literals: &[String], rest: &str, taken: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
        let Some((literal, literals)) = literals.split_first() else {
            if !rest.is_empty() {
                found.push([&taken[..], &[rest.to_owned()]].concat());
            }
            return;
        };
        for (at, _) in rest.char_indices().skip(1) {
            let Some((value, after)) =
                rest.get(at..).and_then(|tail| Some((&rest[..at], tail.strip_prefix(literal.as_str())?)))
            else {
                continue;
            };
            if self.tries == 0 {
                return;
            }
            self.tries -= 1;
            taken.push(value.to_owned());
            self.values(literals, after, taken, found);
            taken.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(template: &str, path: &str, expect: &[&str]) {
        let readings: Vec<_> = path_readings(template, path).values.iter().map(|values| values.join(" ")).collect();
        assert_eq!(readings, expect, "{path} by {template}");
    }

    #[test]
    fn every_split_is_a_reading() {
        check("/r/{name}.{extension}", "/r/a.b.json", &["a b.json", "a.b json"]);
        check("/{a}-{b}/{c}", "/x-y-z/1", &["x y-z 1", "x-y z 1"]);
        check("/{a}-{b}/{c}-{d}", "/x-y/1-2-3", &["x y 1 2-3", "x y 1-2 3"]);
        check("/{a}{b}", "/xyz", &["x yz", "xy z"]);
        check("/({a},{b})", "/(1,2,3)", &["1 2,3", "1,2 3"]);
        check("/{id}/x", "/7/x", &["7"]);
    }

    #[test]
    fn ambiguous_templates_have_several_expressions_in_a_segment() {
        assert!(is_ambiguous("/a/{b}.{c}") && is_ambiguous("/{a}{b}"));
        assert!(!is_ambiguous("/{a}/{b}") && !is_ambiguous("/v{a}.json") && !is_ambiguous("/a.b"));
    }

    #[test]
    fn hostile_paths_are_cut() {
        let template = (0..10).map(|n| format!("{{p{n}}}-")).collect::<String>() + "end";
        let path = format!("{}end", "-".repeat(60_000));
        assert!(path_readings(&template, &path).is_cut);
        let readings = path_readings("/{a}-{b}", &"-".repeat(60_000));
        assert!(readings.is_cut && readings.values.len() <= MAX_TRIES);
    }
}
