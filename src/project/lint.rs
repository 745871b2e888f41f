//! Checks values of the configuration whose types are right: names that must exist, and strings with a grammar of their own.

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::quantity;

use super::deserialize::with_suggestion;
use super::format::{Config, Target};
use super::{severity, urls};

/// Every problem, with its location. Strings with `${…}` are checked only when their target is selected.
pub(super) fn lint(config: &Config) -> Vec<(Pointer, Problem)> {
    let mut problems: Vec<_> = config.severity.keys().filter_map(|id| unknown_check(id)).collect();
    problems.extend(unknown_default_target(config));
    problems.extend((0_usize..).zip(&config.redact).filter_map(|(index, rule)| {
        let message = redaction(rule).err()?;
        Some((Pointer::root().join("redact").join(index), Problem::new(message)))
    }));
    for (name, target) in &config.targets {
        let at = Pointer::root().join("targets").join(name);
        problems.extend(mock_and_url(target).map(|problem| (at.join("url"), problem)));
        let invalid = strings(target).into_iter().filter_map(|(path, text, error)| {
            let message = text.filter(|text| !text.contains("${")).and_then(error)?;
            Some((path.iter().fold(at.clone(), |at, token| at.join(token)), Problem::new(message)))
        });
        problems.extend(invalid);
    }
    problems
}

fn unknown_check(id: &str) -> Option<(Pointer, Problem)> {
    severity::require_check(id).err().map(|problem| (Pointer::root().join("severity").join(id), problem))
}

/// A default target that is neither configured, nor the mock, nor a URL.
fn unknown_default_target(config: &Config) -> Option<(Pointer, Problem)> {
    let name = config.default_target.as_ref()?;
    if config.targets.contains_key(name) || name == "mock" || name.contains("://") {
        return None;
    }
    let names: Vec<_> = config.targets.keys().collect();
    let problem = with_suggestion(Problem::new(format!("unknown target `{name}`")), name, &names, "targets");
    Some((Pointer::root().join("default_target"), problem))
}

/// Checks a name or JSON Pointer of `redact`; what begins with `/` is a pointer.
pub(crate) fn redaction(rule: &str) -> Result<(), String> {
    match rule.starts_with('/') && Pointer::parse(rule).is_none() {
        true => {
            Err(format!("`{rule}` is not a JSON Pointer (RFC 6901): `~` must be written `~0`, and `/` in a name `~1`"))
        }
        false => Ok(()),
    }
}

fn mock_and_url(target: &Target) -> Option<Problem> {
    let (Some(_), Some(_)) = (&target.mock, &target.url) else { return None };
    Some(
        Problem::new("expected either `mock` or `url`: a target is the embedded mock, or a server")
            .help("remove one of them"),
    )
}

/// What is wrong with a string, if anything.
type StringError = fn(&str) -> Option<String>;

/// The strings of a target that have a grammar: key path, value, and the parser's error.
fn strings(target: &Target) -> [(&'static [&'static str], Option<&str>, StringError); 7] {
    let Target { rate, max_body, timeout, url, proxy, .. } = target;
    let duration: StringError = |text| quantity::parse_duration(text).err();
    [
        (&["url"], url.as_deref(), |text| urls::base_url(text).err()),
        (&["rate"], rate.as_deref(), |text| quantity::parse_rate(text).err()),
        (&["max_body"], max_body.as_deref(), |text| quantity::parse_size(text).err()),
        (&["proxy"], proxy.as_deref(), |text| urls::proxy_url(text).err()),
        (&["timeout", "connect"], timeout.connect.as_deref(), duration),
        (&["timeout", "first_byte"], timeout.first_byte.as_deref(), duration),
        (&["timeout", "total"], timeout.total.as_deref(), duration),
    ]
}
