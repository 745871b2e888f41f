//! Checks the credentials of requests that the mock knows to be invalid: tokens that it issued, and wrong ones that signoff made.

use crate::contract::{Breach, Judgement, Operation, Rule, SecurityScheme, judge};
use crate::http::Request;

use super::model::Mock;
use super::oauth::{INVALID_TOKEN, Refused, is_checked};

impl Mock {
    /// Adds a breach to the judgement of a request, received at `now`, whose credentials are well-formed but known to be invalid.
    pub(crate) fn check_credentials(
        &self,
        operation: &Operation,
        request: &Request,
        now: i64,
        judgement: &mut Judgement,
    ) {
        let mut lines = request.headers.all("authorization");
        let first = lines.next().and_then(|line| line.trim().rsplit(' ').next());
        // Of a field that is no list, one line alone has a meaning (RFC 9110 §5.3).
        let is_twice = lines.next().is_some();
        let is_suspect = is_twice || !self.refused.is_empty() || first.is_some_and(is_checked);
        if operation.security.is_empty() || !is_suspect {
            return;
        }
        if judgement.breaches.iter().any(|breach| breach.rule == Rule::Security) {
            return;
        }
        let mut refused = None;
        for (index, alternative) in operation.security.iter().enumerate() {
            let mut held = Vec::new();
            for name in &alternative.schemes {
                match self.contract.security_schemes.get(name) {
                    None | Some(SecurityScheme::MutualTls) => {}
                    Some(scheme) => held.push((name, scheme, judge::credentials(scheme, request))),
                }
            }
            if held.iter().any(|(.., credential)| credential.is_none()) {
                continue;
            }
            let mut invalid = held.iter().filter_map(|(name, scheme, credential)| {
                let credential = credential.as_deref().unwrap_or_default();
                let wrong = |why: &str| {
                    let reason = format!("{name}: {why}");
                    Some(Refused { keyword: INVALID_TOKEN, reason, needed: String::new() })
                };
                match scheme {
                    _ if is_twice
                        && scheme.place().is_some_and(|(_, field)| field.eq_ignore_ascii_case("authorization")) =>
                    {
                        wrong("`Authorization` occurs twice")
                    }
                    _ if self.refused.iter().any(|refused| refused == credential) => wrong("the credential is wrong"),
                    SecurityScheme::Bearer if is_checked(credential) => {
                        let needed = judge::required_scopes(&self.contract, operation, index, name);
                        self.tokens.refusal(name, credential, &needed, now)
                    }
                    _ => None,
                }
            });
            match invalid.next() {
                None => return,
                Some(why) => drop(refused.get_or_insert(why)),
            }
        }
        if let Some(Refused { keyword, reason, needed }) = refused {
            let breach = judge::security_breach(&self.contract, operation, request, keyword, vec![reason]);
            judgement.breaches.push(if needed.is_empty() { breach } else { Breach { expected: needed, ..breach } });
        }
    }
}
