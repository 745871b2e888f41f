//! The listening socket in front of a mock or a proxy, and what protects it from its clients.

pub mod admin;
mod body_budget;
mod connection;
pub mod in_process;
pub(crate) mod limits;
mod listener;
pub mod proxy;
mod request_reader;
mod service;
mod stream;
pub mod tls;
pub(crate) mod wire;

pub use connection::Served;
#[cfg(test)]
pub(crate) use limits::READ_TIMEOUT;
pub use listener::{listen, serve};
pub use service::Server;
