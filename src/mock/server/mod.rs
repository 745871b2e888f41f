//! The listening socket in front of a mock or a proxy, and what protects it from its clients.

pub(crate) mod admin;
mod connection;
mod head_budget;
pub mod in_process;
pub(crate) mod limits;
mod listener;
mod request_reader;
mod service;
mod stream;
pub(crate) mod tls;
pub(crate) mod wire;

#[cfg(test)]
pub(crate) use limits::READ_TIMEOUT;
pub(crate) use listener::{listen, serve};
pub(crate) use service::Server;
