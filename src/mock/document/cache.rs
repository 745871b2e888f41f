//! What was made before of the document: the same is given to everybody who wishes the same.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::contract::{Contract, Declared, Direction, SchemaKey};
use crate::generate::value::{self, Look, Unsatisfied};
use crate::http::Response;

use crate::mock::document::documented::Asked;
use crate::mock::preferences::Wishes;

/// Answers and values without data that is to look real.
#[derive(Debug, Default)]
pub(crate) struct Shelf {
    /// By the number of the operation.
    answers: Mutex<HashMap<usize, Vec<Kept>>>,
    values: Mutex<HashMap<SchemaKey, Result<Value, Unsatisfied>>>,
}

/// One answer of an operation.
#[derive(Debug)]
struct Kept {
    is_head: bool,
    wishes: Wishes,
    /// The best status for the refusal that it is.
    refuses: Option<u16>,
    response: Response,
}

/// Answers that are kept for one operation.
const MOST_KEPT: usize = 16;

impl Shelf {
    /// The answer, where it was made before; `refuses` is the best status for it where it refuses the request.
    pub(crate) fn kept(&self, asked: Asked<'_>, refuses: Option<u16>) -> Option<Response> {
        let is_it =
            |kept: &&Kept| kept.is_head == is_head(asked) && kept.refuses == refuses && kept.wishes == *asked.wishes;
        held(&self.answers).get(&asked.operation.index)?.iter().find(is_it).map(|kept| kept.response.clone())
    }

    /// Keeps an answer that others may get as well.
    pub(crate) fn keep(&self, asked: Asked<'_>, refuses: Option<u16>, response: &Response) {
        let mut answers = held(&self.answers);
        let kept = answers.entry(asked.operation.index).or_default();
        if asked.wishes.dynamic != Some(true) && asked.wishes.are_few() && kept.len() < MOST_KEPT {
            let (wishes, response) = (asked.wishes.clone(), response.clone());
            kept.push(Kept { is_head: is_head(asked), wishes, refuses, response });
        }
    }

    /// A value for an answer, made from its schema.
    pub(crate) fn value(&self, contract: &Contract, schema: &Declared, look: Look) -> Result<Value, Unsatisfied> {
        let make = || value::example(contract, schema, Direction::Response, look);
        match look {
            Look::Plain => held(&self.values).entry(schema.key).or_insert_with(make).clone(),
            Look::Lifelike(_) => make(),
        }
    }
}

fn is_head(asked: Asked<'_>) -> bool {
    asked.request.method == "HEAD"
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
