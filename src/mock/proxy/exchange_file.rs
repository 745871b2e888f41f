//! Recorded exchanges in a temporary file, so that a long recording takes no memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Seek, Write};
use std::path::Path;

use crate::output_file;

use super::format::RecordedFormat;
use super::recorded::RecordedExchange;

/// Maximum number of recorded exchanges, and their maximum total size in bytes.
const MAX_EXCHANGES: usize = 100_000;
const MAX_BYTES: u64 = 1 << 30;
/// Maximum size of the body of a recorded request, in bytes: its case takes up to fourteen times as much memory.
const MAX_REQUEST_BODY: usize = 1_000_000;
/// Size of a part that is read at once: number of exchanges, and bytes of all messages and of all requests in it but the last.
const PART_EXCHANGES: usize = 500;
const PART_BYTES: u64 = 2 << 20;
const PART_REQUEST_BYTES: usize = 512 << 10;

/// Exchanges in order of their responses.
#[derive(Debug)]
pub(crate) struct ExchangeFile {
    file: BufWriter<File>,
    count: usize,
    bytes: u64,
    others: usize,
    large: usize,
    failure: Option<io::Error>,
}

impl ExchangeFile {
    /// An empty file in `folder`, which has no name and disappears with the process.
    pub(crate) fn create(folder: &Path) -> io::Result<Self> {
        let file = BufWriter::new(output_file::unnamed(folder)?);
        Ok(Self { file, count: 0, bytes: 0, others: 0, large: 0, failure: None })
    }

    /// Appends an exchange; counts it only, if its request is large, or if the recording is full or cannot be written.
    pub(super) fn push(&mut self, exchange: &RecordedExchange) {
        if exchange.case.body.as_ref().is_some_and(|body| body.len() > MAX_REQUEST_BODY) {
            self.large += 1;
            return;
        }
        if self.count == MAX_EXCHANGES || self.bytes > MAX_BYTES || self.failure.is_some() {
            self.others += 1;
            return;
        }
        match self.write(exchange) {
            Ok(bytes) => {
                self.count += 1;
                self.bytes += bytes;
            }
            Err(error) => {
                self.others += 1;
                self.failure = Some(error);
            }
        }
    }

    fn write(&mut self, exchange: &RecordedExchange) -> io::Result<u64> {
        let mut text = serde_json::to_vec(&RecordedFormat::new(exchange))?;
        text.push(b'\n');
        let request = exchange.sent.request.body.as_deref().unwrap_or_default();
        let response = &exchange.sent.response.body;
        self.file.write_all(&text)?;
        self.file.write_all(request)?;
        self.file.write_all(response)?;
        // What is counted is in the file, whatever happens afterwards.
        self.file.flush()?;
        Ok((text.len() + request.len() + response.len()) as u64)
    }

    /// Number of exchanges in the file.
    pub(crate) fn count(&self) -> usize {
        self.count
    }

    /// Number of exchanges that are not in the file because of the size of their requests.
    pub(crate) fn large(&self) -> usize {
        self.large
    }

    /// Number of further exchanges that are not in the file.
    pub(crate) fn others(&self) -> usize {
        self.others
    }

    /// Why the file could not be written any more.
    pub(crate) fn failure(&self) -> Option<&io::Error> {
        self.failure.as_ref()
    }

    /// Ends writing.
    pub(crate) fn read(self) -> io::Result<ExchangeReader> {
        // After a failure, the buffer has a part of an exchange, which is given up.
        let (mut file, _) = self.file.into_parts();
        file.rewind()?;
        Ok(ExchangeReader { file: BufReader::new(file), left: self.count })
    }
}

/// Reads the exchanges back.
#[derive(Debug)]
pub(crate) struct ExchangeReader {
    file: BufReader<File>,
    left: usize,
}

impl ExchangeReader {
    /// The next exchanges, few enough for memory and for one case file; empty at the end.
    pub(crate) fn next_part(&mut self) -> io::Result<Vec<RecordedExchange>> {
        let (mut part, mut bytes, mut request_bytes) = (Vec::new(), 0, 0);
        while self.left > 0 && part.len() < PART_EXCHANGES && bytes < PART_BYTES && request_bytes < PART_REQUEST_BYTES {
            let (exchange, size) = self.next_exchange()?;
            request_bytes += exchange.case.body.as_ref().map_or(0, bytes::Bytes::len);
            part.push(exchange);
            bytes += size;
            self.left -= 1;
        }
        Ok(part)
    }

    fn next_exchange(&mut self) -> io::Result<(RecordedExchange, u64)> {
        let mut text = Vec::new();
        self.file.read_until(b'\n', &mut text)?;
        let head: RecordedFormat = serde_json::from_slice(&text)?;
        let mut body = |size: usize| {
            let mut bytes = vec![0; size];
            self.file.read_exact(&mut bytes).map(|()| bytes.into())
        };
        let request = head.request_body.map(&mut body).transpose()?;
        let response = body(head.response_body)?;
        let size = text.len() + request.as_ref().map_or(0, bytes::Bytes::len) + response.len();
        Ok((head.into_exchange(request, response), size as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Exchange, Request, Response, Timings};

    fn exchange(number: usize, size: usize) -> RecordedExchange {
        let headers = [("x-number", number.to_string())].into_iter().collect();
        let case = Request {
            method: "PUT".into(),
            url: "/a".into(),
            headers,
            body: Some("{\n}".into()),
            ..Request::default()
        };
        let request = Request { url: "/v1/a".into(), ..case.clone() };
        let response = Response {
            status: 200,
            version: "HTTP/1.1",
            headers: [("x", "\u{fffd}\"")].into_iter().collect(),
            body: vec![b'\n'; size].into(),
            wire_size: 7,
        };
        let timings = Timings::default();
        let sent = Exchange { request, response, timings, incomplete: None };
        let started = std::time::Duration::from_millis(number as u64);
        RecordedExchange { case, sent, unanswered: None, started, breaches: vec![format!("request: {number}")] }
    }

    fn parts(exchanges: &[RecordedExchange]) -> Vec<Vec<RecordedExchange>> {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = ExchangeFile::create(folder.path()).expect("a file");
        exchanges.iter().for_each(|exchange| file.push(exchange));
        assert_eq!((file.count(), file.others()), (exchanges.len(), 0));
        let mut reader = file.read().expect("readable");
        std::iter::from_fn(|| Some(reader.next_part().expect("readable")).filter(|part| !part.is_empty())).collect()
    }

    #[cfg(unix)]
    #[test]
    fn what_was_written_before_a_failure_can_be_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = ExchangeFile::create(folder.path()).expect("a file");
        file.push(&exchange(1, 10));
        let written = file.file.get_ref().try_clone().expect("the same file");
        let full = File::options().write(true).open("/dev/full").expect("a device");
        file.file = BufWriter::new(full);
        file.push(&exchange(2, 10));
        file.file = BufWriter::new(written);
        file.push(&exchange(3, 10));
        assert_eq!((file.count(), file.others(), file.failure().is_some()), (1, 2, true));
        let mut reader = file.read().expect("readable");
        assert_eq!(reader.next_part().expect("readable"), [exchange(1, 10)]);
        assert!(reader.next_part().expect("readable").is_empty());
    }

    #[test]
    fn large_requests_are_counted_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut file = ExchangeFile::create(folder.path()).expect("a file");
        for size in [MAX_REQUEST_BODY, MAX_REQUEST_BODY + 1] {
            let mut upload = exchange(1, 10);
            upload.case.body = Some(vec![b'x'; size].into());
            upload.sent.request.body.clone_from(&upload.case.body);
            file.push(&upload);
        }
        assert_eq!((file.count(), file.large(), file.others()), (1, 1, 0));
    }

    #[test]
    fn exchanges_are_read_as_they_were_written_in_parts() {
        let small: Vec<_> = (0..PART_EXCHANGES + 1).map(|number| exchange(number, 10)).collect();
        let read = parts(&small);
        assert_eq!(read.iter().map(Vec::len).collect::<Vec<_>>(), [PART_EXCHANGES, 1]);
        assert_eq!(read.concat(), small);
        let large: Vec<_> = (0..3).map(|number| exchange(number, 3 << 20)).collect();
        assert_eq!(parts(&large).iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
        let body = Some(vec![b'x'; 600 << 10].into());
        let uploads = [1, 2].map(|number| {
            let mut upload = exchange(number, 10);
            upload.case.body.clone_from(&body);
            upload.sent.request.body.clone_from(&body);
            upload
        });
        assert_eq!(parts(&uploads).iter().map(Vec::len).collect::<Vec<_>>(), [1, 1]);
        assert_eq!(parts(&[]), Vec::<Vec<_>>::new());
        assert_eq!(small[0].server_path(), Some("/v1"));
    }
}
