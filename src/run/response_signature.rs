//! Verifies the signatures of responses, if the target is configured so.

use crate::contract::{Anchor, Breach, Judgement, Location, NotChecked, Operation, Rule};
use crate::difference::Difference;
use crate::http::Exchange;
use crate::pointer::Pointer;

use super::target::Target;

/// Adds a breach to the judgement of a response, received at `at` (microseconds since 1970), whose signature is not valid.
pub(super) fn verify(
    target: &Target,
    operation: Option<&Operation>,
    exchange: &Exchange,
    at: i64,
    judgement: &mut Judgement,
) {
    let Some(verifier) = &target.response_verifier else { return };
    let not_checked = |reason: String| NotChecked { rule: Rule::ResponseSignature, reason };
    if let Some(reason) = &exchange.incomplete {
        return judgement.not_checked.push(not_checked(format!("the signature is not verified: {reason}")));
    }
    let Err(why) = verifier.verify(exchange, at) else { return };
    let headers = &exchange.response.headers;
    let is_coded = headers.get("content-encoding").is_some_and(|coding| !coding.eq_ignore_ascii_case("identity"));
    if is_coded && verifier.is_signed(headers) {
        let reason = "the signature is not verified: the response had a content coding, which may be signed";
        return judgement.not_checked.push(not_checked(reason.to_owned()));
    }
    let document = || Anchor { document: 0, pointer: Pointer::root() };
    judgement.breaches.push(Breach {
        rule: Rule::ResponseSignature,
        keyword: "signature".to_owned(),
        location: Location::Response,
        anchor: operation.map_or_else(document, |operation| operation.anchor.clone()),
        expected: format!("a valid signature (`targets.{}.verify`)", target.name),
        actual: None,
        difference: Difference::Credentials { reasons: vec![format!("the signature is not valid: {why}")] },
        near: None,
        branch_of: None,
    });
}
