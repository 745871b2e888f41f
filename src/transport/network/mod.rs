//! The network as a transport; the only folder that opens client connections (reqwest).

mod client;
mod connect_timer;
mod open_response;
mod partial_response;
mod received_body;
mod sender;
mod tls;

pub(crate) use super::settings::Settings;
pub(crate) use open_response::OpenResponse;
pub(crate) use sender::Network;
