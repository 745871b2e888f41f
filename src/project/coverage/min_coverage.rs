//! Parses a gate: the minimum percentage of met clauses in one group.

use crate::contract::clause::Group;
use crate::quantity::parse_percent;
use crate::record::clauses::MinShare;
use crate::suggestion::nearest;

/// Parses `GROUP=N`.
pub(crate) fn parse_min(text: &str) -> Result<MinShare, String> {
    let expected = || format!("expected GROUP=N, such as refusals=80, found {text:?}");
    let (group, percent) = text.split_once('=').ok_or_else(expected)?;
    let percent = parse_percent(percent)?;
    Ok(MinShare { group: parse_group(group.trim())?, percent })
}

/// Parses the name of a group.
pub(crate) fn parse_group(text: &str) -> Result<Group, String> {
    text.parse().map_err(|_| {
        let names = Group::ALL.map(Group::name);
        match nearest(text, names) {
            Some(name) => format!("unknown group of clauses {text:?}, did you mean `{name}`?"),
            None => format!("unknown group of clauses {text:?}, expected one of {}", names.join(", ")),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: &str) {
        assert_eq!(parse_min(text), Err(expect.to_owned()), "{text}");
    }

    #[test]
    fn a_gate_names_a_group_and_a_percentage() {
        for text in ["refusals=80", " refusals = 80 %", "refusals=80%"] {
            assert_eq!(parse_min(text), Ok(MinShare { group: Group::Refusals, percent: 80 }), "{text}");
        }
        check("refusals", "expected GROUP=N, such as refusals=80, found \"refusals\"");
        check("refusal=80", "unknown group of clauses \"refusal\", did you mean `refusals`?");
        check("refusals=101", "expected a whole number of percent from 0 to 100, found \"101\"");
        check("refusals=1.5", "expected a whole number of percent from 0 to 100, found \"1.5\"");
        check("refusals=80%%", "expected a whole number of percent from 0 to 100, found \"80%%\"");
        check(
            "all=1",
            "unknown group of clauses \"all\", expected one of operations, parameters, requests, refusals, responses, values, \
             security, state",
        );
    }
}
