//! Mutation testing of the sample run.

use crate::record::{FaultCounts, FaultGroup, InputFile, Inputs, Mutation, NotReached, Place, Survivor};

/// Ten faults of one operation: seven noticed, two survivors, of which one violates the contract, and one that no case reaches.
pub fn mutation() -> Mutation {
    let counts = FaultCounts {
        tried: 10,
        killed: 7,
        survived: 2,
        not_reached: 1,
        limits: 1,
        unspecified: 3,
        ..FaultCounts::default()
    };
    let group = |name: &str| FaultGroup { name: name.to_owned(), counts };
    let noticeable = Survivor {
        operation: "linkCustomerAccount".to_owned(),
        operator: "value-null".to_owned(),
        sentence: "200 body/`id`: replaced by <null>; 1 response, no case noticed [value-null]".to_owned(),
        limit: false,
        place: Some(Place { file: "specs/imprint.yaml".to_owned(), line: 12, column: 3 }),
        case: Some("cases/link.yaml::links".to_owned()),
        expect: vec![r#"body: {"id":"</pre><b>"}"#.to_owned()],
        no_suggestion: None,
    };
    let limit = Survivor {
        operator: "format-broken".to_owned(),
        sentence: "200 body/at: not a date-time; 1 response, no check noticed the violation [format-broken]".to_owned(),
        limit: true,
        case: None,
        expect: Vec::new(),
        no_suggestion: Some("the case accepts several statuses".to_owned()),
        ..noticeable.clone()
    };
    Mutation {
        version: "0.1.0".to_owned(),
        started: "2026-11-20T10:07:58Z".to_owned(),
        seed: 42,
        target: "mock".to_owned(),
        mock: true,
        inputs: Inputs { document: vec![InputFile::new("specs/imprint.yaml", b"")], ..Inputs::default() },
        rules: Vec::new(),
        cases: 106,
        counts,
        not_tried: 0,
        undeclared: 2,
        families: vec![group("response")],
        operations: vec![group("linkCustomerAccount")],
        survivors: vec![noticeable, limit],
        survivors_left_out: 1,
        not_reached: vec![NotReached {
            operation: "linkCustomerAccount".to_owned(),
            sentence: "404: 1 fault; no case receives such a response".to_owned(),
            faults: 1,
        }],
    }
}
