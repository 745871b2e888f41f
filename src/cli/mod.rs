//! The command line: arguments, output, and one file per subcommand.

mod args;
mod check;
mod client_requests;
mod clock;
mod completions;
mod execute;
mod exit;
mod explain;
mod init;
mod list;
mod mock;
mod output;
mod process;
mod proxy;
mod proxy_recording;
mod recorder;
mod report;
pub(crate) mod rules;
mod run;
mod schema;
mod session;
mod signals;
mod subcommands;
#[cfg(test)]
mod unredacted;
mod watch;

pub(crate) use clock::now;
pub(crate) use output::problems;
pub use process::{LogStreams, Process};
pub use subcommands::run;
