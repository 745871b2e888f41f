//! Transports: send requests over the network, or replay recorded responses.

mod address;
pub(crate) mod client_identity;
pub(crate) mod coding;
mod error;
pub(crate) mod failure;
pub(crate) mod network;
pub(crate) mod outgoing;
pub(crate) mod replay;
mod send;
mod settings;

pub(crate) use error::{Error, Phase};
pub(crate) use send::Transport;
pub(crate) use settings::{InvalidSetting, Settings};
