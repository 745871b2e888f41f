//! Credentials for the cases that send a wrong or an expired one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::case::expand::{Credentials, credential_text};
use crate::case::{Authorization, GivenCredential, Story, Suite};
use crate::contract::{Contract, SecurityScheme};
use crate::mock::oauth::token::{self, Claims, TokenKind};
use crate::secret::Secret;
use crate::token::{StandIn, Tokens, wrong};

use super::format::Credential;

/// The client of an expired token for a mock that receives placeholders.
const CLIENT: &str = "signoff";

/// What is sent as a wrong credential if the target has no right one.
const MADE_UP: &str = "wrong-credential-of-a-test";

/// Adds a wrong credential for each scheme, and the expired ones that cases send. `configured` is the target's `auth`.
pub(super) fn add(
    values: &mut Credentials,
    suite: &Suite,
    configured: &BTreeMap<String, Credential>,
    (contract, is_mock): (&Contract, bool),
) {
    for (scheme, kind) in contract.security_schemes.iter().filter(|(_, kind)| **kind != SecurityScheme::MutualTls) {
        let value = match values.own.get(scheme) {
            Some(own) => match own.as_str().and_then(Tokens::source) {
                Some(source) => Tokens::stand_in(StandIn::Wrong, source).into(),
                None => wrong_value(own),
            },
            None => made_up(kind),
        };
        values.wrong.insert(scheme.clone(), value);
    }
    for (scheme, _) in given(suite).filter(|(_, given)| matches!(given, GivenCredential::Expired)) {
        let Some(own) = values.own.get(scheme) else { continue };
        let token = match configured.get(scheme) {
            Some(Credential::Token(token)) => Some(token),
            _ => None,
        };
        let of_mock = is_mock && contract.security_schemes.get(scheme) == Some(&SecurityScheme::Bearer);
        let value = match (own.as_str().and_then(Tokens::source), token.and_then(|token| token.expired_token.clone())) {
            // The mock would need an hour for another one.
            _ if of_mock => expired_token(token.map_or(CLIENT, |token| token.client_id.as_str())),
            (_, Some(token)) => token,
            (Some(source), None) => Tokens::stand_in(StandIn::Expired, source),
            (None, None) => continue,
        };
        values.expired.insert(scheme.to_owned(), value.into());
    }
}

/// Scheme and value of each credential that a case sets itself.
pub(super) fn given(suite: &Suite) -> impl Iterator<Item = (&str, &GivenCredential)> {
    let given = suite.stories.iter().flat_map(Story::every).filter_map(|case| match &case.request.auth {
        Authorization::Given(given) => Some(given),
        _ => None,
    });
    given.flatten().map(|(scheme, given)| (scheme.as_str(), given))
}

/// A token of the mock that has always expired.
fn expired_token(client_id: &str) -> String {
    token::write(TokenKind::Access, &Claims { client_id: client_id.to_owned(), scope: String::new(), expires: 0 })
}

/// A credential for a target that has none of the scheme.
fn made_up(scheme: &SecurityScheme) -> Value {
    match scheme {
        SecurityScheme::Basic => json!({ "username": "wrong-user", "password": MADE_UP }),
        _ => MADE_UP.into(),
    }
}

/// Of user name and password, the password is wrong.
pub(super) fn wrong_value(own: &Value) -> Value {
    let mut value = own.clone();
    let text = if value.is_object() { value.get_mut("password") } else { Some(&mut value) };
    if let Some(Value::String(text)) = text {
        *text = wrong(text);
    }
    value
}

/// The wrong credentials, which a mock has to refuse, as requests have them.
pub(super) fn refused(values: &Credentials, contract: &Contract) -> Vec<String> {
    let wrong = values.wrong.iter().filter_map(|(scheme, value)| Some((contract.security_schemes.get(scheme)?, value)));
    wrong.filter_map(|(scheme, value)| credential_text(scheme, value)).collect()
}

/// The wrong credentials as secrets, since they begin like the right ones.
pub(super) fn secrets(values: &Credentials) -> impl Iterator<Item = Secret> {
    let secret = |(scheme, value): (&String, &Value)| {
        let value = value.get("password").unwrap_or(value).as_str()?.to_owned();
        if Tokens::is_stand_in(&value) {
            return None;
        }
        let name = scheme.to_ascii_uppercase().replace(|c: char| !c.is_ascii_alphanumeric(), "_");
        (value.trim().len() >= Secret::MIN_LENGTH).then(|| Secret { name: format!("{name}_WRONG"), value })
    };
    values.wrong.iter().filter_map(secret)
}
