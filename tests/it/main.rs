//! The integration tests, one binary.

mod arbitrary;
mod architecture;
mod cli;
mod diffs;
mod formats;
mod imprint;
mod leaks;
mod memory;
mod mock;
mod page;
mod prism;
mod proxy;
mod reaching;
mod readme;
mod recorded;
mod specmatic;
mod tls;
