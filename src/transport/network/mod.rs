//! The network as a transport; the only folder that opens client connections (reqwest).

mod client;
mod connect_timer;
mod partial_response;
mod sender;

pub(crate) use super::settings::Settings;
pub(crate) use sender::Network;
