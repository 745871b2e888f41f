//! The command line: arguments, output, and one file per subcommand.

mod args;
mod check;
mod ci_job;
mod client_requests;
mod clock;
mod completions;
mod coverage;
mod environment;
mod execute;
mod exit;
mod explain;
mod import;
mod import_curl;
mod init;
mod list;
mod man;
mod mock;
mod mutate;
mod mutate_changes;
mod mutate_exclusions;
mod output;
mod process;
mod project_files;
mod proxy;
mod proxy_recording;
mod record_file;
mod recorder;
mod report;
mod response_statuses;
pub(crate) mod rules;
mod run;
mod schema;
mod session;
mod signals;
mod subcommands;
#[cfg(test)]
mod unredacted;
mod version;
mod waive;
mod watch;
mod watched_run;

pub(crate) use clock::now;
pub use environment::environment;
pub(crate) use output::{mask, problems};
pub use process::{LogStreams, Process};
pub use subcommands::run;
