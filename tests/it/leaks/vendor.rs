//! A target that echoes what it must not, over a real socket, and remembers every byte.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// Answers by the value of the request's `x-answer` header.
pub struct Vendor {
    pub url: String,
    seen: Arc<Mutex<Vec<u8>>>,
}

impl Vendor {
    pub fn start(answers: BTreeMap<&'static str, Vec<u8>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://localhost:{}", listener.local_addr().expect("bound").port());
        let seen = Arc::new(Mutex::new(Vec::new()));
        let kept = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming() {
                serve(&mut stream.expect("a connection"), &answers, &kept);
            }
        });
        Self { url, seen }
    }

    /// Every byte that came and went.
    pub fn seen(&self) -> String {
        String::from_utf8_lossy(&self.seen.lock().expect("not poisoned")).into_owned()
    }
}

fn serve(stream: &mut TcpStream, answers: &BTreeMap<&'static str, Vec<u8>>, kept: &Mutex<Vec<u8>>) {
    let request = read(stream);
    let text = String::from_utf8_lossy(&request).into_owned();
    let name = text.lines().find_map(|line| line.strip_prefix("x-answer: ")).unwrap_or_default();
    let answer = answers.get(name).unwrap_or_else(|| panic!("no answer for {name:?}"));
    let mut kept = kept.lock().expect("not poisoned");
    kept.extend_from_slice(&request);
    kept.extend_from_slice(answer);
    let _ = stream.write_all(answer);
}

/// One whole request.
fn read(stream: &mut TcpStream) -> Vec<u8> {
    let (mut request, mut buffer) = (Vec::new(), [0; 4096]);
    loop {
        let head = request.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(head) = head {
            let text = String::from_utf8_lossy(&request[..head]).to_lowercase();
            let length = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse::<usize>().ok());
            if request.len() >= head + 4 + length.unwrap_or(0) {
                return request;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return request,
            Ok(count) => request.extend_from_slice(&buffer[..count]),
        }
    }
}

/// A whole answer.
pub fn answer(status: u16, headers: &[(&str, &str)], body: impl AsRef<[u8]>) -> Vec<u8> {
    let body = body.as_ref();
    let lines: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    let head = format!("HTTP/1.1 {status} X\r\n{lines}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}
