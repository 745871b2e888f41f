//! Checks values of the configuration whose types are right: names that must exist, and strings with a grammar of their own.

use crate::case::is_variable;
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
    problems.extend(empty_paths(config));
    problems.extend(unexpanded(config));
    problems.extend(commands(config));
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

/// Values such as `$TOKEN`, which other tools expand.
fn unexpanded(config: &Config) -> Vec<(Pointer, Problem)> {
    let mut found = Vec::new();
    for (name, target) in &config.targets {
        let at = Pointer::root().join("targets").join(name);
        let Target { auth, credentials, vars, headers, .. } = target;
        let credentials = credentials.iter().flat_map(|(set, own)| {
            let at = at.join("credentials").join(set);
            own.iter().map(move |(scheme, credential)| (at.join(scheme), credential.as_str()))
        });
        let auth = auth.iter().map(|(scheme, credential)| (at.join("auth").join(scheme), credential.as_str()));
        let vars = vars.iter().map(|(name, value)| (at.join("vars").join(name), value.as_str()));
        let headers = headers.iter().map(|(name, value)| (at.join("headers").join(name), Some(value.as_str())));
        let values = auth.chain(credentials).chain(vars).chain(headers);
        found.extend(values.filter(|(_, value)| value.is_some_and(is_shell_variable)).map(|(at, _)| at));
    }
    let problem = || Problem::new("`$NAME` is not expanded").help("an environment variable is written `${env.NAME}`");
    found.into_iter().map(|at| (at, problem())).collect()
}

/// Whether the whole value is a reference as in a shell.
fn is_shell_variable(value: &str) -> bool {
    let name = value.strip_prefix('$').unwrap_or_default();
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    !name.is_empty() && name.chars().all(is_name) && !name.starts_with(|c: char| c.is_ascii_digit())
}

/// Paths that are empty strings.
fn empty_paths(config: &Config) -> Vec<(Pointer, Problem)> {
    let Config { spec, overlay, cases, reports, waivers, targets, .. } = config;
    let root = Pointer::root();
    let keys = [("spec", spec), ("cases", cases), ("reports", reports), ("waivers", waivers)];
    let mut paths: Vec<_> = keys.map(|(key, path)| (root.join(key), path.as_ref())).into();
    paths.extend(overlay.iter().enumerate().map(|(index, path)| (root.join("overlay").join(index), Some(path))));
    for (name, target) in targets {
        let at = root.join("targets").join(name);
        paths.push((at.join("ca_file"), target.ca_file.as_ref()));
        paths.push((at.join("client_cert"), target.client_cert.as_ref()));
        paths.push((at.join("client_key"), target.client_key.as_ref()));
    }
    let empty = paths.into_iter().filter(|(_, path)| path.is_some_and(|path| path.trim().is_empty()));
    empty.map(|(at, _)| (at, Problem::new("expected a path, found an empty string"))).collect()
}

/// Commands without a program, or with a name that no expression can read.
fn commands(config: &Config) -> impl Iterator<Item = (Pointer, Problem)> {
    config.exec.iter().filter_map(|(name, words)| {
        let problem = match words.first() {
            _ if !is_variable(name) => "expected a name of letters, digits and `_`, such as `vault`",
            None => "expected a program and its arguments: [PROGRAM, ARGUMENT]",
            Some(program) if program.trim().is_empty() => "expected a program, found an empty string",
            Some(_) => return None,
        };
        Some((Pointer::root().join("exec").join(name), Problem::new(problem)))
    })
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
    let duration: StringError = |text| quantity::parse_time_limit(text).err();
    [
        (&["url"], url.as_deref(), |text| urls::base_url(text).err()),
        (&["rate"], rate.as_deref(), |text| quantity::parse_rate(text).err()),
        (&["max_body"], max_body.as_deref(), |text| quantity::parse_limit(text).err()),
        (&["proxy"], proxy.as_deref(), |text| urls::proxy_url(text).err()),
        (&["timeout", "connect"], timeout.connect.as_deref(), duration),
        (&["timeout", "first_byte"], timeout.first_byte.as_deref(), duration),
        (&["timeout", "total"], timeout.total.as_deref(), duration),
    ]
}
