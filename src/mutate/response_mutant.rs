//! One change of every response of an operation with a status.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::Value;

use crate::contract::Contract;
use crate::http::{Request, Response};
use crate::pointer::Pointer;

use super::facts::Facts;
use super::operator::{Change, Edit, Method, Operator, Site};
use super::pattern::Pattern;

/// Location of a change in a response.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Location {
    /// The response as a whole.
    Message,
    /// A header, in lower case.
    Header(String),
    /// Locations in a JSON body.
    Body(Pattern),
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Message => f.write_str("response"),
            Self::Header(name) => write!(f, "header/{name}"),
            Self::Body(pattern) => pattern.fmt(f),
        }
    }
}

/// One deliberate change of the responses of an operation with a status.
#[derive(Clone)]
pub(crate) struct ResponseMutant {
    /// The operator.
    pub operator: &'static Operator,
    /// Index of the operation.
    pub operation: usize,
    /// The status before the change.
    pub status: u16,
    /// Where the change is made.
    pub at: Location,
    /// Which of the changes of the operator.
    pub variant: String,
    /// What is changed, as the end of a sentence.
    pub phrase: String,
    /// What the contract says about the location.
    pub facts: Arc<Facts>,
}

impl std::fmt::Debug for ResponseMutant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} {} [{}]", self.status, self.at, self.phrase, self.operator.id)
    }
}

impl ResponseMutant {
    /// Whether it changes responses of that operation with that status.
    pub(crate) fn matches(&self, operation: Option<usize>, status: u16) -> bool {
        operation == Some(self.operation) && status == self.status
    }

    /// Changes a response. None if the operator has nothing to change in this one. `body` is the JSON of the response.
    pub(crate) fn apply(
        &self,
        contract: &Contract,
        request: &Request,
        response: &Response,
        body: Option<&Value>,
    ) -> Option<ChangedResponse> {
        let Method::Response(_, propose) = self.operator.method else { return None };
        let operation = contract.operations.get(self.operation)?;
        let wanted = |edit: &Edit| edit.variant == self.variant;
        let site = |name, value, is_property| Site {
            contract,
            operation,
            request,
            response,
            name,
            value,
            facts: &self.facts,
            is_property,
        };
        match &self.at {
            Location::Message => {
                let edit = propose(&site("", &Value::Null, false)).into_iter().find(wanted)?;
                Some(changed(response, body, edit.change))
            }
            Location::Header(name) => {
                let value = Value::from(response.headers.get(name)?);
                let edit = propose(&site(name, &value, false)).into_iter().find(wanted)?;
                Some(changed(response, body, edit.change))
            }
            Location::Body(pattern) => {
                let body = body?;
                let mut locations = pattern.locations(body);
                // From the last to the first, so that a removed item does not move the others.
                locations.reverse();
                let edit = |at: &Pointer| {
                    let value = at.of(body)?;
                    let edits = propose(&site(pattern.name(), value, pattern.is_property()));
                    edits.into_iter().find(wanted).map(|edit| edit.change)
                };
                let edits: Vec<_> = locations.into_iter().filter_map(|at| Some((edit(&at)?, at))).collect();
                if edits.is_empty() {
                    return None;
                }
                let mut whole = body.clone();
                edits.into_iter().for_each(|(change, at)| change_at(&mut whole, &at, change));
                let response = with_body(response, serde_json::to_vec(&whole).unwrap_or_default());
                Some(ChangedResponse { response, body: Some(whole) })
            }
        }
    }
}

/// A response after the change.
pub(crate) struct ChangedResponse {
    /// The response.
    pub response: Response,
    /// Its body, if it is JSON.
    pub body: Option<Value>,
}

fn changed(response: &Response, body: Option<&Value>, change: Change) -> ChangedResponse {
    let mut response = response.clone();
    match change {
        Change::Status(status) => response.status = status,
        Change::Header(name, value) => response.headers.set(name, value),
        Change::RemoveHeader(name) => response.headers.remove(&name),
        Change::Body(bytes) => {
            let body = serde_json::from_slice(&bytes).ok();
            return ChangedResponse { response: with_body(&response, bytes), body };
        }
        Change::Value(_) | Change::Remove => {}
    }
    ChangedResponse { response, body: body.cloned() }
}

fn with_body(response: &Response, bytes: Vec<u8>) -> Response {
    let mut response = response.clone();
    if response.headers.get("content-length").is_some() {
        response.headers.set("content-length", bytes.len().to_string());
    }
    response.wire_size = bytes.len() as u64;
    response.body = Bytes::from(bytes);
    response
}

fn change_at(whole: &mut Value, at: &Pointer, change: Change) {
    match change {
        Change::Value(value) => {
            if let Some(held) = whole.pointer_mut(at.as_str()) {
                *held = value;
            }
        }
        Change::Remove => {
            let parent = at.parent().and_then(|parent| whole.pointer_mut(parent.as_str()));
            match (parent, at.last()) {
                (Some(Value::Object(properties)), Some(name)) => drop(properties.shift_remove(&name)),
                (Some(Value::Array(items)), Some(index)) => {
                    if let Some(index) = index.parse::<usize>().ok().filter(|index| *index < items.len()) {
                        items.remove(index);
                    }
                }
                _ => {}
            }
        }
        Change::Status(_) | Change::Header(..) | Change::RemoveHeader(_) | Change::Body(_) => {}
    }
}
