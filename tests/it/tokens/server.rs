//! A token endpoint and an API that requires its tokens, on one port.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How the server behaves.
#[derive(Clone, Default)]
pub struct Behaviour {
    /// The lifetime of a token in milliseconds that the server states; none if zero. The API accepts it longer: whether a request
    /// arrives in time depends on the machine.
    pub lifetime_ms: u64,
    /// Every so many requests to the API are refused with 401 although their token is valid; never if zero.
    pub refuses_each: usize,
    /// Whether the API refuses tokens after their lifetime.
    pub refuses_expired: bool,
    /// Whether the API refuses every token.
    pub refuses_all: bool,
    /// The response of the token endpoint in place of a token: the lines after the status code, and the body.
    pub instead: Option<&'static str>,
    /// Whether the token endpoint does not respond.
    pub stalls: bool,
    /// The discovery document; `HOST` is the server.
    pub discovery: Option<&'static str>,
}

/// What the server has seen.
#[derive(Default)]
pub struct Seen {
    /// `Authorization` and body of each token request.
    pub token_requests: Vec<(String, String)>,
    /// Requests to the API that were accepted, and that were refused.
    pub accepted: usize,
    pub refused: usize,
    pub tokens: Vec<(String, Instant)>,
    /// How often the discovery document was fetched.
    pub discoveries: usize,
}

/// A running server; its threads end with the process.
pub struct Server {
    pub url: String,
    pub seen: Arc<Mutex<Seen>>,
}

/// Starts a server.
pub fn start(behaviour: Behaviour) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::<Mutex<Seen>>::default();
    let shared = Arc::clone(&seen);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (behaviour, seen) = (behaviour.clone(), Arc::clone(&shared));
            thread::spawn(move || while serve(stream.as_ref().unwrap(), &behaviour, &seen).is_some() {});
        }
    });
    Server { url, seen }
}

/// Serves one request of a connection; nothing once it is closed.
fn serve(mut stream: &TcpStream, behaviour: &Behaviour, seen: &Mutex<Seen>) -> Option<()> {
    let (head, body) = read(stream)?;
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(held, _)| held.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    };
    let authorization = header("authorization").unwrap_or_default();
    let response = if head.starts_with("POST /token") {
        issue(behaviour, &mut seen.lock().unwrap(), authorization, body)
    } else if head.starts_with("GET /.well-known/") {
        seen.lock().unwrap().discoveries += 1;
        let host = header("host").unwrap_or_default();
        respond("200 OK", &behaviour.discovery.unwrap_or_default().replace("HOST", &host))
    } else {
        api(behaviour, &mut seen.lock().unwrap(), &authorization)
    };
    match behaviour.stalls {
        true => Some(()),
        false => stream.write_all(response.as_bytes()).ok(),
    }
}

fn issue(behaviour: &Behaviour, seen: &mut Seen, authorization: String, body: String) -> String {
    seen.token_requests.push((authorization, body));
    if let Some(instead) = behaviour.instead {
        let (head, body) = instead.split_once("\n\n").unwrap_or((instead, ""));
        let head = head.replace('\n', "\r\n");
        return format!("HTTP/1.1 {head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    }
    let token = format!("token-{}-of-the-server", seen.tokens.len());
    seen.tokens.push((token.clone(), Instant::now()));
    let expires = match behaviour.lifetime_ms {
        0 => String::new(),
        _ => format!(", \"expires_in\": {}", behaviour.lifetime_ms as f64 / 1000.0),
    };
    respond("200 OK", &format!("{{\"access_token\": \"{token}\", \"token_type\": \"Bearer\"{expires}}}"))
}

fn api(behaviour: &Behaviour, seen: &mut Seen, authorization: &str) -> String {
    let token = authorization.strip_prefix("Bearer ").unwrap_or_default();
    let lifetime = Duration::from_millis(behaviour.lifetime_ms);
    let is_current = |issued: &Instant| !behaviour.refuses_expired || issued.elapsed() < lifetime;
    let is_valid = seen.tokens.iter().any(|(value, issued)| value == token && is_current(issued));
    let turn = seen.accepted + seen.refused + 1;
    let refuses = behaviour.refuses_all || behaviour.refuses_each > 0 && turn.is_multiple_of(behaviour.refuses_each);
    if is_valid && !refuses {
        seen.accepted += 1;
        // A target may repeat what it received.
        return respond("200 OK", &format!("{{\"name\": \"{token}\"}}"));
    }
    seen.refused += 1;
    // A target may repeat this one, too.
    respond("401 Unauthorized", &format!("{{\"sent\": \"{authorization}\"}}"))
}

fn respond(status: &str, body: &str) -> String {
    let length = body.len();
    // Its clock is wrong, which decides nothing.
    let date = "date: Thu, 01 Jan 2004 00:00:00 GMT";
    format!("HTTP/1.1 {status}\r\n{date}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

fn read(mut stream: &TcpStream) -> Option<(String, String)> {
    let (mut head, mut byte) = (Vec::new(), [0]);
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 {
            return None;
        }
        head.push(byte[0]);
    }
    let head = String::from_utf8(head).ok()?;
    let length = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.unwrap_or(0)];
    stream.read_exact(&mut body).ok()?;
    Some((head, String::from_utf8(body).ok()?))
}
