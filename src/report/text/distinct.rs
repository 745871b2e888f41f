//! Findings of one case that many elements of a list have, shown as one.

use std::collections::HashMap;

use crate::record::Finding;

/// A finding, and how many elements have it.
#[derive(Debug)]
pub(crate) struct Distinct<'e> {
    /// The first one.
    pub finding: &'e Finding,
    /// Number of findings with its fingerprint.
    pub times: u64,
}

/// Returns the findings in their order, those with one fingerprint at several elements of a list once.
pub(crate) fn distinct<'e>(findings: impl IntoIterator<Item = &'e Finding>) -> Vec<Distinct<'e>> {
    let mut distinct: Vec<Distinct<'e>> = Vec::new();
    let mut known: HashMap<(&str, String), usize> = HashMap::new();
    for finding in findings {
        let at = elements(&finding.at);
        let is_element = at != finding.at;
        let key = (finding.fingerprint.as_str(), at);
        if let Some(index) = known.get(&key).filter(|_| is_element) {
            distinct[*index].times += 1;
        } else {
            known.insert(key, distinct.len());
            distinct.push(Distinct { finding, times: 1 });
        }
    }
    distinct
}

/// Replaces the indexes of a JSON Pointer: `/items/*/name`.
pub(crate) fn elements(at: &str) -> String {
    let is_index = |token: &str| !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_digit());
    let tokens: Vec<_> = at.split('/').map(|token| if is_index(token) { "*" } else { token }).collect();
    tokens.join("/")
}

/// Formats how many elements have a finding: ` (47×)`; empty for one.
pub(crate) fn times(number: u64) -> String {
    if number > 1 { format!(" ({number}\u{d7})") } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn elements_of_a_list_have_one_finding() {
        let finding = |(fingerprint, at): (&str, &str)| Finding {
            fingerprint: fingerprint.to_owned(),
            at: at.to_owned(),
            ..sample::head().groups.remove(0).finding
        };
        let findings = [("a", "/0/x"), ("b", "/0/x"), ("a", "/1/x"), ("c", "/x"), ("a", "/2/x"), ("c", "/x")];
        let findings = findings.map(finding);
        let shown: Vec<_> =
            distinct(&findings).iter().map(|found| (found.finding.fingerprint.clone(), times(found.times))).collect();
        let expect = [("a", " (3\u{d7})"), ("b", ""), ("c", ""), ("c", "")];
        assert_eq!(shown, expect.map(|(print, times)| (print.to_owned(), times.to_owned())));
        assert_eq!(elements("/items/10/2x/"), "/items/*/2x/");
    }
}
