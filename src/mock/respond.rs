//! From a request to an answer: validation, rules, state. Pure but for the state it holds.

use std::sync::Arc;

use crate::contract::Contract;
use crate::http::{Request, Response};

use super::Behaviour;

/// A mock of one contract.
#[derive(Debug)]
pub struct Mock {
    _private: (),
}

impl Mock {
    /// `started` (microseconds since 1970) and `seed` are what `now()` and random values derive from; `elapsed` at each answer.
    pub fn new(contract: Arc<Contract>, behaviour: Behaviour, started: i64, seed: u64) -> Self {
        let _ = (contract, behaviour, started, seed);
        todo!()
    }

    /// Answers one request; `elapsed` microseconds after the start.
    pub fn answer(&self, request: &Request, elapsed: i64) -> Response {
        let _ = (request, elapsed);
        todo!()
    }
}
