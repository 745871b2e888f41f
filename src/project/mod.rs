//! The inputs of a command: `signoff.yaml`, overrides and environment, resolved to a contract, cases and a connected target.

mod baseline;
pub(crate) mod config;
pub(crate) mod connect;
pub(crate) mod credentials;
mod environment;
pub(crate) mod format;
mod lint;
pub(crate) mod loaded;
pub(crate) mod offline_check;
pub(crate) mod resolved_run;
pub(crate) mod secrets;
pub(crate) mod settings;
pub(crate) mod target;
pub(crate) mod unknown_targets;
pub(crate) mod waivers;
