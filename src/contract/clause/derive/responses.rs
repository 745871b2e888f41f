//! Clauses of responses: statuses, media types, headers.

use std::sync::Arc;

use crate::contract::Operation;
use crate::contract::clause::verb::Verb;

use super::collector::{Collector, object};

/// Adds the clauses of the responses of `operation`.
pub(super) fn clauses(operation: &Operation, found: &mut Collector) {
    for response in &operation.responses {
        let status = response.status;
        found.add(Verb::Receives(status), object(&response.anchor));
        for header in &response.headers {
            found.add(Verb::ReceivesHeader(status, header.name.to_lowercase().into()), object(&header.anchor));
        }
        for content in &response.content {
            found.add(Verb::ReceivesMediaType(status, Arc::clone(&content.name)), object(&content.anchor));
        }
    }
}
