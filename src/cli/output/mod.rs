//! What a command prints: problems, the progress of a run, and the log of a server.

pub(crate) mod background_writer;
#[cfg(test)]
mod channel_stream;
pub(crate) mod github;
mod group_problems;
pub(crate) mod local_names;
pub(crate) mod log_writer;
pub(crate) mod mask;
pub(crate) mod problem_format;
pub(crate) mod problems;
pub(crate) mod progress;
pub(crate) mod repository;
pub(crate) mod server_log;
pub(crate) mod terminal;
