//! Memory of a connection: of its buffers while it waits, and of the header section that is being received or handled. Over HTTP/2 a
//! connection has many requests at the same time, and their header sections are decoded from fewer bytes.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use hyper::header::{HeaderName, HeaderValue};

use crate::budget::{Budget, Exhausted, Reservation};

use super::limits::{CONNECTION, HEAD_COPIES, MAX_HEADER_BYTES};

/// Counts what one connection has received since its last response, and reserves memory for it. Shared by the stream that receives
/// and the handler that responds. A connection whose requests arrive at once needs no memory, so that others cannot prevent
/// its service.
#[derive(Debug, Clone)]
pub(crate) struct HeadGauge {
    budget: Budget,
    counted: Rc<RefCell<Counted>>,
}

#[derive(Debug, Default)]
struct Counted {
    bytes: usize,
    /// Whether the header section is complete: bodies are counted by the reader.
    is_in_body: bool,
    /// Whether the connection waits within a request without memory for its buffers.
    is_starved: bool,
    /// For the part of the header section that does not fit into the buffers.
    head: Option<Reservation>,
    /// For the buffers.
    connection: Option<Reservation>,
    /// Decoded bytes of the header sections of HTTP/2 that are being handled.
    decoded: usize,
}

fn exhausted<E>(_: E) -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "too many connections within a request")
}

impl HeadGauge {
    pub(crate) fn new(budget: Budget) -> Self {
        Self { budget, counted: Rc::default() }
    }

    /// The connection has no further bytes at present. Fails within a header section if there is no memory to wait for the rest: that
    /// ends the connection. Within a body it does not fail: the request may be complete. The handler knows, and asks for it.
    pub(crate) fn wait(&self) -> io::Result<()> {
        let (is_begun, is_in_body) = {
            let counted = self.counted.borrow();
            (counted.bytes > 0, counted.is_in_body)
        };
        if is_in_body {
            let is_starved = self.keep_open().is_err();
            self.counted.borrow_mut().is_starved = is_starved;
        } else if is_begun {
            self.keep_open().map_err(exhausted)?;
        }
        Ok(())
    }

    /// Reserves memory for the buffers of a connection that stays open.
    pub(crate) fn keep_open(&self) -> Result<(), Exhausted> {
        let connection = &mut self.counted.borrow_mut().connection;
        if connection.is_none() {
            *connection = Some(self.budget.reserve(CONNECTION)?);
        }
        Ok(())
    }

    /// Counts received bytes. Fails if there is no memory for a large header section: that ends the connection.
    pub(crate) fn receive(&self, bytes: usize) -> io::Result<()> {
        let mut counted = self.counted.borrow_mut();
        if counted.is_in_body {
            return Ok(());
        }
        let before = counted.bytes.max(CONNECTION / 2);
        counted.bytes = counted.bytes.saturating_add(bytes).min(MAX_HEADER_BYTES);
        let added = counted.bytes.saturating_sub(before);
        if added > 0 {
            let added = self.budget.reserve(added * HEAD_COPIES).map_err(exhausted)?;
            match &mut counted.head {
                Some(reserved) => reserved.merge(added),
                None => counted.head = Some(added),
            }
        }
        Ok(())
    }

    /// The header section of a request is complete; it is in memory until the result is dropped. Over HTTP/2 it takes so many
    /// `decoded` bytes; fails if there is no memory for them.
    pub(crate) fn hold(&self, decoded: usize) -> io::Result<HeldHead> {
        let mut counted = self.counted.borrow_mut();
        counted.is_in_body = true;
        let before = counted.decoded.max(CONNECTION / 2);
        let added = (counted.decoded + decoded).saturating_sub(before);
        let reserved = (added > 0).then(|| self.budget.reserve(added * HEAD_COPIES)).transpose().map_err(exhausted)?;
        counted.decoded += decoded;
        Ok(HeldHead { gauge: self.clone(), decoded, _reserved: reserved })
    }
}

/// Size of the header section of an HTTP/2 request in memory (RFC 9113 §10.5.1); 0 for HTTP/1.1, which is counted as received.
pub(crate) fn decoded_size<B>(request: &hyper::Request<B>) -> usize {
    const OVERHEAD: usize = 32;
    if request.version() != hyper::Version::HTTP_2 {
        return 0;
    }
    let line = |(name, value): (&HeaderName, &HeaderValue)| name.as_str().len() + value.len() + OVERHEAD;
    let path = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    path + request.headers().iter().map(line).sum::<usize>()
}

/// A header section in memory; dropping it returns its memory to the budget.
#[derive(Debug)]
pub(crate) struct HeldHead {
    gauge: HeadGauge,
    decoded: usize,
    _reserved: Option<Reservation>,
}

impl HeldHead {
    /// Whether there is no memory to wait for the rest of the body.
    pub(crate) fn is_starved(&self) -> bool {
        self.gauge.counted.borrow().is_starved
    }

    /// Whether the connection can stay open after the response.
    pub(crate) fn may_stay_open(&self) -> bool {
        self.gauge.keep_open().is_ok()
    }
}

impl Drop for HeldHead {
    fn drop(&mut self) {
        let counted = &mut *self.gauge.counted.borrow_mut();
        let decoded = counted.decoded.saturating_sub(self.decoded);
        *counted = Counted { connection: counted.connection.take(), decoded, ..Counted::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IN_BUFFERS: usize = CONNECTION / 2;

    #[test]
    fn only_large_header_sections_are_counted_until_they_are_handled() {
        let budget = Budget::with_bytes(100 * HEAD_COPIES);
        let [one, other] = [(); 2].map(|()| HeadGauge::new(budget.clone()));
        assert!(one.receive(IN_BUFFERS).is_ok() && one.receive(60).is_ok());
        assert!(other.receive(IN_BUFFERS + 41).is_err());
        assert!(other.receive(0).is_ok());
        let held = one.hold(0).expect("little");
        assert!(one.receive(1 << 20).is_ok());
        assert!(other.receive(60).is_err());
        drop(held);
        assert!(other.receive(60).is_ok());
    }

    #[test]
    fn connections_that_wait_within_a_request_are_counted() {
        let budget = Budget::with_bytes(CONNECTION);
        let [one, other] = [(); 2].map(|()| HeadGauge::new(budget.clone()));
        assert!(one.wait().is_ok() && one.receive(1).is_ok() && one.wait().is_ok() && one.wait().is_ok());
        assert!(other.wait().is_ok(), "nothing was received");
        assert!(other.receive(100).is_ok());
        let held = other.hold(0).expect("little");
        assert!(!held.is_starved());
        assert!(other.wait().is_ok(), "the request may be complete");
        assert!(held.is_starved(), "if it is not, there is no memory to wait");
        assert!(!held.may_stay_open() && one.hold(0).expect("little").may_stay_open());
        drop(held);
        assert!(other.receive(1).is_ok() && other.wait().is_err());
        drop(one);
        assert!(other.wait().is_ok());
    }
    #[test]
    fn decoded_header_sections_of_all_connections_share_the_budget() {
        let budget = Budget::with_bytes(100 * HEAD_COPIES);
        let [one, other] = [(); 2].map(|()| HeadGauge::new(budget.clone()));
        let small = one.hold(IN_BUFFERS).expect("small");
        let large = one.hold(60).expect("within the budget");
        assert!(one.hold(41).is_err());
        assert!(other.hold(IN_BUFFERS + 41).is_err());
        let beyond = other.hold(IN_BUFFERS + 40).expect("within the budget");
        drop((small, large));
        assert!(one.hold(IN_BUFFERS + 61).is_err());
        assert!(one.hold(IN_BUFFERS + 60).is_ok());
        drop(beyond);
        assert!(one.hold(IN_BUFFERS + 100).is_ok());
    }
}
