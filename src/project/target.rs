//! Selects the target and resolves it: configuration with templates expanded, then overrides.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::http::Headers;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::sign::{Signature, Verification};

use super::deserialize::{deserialize, with_suggestion};
use super::format::{self, Credential};
use super::overrides::TargetOverrides;
use super::secrets::Vault;
use super::settings::Settings;
use super::sign;
use super::urls::canonical_name;
use super::verify;

/// Environment variable that names the target.
const VARIABLE: &str = "SIGNOFF_TARGET";

/// Name of the built-in target: the mock generated from the document.
pub(crate) const MOCK: &str = "mock";

/// The selected target, resolved.
#[derive(Debug)]
pub(crate) struct ChosenTarget {
    /// Its name in the configuration, `mock`, or the URL.
    pub name: String,
    /// Its location in the configuration; `None` for a URL and for a `mock` that is not configured.
    pub at: Option<Pointer>,
    /// Its effective values.
    pub target: format::Target,
    /// The signature of its requests.
    pub signature: Option<Signature>,
    /// The signature of its responses.
    pub verification: Option<Verification>,
}

impl ChosenTarget {
    /// Whether the target is a mock that signoff starts itself.
    pub(crate) fn is_mock(&self) -> bool {
        self.target.mock.is_some()
    }

    /// Its headers, with the default `User-Agent`.
    pub(crate) fn headers(&self) -> Headers {
        let configured = self.target.headers.iter();
        let mut headers: Headers = configured.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if headers.get("user-agent").is_none() {
            headers.append("user-agent", concat!("signoff/", env!("CARGO_PKG_VERSION")));
        }
        headers
    }

    /// Adds the location of the key `path` (`["auth", "bearerAuth"]`) of this target to `problem`.
    pub(crate) fn placed(&self, settings: &Settings, path: &[&str], problem: Problem) -> Problem {
        match &self.at {
            Some(at) => settings.file.placed(&path.iter().fold(at.clone(), |at, token| at.join(token)), problem),
            None => problem,
        }
    }
}

/// Name of the selected target: override, else environment, else `default_target`, else `mock`.
pub(crate) fn selected_name(settings: &Settings, env: &BTreeMap<String, String>) -> String {
    let given = settings.overrides.target.name.as_ref().or(name_from_env(env));
    given.or(settings.file.config.default_target.as_ref()).cloned().unwrap_or_else(|| MOCK.to_owned())
}

/// Name of the target for `cargo test`, which must not reach a server by default: `default_target` counts only if it is a mock.
pub(crate) fn name_for_tests(settings: &Settings, env: &BTreeMap<String, String>) -> String {
    let default = settings.file.config.default_target.as_ref().filter(|name| is_mock(settings, name));
    name_from_env(env).or(default).cloned().unwrap_or_else(|| MOCK.to_owned())
}

fn name_from_env(env: &BTreeMap<String, String>) -> Option<&String> {
    env.get(VARIABLE).filter(|name| !name.is_empty())
}

/// Whether the target of that name is a mock; expands no template, so it needs no secret.
pub(crate) fn is_mock(settings: &Settings, name: &str) -> bool {
    settings.file.config.targets.get(name).map_or(name == MOCK, |target| target.mock.is_some())
}

/// Resolves the target called `name`; templates of other targets are not expanded.
pub(crate) fn resolve(settings: &Settings, name: &str, vault: &mut Vault<'_>) -> Result<ChosenTarget, Vec<Problem>> {
    let mut chosen = find(settings, name, vault)?;
    apply(&settings.overrides.target, &mut chosen.target, vault)?;
    Ok(chosen)
}

fn find(settings: &Settings, name: &str, vault: &mut Vault<'_>) -> Result<ChosenTarget, Vec<Problem>> {
    let known = &settings.file.config.targets;
    let (at, (target, signature, verification)) = match name {
        _ if known.contains_key(name) => {
            let at = Pointer::root().join("targets").join(name);
            let (mut target, signature, verification) = expanded(settings, &at, vault)?;
            if name == MOCK && settings.is_other_document() {
                // As `signoff mock` does: the rules are about the operations of the configured document.
                target.mock = target.mock.map(|_| String::new());
            }
            (Some(at), (target, signature, verification))
        }
        MOCK => (None, (format::Target { mock: Some(String::new()), ..format::Target::default() }, None, None)),
        _ if name.contains("://") => {
            (None, (format::Target { url: Some(name.to_owned()), ..format::Target::default() }, None, None))
        }
        _ => return Err(vec![unknown(name, known)]),
    };
    Ok(ChosenTarget { name: name.to_owned(), at, target, signature, verification })
}

/// A warning if a target of the configuration has the URL that was selected: what it configures does not apply.
pub(super) fn twin(settings: &Settings, chosen: &ChosenTarget) -> Option<Problem> {
    let url = chosen.at.is_none().then(|| canonical_name(&chosen.name))?;
    let mut targets = settings.file.config.targets.iter();
    let (name, _) = targets.find(|(_, target)| target.url.as_deref().is_some_and(|own| canonical_name(own) == url))?;
    let message = format!("{} is the URL of the target `{name}`, whose other settings are not used", chosen.name);
    Some(Problem::new(message).help(format!("select it by its name: --target {name}")).as_warning())
}

fn unknown(name: &str, known: &BTreeMap<String, format::Target>) -> Problem {
    let problem = Problem::new(format!("unknown target `{name}`"));
    // `localhost:8080`, `api.example.com/v2`.
    if name.contains([':', '.', '/']) {
        return problem.help(format!("a URL must start with http:// or https://: `http://{name}`"));
    }
    let mock = [MOCK].into_iter().filter(|mock| !known.contains_key(*mock));
    let names: Vec<_> = known.keys().map(String::as_str).chain(mock).chain(["any URL"]).collect();
    with_suggestion(problem, name, &names, "targets")
}

/// A target with the signatures of its requests and responses.
type Signed = (format::Target, Option<Signature>, Option<Verification>);

/// The target at `at` with its templates expanded, except those of signatures, which are evaluated for each message.
fn expanded(settings: &Settings, at: &Pointer, vault: &mut Vault<'_>) -> Result<Signed, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut written = settings.file.value.pointer(at.as_str()).cloned().unwrap_or(Value::Null);
    let mut take = |key: &'static str| Some((key.to_owned(), written.as_object_mut()?.shift_remove(key)?));
    let signatures = [take("sign"), take("verify")];
    let mut value = vault.expand(&written, at, &mut |at, problem| problems.push(settings.file.placed(at, problem)));
    if let Some(members) = value.as_object_mut() {
        members.extend(signatures.into_iter().flatten());
    }
    let mut report = |inner: Pointer, problem| problems.push(settings.file.placed(&at.concat(&inner), problem));
    let target: format::Target = deserialize(value, &mut report);
    let (root, sign) = (Pointer::root(), Pointer::root().join("sign"));
    let mut within = |inner: Pointer, problem| report(sign.concat(&inner), problem);
    let mut compiler = sign::Compiler { vault, report: &mut within };
    let signature = target.sign.as_ref().map(|format| sign::compile(format, &mut compiler));
    let mut within = |inner: Pointer, problem| report(root.join("verify").concat(&inner), problem);
    let mut compiler = sign::Compiler { vault, report: &mut within };
    let verification = target.verify.as_ref().map(|format| verify::compile(format, &mut compiler));
    if target.mock.is_some() && target.verify.is_some() {
        report(root.join("verify"), Problem::new("a mock does not sign its responses"));
    }
    literal_secrets(&written).for_each(|(key, value)| vault.keep_unless_known(key, value));
    if problems.is_empty() { Ok((target, signature, verification)) } else { Err(problems) }
}

/// Keys of access tokens and client certificates whose values are secret even if they are written in the configuration.
const SECRET_KEYS: [&str; 4] = ["client_secret", "password", "refresh_token", "expired_token"];

/// Password of the key of the target's client certificate.
const KEY_PASSWORD: &str = "client_key_password";

/// The secrets of access tokens and client certificates that are written in a target without a template, each with its key. A template decides with `public(…)`.
fn literal_secrets(target: &Value) -> impl Iterator<Item = (&'static str, &str)> {
    let sets = |key: &str| target.get(key).and_then(Value::as_object).into_iter().flat_map(Map::values);
    let named = sets("credentials").filter_map(Value::as_object).flat_map(Map::values);
    let is_meant = |credential: &&Value| ["oauth2", "cert"].iter().any(|key| credential.get(key).is_some());
    let credentials = sets("auth").chain(named).filter(is_meant);
    let values = credentials
        .flat_map(|credential| SECRET_KEYS.iter().filter_map(|key| Some((*key, credential.get(*key)?.as_str()?))));
    let own = target.get(KEY_PASSWORD).and_then(Value::as_str).map(|value| (KEY_PASSWORD, value));
    values.chain(own).filter(|(_, value)| !value.contains("${"))
}

fn apply(overrides: &TargetOverrides, target: &mut format::Target, vault: &mut Vault<'_>) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for (name, text) in &overrides.vars {
        target.vars.insert(name.clone(), read_value(text));
    }
    for (scheme, source) in &overrides.auth {
        match credential(source, vault) {
            Ok(credential) => drop(target.auth.insert(scheme.clone(), credential)),
            Err(problem) => problems.push(problem),
        }
    }
    for (name, value) in &overrides.headers {
        target.headers.insert(name.clone(), value.clone());
    }
    if !overrides.allow.is_empty() {
        target.allow.clone_from(&overrides.allow);
    }
    target.proxy = overrides.proxy.clone().or(target.proxy.take());
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn credential(source: &str, vault: &mut Vault<'_>) -> Result<Credential, Problem> {
    let variable = source.strip_prefix("env:").ok_or_else(|| {
        // A token in base64 may end with `=`: all of the argument may be secret.
        Problem::new("--auth takes SCHEME=env:NAME, not a value")
            .help("a credential on the command line is visible to other users of this machine")
    })?;
    vault.credential(variable).map(|value| Credential::Fixed(Value::String(value)))
}

/// Reads `text` as JSON if JSON would print it the same way, else as a string: `2.10` and `007` stay strings.
fn read_value(text: &str) -> Value {
    let json = serde_json::from_str::<Value>(text).ok();
    json.filter(|value| value.as_number().is_none_or(|number| number.to_string() == text))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::project::overrides::Overrides;

    #[test]
    fn cargo_test_uses_a_mock_by_default() {
        let check = |configuration: &str, env: &[(&str, &str)]| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("signoff.yaml"), format!("spec: x.yaml\n{configuration}")).unwrap();
            let overrides = Overrides { directory: Some(folder.path().to_owned()), ..Overrides::default() };
            let settings = Settings::load(overrides).unwrap();
            let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            [name_for_tests(&settings, &env), selected_name(&settings, &env)]
        };
        let sandbox = "default_target: sandbox\ntargets: { sandbox: { url: 'https://x' }, local: { mock: '' } }\n";
        assert_eq!(check("", &[]), ["mock", "mock"]);
        assert_eq!(check(sandbox, &[]), ["mock", "sandbox"]);
        assert_eq!(check(&sandbox.replace(": sandbox", ": local"), &[]), ["local", "local"]);
        assert_eq!(check(sandbox, &[(VARIABLE, "sandbox")]), ["sandbox", "sandbox"]);
    }

    #[test]
    fn variables_are_read_as_json_only_without_loss() {
        let read: Vec<_> =
            ["7", "2.10", "007", "true", "[1]", "\"7\"", "+1", "PARTNER"].iter().map(|text| read_value(text)).collect();
        assert_eq!(json!(read), json!([7, "2.10", "007", true, [1], "7", "+1", "PARTNER"]));
    }
}
