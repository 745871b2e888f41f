//! What is wrong with a configuration whose types are right: names that nothing has, and texts that are no quantity or URL.

use crate::pointer::Pointer;
use crate::problem::Problem;

use crate::project::config::{ConfigFile, suggested};
use crate::project::connect;
use crate::project::format::Target;
use crate::project::settings;
use crate::quantity;

/// Everything, each at its place. Texts with `${…}` are known only when their target is chosen.
pub fn problems(file: &ConfigFile) -> Vec<Problem> {
    let config = &file.config;
    let mut problems: Vec<_> = config.severity.keys().filter_map(|id| stranger(file, id)).collect();
    problems.extend(nowhere(file));
    for (name, target) in &config.targets {
        let at = Pointer::root().join("targets").join(name);
        let wrong = texts(target).into_iter().filter_map(|(path, text, read)| {
            let message = text.filter(|text| !text.contains("${")).and_then(read)?;
            Some((path, message))
        });
        problems.extend(wrong.map(|(path, message)| {
            let at = path.iter().fold(at.clone(), |at, token| at.join(token));
            file.placed(&at, Problem::new(message))
        }));
    }
    problems
}

fn stranger(file: &ConfigFile, id: &str) -> Option<Problem> {
    let at = Pointer::root().join("severity").join(id);
    settings::known(id).err().map(|problem| file.placed(&at, problem))
}

/// A default target that is neither configured, nor the mock, nor a URL.
fn nowhere(file: &ConfigFile) -> Option<Problem> {
    let targets = &file.config.targets;
    let name = file.config.default_target.as_ref()?;
    if targets.contains_key(name) || name == "mock" || name.contains("://") {
        return None;
    }
    let names: Vec<_> = targets.keys().collect();
    let problem = suggested(Problem::new(format!("unknown target `{name}`")), name, &names, "targets");
    Some(file.placed(&Pointer::root().join("default_target"), problem))
}

type Reader = fn(&str) -> Option<String>;

/// The texts of a target that must read as something: their keys, and how they read.
fn texts(target: &Target) -> [(&'static [&'static str], Option<&str>, Reader); 7] {
    let Target { rate, max_body, timeout, url, proxy, .. } = target;
    let duration: Reader = |text| quantity::parse_duration(text).err();
    [
        (&["url"], url.as_deref(), |text| connect::base_url(text).err()),
        (&["rate"], rate.as_deref(), |text| quantity::parse_rate(text).err()),
        (&["max_body"], max_body.as_deref(), |text| quantity::parse_size(text).err()),
        (&["proxy"], proxy.as_deref(), |text| connect::proxy_url(text).err()),
        (&["timeout", "connect"], timeout.connect.as_deref(), duration),
        (&["timeout", "first_byte"], timeout.first_byte.as_deref(), duration),
        (&["timeout", "total"], timeout.total.as_deref(), duration),
    ]
}
