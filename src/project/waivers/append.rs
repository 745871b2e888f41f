//! Entries for a person to complete, appended to a file of waivers.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::Fingerprint;
use crate::document::{Document, End};
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

/// Maximum length of a comment, in characters.
const MAX_COMMENT: usize = 160;

/// A finding that may be waived.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// Its fingerprints, at least one.
    pub findings: Vec<Fingerprint>,
    /// What it is, for a comment.
    pub about: String,
}

/// A file of waivers with further entries.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Appended {
    /// Its text.
    pub text: String,
    /// Number of new entries.
    pub entries: usize,
}

/// Appends entries for the findings that the file `name` with the content `text` does not list. `target` is the only one that they apply to.
/// Owner, reason and expiry date are empty, so that the file is refused until a person completes them. What is there stays verbatim.
pub(crate) fn append(
    name: &str,
    text: &str,
    candidates: &[Candidate],
    target: Option<&str>,
) -> Result<Appended, Vec<Problem>> {
    // A document needs a value.
    let before = Document::parse(name, if is_empty(text) { "[]" } else { text })?;
    let root = Pointer::root();
    let Some(listed) = before.value().as_array() else {
        let problem = Problem::new("the file must contain a list of waivers").rule(rules::WRONG_VALUE);
        return Err(vec![problem.at(before.snippet(&root, End::Value))]);
    };
    let mut known: BTreeSet<String> = listed.iter().flat_map(waived).collect();
    let mut new = Vec::new();
    for one in candidates {
        let findings: Vec<_> =
            one.findings.iter().filter(|finding| known.insert(finding.to_string())).copied().collect();
        if !findings.is_empty() {
            new.push(Candidate { findings, about: one.about.clone() });
        }
    }
    if new.is_empty() {
        return Ok(Appended { text: text.to_owned(), entries: 0 });
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let indent = match listed.as_slice() {
        [] => String::new(),
        _ => {
            let line = before.snippet(&root.join(0), End::Value).line;
            line.chars().take_while(|c| *c == ' ').collect()
        }
    };
    let mut added = text.to_owned();
    if !(text.is_empty() || text.ends_with('\n')) {
        added.push_str(end);
    }
    for one in &new {
        for line in entry(one, target) {
            added.extend([&indent, line.as_str(), end]);
        }
    }
    // A list in brackets, or several documents.
    let is_complete = Document::parse(name, added.as_str())
        .is_ok_and(|after| after.value().as_array().is_some_and(|all| all.len() == listed.len() + new.len()));
    if !is_complete {
        let problem = Problem::new("entries cannot be appended to this list").rule(rules::WRONG_VALUE);
        let help = "write the list with a line `- finding: …` per waiver, or remove it if it is empty";
        return Err(vec![problem.at(before.snippet(&root, End::Value)).help(help)]);
    }
    Ok(Appended { text: added, entries: new.len() })
}

/// The fingerprints of an entry.
fn waived(entry: &Value) -> Vec<String> {
    let texts = match entry.get("finding") {
        Some(Value::Array(texts)) => texts.as_slice(),
        text => text.map_or(&[][..], std::slice::from_ref),
    };
    texts.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Whether a file has no content but comments, which counts as an empty list.
pub(super) fn is_empty(text: &str) -> bool {
    text.lines().map(str::trim).all(|line| line.is_empty() || line == "---" || line.starts_with('#'))
}

/// The lines of an entry.
fn entry(candidate: &Candidate, target: Option<&str>) -> Vec<String> {
    let about =
        candidate.about.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c });
    let mut about: String = about.take(MAX_COMMENT + 1).collect();
    if about.chars().count() > MAX_COMMENT {
        about.pop();
        about.push('…');
    }
    let mut lines = vec![
        format!("# {}", about.trim()).trim_end().to_owned(),
        match &*candidate.findings {
            [finding] => format!("- finding: {finding}"),
            all => format!("- finding: [{}]", all.iter().map(Fingerprint::to_string).collect::<Vec<_>>().join(", ")),
        },
        "  owner: \"\" # the person or team responsible".to_owned(),
        "  reason: \"\" # why the finding is accepted".to_owned(),
        "  expires: \"\" # the last day: 2027-01-31".to_owned(),
    ];
    // A JSON string is a YAML string.
    lines.extend(target.map(|target| format!("  only_on: [{}]", Value::from(target))));
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidates(findings: &[&str]) -> Vec<Candidate> {
        let one = |finding: &&str| {
            let finding = Fingerprint::parse(finding).expect("a fingerprint");
            Candidate { findings: vec![finding], about: format!("about {finding}\n- finding: x") }
        };
        findings.iter().map(one).collect()
    }

    const FINDINGS: [&str; 2] = ["d0c58d1a2e4b", "e12345678901"];

    fn appended(text: &str) -> Appended {
        append("waivers.yaml", text, &candidates(&FINDINGS), Some("a \"b\"")).expect("a list")
    }

    #[test]
    fn what_a_person_wrote_stays() {
        let new = appended("").text;
        assert_eq!(
            new.lines().take(6).collect::<Vec<_>>(),
            [
                "# about d0c58d1a2e4b - finding: x",
                "- finding: d0c58d1a2e4b",
                "  owner: \"\" # the person or team responsible",
                "  reason: \"\" # why the finding is accepted",
                "  expires: \"\" # the last day: 2027-01-31",
                "  only_on: [\"a \\\"b\\\"\"]",
            ]
        );
        for text in ["", "# nothing yet", "# nothing yet\n---\n", "# one\n- finding: a00000000000 # note\n  owner: x"] {
            let Appended { text: after, entries } = appended(text);
            assert!(after.starts_with(text) && after.ends_with(&new) && entries == 2, "{after}");
        }
        let after = appended("  - finding: a00000000000\r\n").text;
        assert!(after.contains("\r\n  - finding: d0c58d1a2e4b\r\n    owner"), "{after}");
    }

    #[test]
    fn nothing_is_listed_twice() {
        let once = appended("").text;
        assert_eq!(appended(&once), Appended { text: once.clone(), entries: 0 });
        let twice = [&FINDINGS[..1], &FINDINGS[..1]].concat();
        assert_eq!(append("w", "", &candidates(&twice), None).expect("a list").entries, 1);
        let one = once.lines().take(6).collect::<Vec<_>>().join("\n");
        assert_eq!(appended(&one).entries, 1);
    }

    #[test]
    fn findings_of_one_cause_are_one_entry() {
        let one = |findings: &[&str]| {
            let findings = candidates(findings).into_iter().flat_map(|one| one.findings).collect();
            Candidate { findings, about: "one cause".to_owned() }
        };
        let lines = |text: &str| append("w", text, &[one(&FINDINGS)], None).expect("a list").text;
        let both = lines("");
        assert_eq!(both.lines().nth(1), Some("- finding: [d0c58d1a2e4b, e12345678901]"));
        assert_eq!(lines(&both), both);
        let first = append("w", "", &[one(&FINDINGS[..1])], None).expect("a list").text;
        assert!(lines(&first).contains("- finding: e12345678901"), "{}", lines(&first));
    }

    #[test]
    fn other_files_are_refused() {
        let refused = |text: &str| append("w", text, &candidates(&FINDINGS), None).expect_err("refused")[0].to_string();
        assert_eq!(refused("a: 1"), "w:1:1: the file must contain a list of waivers");
        assert!(refused("[]\n").starts_with("w:1:1: entries cannot be appended to this list"));
        assert!(!refused("- a: [").is_empty());
    }
}
