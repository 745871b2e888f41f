//! `signoff mock` as a separate process, with well-behaved and hostile clients.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]

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

/// Longer than any test takes, so that a test that hangs fails.
const LONG: Duration = Duration::from_secs(60);

/// A running mock or proxy.
pub struct Served {
    child: Child,
    /// `127.0.0.1:PORT`.
    pub address: String,
    /// Lines that it prints after the first one, to stdout and stderr.
    lines: Mutex<Receiver<String>>,
}

impl Served {
    /// Starts `signoff mock --port 0 ARGS` in `folder`.
    pub fn start(folder: &Path, args: &[&str]) -> Self {
        Self::start_with(folder, args, &[])
    }

    /// Like `start`, with environment variables.
    pub fn start_with(folder: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        let served = Self::listening(folder, "mock", args, env);
        if !args.contains(&"--quiet") {
            served.wait_for("try: ");
        }
        served
    }

    /// Starts `signoff COMMAND --port 0 ARGS`, and waits until it prints its address.
    pub fn listening(folder: &Path, command: &str, args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut program = crate::program();
        program.args([command, "--port", "0"]).args(args).current_dir(folder).envs(env.iter().copied());
        let mut child = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let (sender, lines) = channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        let output = BufReader::new(child.stdout.take().unwrap());
        let (other, again) = (sender.clone(), sender.clone());
        thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| other.send(line)));
        thread::spawn(move || output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        let mut printed = Vec::new();
        let address = loop {
            let line = lines.recv_timeout(LONG).unwrap_or_else(|_| panic!("it does not listen: {printed:?}"));
            if let Some((_, rest)) = line.split_once("://") {
                break rest.split_whitespace().next().unwrap().to_owned();
            }
            printed.push(line);
        };
        // Lines of the other stream may arrive before that of the address.
        printed.into_iter().for_each(|line| again.send(line).unwrap());
        Self { child, address, lines: Mutex::new(lines) }
    }

    /// Waits for the next line that contains `part`.
    pub fn wait_for(&self, part: &str) -> String {
        loop {
            let line =
                self.lines.lock().unwrap().recv_timeout(LONG).unwrap_or_else(|_| panic!("no line contains {part:?}"));
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

    /// Sends a request on a new connection. Returns the whole response.
    pub fn say(&self, method: &str, url: &str, headers: &str, body: &str) -> String {
        let mut stream = self.connect();
        let request = written(method, url, &format!("connection: close\r\n{headers}"), body);
        let mut response = Vec::new();
        // The response may arrive before the whole request was read, and a reset may end it.
        let _ = stream.write_all(request.as_bytes());
        let _ = stream.read_to_end(&mut response);
        String::from_utf8_lossy(&response).into_owned()
    }

    /// Sends SIGTERM.
    pub fn terminate(&self) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    }

    /// Stops it with SIGTERM. Returns the exit code.
    pub fn stop(mut self) -> Option<i32> {
        self.terminate();
        self.child.wait().unwrap().code()
    }

    /// The same; returns also the line with `part` that it prints then.
    pub fn stop_at(self, part: &str) -> (String, Option<i32>) {
        let (lines, code) = self.stop_with_rest();
        let line = lines.lines().find(|line| line.contains(part)).unwrap_or_else(|| panic!("no {part:?}: {lines}"));
        (line.to_owned(), code)
    }

    /// The same; returns also everything that it prints until then.
    pub fn stop_with_rest(mut self) -> (String, Option<i32>) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let code = self.child.wait().unwrap().code();
        (self.lines.lock().unwrap().iter().map(|line| line + "\n").collect(), code)
    }

    /// Peak memory so far, in MB.
    pub fn peak(&self) -> f64 {
        self.peak_while_running().unwrap()
    }

    fn peak_while_running(&self) -> Option<f64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmHWM"))?;
        Some(line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1000.0)
    }

    /// Stops it with SIGTERM. Returns its peak memory until the end, in MB, and everything that it prints until then.
    pub fn stop_with_peak(self) -> (f64, String) {
        self.terminate();
        let mut peak = 0.0;
        while let Some(so_far) = self.peak_while_running() {
            peak = so_far;
            thread::sleep(Duration::from_millis(1));
        }
        (peak, self.lines.lock().unwrap().iter().map(|line| line + "\n").collect())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Serialises a request as HTTP/1.1, with a credential unless `headers` have one.
pub fn written(method: &str, url: &str, headers: &str, body: &str) -> String {
    let length = body.len();
    let credential = if headers.contains("authorization: ") { "" } else { "authorization: Bearer x\r\n" };
    format!("{method} {url} HTTP/1.1\r\nhost: localhost\r\n{credential}{headers}content-length: {length}\r\n\r\n{body}")
}

/// Returns the status of a response.
pub fn status(response: &str) -> &str {
    response.split(' ').nth(1).unwrap_or_default()
}

/// Returns the body of a response.
pub fn content(response: &str) -> &str {
    response.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}
