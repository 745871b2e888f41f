//! The binary itself: signals and exit codes.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use super::project::Project;

/// After which a program that should have ended is killed, so that its test fails.
const LONG: Duration = Duration::from_secs(60);

/// The program, running against a target that accepts the first request and never responds.
struct Stuck {
    project: Project,
    child: Child,
    /// Keeps the connection open.
    connection: TcpStream,
}

fn stuck(grace: &str) -> Stuck {
    stuck_in(with_default_signals(), grace)
}

/// The program without the ignored SIGHUP that it would inherit if these tests ran under `nohup`.
fn with_default_signals() -> Command {
    let program = crate::program();
    if !is_ignored("-HUP") {
        return program;
    }
    let mut reset = Command::new("env");
    reset.arg("--default-signal=HUP").arg(program.get_program());
    reset
}

/// Whether these tests, and the programs that they start, ignore the signal, as far as Linux shows it: SIGHUP under `nohup`, SIGINT in
/// the background of a script.
fn is_ignored(name: &str) -> bool {
    let number = match name {
        "-HUP" => 1,
        "-INT" => 2,
        other => panic!("the number of {other} is not known"),
    };
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored.is_some_and(|mask| u64::from_str_radix(mask.trim(), 16).is_ok_and(|mask| mask >> (number - 1) & 1 == 1))
}

/// The same for a command that starts the program.
fn stuck_in(mut program: Command, grace: &str) -> Stuck {
    let project = Project::new();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let child = program
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
    Stuck { project, child, connection }
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
        let id = self.child.id().to_string();
        let (ended, watched) = channel::<()>();
        thread::spawn(move || {
            if watched.recv_timeout(LONG) == Err(RecvTimeoutError::Timeout) {
                Command::new("kill").args(["-KILL", &id]).status().unwrap();
            }
        });
        let status = self.child.wait().unwrap();
        drop(ended);
        (status.code(), self.project.path("reports/record.json").is_file())
    }
}

#[test]
fn an_interrupted_run_writes_its_reports_and_its_code_names_the_signal() {
    for (name, code) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let stuck = stuck("1ms");
        signal(&stuck.child, name);
        assert_eq!(stuck.code(), (Some(code), true), "{name}");
    }
}

/// A command without a run may be ended by the signal itself, for which a shell reports the same code.
#[test]
fn every_command_names_the_signal() {
    let project = Project::new();
    let signals = [("-INT", 130), ("-TERM", 143), ("-HUP", 129)];
    for (name, code) in signals.into_iter().filter(|(name, _)| *name == "-TERM" || !is_ignored(name)) {
        let mut child = piped(&project, &["import", "curl", "-"]).stdin(Stdio::piped()).spawn().unwrap();
        signal(&child, name);
        let status = child.wait().unwrap();
        assert_eq!(status.code().or(status.signal().map(|signal| 128 + signal)), Some(code), "{name}");
    }
}

/// `nohup` starts a program that ignores SIGHUP.
#[test]
fn a_run_under_nohup_goes_on_after_sighup() {
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' HUP; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_signoff")]);
    let mut stuck = stuck_in(shell, "1h");
    signal(&stuck.child, "-HUP");
    signal(&stuck.child, "-INT");
    stuck.read_until_stopping();
    // Otherwise the second signal would have quit without reports.
    stuck.connection.shutdown(std::net::Shutdown::Both).unwrap();
    assert_eq!(stuck.code(), (Some(130), true));
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
    let mut child = crate::program()
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
        let mut command = crate::program();
        command.args(args).current_dir(project.path("")).env_remove("SIGNOFF_TARGET").output().unwrap().status.code()
    };
    assert_eq!(call(&[]), Some(0));
    assert_eq!(call(&["check"]), Some(0));
    assert_eq!(call(&["run", "--operation", "noSuchOperation"]), Some(2));
    assert_eq!(call(&["--version"]), Some(0));
}

/// The program in a project, with everything piped.
fn piped(project: &Project, args: &[&str]) -> Command {
    let mut command = crate::program();
    command.args(args).current_dir(project.path("")).env_remove("SIGNOFF_TARGET");
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Makes `path` a named pipe that is full and that nothing reads.
fn full_pipe(path: &Path) -> File {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let _ = std::fs::remove_file(path);
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
    // For reading and writing it is opened at once.
    let mut pipe = File::options().read(true).write(true).open(path).unwrap();
    pipe.write_all(&[b'x'; 65536]).unwrap();
    pipe
}

fn temporary_files(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).into_iter().flatten().map(|file| file.unwrap().file_name());
    files.map(|name| name.into_string().unwrap()).filter(|name| name.ends_with(".tmp")).collect()
}

#[test]
fn signals_leave_no_temporary_files() {
    let project = Project::new();
    assert_eq!(project.call(&["run"]).code, 0);
    let reports = project.path("other");
    let _pipe = full_pipe(&reports.join("record.json"));
    for args in [&["run", "--reports", "other"][..], &["report", "render", "--reports", "other"]] {
        let mut child = piped(&project, args).spawn().unwrap();
        while temporary_files(&reports).is_empty() {
            assert_eq!(child.try_wait().unwrap(), None, "{args:?}");
            thread::yield_now();
        }
        let status = loop {
            signal(&child, "-INT");
            if let Some(status) = child.try_wait().unwrap() {
                break status;
            }
        };
        assert_eq!((status.code(), temporary_files(&reports)), (Some(130), Vec::new()), "{args:?}");
    }
}

#[test]
fn a_report_that_is_a_named_pipe_without_a_reader_is_an_error() {
    let project = Project::new();
    drop(full_pipe(&project.path("reports/junit.xml")));
    let output = piped(&project, &["run"]).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(err.contains("reports/junit.xml: no process reads this named pipe"), "{err}");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn output_that_cannot_be_written_is_an_error() {
    let project = Project::new();
    project.write("cases/wrong.yaml", "cases: [{ name: x, operation: nothing }]\n");
    let code = |args: &[&str], stdout: Stdio| {
        let output = piped(&project, args).stdout(stdout).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let calls: [&[&str]; 10] = [
        &["--help"],
        &["run", "--help"],
        &["--version"],
        &["check", "--spec", "specs/things.yaml"],
        &["schema", "case"],
        &["explain"],
        &["explain", "body-schema"],
        &["completions", "bash"],
        &["init", "--spec", "specs/things.yaml"],
        &["run", "--cases", "cases/things.yaml", "--format", "json"],
    ];
    for args in calls {
        let (status, err) = code(args, File::create("/dev/full").unwrap().into());
        assert_eq!(status, Some(2), "{args:?}: {err}");
        assert!(err.contains("cannot write"), "{args:?}: {err}");
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let (status, err) = code(args, writer.into());
        assert_eq!(status, Some(0), "{args:?}: {err}");
    }
    let mut command = piped(&project, &["run", "--cases", "cases/things.yaml"]);
    let output = command.stderr(File::create("/dev/full").unwrap()).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "progress is no result");
    assert!(String::from_utf8(output.stdout).unwrap().contains("2 cases"));
    let (status, err) = code(&["check", "--format", "json"], File::create("/dev/full").unwrap().into());
    assert!(status == Some(2) && err.contains("cannot write"), "{err}");
}

#[test]
fn a_log_that_nothing_reads_does_not_stop_the_mock() {
    let project = Project::new();
    let mut child = piped(&project, &["mock", "--port", "0"]).spawn().unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    out.read_line(&mut line).unwrap();
    let address = line.trim().rsplit("http://").next().unwrap().to_owned();
    let mut connection = TcpStream::connect(&address).unwrap();
    let query = "x".repeat(4000);
    let mut responses = BufReader::new(connection.try_clone().unwrap());
    for _ in 0..100 {
        // The log of these requests is far longer than a pipe.
        let request = format!("HEAD /things/t1?{query} HTTP/1.1\r\nhost: {address}\r\n\r\n");
        connection.write_all(request.as_bytes()).unwrap();
        let status = responses.by_ref().lines().map(Result::unwrap).next().unwrap();
        assert!(status.starts_with("HTTP/1.1 4"), "{status}");
        assert!(responses.by_ref().lines().map(Result::unwrap).any(|line| line.is_empty()));
    }
    signal(&child, "-TERM");
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert_eq!(err, "nothing reads the standard output: the rest of it is left out\n");
}

#[test]
fn a_run_whose_output_nothing_reads_writes_its_reports() {
    let project = Project::new();
    let case = "  - { name: x${number}, operation: makeThing, request: { body: { name: two } } }\n";
    let cases: String = (0..400).map(|number| case.replace("${number}", &number.to_string())).collect();
    project.write("cases/many.yaml", &format!("cases:\n{cases}"));
    let mut child = piped(&project, &["run", "--format", "json"]).spawn().unwrap();
    let record = project.path("reports/record.json");
    while !record.is_file() {
        assert_eq!(child.try_wait().unwrap(), None);
        thread::yield_now();
    }
    signal(&child, "-INT");
    assert_eq!(child.wait().unwrap().code(), Some(130));
    // Longer than a pipe.
    assert!(std::fs::metadata(record).unwrap().len() > 200_000);
}

#[test]
fn a_closed_pipe_causes_no_panic() {
    let project = Project::new();
    let mut child = crate::program()
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

#[test]
fn a_variable_that_is_not_utf8_is_named_without_its_value() {
    use std::os::unix::ffi::OsStrExt;

    let project = Project::new();
    let ended = crate::program()
        .args(["run", "--target", "http://127.0.0.1:9", "--auth", "key=env:KEY"])
        .current_dir(project.path(""))
        .env("KEY", std::ffi::OsStr::from_bytes(b"correct-\xff-horse"))
        .output()
        .unwrap();
    let err = String::from_utf8(ended.stderr).unwrap();
    assert_eq!(ended.status.code(), Some(2));
    assert_eq!(err, "error: the value of the environment variable KEY is not UTF-8\n\n1 error\n");
}

/// Limits the size of the files that a program writes, as a full disk does.
#[test]
fn a_run_that_cannot_be_recorded_goes_on_and_prints_its_results() {
    let project = Project::new();
    let case = "  - { name: x${number}, operation: makeThing, request: { body: { name: two } } }\n";
    let cases: String = (0..200).map(|number| case.replace("${number}", &number.to_string())).collect();
    project.write("cases/many.yaml", &format!("cases:\n{cases}"));
    let mut shell = Command::new("sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 64; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_signoff"), "run"]);
    let output = shell.current_dir(project.path("")).env_remove("SIGNOFF_TARGET").output().unwrap();
    let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8(text).unwrap());
    assert_eq!(output.status.code(), Some(2), "{err}");
    assert!(out.contains("202 cases: 202 passed"), "{out}\n{err}");
    assert!(
        err.contains("cannot write reports to") && err.contains("file too large") && !err.contains("stopping"),
        "{err}"
    );
    assert!(!project.path("reports/baselines").exists());
}
