//! The binary itself: signals and exit codes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};

use super::project::Project;

/// The program, running against a target that accepts the first request and never responds.
struct Stuck {
    project: Project,
    child: Child,
    /// Keeps the connection open.
    _connection: TcpStream,
}

fn stuck(grace: &str) -> Stuck {
    let project = Project::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let child = Command::new(env!("CARGO_BIN_EXE_signoff"))
        .args(["run", "--target", &url, "--auth", "key=env:KEY", "--grace", grace])
        .args(["--first-byte-timeout", "1h", "--timeout", "1h"])
        .current_dir(project.path(""))
        .env("KEY", "key-of-the-partner")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let (mut connection, _) = silent.accept().unwrap();
    connection.read_exact(&mut [0]).unwrap();
    Stuck { project, child, _connection: connection }
}

fn signal(child: &Child, name: &str) {
    let id = child.id().to_string();
    assert!(Command::new("kill").args([name, &id]).status().unwrap().success());
}

impl Stuck {
    /// Waits for the message that the run is stopping.
    fn read_until_stopping(&mut self) {
        let lines = BufReader::new(self.child.stderr.as_mut().unwrap()).lines();
        assert!(lines.map_while(Result::ok).any(|line| line.starts_with("stopping")));
    }

    fn code(mut self) -> (Option<i32>, bool) {
        let status = self.child.wait().unwrap();
        (status.code(), self.project.path("reports/record.json").is_file())
    }
}

#[test]
fn an_interrupted_run_writes_its_reports_and_exits_130() {
    for name in ["-INT", "-TERM"] {
        let stuck = stuck("1ms");
        signal(&stuck.child, name);
        assert_eq!(stuck.code(), (Some(130), true), "{name}");
    }
}

#[test]
fn a_second_signal_quits_at_once() {
    let mut stuck = stuck("1h");
    signal(&stuck.child, "-INT");
    stuck.read_until_stopping();
    signal(&stuck.child, "-INT");
    assert_eq!(stuck.code(), (Some(130), false));
}

#[test]
fn the_mock_responds_logs_and_stops() {
    let project = Project::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_signoff"))
        .args(["mock", "--port", "0"])
        .current_dir(project.path(""))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.next().unwrap().rsplit("http://").next().unwrap().to_owned();
    let mut connection = TcpStream::connect(&address).unwrap();
    let request =
        format!("GET /things/t1 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer x\r\nconnection: close\r\n\r\n");
    connection.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    connection.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK") && answer.ends_with(r#"{"id":"t1","name":"one"}"#), "{answer}");
    let logged = lines.find(|line| line.starts_with("GET /things/t1 ")).unwrap();
    assert_eq!(logged, "GET /things/t1 → 200, valid");
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn the_exit_code_reaches_the_shell() {
    let project = Project::new();
    let call = |args: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
        command.args(args).current_dir(project.path("")).env_remove("SIGNOFF_TARGET").output().unwrap().status.code()
    };
    assert_eq!(call(&[]), Some(0));
    assert_eq!(call(&["check"]), Some(0));
    assert_eq!(call(&["run", "--operation", "noSuchOperation"]), Some(2));
    assert_eq!(call(&["--version"]), Some(0));
}

#[test]
fn a_closed_pipe_causes_no_panic() {
    let project = Project::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_signoff"))
        .arg("--help")
        .current_dir(project.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!((child.wait().unwrap().code(), err.as_str()), (Some(0), ""));
}
