//! Sends command lines with curl, and compares what a server receives with the requests that they are read as.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use super::requests::{OPEN, read_in};
use crate::cli;
use crate::http::Headers;
use crate::import::curl::request::CurlRequest;
use crate::import::curl::{multipart, structured};

/// Commands, separated by lines `%%`.
const COMMANDS: &str = include_str!("../../../../tests/data/curl/commands.txt");

/// Files that the commands name.
const FILES: [(&str, &[u8]); 7] = [
    ("body.json", b"{\"a\": 1}\n"),
    ("lines.txt", b"line 1\r\nline 2\n"),
    ("page.html", b"<p>"),
    ("bytes.bin", b"\xff\x00a\n\xfe"),
    ("latin.txt", b"\xff\n\xfe"),
    ("query.txt", b"a=1&b=2\n"),
    ("headers.txt", b"X-File: 1\nno colon\nX-Other: 2\r\n"),
];

/// Headers of the connection, and those that curl adds by default.
const NOT_COMPARED: [&str; 5] = ["host", "content-length", "transfer-encoding", "connection", "expect"];

/// A request in a form that does not depend on the client: letter case of percent-encoding and of header names, characters that a
/// URL must not contain, the boundary of parts, the list of codings, and the order of headers.
#[derive(PartialEq, Eq)]
struct Normal {
    line: String,
    headers: BTreeMap<String, Vec<String>>,
    body: Vec<u8>,
}

impl std::fmt::Debug for Normal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {:?} {:?}", self.line, self.headers, String::from_utf8_lossy(&self.body))
    }
}

impl Normal {
    fn new(method: &str, url: &[u8], headers: &Headers, body: &[u8]) -> Self {
        let url = String::from_utf8_lossy(url);
        let mut normal: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut body = body.to_vec();
        for (name, value) in headers.iter() {
            let name = name.to_ascii_lowercase();
            let is_default =
                (name == "accept" && value == "*/*") || (name == "user-agent" && value.starts_with("curl/"));
            if NOT_COMPARED.contains(&&*name) || is_default {
                continue;
            }
            let mut value = value.trim().to_owned();
            if name == "accept-encoding" && value.contains("gzip") {
                value = "gzip".to_owned();
            }
            if let Some((start, boundary)) = value.clone().split_once("boundary=") {
                let text: Vec<u8> = replaced(&body, boundary.as_bytes(), b"BOUNDARY");
                body = text;
                value = format!("{start}boundary=BOUNDARY");
            }
            normal.entry(name).or_default().push(value);
        }
        Self { line: format!("{method} {}", upper_escapes(&super::super::url::encoded(&url))), headers: normal, body }
    }

    fn of_import(one: &CurlRequest) -> Self {
        let request = &one.request;
        match &one.parts {
            None => Self::new(
                &request.method,
                request.url.as_bytes(),
                &request.headers,
                request.body.as_deref().unwrap_or_default(),
            ),
            Some(parts) => {
                let (boundary, bytes) = multipart::written(parts);
                let mut headers = request.headers.clone();
                headers.append("content-type", format!("multipart/form-data; boundary={boundary}"));
                Self::new(&request.method, request.url.as_bytes(), &headers, &bytes)
            }
        }
    }
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let (mut result, mut rest) = (Vec::new(), bytes);
    while let Some(at) = rest.windows(from.len()).position(|window| window == from) {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(to);
        rest = &rest[at + from.len()..];
    }
    result.extend_from_slice(rest);
    result
}

/// `%c3` as `%C3`.
fn upper_escapes(url: &str) -> String {
    let mut parts = url.split('%');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |url, part| match part.split_at_checked(2) {
        Some((digits, rest)) => format!("{url}%{}{rest}", digits.to_ascii_uppercase()),
        None => format!("{url}%{part}"),
    })
}

/// Accepts connections, one request each, and sends them to the channel.
fn recorder() -> (u16, Receiver<Normal>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("bound").port();
    let (sender, received) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            receive(stream, &|request| drop(sender.send(request)));
        }
    });
    (port, received)
}

/// Reads a request; it is recorded before curl gets a response.
fn receive(mut stream: TcpStream, record: &dyn Fn(Normal)) -> Option<()> {
    stream.set_read_timeout(Some(Duration::from_secs(10))).ok()?;
    let mut bytes = Vec::new();
    let read = |bytes: &mut Vec<u8>, stream: &mut TcpStream| {
        let mut buffer = [0; 65536];
        let count = stream.read(&mut buffer).unwrap_or_default();
        bytes.extend_from_slice(&buffer[..count]);
        count > 0
    };
    let end = loop {
        if let Some(at) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break at;
        }
        if !read(&mut bytes, &mut stream) {
            return None;
        }
    };
    let head = bytes[..end].to_vec();
    let lines: Vec<&[u8]> =
        head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line)).collect();
    let mut words = lines[0].splitn(3, |byte| *byte == b' ');
    let (method, url) = (String::from_utf8_lossy(words.next()?).into_owned(), words.next()?.to_vec());
    let headers: Headers = lines[1..]
        .iter()
        .filter_map(|line| {
            let (name, value) = std::str::from_utf8(line).ok()?.split_once(':')?;
            Some((name.to_owned(), value.trim().to_owned()))
        })
        .collect();
    if headers.get("expect").is_some() {
        stream.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").ok()?;
    }
    let length: usize = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or_default();
    while bytes.len() < end + 4 + length && read(&mut bytes, &mut stream) {}
    record(Normal::new(&method, &url, &headers, &bytes[end + 4..]));
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").ok()
}

#[test]
#[ignore = "needs curl and bash"]
fn requests_equal_those_of_curl() {
    let (port, received) = recorder();
    let folder = tempfile::tempdir().expect("a folder");
    FILES.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).expect("written"));
    let commands = commands(port);
    assert!(commands.len() >= 300, "{}", commands.len());
    let mut wrong = Vec::new();
    for command in commands {
        let expected = sent(&command, folder.path(), &received);
        let actual = match read_in(&command, folder.path()) {
            Ok(requests) => requests.iter().map(Normal::of_import).collect::<Vec<_>>(),
            Err(problems) => {
                wrong.push(format!("{command}\n  {problems:?}"));
                continue;
            }
        };
        if expected != actual {
            wrong.push(format!("{command}\n  curl:   {expected:?}\n  import: {actual:?}"));
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

impl Normal {
    /// Without credentials, which a case does not contain, and headers that each client sets itself; JSON without white space.
    fn without_client(mut self) -> Self {
        for name in ["authorization", "cookie", "accept-encoding", "user-agent", "accept"] {
            let is_default = |value: &String| {
                name != "user-agent" && name != "accept" || value.starts_with("signoff/") || value == "*/*"
            };
            let values = self.headers.entry(name.to_owned()).or_default();
            values.retain(|value| !is_default(value));
            if values.is_empty() {
                self.headers.remove(name);
            }
        }
        let is_json = self.headers.get("content-type").is_some_and(|values| values[0].contains("json"));
        let value =
            is_json.then(|| serde_json::from_slice::<Box<serde_json::value::RawValue>>(&self.body).ok()).flatten();
        if value.is_some() {
            self.body = structured::compact(&String::from_utf8_lossy(&self.body)).into_bytes();
        }
        self
    }
}

#[test]
#[ignore = "needs curl and bash"]
fn cases_send_what_curl_sends() {
    let (port, received) = recorder();
    let folder = tempfile::tempdir().expect("a folder");
    FILES.iter().for_each(|(name, bytes)| fs::write(folder.path().join(name), bytes).expect("written"));
    let commands = commands(port);
    let mut expected = Vec::new();
    for command in &commands {
        let sent = sent(command, folder.path(), &received).into_iter();
        // A run cannot send `..` in a path: its case is skipped.
        let sent = sent.filter(|_| !command.contains("--path-as-is"));
        expected.extend(sent.map(|sent| (command, sent.without_client())));
    }
    fs::write(folder.path().join("open.yaml"), OPEN).expect("written");
    fs::write(folder.path().join("all.sh"), commands.join("\n")).expect("written");
    let call = |arguments: &[&str]| {
        let start = ["signoff", "-C", folder.path().to_str().expect("UTF-8")];
        let arguments: Vec<_> = start.iter().chain(arguments).map(std::ffi::OsString::from).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let process = cli::Process {
            out: &mut out,
            err: &mut err,
            out_terminal: false,
            err_terminal: false,
            exit: None,
            log: None,
        };
        cli::run(&arguments, &BTreeMap::new(), process);
        String::from_utf8_lossy(&[out, err].concat()).into_owned()
    };
    let imported = call(&["import", "curl", "all.sh", "--spec", "open.yaml"]);
    assert!(imported.contains("wrote cases/curl.yaml"), "{imported}");
    let target = format!("http://127.0.0.1:{port}");
    let run = call(&["run", "--spec", "open.yaml", "--cases", "cases/curl.yaml", "--target", &target, "--quiet"]);
    let actual: Vec<Normal> = received.try_iter().map(Normal::without_client).collect();
    assert_eq!(actual.len(), expected.len(), "{run}");
    let pairs = expected.into_iter().zip(actual).filter(|((_, expected), actual)| expected != actual);
    let wrong: Vec<_> = pairs
        .map(|((command, expected), actual)| format!("{command}\n  curl: {expected:?}\n  case: {actual:?}"))
        .collect();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The commands for a server on `port`.
fn commands(port: u16) -> Vec<String> {
    let address = |command: &str| {
        let command = command.replace("host/", &format!("127.0.0.1:{port}/"));
        command.replace("http://host", &format!("http://127.0.0.1:{port}"))
    };
    COMMANDS.trim_end().split("\n%%\n").map(address).collect()
}

/// The requests that arrive while bash runs `command`.
fn sent(command: &str, folder: &Path, received: &Receiver<Normal>) -> Vec<Normal> {
    let path = std::env::var("PATH").expect("a path");
    let mut bash = Command::new("bash");
    bash.args(["-c", command])
        .current_dir(folder)
        .env_clear()
        .env("PATH", path)
        .env("HOME", folder)
        .env("LC_ALL", "C.UTF-8");
    bash.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().expect("bash");
    received.try_iter().collect()
}
