//! What a command prints: problems, the progress of a run, and the log of a server.

pub(crate) mod background_writer;
pub(crate) mod github;
mod group_problems;
pub(crate) mod log_writer;
pub(crate) mod mask;
pub(crate) mod problem_format;
pub(crate) mod problems;
pub(crate) mod progress;
pub(crate) mod server_log;
pub(crate) mod terminal;
