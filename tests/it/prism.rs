//! Scenarios of the mock server Prism: a document, a curl command and the expected response. The response of signoff is compared by
//! status, headers and, unless the scenario is loose, content. The table lists each difference with its reason.

use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use serde_json::Value;

/// Scenarios with a different response, and why it is correct.
const DIFFERENT: [(&str, &str); 9] = [
    ("references/E2E-Recursive-Array-Handling.oas3", "an optional recursive property is omitted from generated values"),
    (
        "selecting-examples/manually-select-examples-AC-5.oas3",
        "a preference that cannot be applied is ignored (RFC 7240 §2), and the request is invalid",
    ),
    (
        "validate-body-params/enforce-content-type-if-body-included.oas3_1",
        "the document does not declare a request body, so any body is valid",
    ),
    ("validate-body-params/multipart-form-data-invalid-request.oas3", INVALID),
    (
        "validate-path-params/missing-path-param.oas3",
        "an empty segment is not a parameter value, so no path matches (OpenAPI 3.1 §4.8.8)",
    ),
    ("validate-query-params/missing-query-param.oas3", INVALID),
    ("validate-query-params/query-param-style-mismatch.only_oas3", INVALID),
    ("violations/combined-request-response", INVALID_EXAMPLE),
    ("violations/print-as-http-response", INVALID_EXAMPLE),
];
const INVALID: &str =
    "an invalid request without a documented response gets 400 (RFC 9110 §15.5.1); 422 is for content only";
const INVALID_EXAMPLE: &str = "an example that violates its schema is replaced by a generated value";

/// A scenario file.
struct Scenario {
    name: String,
    document: String,
    server: String,
    command: String,
    /// Lines of the expected message.
    expected: Vec<String>,
    is_loose: bool,
}

impl Scenario {
    fn read(root: &Path, file: &Path) -> Self {
        let text = fs::read_to_string(file).expect("a scenario");
        let section = |name: &str| {
            let after = text.split_once(&format!("===={name}====\n"))?.1;
            Some(after.split("\n====").next().unwrap_or(after).trim_end().to_owned())
        };
        let expected = section("expect").or_else(|| section("expect-loose")).expect("a response");
        Self {
            name: file.strip_prefix(root).expect("below").with_extension("").display().to_string(),
            document: section("spec").expect("a document"),
            server: section("server").expect("a command line"),
            command: section("command").expect("a curl command"),
            expected: expected.lines().map(str::to_owned).collect(),
            is_loose: section("expect").is_none(),
        }
    }

    fn expects(&self) -> Response {
        let mut lines = self.expected.iter();
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok()).expect("a status");
        let head: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).collect();
        let headers = head.into_iter().filter_map(|line| line.split_once(": ")).map(owned).collect();
        Response { status, headers, body: lines.cloned().collect::<Vec<_>>().join("\n") }
    }
}

/// The compared parts of a response.
struct Response {
    status: u16,
    /// Names in lower case, with values.
    headers: Vec<(String, String)>,
    body: String,
}

impl Response {
    fn parse(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").expect("a message");
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        let headers = head.lines().filter_map(|line| line.split_once(": ")).map(owned).collect();
        Self { status, headers, body: body.to_owned() }
    }

    /// Whether the response is as expected; problem details are not compared, nor is the content of a loose scenario.
    fn matches(&self, expected: &Self, is_loose: bool) -> bool {
        let is_problem = expected.body.contains("https://stoplight.io/prism/errors#");
        let same_headers = expected.headers.iter().all(|line| self.headers.contains(line));
        let value = |body: &str| serde_json::from_str::<Value>(body).ok();
        let same_body = match (value(&expected.body), value(&self.body)) {
            _ if is_loose || is_problem || expected.body.is_empty() => true,
            (Some(expected), Some(found)) => expected == found,
            _ => expected.body == self.body,
        };
        self.status == expected.status && same_headers && same_body
    }
}

fn owned((name, value): (&str, &str)) -> (String, String) {
    (name.to_ascii_lowercase(), value.to_owned())
}

/// The message that the curl command sends; `None` if it uses an unknown option.
fn message(command: &str) -> Option<String> {
    let mut words = shlex::split(command)?.into_iter().skip(1).peekable();
    let (mut method, mut url, mut headers, mut body, mut parts) = (None, None, Vec::new(), None, Vec::new());
    while let Some(word) = words.next() {
        match word.as_str() {
            "-i" | "--location" => {}
            "--head" => method = Some("HEAD".to_owned()),
            "-sIXGET" => method = Some("GET".to_owned()),
            "-X" | "--request" => method = words.next(),
            "-H" | "--header" => headers.push(words.next()?),
            "--cookie" => headers.push(format!("Cookie: {}", words.next()?)),
            "--data" | "-d" => body = words.next(),
            "-F" => parts.push(words.next()?),
            option if option.starts_with('-') => return None,
            _ => url = Some(word),
        }
    }
    if !parts.is_empty() {
        headers.retain(|line| !line.to_ascii_lowercase().starts_with("content-type:"));
        headers.push("Content-Type: multipart/form-data; boundary=part".to_owned());
        let part = |field: &String| {
            let (name, value) = field.split_once('=').expect("NAME=VALUE");
            format!("--part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        body = Some(parts.iter().map(part).collect::<String>() + "--part--\r\n");
    }
    let url = url?;
    let path = url.split_once("//")?.1.split_once('/').map_or_else(|| "/".to_owned(), |(_, path)| format!("/{path}"));
    let method = method.unwrap_or_else(|| if body.is_some() { "POST" } else { "GET" }.to_owned());
    let body = body.unwrap_or_default();
    let lines: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let length = body.len();
    Some(format!(
        "{method} {path} HTTP/1.1\r\nHost: x\r\n{lines}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    ))
}

/// A running mock; killed when dropped.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Returns the mock's response to the scenario, or its error about the document.
fn respond(scenario: &Scenario, folder: &Path) -> Result<Response, String> {
    fs::write(folder.join("document.yaml"), &scenario.document).expect("written");
    let mut program = crate::program();
    program.current_dir(folder).args(["mock", "--spec", "document.yaml", "--port", "0"]);
    if scenario.server.contains(" -d ") {
        program.arg("--dynamic");
    }
    let mut server = Server(program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program"));
    let mut greeting = String::new();
    BufReader::new(server.0.stdout.take().expect("its output")).read_line(&mut greeting).expect("a line");
    let Some((_, address)) = greeting.trim_end().rsplit_once("http://") else {
        let mut why = String::new();
        server.0.stderr.take().expect("its errors").read_to_string(&mut why).expect("text");
        return Err(why);
    };
    let mut stream = TcpStream::connect(address).expect("a connection");
    stream.write_all(message(&scenario.command).expect("a supported command").as_bytes()).expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("a response");
    Ok(Response::parse(&text))
}

fn scenarios(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { found.extend(scenarios(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn responses_equal_those_of_prism_or_differ_for_a_reason() {
    let root = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set")).join("prism");
    let folder = tempfile::tempdir().expect("a folder");
    let mut table = String::new();
    for file in scenarios(&root) {
        let scenario = Scenario::read(&root, &file);
        let expected = scenario.expects();
        let why = DIFFERENT.iter().find(|(name, _)| *name == scenario.name).map(|(_, why)| *why);
        let line = match respond(&scenario, folder.path()) {
            Ok(found) if found.matches(&expected, scenario.is_loose) => format!("{}: equal", found.status),
            Ok(found) => {
                let why = why.unwrap_or("UNEXPLAINED");
                format!("{} instead of {}: {why}\n    {}", found.status, expected.status, found.body)
            }
            Err(said) => format!("refused: {}\n    {said}", why.unwrap_or("UNEXPLAINED")),
        };
        writeln!(table, "{}\n  {line}", scenario.name).expect("writable");
    }
    assert!(!table.contains("UNEXPLAINED"), "{table}");
    insta::assert_snapshot!(table);
}
