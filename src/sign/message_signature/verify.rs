//! Verifies the signature of a message.

use super::super::structured_field::{BareItem, Item, Member, Parameters, dictionary};
use super::super::verifying_key::VerifyingKey;
use super::base::{MESSAGE_ALGORITHMS, SIGNATURE, SIGNATURE_INPUT, is_digest, signature_base};
use super::component::{Component, Message};
use super::digest;

/// How far clocks may differ, in seconds.
const TOLERANCE: i64 = 300;

/// What a signature must be.
#[derive(Debug, Clone)]
pub(crate) struct SignatureCheck {
    /// The key.
    pub key: VerifyingKey,
    /// Its label; without one the message must have a single signature.
    pub label: Option<String>,
    /// Parameter `keyid`.
    pub key_id: Option<String>,
    /// Parameter `tag`.
    pub tag: Option<String>,
    /// Whether it must have the parameter `nonce`.
    pub nonce: bool,
    /// Parameter `expires`: at most so many seconds after `created`.
    pub lifetime: Option<i64>,
    /// Its maximum age in seconds.
    pub max_age: Option<i64>,
}

impl SignatureCheck {
    /// Verifies the signature of a message that was received at `at` (microseconds since 1970); it must cover `wanted`. The error says
    /// what is wrong.
    pub(crate) fn verify(&self, message: &Message<'_>, wanted: &[Component], at: i64) -> Result<(), String> {
        let headers = message.headers();
        let field = |name: &'static str| {
            let value = headers.all(name).collect::<Vec<_>>().join(", ");
            if value.is_empty() { Err(format!("the header field `{name}` is missing")) } else { Ok(value) }
        };
        let parsed = |name: &'static str| {
            dictionary(&field(name)?).ok_or_else(|| format!("the header field `{name}` is not a dictionary"))
        };
        let (inputs, signatures) = (parsed(SIGNATURE_INPUT)?, parsed(SIGNATURE)?);
        let is_wanted = |label: &str| self.label.as_deref().is_none_or(|wanted| wanted == label);
        let mut labelled = inputs.iter().filter(|(label, _)| is_wanted(label));
        let (label, input) = match (labelled.next(), labelled.next()) {
            (Some(only), None) => only,
            (None, _) => return Err("no signature has the label".to_owned()),
            _ => return Err("there are several signatures: set `label`".to_owned()),
        };
        let Member::InnerList(items, parameters) = input else {
            return Err(format!("`{SIGNATURE_INPUT}` has no list of components"));
        };
        let signature = signatures.iter().find(|(signed, _)| signed == label);
        let Some(Member::Item(Item { value: BareItem::Bytes(signature), .. })) = signature.map(|(_, value)| value)
        else {
            return Err(format!("`{SIGNATURE}` has no bytes with the label of `{SIGNATURE_INPUT}`"));
        };
        self.check_parameters(parameters, at.div_euclid(1_000_000))?;
        let lines = covered_lines(items, message)?;
        let is_missing = |wanted: &&Component| !lines.iter().any(|(held, _)| held == *wanted);
        if let Some(missing) = wanted.iter().find(is_missing) {
            return Err(format!("the signature does not cover {missing}"));
        }
        let base = signature_base(&lines, &input.to_string())?;
        if !self.key.verify(base.as_bytes(), signature) {
            return Err("the signature does not fit the message and the key".to_owned());
        }
        match lines.iter().find(|(component, _)| is_digest(component)) {
            Some((_, field)) => digest::verify(field, message.content()),
            None => Ok(()),
        }
    }

    fn check_parameters(&self, parameters: &Parameters, now: i64) -> Result<(), String> {
        let get = |name: &str| parameters.iter().find(|(held, _)| held == name).map(|(_, value)| value);
        let seconds = |name: &str| match get(name) {
            None => Ok(None),
            Some(BareItem::Integer(seconds)) => Ok(Some(*seconds)),
            Some(_) => Err(format!("the parameter `{name}` is not an integer")),
        };
        let equals = |name: &str, wanted: Option<&str>| {
            let is_equal = wanted.is_none_or(|wanted| get(name) == Some(&BareItem::String(wanted.to_owned())));
            if is_equal { Ok(()) } else { Err(format!("the parameter `{name}` has another value than expected")) }
        };
        equals("keyid", self.key_id.as_deref())?;
        equals("tag", self.tag.as_deref())?;
        if get("alg").is_some() {
            let name = MESSAGE_ALGORITHMS.iter().find(|(_, known)| *known == self.key.algorithm).map(|(name, _)| *name);
            equals("alg", name)?;
        }
        if self.nonce && get("nonce").is_none() {
            return Err("the parameter `nonce` is missing".to_owned());
        }
        let (created, expires) = (seconds("created")?, seconds("expires")?);
        if expires.is_some_and(|expires| expires < now) {
            return Err("the signature has expired".to_owned());
        }
        match (self.lifetime, expires) {
            (Some(_), None) => return Err("the parameter `expires` is missing".to_owned()),
            (Some(lifetime), Some(expires)) if expires > created.unwrap_or(now).saturating_add(lifetime) => {
                return Err("the signature expires later than expected".to_owned());
            }
            _ => {}
        }
        match (created, self.max_age) {
            (Some(created), _) if created > now.saturating_add(TOLERANCE) => {
                Err("the signature was created in the future".to_owned())
            }
            (Some(created), Some(age)) if now.saturating_sub(created) > age => {
                Err(format!("the signature is older than {age} s"))
            }
            (None, Some(_)) => Err("the parameter `created` is missing".to_owned()),
            _ => Ok(()),
        }
    }
}

/// The covered components with their values.
fn covered_lines(items: &[Item], message: &Message<'_>) -> Result<Vec<(Component, String)>, String> {
    let mut lines: Vec<(Component, String)> = Vec::new();
    for item in items {
        let component = Component::from_item(item.clone(), message.response.is_some())?;
        let missing = || format!("the signature covers {component}, which is missing");
        let value = component.value(message)?.ok_or_else(missing)?;
        if lines.iter().any(|(held, _)| *held == component) {
            return Err(format!("the signature covers {component} twice"));
        }
        lines.push((component, value));
    }
    Ok(lines)
}
