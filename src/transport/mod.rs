//! Sending: the trait the runner asks, and the one implementation that opens connections.

mod address;
mod coding;
mod connect;
mod error;
mod failure;
pub mod network;

use std::future::Future;

pub use error::{Error, Phase};

use crate::http::{Exchange, Request};

/// Sends requests to one target.
pub trait Transport {
    /// Sends `request` and reads the whole answer within the transport's limits.
    fn send(&self, request: Request) -> impl Future<Output = Result<Exchange, Error>>;
}
