//! Watches INT, TERM and HUP on a separate thread, since the main thread is busy while it renders reports.

use std::io;
use std::sync::mpsc;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread;

use crate::output_file;
use crate::project::command;
use crate::run::{Stop, StopPhase};

use super::exit::Exit;

/// The thread that receives signals until it is dropped. Once a signal has been watched, the system does not end the process
/// any more, so this thread does it whenever nothing can be drained.
#[derive(Debug)]
pub(super) struct SignalThread {
    watched: Arc<Mutex<Option<Watched>>>,
    done: Option<tokio::sync::oneshot::Sender<()>>,
    thread: Option<thread::JoinHandle<()>>,
}

/// A run that signals stop.
#[derive(Debug)]
struct Watched {
    stop: Stop,
    interrupted: Arc<OnceLock<Exit>>,
}

/// Until dropped, the first signal drains the run, and the second abandons it.
#[derive(Debug)]
pub(super) struct Watch {
    watched: Arc<Mutex<Option<Watched>>>,
    interrupted: Arc<OnceLock<Exit>>,
}

impl SignalThread {
    /// Starts the thread; returns once the handlers are installed. A signal that stops no run, or the second one, removes temporary
    /// files and calls `exit`, if given.
    pub(super) fn start(exit: Option<fn(i32) -> !>) -> io::Result<Self> {
        let (done, finished) = tokio::sync::oneshot::channel();
        let (ready, started) = mpsc::channel();
        let watched = Arc::new(Mutex::new(None));
        let current = watched.clone();
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
                    () = handle(&mut signals, &current, exit) => (),
                    _ = finished => (),
                }
            });
        })?;
        started.recv().map_err(io::Error::other)??;
        Ok(Self { watched, done: Some(done), thread: Some(thread) })
    }

    /// From now on, signals stop this run.
    pub(super) fn watch(&self, stop: Stop) -> Watch {
        let interrupted = Arc::new(OnceLock::new());
        *lock(&self.watched) = Some(Watched { stop, interrupted: interrupted.clone() });
        Watch { watched: self.watched.clone(), interrupted }
    }
}

impl Watch {
    /// The exit code for the first signal, if one was received.
    pub(super) fn interrupted(&self) -> Option<Exit> {
        self.interrupted.get().copied()
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        *lock(&self.watched) = None;
    }
}

async fn handle(signals: &mut Signals, watched: &Mutex<Option<Watched>>, exit: Option<fn(i32) -> !>) {
    loop {
        let signal = signals.next().await;
        command::end_running();
        let watched = lock(watched);
        if let Some(Watched { stop, interrupted }) = &*watched {
            if interrupted.set(signal).is_ok() {
                stop.advance(StopPhase::Draining);
                continue;
            }
            stop.advance(StopPhase::Abandoned);
        }
        drop(watched);
        if let Some(exit) = exit {
            output_file::remove_temporary_before_exit();
            exit(i32::from(signal.code()));
        }
    }
}

fn lock(watched: &Mutex<Option<Watched>>) -> MutexGuard<'_, Option<Watched>> {
    watched.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for SignalThread {
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
    /// Unless it is ignored, as `nohup` requires.
    hang_up: Option<tokio::signal::unix::Signal>,
}

/// Whether SIGHUP is not ignored, as far as Linux shows it without unsafe code; elsewhere it ends the process.
#[cfg(unix)]
fn watches_hang_up() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_some_and(|mask| mask & 1 == 0)
}

#[cfg(unix)]
impl Signals {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
            hang_up: watches_hang_up().then(|| signal(SignalKind::hangup())).transpose()?,
        })
    }

    /// Waits for a signal; returns its exit code.
    async fn next(&mut self) -> Exit {
        tokio::select! {
            _ = self.interrupt.recv() => Exit::Interrupted,
            _ = self.terminate.recv() => Exit::Terminated,
            Some(_) = async { self.hang_up.as_mut()?.recv().await } => Exit::HungUp,
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

    /// Waits for Ctrl-C; returns its exit code.
    async fn next(&mut self) -> Exit {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
        Exit::Interrupted
    }
}
