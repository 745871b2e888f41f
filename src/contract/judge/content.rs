//! The content of a message, and the declared media type that describes it.

use std::borrow::Cow;

use crate::contract::{Anchor, Breach, Contract, Direction, Judgement, Location, MediaTypeObject, Rule, shape};
use crate::difference::{ContentTypeFault, Difference, Element};
use crate::document::JsonError;
use crate::http::{Headers, MediaType, SyntaxError};
use crate::pointer::Pointer;

/// Why content with a duplicate name is not checked: neither RFC 8259 §4 nor JSON Schema (2020-12 Core §4.2.1) defines its value.
pub(super) const DUPLICATE: &str = "an object in it has a name twice, and what that means is undefined";

/// Content of a message, and what is declared about it.
pub(super) struct Content<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The declared media types.
    pub declared: &'a [MediaTypeObject],
    /// The response or request body object.
    pub owner: &'a Anchor,
    /// The header lines.
    pub headers: &'a Headers,
    /// The bytes.
    pub bytes: &'a [u8],
    /// The direction of the message.
    pub direction: Direction,
    /// Whether `bytes` are a part of a sequence, of whose items more may follow.
    pub is_partial: bool,
}

impl<'a> Content<'a> {
    /// Reports another charset than UTF-8 for JSON, which is always UTF-8 (RFC 8259 §8.1), if it would change the text.
    pub(super) fn charset(&self, actual: &MediaType, judgement: &mut Judgement) {
        let other = actual.parameter("charset").filter(|charset| !charset.eq_ignore_ascii_case("utf-8"));
        if other.is_some() && !self.bytes.is_ascii() {
            let lines: Vec<&str> = self.headers.all("content-type").collect();
            let difference = Difference::ContentType { fault: ContentTypeFault::Charset };
            let breach = self.wrong_type(&lines, difference);
            judgement.breaches.push(breach.expected("charset=utf-8"));
        }
    }

    /// A breach: the body is not what `declared` says.
    pub(super) fn malformed(&self, declared: &MediaTypeObject, keyword: &str) -> Breach {
        Breach::new(Rule::BodyWellFormed, keyword, Location::Body(Pointer::root()), declared.anchor.clone())
    }

    /// A breach: an object in the body has a name twice; `item` is the index in a sequence.
    pub(super) fn duplicate_name(&self, declared: &MediaTypeObject, error: &JsonError, item: Option<usize>) -> Breach {
        let within = error.at.clone().unwrap_or_default();
        let difference = Difference::DuplicateName {
            name: within.last().unwrap_or_default(),
            item: item.map(|index| index as u64),
            position: (error.line, error.column),
        };
        let at = item.map_or_else(Pointer::root, |index| Pointer::root().join(index)).concat(&within);
        let breach = Breach::new(Rule::UniqueNames, "json", Location::Body(at), declared.anchor.clone());
        breach.expected("unique names").differs(difference)
    }

    /// Returns the declared media type that describes the content best, and the actual one. An invalid header is a breach; the
    /// content is still validated if type and subtype are valid, or if only one media type is possible.
    pub(super) fn media_type(&self, judgement: &mut Judgement) -> Option<(&'a MediaTypeObject, Cow<'a, MediaType>)> {
        let lines: Vec<&str> = self.headers.all("content-type").collect();
        // The usual case: the header is exactly as declared.
        if let [line] = lines[..]
            && let Some(declared) = self.declared.iter().find(|declared| *declared.name == *line)
        {
            return Some((declared, Cow::Borrowed(&declared.media_type)));
        }
        let (actual, wrong) = match lines[..] {
            [] => (self.only(), Some(ContentTypeFault::Missing)),
            [line] => match MediaType::parse_leniently(line) {
                Ok((actual, None)) => (Some(actual), None),
                Ok((actual, Some(error))) => (Some(actual), Some(malformed(&error))),
                Err(error) => (None, Some(malformed(&error))),
            },
            [first, ..] => {
                let agree = lines.iter().all(|line| *line == first);
                (MediaType::of_line(first).filter(|_| agree), Some(ContentTypeFault::Repeated))
            }
        };
        let found = actual.and_then(|actual| Some((self.covering(&actual)?, Cow::Owned(actual))));
        let wrong = wrong.map(|fault| Difference::ContentType { fault });
        let undeclared = found.is_none().then_some(Difference::Undeclared { element: Element::MediaType, name: None });
        if let Some(difference) = wrong.or(undeclared) {
            judgement.breaches.push(self.wrong_type(&lines, difference));
        }
        found
    }

    /// Whether content of the actual media type may be empty: text and binary data may, sequences without items, and forms without
    /// fields.
    pub(super) fn may_be_empty(&self) -> bool {
        let actual = self.headers.get("content-type").and_then(MediaType::of_line);
        actual.is_some_and(|actual| {
            let has_empty_value = actual.kind == "text"
                || matches!(&*actual.essence(), "application/octet-stream" | "application/x-www-form-urlencoded")
                || actual.sequence().is_some();
            let declared = self.covering(&actual);
            declared.is_some_and(|declared| has_empty_value && !actual.is_json() || self.allows_any_octets(declared))
        })
    }

    /// Whether all bytes conform to the declared schema, also those that are not of the actual media type.
    pub(super) fn allows_any_octets(&self, declared: &MediaTypeObject) -> bool {
        *declared.allows_any_octets.get_or_init(|| {
            let schema = declared.schema.as_ref().and_then(|schema| self.contract.schema(&schema.anchor));
            schema.is_some_and(|schema| shape::allows_any_octets(&schema, self.contract.openapi))
        })
    }

    /// The declared media types, as `expected` of a breach.
    pub(super) fn listed(&self) -> String {
        if self.declared.is_empty() {
            return "no content".to_owned();
        }
        self.declared.iter().map(|declared| &*declared.name).collect::<Vec<_>>().join(" | ")
    }

    /// The location of the declared media types.
    pub(super) fn anchor(&self) -> Anchor {
        self.owner.member("content")
    }

    fn only(&self) -> Option<MediaType> {
        match self.declared {
            [only] if !only.media_type.is_range() => Some(only.media_type.clone()),
            _ => None,
        }
    }

    /// The most specific declared media type that covers `actual`; the first of equally specific ones.
    fn covering(&self, actual: &MediaType) -> Option<&'a MediaTypeObject> {
        let covering = self.declared.iter().rev();
        let covering = covering.filter_map(|declared| Some((declared.media_type.covers(actual)?, declared)));
        covering.max_by_key(|(closeness, _)| *closeness).map(|(_, declared)| declared)
    }

    fn wrong_type(&self, lines: &[&str], difference: Difference) -> Breach {
        let location = Location::Header("content-type".to_owned(), Pointer::root());
        let breach = Breach::new(Rule::ContentType, "content-type", location, self.anchor())
            .expected(self.listed())
            .differs(difference);
        if lines.is_empty() { breach } else { breach.actual(lines.join(", ")) }
    }
}

fn malformed(error: &SyntaxError) -> ContentTypeFault {
    ContentTypeFault::Malformed { reason: error.to_string() }
}
