//! The integration tests, one binary.

mod architecture;
mod cli;
mod diffs;
mod formats;
mod imprint;
mod leaks;
mod library;
mod memory;
mod mock;
mod packaging;
mod page;
mod prism;
mod proxy;
mod reaching;
mod readme;
mod recorded;
mod tls;
