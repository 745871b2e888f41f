//! The integration tests, one binary.

mod architecture;
mod check;
mod hostile;
mod recorded;
