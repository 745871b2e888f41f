//! Finds variables that no case file reads. A variable of one file may be read by the files that use it, and by those that it uses, so
//! a name that any file reads is not reported.

use std::sync::Arc;

use serde_json::Value;

use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;

use super::super::{CaseFile, Suite};

/// A warning for every variable under `vars` of a file whose name is read nowhere.
pub(super) fn check(suite: &Suite) -> Vec<Problem> {
    let declared = suite.files.iter().flat_map(|file| {
        let vars = file.document.value().get("vars").and_then(Value::as_object);
        vars.into_iter().flatten().map(move |(name, _)| (file, name))
    });
    let unread = declared.filter(|(_, name)| !suite.names_read.contains(*name));
    let warning = |(file, name): (&Arc<CaseFile>, &String)| {
        Problem::new(format!("no case reads the variable `{name}`"))
            .rule(rules::UNUSED_VARIABLE)
            .as_warning()
            .help(format!("write `${{{name}}}` where its value belongs, or remove it"))
            .at(file.snippet(&Pointer::root().join("vars").join(name)))
    };
    unread.map(warning).collect()
}
