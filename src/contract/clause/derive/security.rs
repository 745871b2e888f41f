//! Clauses of credentials: a call with each alternative of `security`, and refusals without or with wrong ones.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::verb::Verb;
use crate::contract::{Anchor, Contract, Operation, SecurityScheme};
use crate::pointer::Pointer;

use super::collector::{Collector, object};

/// Adds the clauses of the credentials of `operation`. Nothing is refused where an alternative needs no credentials.
pub(super) fn clauses(contract: &Contract, operation: &Operation, found: &mut Collector) {
    let own = operation.anchor.member("security");
    let shared = Anchor { document: 0, pointer: Pointer::root().join("security") };
    let list = if contract.value(&own).is_some() { own } else { shared };
    let alternatives = || operation.security.iter().enumerate().map(|(index, one)| (index.to_string(), &one.schemes));
    for (index, schemes) in alternatives().filter(|(_, schemes)| !schemes.is_empty()) {
        let names = schemes.iter().map(|name| name.as_str().into()).collect();
        found.add(Verb::CallsWith(names), object(&list.member(&index)));
    }
    if operation.security.is_empty() || operation.security.iter().any(|one| one.schemes.is_empty()) {
        return;
    }
    let is_of_connection = |name: &String| contract.security_schemes.get(name) == Some(&SecurityScheme::MutualTls);
    found.add(Verb::RefusesWithoutSecurity, object(&list));
    let mut seen = BTreeSet::new();
    for (index, schemes) in alternatives() {
        for name in schemes {
            let scheme: Arc<str> = name.as_str().into();
            let source = || object(&list.member(&index));
            if schemes.len() > 1 {
                found.add(Verb::RefusesWithout(Arc::clone(&scheme)), source());
            }
            if seen.insert(name) || schemes.len() > 1 {
                let proof = is_of_connection(name).then_some(Impossible::CredentialOfConnection);
                found.add_unless(Verb::RefusesWrong(scheme), source(), proof);
            }
        }
    }
}
