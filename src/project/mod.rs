//! Inputs of a command: `signoff.yaml`, overrides and environment, resolved to a contract, cases and a connected target.
//!
//! Nothing here prints. Files are read here; environment and clock are passed in.

pub(crate) mod baseline;
pub(crate) mod client_certificates;
pub(crate) mod command;
pub(crate) mod config_file;
pub(crate) mod connect;
pub(crate) mod coverage;
pub(crate) mod credentials;
pub(crate) mod deserialize;
mod environment;
mod excerpt;
pub(crate) mod failed;
pub(crate) mod format;
mod input_files;
pub(crate) mod lint;
pub(crate) mod loaded;
mod methods;
pub(crate) mod mock_rules;
pub(crate) mod mock_signature;
mod mock_tokens;
pub(crate) mod mock_trial;
mod mutate_format;
mod negative_credentials;
pub(crate) mod offline_check;
pub(crate) mod overrides;
pub(crate) mod resolved_run;
pub(crate) mod secrets;
pub(crate) mod settings;
mod severity;
mod sign;
mod sign_format;
pub(crate) mod start;
pub(crate) mod target;
mod token_credentials;
mod token_format;
pub(crate) mod unknown_targets;
pub(crate) mod unused_variables;
pub(crate) mod urls;
pub(crate) mod variable_name;
mod verify;
pub(crate) mod waivers;
