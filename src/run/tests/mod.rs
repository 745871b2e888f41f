//! Runs against a scripted transport in paused time: no test waits or opens a socket.

mod fixture;
mod preparing;
mod stopping;
mod stories;
mod target_headers;
mod waiting;
