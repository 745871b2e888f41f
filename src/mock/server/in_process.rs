//! A mock inside this process: its own thread and runtime, and a socket on a free port of the loopback interface.

use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use crate::mock::model::Mock;

use super::listener::serve;
use super::service::Server;

/// A running mock; stops when dropped.
#[derive(Debug)]
pub struct Running {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// `http://127.0.0.1:PORT`.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A panic of the mock has been printed by then, and affects nothing else.
            let _ = thread.join();
        }
    }
}

/// Starts serving `mock`.
pub fn start(mock: Mock) -> io::Result<Running> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let listener = {
        let _inside = runtime.enter();
        tokio::net::TcpListener::from_std(listener)?
    };
    let (stop, stopped) = oneshot::channel();
    let thread =
        thread::Builder::new().name("mock".to_owned()).spawn(move || run(&runtime, listener, mock, stopped))?;
    Ok(Running { url, stop: Some(stop), thread: Some(thread) })
}

fn run(runtime: &Runtime, listener: tokio::net::TcpListener, mock: Mock, stopped: oneshot::Receiver<()>) {
    let stop = async { drop(stopped.await) };
    let mut server = Server::new(mock);
    server.has_own_client = true;
    runtime.block_on(serve(listener, Arc::new(server), |_| {}, stop));
}
