//! Refuses requests whose signature is not valid.

use crate::contract::{Breach, Judgement, Location, Operation, Rule};
use crate::difference::Difference;
use crate::http::Request;

use super::model::Mock;

impl Mock {
    /// Why the signature of a request, as it was received at `now`, is not valid; none if the mock does not verify signatures.
    pub(super) fn unsigned(&self, request: &Request, now: i64) -> Option<String> {
        let scheme = if self.options.tls { "https" } else { "http" };
        self.verifier.as_ref()?.verify(request, scheme, now).err()
    }
}

/// Adds the breach of a request without a valid signature to its judgement, unless other credentials are missing.
pub(super) fn refuse(operation: &Operation, unsigned: Option<String>, judgement: &mut Judgement) {
    let Some(why) = unsigned else { return };
    if judgement.breaches.iter().any(|breach| breach.rule == Rule::Security) {
        return;
    }
    judgement.breaches.push(Breach {
        rule: Rule::Security,
        keyword: "security".to_owned(),
        location: Location::Security,
        anchor: operation.anchor.clone(),
        expected: "a valid signature".to_owned(),
        actual: None,
        difference: Difference::Credentials { reasons: vec![format!("signature: {why}")] },
        near: None,
        branch_of: None,
    });
}
