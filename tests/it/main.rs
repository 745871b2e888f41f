//! The integration tests, one binary.

mod arbitrary;
mod architecture;
mod case;
mod check;
mod cli;
mod corpus;
mod diffs;
mod formats;
mod forms;
mod hostile;
mod imprint;
mod laws;
mod leaks;
mod lint;
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
