//! Memory of header sections: of one connection, while a request is being received and until it is handled.

use std::cell::RefCell;
use std::io;
use std::rc::Rc;

use super::body_budget::{BodyBudget, Reservation};
use super::limits::{MAX_HEADER_BYTES, SMALL_HEAD};

/// Counts what one connection has received since its last response, and reserves memory for it unless it is little. Shared by the
/// stream that receives and the handler that responds.
#[derive(Debug, Clone)]
pub(crate) struct HeadGauge {
    budget: BodyBudget,
    counted: Rc<RefCell<Counted>>,
}

#[derive(Debug, Default)]
struct Counted {
    bytes: usize,
    /// Whether the header section is complete: bodies have their own budget.
    is_in_body: bool,
    reserved: Option<Reservation>,
}

impl HeadGauge {
    pub(crate) fn new(budget: BodyBudget) -> Self {
        Self { budget, counted: Rc::default() }
    }

    /// Counts received bytes. Fails if too many large header sections are in memory: that ends the connection.
    pub(crate) fn receive(&self, bytes: usize) -> io::Result<()> {
        let mut counted = self.counted.borrow_mut();
        let before = counted.bytes.max(SMALL_HEAD);
        if counted.is_in_body {
            return Ok(());
        }
        counted.bytes = counted.bytes.saturating_add(bytes).min(MAX_HEADER_BYTES);
        let added = counted.bytes.saturating_sub(before);
        if added > 0 {
            let exhausted = |_| io::Error::new(io::ErrorKind::ConnectionAborted, "too many large header sections");
            let added = self.budget.reserve(added).map_err(exhausted)?;
            match &mut counted.reserved {
                Some(reserved) => reserved.merge(added),
                None => counted.reserved = Some(added),
            }
        }
        Ok(())
    }

    /// The header section of a request is complete; it is in memory until the result is dropped.
    pub(crate) fn hold(&self) -> HeldHead {
        self.counted.borrow_mut().is_in_body = true;
        HeldHead { gauge: self.clone() }
    }
}

/// A header section in memory; dropping it returns its memory to the budget.
#[derive(Debug)]
pub(crate) struct HeldHead {
    gauge: HeadGauge,
}

impl Drop for HeldHead {
    fn drop(&mut self) {
        *self.gauge.counted.borrow_mut() = Counted::default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_large_header_sections_are_counted_until_they_are_handled() {
        let budget = BodyBudget::new(100);
        let [one, other] = [(); 2].map(|()| HeadGauge::new(budget.clone()));
        assert!(one.receive(SMALL_HEAD).is_ok() && one.receive(60).is_ok());
        assert!(other.receive(SMALL_HEAD + 41).is_err());
        assert!(other.receive(0).is_ok());
        let held = one.hold();
        assert!(one.receive(1 << 20).is_ok());
        assert!(other.receive(60).is_err());
        drop(held);
        assert!(other.receive(60).is_ok());
    }
}
