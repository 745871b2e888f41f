//! `signoff mock` as a process of its own, and clients of every kind in front of it.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod admin;
mod faults;
mod hostile;
mod modes;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// Longer than anything here takes, so that what hangs fails.
const LONG: Duration = Duration::from_secs(60);

/// A mock that is being served.
pub struct Served {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// What it prints after its greeting, on either stream.
    lines: Mutex<Receiver<String>>,
}

impl Served {
    /// Starts `signoff mock --port 0 ARGS` in `folder`.
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        Self::start_with(folder, args, &[])
    }

    /// The same with an environment.
    pub fn start_with(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let served = Self::listening(folder, "mock", args, env);
        served.wait_for("try: ");
        served
    }

    /// Starts `signoff COMMAND --port 0 ARGS`, and waits until it says where it listens.
    pub fn listening(folder: &Path, command: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_signoff"));
        program.args([command, "--port", "0"]).args(args).current_dir(folder).envs(env.iter().copied());
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let output = BufReader::new(child.stdout.take().unwrap());
        let other = sender.clone();
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| other.send(line)));
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let first = lines.recv_timeout(LONG).unwrap();
        let address = first.split("://").nth(1).and_then(|rest| rest.split_whitespace().next()).unwrap().to_owned();
        Self { child, address, lines: Mutex::new(lines) }
    }

    /// The next line that holds `part`.
    pub fn wait_for(&self, part: &str) -> String {
        loop {
            let line =
                self.lines.lock().unwrap().recv_timeout(LONG).unwrap_or_else(|_| panic!("nothing holds {part:?}"));
            if line.contains(part) {
                return line;
            }
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(LONG)).unwrap();
        stream
    }

    /// The whole answer to a request on a connection of its own.
    pub fn say(&self, method: &str, url: &str, headers: &str, body: &str) -> String {
        let mut stream = self.connect();
        let request = written(method, url, &format!("connection: close\r\n{headers}"), body);
        let mut answer = Vec::new();
        // The answer may come before the whole request was taken, and a reset may end it.
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Ends it in order; its exit code.
    pub fn stop(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }

    /// The most memory it held so far, in MB.
    pub fn peak(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1000.0
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A request as it is written over HTTP/1.1.
pub fn written(method: &str, url: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "{method} {url} HTTP/1.1\r\nhost: mock\r\nauthorization: Bearer x\r\n{headers}content-length: {length}\r\n\r\n{body}"
    )
}

/// The status of an answer.
pub fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or_default()
}

/// What follows the header section.
pub fn content(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
