//! Which target is meant: as configured, its templates expanded, the flags over it.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::pointer::Pointer;
use crate::problem::Problem;

use crate::cli::args;
use crate::project::config::{suggested, typed};
use crate::project::format::{self, Credential};
use crate::project::secrets::Vault;
use crate::project::settings::Settings;

/// The variable that names the target where no flag does.
const VARIABLE: &str = "SIGNOFF_TARGET";

/// The target that is always there.
pub(super) const MOCK: &str = "mock";

/// The target of a run.
#[derive(Debug)]
pub struct Chosen {
    /// Its name in the configuration, `mock`, or the URL.
    pub name: String,
    /// Where it is configured; `None` for a URL and for a `mock` that is not in the configuration.
    pub at: Option<Pointer>,
    /// What is configured, expanded.
    pub target: format::Target,
}

impl Chosen {
    /// Whether requests go to a mock that the run starts itself.
    pub fn is_mock(&self) -> bool {
        self.target.mock.is_some()
    }

    /// A problem of the key `path` (`["auth", "bearerAuth"]`) of this target.
    pub fn placed(&self, settings: &Settings, path: &[&str], problem: Problem) -> Problem {
        match &self.at {
            Some(at) => settings.file.placed(&path.iter().fold(at.clone(), |at, token| at.join(token)), problem),
            None => problem,
        }
    }
}

/// The name of the target that is meant: typed, else of the environment, else `default_target`, else `mock`.
pub fn name(settings: &Settings, flags: &args::Target, env: &BTreeMap<String, String>) -> String {
    let asked = flags.name.as_ref().or(of_environment(env));
    asked.or(settings.file.config.default_target.as_ref()).cloned().unwrap_or_else(|| MOCK.to_owned())
}

/// The same for tests, which send nothing anywhere unasked: a `default_target` counts only where it is a mock.
pub fn of_tests(settings: &Settings, env: &BTreeMap<String, String>) -> String {
    let default = settings.file.config.default_target.as_ref().filter(|name| is_mock(settings, name));
    of_environment(env).or(default).cloned().unwrap_or_else(|| MOCK.to_owned())
}

fn of_environment(env: &BTreeMap<String, String>) -> Option<&String> {
    env.get(VARIABLE).filter(|name| !name.is_empty())
}

/// Whether the target of that name is a mock; needs no secret.
pub fn is_mock(settings: &Settings, name: &str) -> bool {
    settings.file.config.targets.get(name).map_or(name == MOCK, |target| target.mock.is_some())
}

/// Resolves the target called `name`. Only its own templates are expanded.
pub fn choose(
    settings: &Settings,
    name: &str,
    flags: &args::Target,
    vault: &mut Vault<'_>,
) -> Result<Chosen, Vec<Problem>> {
    let mut chosen = find(settings, name, vault)?;
    lay_over(&mut chosen.target, flags, vault)?;
    Ok(chosen)
}

fn find(settings: &Settings, name: &str, vault: &mut Vault<'_>) -> Result<Chosen, Vec<Problem>> {
    let known = &settings.file.config.targets;
    let (at, target) = match name {
        _ if known.contains_key(name) => {
            let at = Pointer::root().join("targets").join(name);
            (Some(at.clone()), expanded(settings, &at, vault)?)
        }
        MOCK => (None, format::Target { mock: Some(String::new()), ..format::Target::default() }),
        _ if name.contains("://") => (None, format::Target { url: Some(name.to_owned()), ..format::Target::default() }),
        _ => return Err(vec![unknown(name, known)]),
    };
    Ok(Chosen { name: name.to_owned(), at, target })
}

fn unknown(name: &str, known: &BTreeMap<String, format::Target>) -> Problem {
    let problem = Problem::new(format!("unknown target `{name}`"));
    // `localhost:8080`, `api.example.com/v2`.
    if name.contains([':', '.', '/']) {
        return problem.help(format!("a URL begins with http:// or https://: `http://{name}`"));
    }
    let mock = [MOCK].into_iter().filter(|mock| !known.contains_key(*mock));
    let names: Vec<_> = known.keys().map(String::as_str).chain(mock).chain(["a URL"]).collect();
    suggested(problem, name, &names, "targets")
}

fn expanded(settings: &Settings, at: &Pointer, vault: &mut Vault<'_>) -> Result<format::Target, Vec<Problem>> {
    let mut problems = Vec::new();
    let written = settings.file.value.pointer(at.as_str()).cloned().unwrap_or(Value::Null);
    let value = vault.expand(&written, at, &mut |at, problem| problems.push(settings.file.placed(at, problem)));
    let target: format::Target = typed(value, |inner, problem| {
        problems.push(settings.file.placed(&at.concat(&inner), problem));
    });
    if problems.is_empty() { Ok(target) } else { Err(problems) }
}

fn lay_over(target: &mut format::Target, flags: &args::Target, vault: &mut Vault<'_>) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    for (name, text) in &flags.vars {
        target.vars.insert(name.clone(), read(text));
    }
    for (scheme, source) in &flags.auth {
        match credential(scheme, source, vault) {
            Ok(credential) => drop(target.auth.insert(scheme.clone(), credential)),
            Err(problem) => problems.push(problem),
        }
    }
    for (name, value) in &flags.headers {
        target.headers.insert(name.clone(), value.clone());
    }
    if !flags.allow.is_empty() {
        target.allow.clone_from(&flags.allow);
    }
    target.proxy = flags.proxy.clone().or(target.proxy.take());
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

fn credential(scheme: &str, source: &str, vault: &mut Vault<'_>) -> Result<Credential, Problem> {
    let variable = source.strip_prefix("env:").ok_or_else(|| {
        Problem::new(format!("--auth {scheme}=env:NAME is expected, not {scheme}=…"))
            .help("a credential on the command line would be seen by everybody on this machine")
    })?;
    vault.variable(variable, false).map(|value| Credential(Value::String(value)))
}

/// JSON where the text is what JSON would write, so that `2.10` and `007` stay text; else the text itself.
fn read(text: &str) -> Value {
    let json = serde_json::from_str::<Value>(text).ok();
    json.filter(|value| value.as_number().is_none_or(|number| number.to_string() == text))
        .unwrap_or_else(|| Value::String(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn tests_go_to_a_mock_unless_they_are_told_otherwise() {
        let check = |configuration: &str, env: &[(&str, &str)]| {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("signoff.yaml"), format!("spec: x.yaml\n{configuration}")).unwrap();
            let global = args::Global { directory: Some(folder.path().to_owned()), ..args::Global::default() };
            let settings = Settings::load(&global, &args::Inputs::default()).unwrap();
            let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            [of_tests(&settings, &env), name(&settings, &args::Target::default(), &env)]
        };
        let sandbox = "default_target: sandbox\ntargets: { sandbox: { url: 'https://x' }, local: { mock: '' } }\n";
        assert_eq!(check("", &[]), ["mock", "mock"]);
        assert_eq!(check(sandbox, &[]), ["mock", "sandbox"]);
        assert_eq!(check(&sandbox.replace(": sandbox", ": local"), &[]), ["local", "local"]);
        assert_eq!(check(sandbox, &[(VARIABLE, "sandbox")]), ["sandbox", "sandbox"]);
    }

    #[test]
    fn variables_are_json_where_nothing_is_lost() {
        let read: Vec<_> =
            ["7", "2.10", "007", "true", "[1]", "\"7\"", "+1", "PARTNER"].iter().map(|text| read(text)).collect();
        assert_eq!(json!(read), json!([7, "2.10", "007", true, [1], "7", "+1", "PARTNER"]));
    }
}
