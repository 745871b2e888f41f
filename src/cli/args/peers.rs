//! Names our flag when a flag of another tool is given.

use clap::CommandFactory;
use clap::builder::StyledStr;
use clap::error::{ContextKind, ContextValue, Error, ErrorKind};

use crate::suggestion::nearest;

use super::arguments::Arguments;

/// Flags of other test tools, and what to use instead.
const PEERS: [(&str, &str); 9] = [
    ("--last-failed", "use --failed"),
    ("--grep", "a plain argument selects cases by id: signoff run WORD"),
    ("--filter", "a plain argument selects cases by id: signoff run WORD"),
    ("--env", "use --target NAME for an environment, --var NAME=VALUE for a variable"),
    ("--env-var", "use --var NAME=VALUE"),
    ("--reporter", "use --report NAME for files, --format json for standard output"),
    ("--reporters", "use --report NAME for files, --format json for standard output"),
    ("--bail", "use --fail-fast"),
    ("--base-url", "use --target URL"),
];

/// Adds a hint to the error if an unknown flag is one of another tool.
pub(crate) fn name_ours(mut error: Error) -> Error {
    if error.kind() == ErrorKind::InvalidSubcommand && error.get(ContextKind::SuggestedSubcommand).is_none() {
        return with_subcommand(error);
    }
    if error.kind() != ErrorKind::UnknownArgument {
        return error;
    }
    let Some(ContextValue::String(flag)) = error.get(ContextKind::InvalidArg) else { return error };
    let Some((_, hint)) = PEERS.iter().find(|(peer, _)| flag == peer) else { return error };
    for kind in [ContextKind::SuggestedArg, ContextKind::TrailingArg] {
        error.remove(kind);
    }
    error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![StyledStr::from(*hint)]));
    error
}

/// Suggests the closest subcommand, which clap does not do for short names.
fn with_subcommand(mut error: Error) -> Error {
    let command = Arguments::command();
    let names: Vec<_> = command.get_subcommands().map(clap::Command::get_name).collect();
    let near = match error.get(ContextKind::InvalidSubcommand) {
        Some(ContextValue::String(typed)) => nearest(typed, names),
        _ => None,
    };
    if let Some(name) = near.map(str::to_owned) {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(vec![name]));
    }
    error
}
