//! Judges whether a request carries credentials: that they are there and well-formed, never whether they are right.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::form_urlencoded;

use crate::contract::{Contract, Operation, ParameterIn, SecurityRequirement, SecurityScheme};
use crate::http::Request;

use super::{Anchor, Breach, Judgement, Pointer, Rule, Site};

/// Judges the credentials of `request`: one of the operation's alternatives must be met (OpenAPI 3.1 §4.8.30).
pub(super) fn judge(contract: &Contract, operation: &Operation, request: &Request, judgement: &mut Judgement) {
    let mut answers = Vec::new();
    for alternative in &operation.security {
        match meets(contract, alternative, request) {
            Met::Yes => return,
            answer => answers.push(answer),
        }
    }
    if answers.is_empty() {
        return;
    }
    if let Some(Met::Unknown(reason)) = answers.iter().find(|answer| matches!(answer, Met::Unknown(_))) {
        return judgement.unjudged(Rule::Security, reason.clone());
    }
    let reasons: Vec<&str> = answers.iter().filter_map(Met::reason).collect();
    let expected: Vec<String> = operation.security.iter().map(|alternative| alternative.schemes.join(" & ")).collect();
    let mut breach = Breach::of(Rule::Security, "security", Site::Security, anchor(contract, operation))
        .asks(expected.join(" | "))
        .says(reasons.join("; "));
    if let Some(sent) = request.headers.get("authorization") {
        // The scheme says what was tried; what follows it is a secret.
        breach = breach.came(format!("{} …", sent.split(' ').next().unwrap_or_default()));
    }
    judgement.breaches.push(breach);
}

/// Whether credentials are met.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Met {
    Yes,
    No(String),
    Unknown(String),
}

impl Met {
    fn reason(&self) -> Option<&str> {
        match self {
            Self::No(reason) => Some(reason),
            _ => None,
        }
    }
}

fn anchor(contract: &Contract, operation: &Operation) -> Anchor {
    let own = operation.anchor.member("security");
    let shared = Anchor { document: 0, pointer: Pointer::root().join("security") };
    if contract.value(&own).is_some() { own } else { shared }
}

fn meets(contract: &Contract, alternative: &SecurityRequirement, request: &Request) -> Met {
    let answers = alternative.schemes.iter().map(|name| match contract.security_schemes.get(name) {
        None => Met::Unknown(format!("the security scheme {name} is not declared")),
        Some(SecurityScheme::MutualTls) => Met::Unknown(format!("{name} is judged by the connection, not the message")),
        Some(scheme) => lacks(scheme, request).map_or(Met::Yes, |why| Met::No(format!("{name}: {why}"))),
    });
    let answers: Vec<Met> = answers.collect();
    let first = |wanted: fn(&Met) -> bool| answers.iter().find(|answer| wanted(answer)).cloned();
    let no = first(|answer| matches!(answer, Met::No(_)));
    no.or_else(|| first(|answer| matches!(answer, Met::Unknown(_)))).unwrap_or(Met::Yes)
}

/// What the request lacks of `scheme`.
fn lacks(scheme: &SecurityScheme, request: &Request) -> Option<String> {
    match scheme {
        SecurityScheme::Basic => authorization(request, "Basic", is_user_and_password),
        SecurityScheme::Bearer => authorization(request, "Bearer", is_token68),
        SecurityScheme::OtherHttp(name) => authorization(request, name, |rest| !rest.is_empty()),
        SecurityScheme::ApiKey { place, name } => {
            let missing = || format!("no {} {name}", place.word());
            let empty = || format!("the {} {name} is empty", place.word());
            key(request, *place, name).map_or_else(|| Some(missing()), |key| key.trim().is_empty().then(empty))
        }
        SecurityScheme::MutualTls => None,
    }
}

fn authorization(request: &Request, scheme: &str, is_well_formed: fn(&str) -> bool) -> Option<String> {
    let Some(sent) = request.headers.get("authorization") else { return Some("no Authorization header".to_owned()) };
    let (sent_scheme, rest) = sent.trim().split_once(' ').unwrap_or((sent.trim(), ""));
    if !sent_scheme.eq_ignore_ascii_case(scheme) {
        return Some(format!("Authorization is not {scheme}"));
    }
    (!is_well_formed(rest.trim())).then(|| format!("the {scheme} credentials are malformed"))
}

/// RFC 7617 §2.
fn is_user_and_password(text: &str) -> bool {
    STANDARD.decode(text).is_ok_and(|bytes| bytes.contains(&b':'))
}

/// RFC 6750 §2.1.
fn is_token68(text: &str) -> bool {
    let token = text.trim_end_matches('=');
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~+/".contains(&byte))
}

fn key(request: &Request, place: ParameterIn, name: &str) -> Option<String> {
    match place {
        ParameterIn::Header => request.headers.get(name).map(str::to_owned),
        ParameterIn::Query => {
            let pairs = form_urlencoded::parse(request.query().unwrap_or_default().as_bytes());
            pairs.into_iter().find(|(held, _)| held == name).map(|(_, value)| value.into_owned())
        }
        ParameterIn::Cookie => {
            let pairs = request.headers.all("cookie").flat_map(|line| line.split(';'));
            let mut pairs = pairs.filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(held, _)| *held == name).map(|(_, value)| value.to_owned())
        }
        ParameterIn::Path => None,
    }
}
