//! Clause coverage of the sample run.

use crate::record::{ClauseCounts, ClauseCoverage, Gap, MetAlone, OpenClause, OpenState, OperationClauses, Place};

/// Eight clauses of one operation, in every state.
pub fn clauses() -> ClauseCoverage {
    let counts = |met, contradicted, unmet, excluded, impossible| ClauseCounts {
        met,
        contradicted,
        unmet,
        excluded,
        impossible,
        withheld: 0,
    };
    let groups = [("refusals".to_owned(), counts(1, 1, 1, 1, 0)), ("responses".to_owned(), counts(2, 0, 1, 0, 1))];
    let place = |line| Place { file: "specs/imprint.yaml".to_owned(), line, column: 9 };
    let open = |clause: &str, group: &str, state, line, source: &str| OpenClause {
        group: group.to_owned(),
        operation: "linkCustomerAccount".to_owned(),
        place: Some(place(line)),
        source: Some(source.to_owned()),
        ..OpenClause::of_test(clause, state)
    };
    let enumeration = "enum: [ACTIVE, \"</code><script>alert(1)</script>\"] | `x`";
    ClauseCoverage {
        sha256: "1".repeat(64),
        operations: vec![OperationClauses {
            operation: "linkCustomerAccount".to_owned(),
            groups: groups.into(),
            met: "Bw==".to_owned(),
            contradicted: "CA==".to_owned(),
            ..OperationClauses::default()
        }],
        open: vec![
            open("linkCustomerAccount violates type body/id", "refusals", OpenState::Contradicted, 41, "type: string"),
            open("linkCustomerAccount violates enum body/status", "refusals", OpenState::Unmet, 44, enumeration),
            OpenClause {
                reason: Some("the gateway checks it".to_owned()),
                owner: Some("payments".to_owned()),
                ..open(
                    "linkCustomerAccount violates required body/id",
                    "refusals",
                    OpenState::Excluded,
                    39,
                    "required: [id]",
                )
            },
            open("linkCustomerAccount receives 404", "responses", OpenState::Unmet, 61, "\"404\":"),
            OpenClause {
                reason: Some(
                    "the property is `writeOnly`, so responses do not have it (write-only-in-response)".to_owned(),
                ),
                ..open("linkCustomerAccount receives 200 body/pin", "responses", OpenState::Impossible, 44, enumeration)
            },
        ],
        open_left_out: 3,
        gaps: vec![gap(place(44))],
        alone: vec![MetAlone {
            case: "cases/imprint/link.yaml::links".to_owned(),
            clauses: vec!["linkCustomerAccount receives 200".to_owned()],
            left_out: 0,
        }],
        redundant: vec!["cases/imprint/link.yaml::links again".to_owned()],
        missed: vec!["coverage of refusals: 1 of 3 clauses (33 %) are met, at least 80 % are required".to_owned()],
        ..ClauseCoverage::default()
    }
}

fn gap(place: Place) -> Gap {
    Gap {
        clause: "linkCustomerAccount violates enum body/status".to_owned(),
        sentence:
            "No case of linkCustomerAccount shows that a request that violates `enum` at `body/status` is refused."
                .to_owned(),
        further: 1,
        place: Some(place),
        owner: Some("payments".to_owned()),
        command: "signoff coverage --clause 'linkCustomerAccount violates enum body/status'".to_owned(),
        case: "- name: \"<b>\"\n  operation: \"linkCustomerAccount\"\n".to_owned(),
        exclusion: "- clause: \"linkCustomerAccount violates enum body/status\"\n  reason: \"\"\n  owner: \"\"\n"
            .to_owned(),
    }
}
