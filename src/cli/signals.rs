//! Watches INT and TERM on a separate thread, since the main thread is busy while it renders reports.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread;

use crate::run::{Stop, StopPhase};

use super::exit::Exit;

/// Watches until dropped: the first signal drains the run, the second abandons it.
#[derive(Debug)]
pub(super) struct Watch {
    interrupted: Arc<AtomicBool>,
    done: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// Starts watching; returns once the handlers are installed. A second signal calls `exit`, if given.
pub(super) fn watch(stop: Stop, exit: Option<fn(i32) -> !>) -> io::Result<Watch> {
    let (done, finished) = tokio::sync::oneshot::channel();
    let (ready, started) = mpsc::channel();
    let interrupted = Arc::new(AtomicBool::new(false));
    let seen = interrupted.clone();
    let thread = thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let runtime = match tokio::runtime::Builder::new_current_thread().enable_io().build() {
            Ok(runtime) => runtime,
            Err(error) => return drop(ready.send(Err(error))),
        };
        runtime.block_on(async {
            let mut signals = match Signals::new() {
                Ok(signals) => signals,
                Err(error) => return drop(ready.send(Err(error))),
            };
            let _ = ready.send(Ok(()));
            tokio::select! {
                () = handle(&mut signals, &stop, &seen, exit) => (),
                _ = finished => (),
            }
        });
    })?;
    started.recv().map_err(io::Error::other)??;
    Ok(Watch { interrupted, done: Some(done), thread: Some(thread) })
}

impl Watch {
    /// Whether a signal was received.
    pub(super) fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }
}

async fn handle(signals: &mut Signals, stop: &Stop, seen: &AtomicBool, exit: Option<fn(i32) -> !>) {
    signals.next().await;
    seen.store(true, Ordering::Relaxed);
    stop.advance(StopPhase::Draining);
    signals.next().await;
    stop.advance(StopPhase::Abandoned);
    if let Some(exit) = exit {
        exit(i32::from(Exit::Interrupted.code()));
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        drop(self.done.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

#[cfg(unix)]
struct Signals {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => (),
            _ = self.terminate.recv() => (),
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
