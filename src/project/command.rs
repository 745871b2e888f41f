//! Runs the commands that return secrets (`exec`).

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::problem::reason;

/// Time for one command.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// Maximum size of what a command prints on standard output, in bytes.
const MAX_OUTPUT: u64 = 1_000_000;
/// Maximum size of standard error in a message, in bytes.
const MAX_SHOWN: usize = 300;
/// Time between two looks at a command that has closed its outputs.
const PAUSE: Duration = Duration::from_millis(5);

/// Process groups of the commands that run now, which a signal ends with this process.
static RUNNING: Mutex<Vec<u32>> = Mutex::new(Vec::new());

/// Whether commands may run in a call, and what they returned: each runs once.
#[derive(Debug, Clone, Default)]
pub(crate) struct Commands {
    /// Whether `--allow-exec` is given.
    pub(super) is_allowed: bool,
    results: Arc<Mutex<BTreeMap<String, Result<Value, String>>>>,
}

impl Commands {
    /// Commands that have not run.
    pub(crate) fn new(is_allowed: bool) -> Self {
        Self { is_allowed, results: Arc::default() }
    }

    /// The result of the command `words`, called `name`, in the directory `root`: a string or an object.
    pub(super) fn result(&self, name: &str, words: &[String], root: &Path, target: &str) -> Result<Value, String> {
        let mut results = self.results.lock().unwrap_or_else(PoisonError::into_inner);
        let run = || run(words, root, &json!({ "name": name, "target": target }), TIME_LIMIT);
        results.entry(name.to_owned()).or_insert_with(run).clone()
    }
}

/// Ends the commands that run now. The process ends next, or reports that they failed.
pub(crate) fn end_running() {
    let running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
    running.iter().for_each(|group| kill_group(*group));
}

/// A started command, which is ended with everything that it started unless it ends itself.
struct Running {
    child: Child,
    is_ended: bool,
}

enum Event {
    Output(Vec<u8>),
    Errors(Vec<u8>),
}

impl Running {
    fn start(words: &[String], root: &Path) -> Result<Self, String> {
        let (program, arguments) = words.split_first().ok_or("it is empty")?;
        // A path is relative to the configuration; another name is searched for in `PATH`.
        let path = if program.contains('/') { root.join(program) } else { program.into() };
        let mut command = Command::new(path);
        command.args(arguments).current_dir(root);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        // Locked until it is registered, so that no signal comes between.
        let mut running = RUNNING.lock().unwrap_or_else(PoisonError::into_inner);
        let child = command.spawn().map_err(|error| format!("cannot start {program}: {}", reason(&error)))?;
        running.push(child.id());
        Ok(Self { child, is_ended: false })
    }

    /// Writes the input and reads both outputs, each on a thread of its own.
    fn exchange(&mut self, input: Vec<u8>) -> Receiver<Event> {
        let (sender, events) = channel();
        if let Some(mut stdin) = self.child.stdin.take() {
            // A command that does not read its input closes it.
            thread::spawn(move || stdin.write_all(&input));
        }
        if let Some(stdout) = self.child.stdout.take() {
            read(stdout, sender.clone(), Event::Output);
        }
        if let Some(stderr) = self.child.stderr.take() {
            read(stderr, sender, Event::Errors);
        }
        events
    }

    fn status(&mut self, until: Instant) -> Result<ExitStatus, String> {
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => {
                    self.is_ended = true;
                    return Ok(status);
                }
                Ok(None) if Instant::now() < until => thread::sleep(PAUSE),
                Ok(None) => return Err(too_slow()),
                Err(error) => return Err(reason(&error)),
            }
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let id = self.child.id();
        if !self.is_ended {
            kill_group(id);
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        RUNNING.lock().unwrap_or_else(PoisonError::into_inner).retain(|group| *group != id);
    }
}

#[cfg(unix)]
fn kill_group(id: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let group = i32::try_from(id).ok().and_then(Pid::from_raw);
    // It may have ended meanwhile.
    let _ = group.map(|group| kill_process_group(group, Signal::KILL));
}

#[cfg(not(unix))]
fn kill_group(_: u32) {}

/// Reads an output to its end; what exceeds the limit is dropped, so that the command does not wait.
fn read(mut output: impl Read + Send + 'static, to: Sender<Event>, event: fn(Vec<u8>) -> Event) {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = output.by_ref().take(MAX_OUTPUT + 1).read_to_end(&mut bytes);
        let _ = to.send(event(bytes));
        let _ = std::io::copy(&mut output, &mut std::io::sink());
    });
}

fn too_slow() -> String {
    format!("it did not end within {} s, and was ended", TIME_LIMIT.as_secs())
}

/// Runs a command and returns what it prints: one JSON value, a string or an object. The error is for a message, without the output.
fn run(words: &[String], root: &Path, input: &Value, limit: Duration) -> Result<Value, String> {
    let until = Instant::now() + limit;
    let mut running = Running::start(words, root)?;
    let events = running.exchange(input.to_string().into_bytes());
    let (mut output, mut errors) = (None, None);
    while output.is_none() || errors.is_none() {
        match events.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(Event::Output(bytes)) if bytes.len() as u64 > MAX_OUTPUT => {
                return Err("it printed more than 1 MB".to_owned());
            }
            Ok(Event::Output(bytes)) => output = Some(bytes),
            Ok(Event::Errors(bytes)) => errors = Some(bytes),
            Err(RecvTimeoutError::Timeout) => return Err(too_slow()),
            Err(RecvTimeoutError::Disconnected) => break,
        }
    }
    let status = running.status(until)?;
    if !status.success() {
        let how = status
            .code()
            .map_or("it was ended by a signal".to_owned(), |code| format!("it ended with exit code {code}"));
        return Err(format!("{how}{}", shown(&errors.unwrap_or_default())));
    }
    match serde_json::from_slice(&output.unwrap_or_default()) {
        Ok(value @ (Value::String(_) | Value::Object(_))) => Ok(value),
        Ok(_) | Err(_) => Err("it must print one JSON string, or one JSON object of strings".to_owned()),
    }
}

/// The end of standard error, on one line. It consists of whole words, so that secrets are recognised.
fn shown(errors: &[u8]) -> String {
    let text = String::from_utf8_lossy(errors);
    let is_blank = |c: char| c.is_whitespace() || c.is_control();
    let mut words: Vec<_> = text.split(is_blank).filter(|word| !word.is_empty()).collect();
    if errors.len() as u64 > MAX_OUTPUT {
        words.pop();
    }
    let (mut line, mut is_cut) = (String::new(), false);
    for word in words.into_iter().rev() {
        if line.len() + word.len() > MAX_SHOWN {
            is_cut = true;
            break;
        }
        line = format!(" {word}{line}");
    }
    match (line.is_empty(), is_cut) {
        (true, _) => String::new(),
        (false, false) => format!(":{line}"),
        (false, true) => format!(": …{line}"),
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<Value, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        run(&words, Path::new("/"), &json!({ "name": "vault", "target": "sandbox" }), limit)
    }

    #[test]
    fn one_json_value_is_the_result() {
        let check = |script: &str, expected: Result<Value, &str>| {
            let found = sh(script, TIME_LIMIT);
            assert_eq!(found, expected.map_err(str::to_owned), "{script}");
        };
        let neither = Err("it must print one JSON string, or one JSON object of strings");
        check("echo '\"a secret\"'", Ok(json!("a secret")));
        check("cat", Ok(json!({ "name": "vault", "target": "sandbox" })));
        for script in ["echo text", "echo 7", "echo '[]'", "true", "echo '\"a\" \"b\"'"] {
            check(script, neither.clone());
        }
        check("echo 'not shown'; echo 'no such  path' >&2; exit 3", Err("it ended with exit code 3: no such path"));
        check("kill -9 $$", Err("it was ended by a signal"));
        check(
            "yes a-word | head -c 2000000 >&2; exit 1",
            Err(&format!("it ended with exit code 1: …{}", " a-word".repeat(43))),
        );
        check("yes | head -c 2000000", Err("it printed more than 1 MB"));
        let missing = run(&["/no/program".to_owned()], Path::new("/"), &json!({}), TIME_LIMIT);
        assert_eq!(missing, Err("cannot start /no/program: no such file or directory".to_owned()));
    }

    /// The command starts another process, which keeps its output open.
    #[test]
    fn a_command_that_does_not_end_is_ended_with_what_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("pid");
        let began = Instant::now();
        let script = format!("sh -c 'echo $$ > {}; exec sleep 60' & sleep 60", file.display());
        let ended = sh(&script, Duration::from_millis(500));
        assert_eq!(ended, Err("it did not end within 10 s, and was ended".to_owned()));
        assert!(began.elapsed() < Duration::from_secs(20), "its children are not waited for");
        let id = std::fs::read_to_string(file).expect("it was started");
        let is_running = || {
            let state = std::fs::read_to_string(format!("/proc/{}/stat", id.trim())).unwrap_or_default();
            state.split(") ").nth(1).is_some_and(|state| !state.starts_with('Z'))
        };
        let until = Instant::now() + Duration::from_secs(10);
        while is_running() && Instant::now() < until {
            thread::yield_now();
        }
        assert!(!is_running());
    }

    #[test]
    fn each_command_runs_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let words = ["sh", "-c", "echo x >> count; echo '\"a secret\"'"].map(str::to_owned);
        let commands = Commands::new(true);
        for _ in 0..3 {
            assert_eq!(commands.clone().result("vault", &words, folder.path(), "sandbox"), Ok(json!("a secret")));
        }
        assert_eq!(std::fs::read_to_string(folder.path().join("count")).expect("it ran"), "x\n");
    }
}
