//! Lines that findings quote from the document and from case files.

use super::*;
use crate::contract::Anchor;

#[test]
fn a_line_of_the_document_does_not_depend_on_the_values_received() {
    let source = |origin: Origin| {
        let entry = World::new().entry(|outcome| {
            outcome.attempts =
                vec![attempt("/", &[], r#"{"email":"writeOnly"}"#, br#"{"email":"wanted@example.com"}"#)];
            outcome.findings = vec![finding("/code", "a string", None, origin)];
        });
        entry.findings.into_iter().next().and_then(|finding| finding.source).unwrap_or_default()
    };
    let pointer = Pointer::parse("/components/schemas/Person/properties/code").expect("a pointer");
    assert_eq!(source(Origin::Contract(Anchor { document: 0, pointer })), "code: { type: string, writeOnly: true }");
    // The case file is the team's own: its value is redacted where it was received.
    let place = Pointer::parse("/cases/0/expect/body/email").expect("a pointer");
    let line = source(Origin::Case(place));
    assert!(!line.contains("wanted@example.com") && line.contains("redacted"), "{line}");
}
