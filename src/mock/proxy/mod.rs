//! The proxy: forwards requests to a target, passes its responses on while they are received, validates both, and records them.
//!
//! A violation of the request is the client's; only a response can be the target's fault.

mod address;
mod exchange_file;
mod format;
mod forward;
mod forwarded_body;
mod headers;
mod incoming;
mod recorded;

pub(crate) use exchange_file::ExchangeFile;
pub(crate) use forward::{Proxy, ProxyOptions, TargetHeaders};
pub(crate) use forwarded_body::ForwardedBody;
pub(crate) use incoming::IncomingRequest;
pub(crate) use recorded::RecordedExchange;
