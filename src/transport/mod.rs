//! Transports: send requests over the network, or replay recorded responses.

mod address;
pub(crate) mod coding;
mod error;
pub(crate) mod failure;
pub mod network;
pub(crate) mod outgoing;
pub mod replay;
mod send;
mod settings;

pub use error::{Error, Phase};
pub use send::Transport;
pub use settings::Settings;
