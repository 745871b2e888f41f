//! The listening socket in front of a mock or a proxy.

pub mod admin;
pub mod in_process;
pub mod proxy;
pub(crate) mod request_reader;
pub mod serve;
pub mod tls;
pub(crate) mod wire;
