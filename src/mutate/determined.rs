//! Determined locations: what a case can know of a response before it is sent.
//!
//! A value is determined if it equals one of the request or a capture in every unmutated run, or if it is the same in two runs with
//! another seed and a shifted clock. The presence of a value is determined if it is the same in all of them.
//!
//! A live target is asked once, so that nothing shows which of its values change. There, a value and its presence are determined if
//! the value equals one of the request or a capture, or contains such a value, and so is the presence of the body; the status always is.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::http::{Headers, Request};
use crate::pointer::Pointer;

use super::difference::Difference;
use super::unmutated::{self, Sent, StoryRun, UnmutatedRun};

/// The same exchange in every unmutated run.
pub(crate) struct Aligned<'r> {
    /// The exchange and its story: first of the run that mutants are compared with.
    runs: Vec<(&'r Sent, &'r StoryRun)>,
    /// Its position in its story.
    position: usize,
    /// Strings and numbers of each request.
    requests: Vec<Vec<Value>>,
    /// Whether there is such an exchange in every run.
    is_whole: bool,
}

impl<'r> Aligned<'r> {
    /// The exchange at a position of `runs`.
    pub(crate) fn new(runs: &'r [UnmutatedRun], lane: usize, story: usize, position: usize) -> Option<Self> {
        let find = |run: &'r UnmutatedRun| {
            let story = run.lanes.get(lane)?.get(story)?;
            Some((story.sent.get(position)?, story))
        };
        let found: Vec<_> = runs.iter().filter_map(find).collect();
        let first = found.first()?.0;
        let is_same = |sent: &Sent| {
            sent.operation == first.operation && sent.exchange.response.status == first.exchange.response.status
        };
        let is_whole = found.len() == runs.len() && found.iter().all(|(sent, _)| is_same(sent));
        let requests = found.iter().map(|(sent, _)| known(&sent.exchange.request)).collect();
        Some(Self { runs: found, position, requests, is_whole })
    }

    /// An exchange that did not happen.
    pub(crate) fn unknown() -> Self {
        Self { runs: Vec::new(), position: 0, requests: Vec::new(), is_whole: false }
    }

    /// Whether a case can know what a response is at this location.
    pub(crate) fn is_determined(&self, difference: &Difference) -> bool {
        if !self.is_whole {
            return false;
        }
        if let [(sent, _)] = self.runs.as_slice() {
            return match difference {
                Difference::Status => true,
                Difference::Header(_) => false,
                Difference::Body => sent.body.as_ref().is_some_and(|body| self.contains_known(body)),
                Difference::Value(at, _) => value(sent, at).is_some_and(|value| self.contains_known(value)),
            };
        }
        let same = |value: &dyn Fn(&Sent) -> Option<String>| {
            let first = value(self.runs[0].0);
            self.runs.iter().all(|(sent, _)| value(sent) == first)
        };
        let headers = |sent: &Sent, name: &str| {
            let lines: Vec<_> = Headers::all(&sent.exchange.response.headers, name).collect();
            (!lines.is_empty()).then(|| lines.join(", "))
        };
        match difference {
            Difference::Status => true,
            Difference::Header(name) => same(&|sent| headers(sent, name)),
            Difference::Body => same(&|sent| Some(sent.exchange.response.body.is_empty().to_string())),
            Difference::Value(at, true) => self.is_value_determined(at),
            Difference::Value(at, false) => same(&|sent| value(sent, at).map(|_| String::new())),
        }
    }

    /// Whether the value of the only run, or one within it, equals one of the request or a capture.
    fn contains_known(&self, value: &Value) -> bool {
        let (Some((_, story)), Some(request)) = (self.runs.first(), self.requests.first()) else { return false };
        let mut values = Vec::new();
        unmutated::leaves(value, &mut values);
        values.iter().any(|value| request.contains(value) || is_captured(story, self.position, value))
    }

    /// The exchange and its story in every run, as far as it happened.
    pub(crate) fn runs(&self) -> &[(&'r Sent, &'r StoryRun)] {
        &self.runs
    }

    /// Its position in its story.
    pub(crate) fn position(&self) -> usize {
        self.position
    }

    /// Whether the value is another one in each run, and has at least so many characters.
    pub(crate) fn is_distinct(&self, at: &Pointer, length: usize) -> bool {
        let values: Vec<_> = self.runs.iter().filter_map(|(sent, _)| value(sent, at)).map(Value::to_string).collect();
        let is_new = |(index, value): (usize, &String)| value.len() >= length && !values[..index].contains(value);
        self.is_whole && values.len() == self.runs.len() && values.iter().enumerate().all(is_new)
    }

    fn is_value_determined(&self, at: &Pointer) -> bool {
        let first = value(self.runs[0].0, at);
        if self.runs.iter().all(|(sent, _)| value(sent, at) == first) {
            return true;
        }
        let is_known = |((sent, story), request): (&(&Sent, &StoryRun), &Vec<Value>)| {
            let is_known = |value: &Value| request.contains(value) || is_captured(story, self.position, value);
            value(sent, at).is_some_and(is_known)
        };
        // The content of a list or an object is compared as a whole; its type is known.
        let is_container = first.is_some_and(|value| value.is_array() || value.is_object());
        let same_type = |(sent, _): &(&Sent, &StoryRun)| {
            value(sent, at).map(std::mem::discriminant) == first.map(std::mem::discriminant)
        };
        (is_container && self.runs.iter().all(same_type)) || self.runs.iter().zip(&self.requests).all(is_known)
    }
}

/// Whether an earlier case of the story captured the value.
fn is_captured(story: &StoryRun, position: usize, value: &Value) -> bool {
    story.captured.iter().any(|(before, held)| *before <= position && held == value)
}

fn value<'s>(sent: &'s Sent, at: &Pointer) -> Option<&'s Value> {
    at.of(sent.body.as_ref()?)
}

/// Strings and numbers of a request: of its path, its query and its JSON body.
pub(crate) fn known(request: &Request) -> Vec<Value> {
    let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
    let path = request.path().split('/').map(decoded);
    let query = request.query().unwrap_or_default().split('&');
    let query = query.filter_map(|pair| pair.split_once('=')).map(|(_, value)| decoded(value));
    let texts = path.chain(query).filter(|text| !text.is_empty());
    let mut found: Vec<Value> = Vec::new();
    for text in texts.collect::<Vec<_>>() {
        found.extend(text.parse::<i64>().ok().map(Value::from));
        found.push(text.into());
    }
    let body = request.body.as_ref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
    body.iter().for_each(|body| unmutated::leaves(body, &mut found));
    found
}
