//! The mock inside the run: its own thread and runtime, a real socket on a free port of the loopback interface.

use std::io;

use super::Mock;

/// A mock that is being served; stops when dropped.
#[derive(Debug)]
pub struct Running {
    url: String,
}

impl Running {
    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

/// Starts serving `mock`.
pub fn start(mock: Mock) -> io::Result<Running> {
    let _ = mock;
    todo!()
}
