//! The integration tests, one binary.

mod architecture;
mod case;
mod check;
mod hostile;
mod recorded;
