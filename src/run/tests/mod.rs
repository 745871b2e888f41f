//! Runs against a transport that answers from a script, in paused time: nothing here waits or opens a socket.

mod fixture;
mod preparing;
mod stopping;
mod stories;
mod target_headers;
mod waiting;
