//! Checks of cases that can be read: what a case can never mean is refused when it is loaded; what can never come true or
//! interferes with another case is found by `signoff check`.

pub(super) mod binding;
mod response;
mod shared;
mod suite;
mod unused;
mod warning;

pub(crate) use suite::lint;
