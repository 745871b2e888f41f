//! Judges the content of a message: its media type, its form, its schema.

use std::borrow::Cow;

use serde_json::Value;

use crate::contract::schema::{MAX_VIOLATIONS, Subject};
use crate::contract::{
    Anchor, Breach, Contract, Declared, Direction, Judgement, Location, MediaTypeObject, NotChecked, Rule,
};
use crate::difference::{ContentTypeFault, Difference, Element};
use crate::document::parse_json;
use crate::http::{Headers, MediaType};
use crate::pointer::Pointer;

use super::reading::{self, Reading};
use super::sequence::{self, Item, NoItem};

/// Content that came, and what is declared about it.
pub(super) struct Content<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The media types that may come.
    pub declared: &'a [MediaTypeObject],
    /// The response or request body object.
    pub owner: &'a Anchor,
    /// The header lines.
    pub headers: &'a Headers,
    /// The bytes.
    pub bytes: &'a [u8],
    /// Which way it travels.
    pub direction: Direction,
}

impl<'a> Content<'a> {
    /// Judges media type, form and schema.
    pub fn judge(&self, judgement: &mut Judgement) {
        let Some((declared, actual)) = self.media_type(judgement) else {
            return judgement.not_checked(Rule::BodySchema, "its media type does not tell which schema it should keep");
        };
        judgement.media_type = Some(declared.name.clone());
        if actual.is_json() {
            self.charset(&actual, judgement);
            return self.json(declared, judgement);
        }
        if let Some(items) = sequence::items(&actual, self.bytes) {
            return self.items(declared, items, judgement);
        }
        match reading::read(self, declared, &actual, judgement) {
            Reading::Malformed(keyword, why) => {
                let breach = self.malformed(declared, keyword).expected(actual.essence()).actual(self.bytes);
                let format = actual.essence();
                let difference = Difference::Malformed { format, reason: why, item: None, position: None };
                judgement.breaches.push(breach.differs(difference));
            }
            Reading::BeyondLimits(why) => judgement.beyond_limits(format!("the body has {why}")),
            reading => self.read(declared, &actual, reading, judgement),
        }
    }

    fn read(&self, declared: &MediaTypeObject, actual: &MediaType, reading: Reading, judgement: &mut Judgement) {
        match (&declared.schema, reading) {
            (None, _) => self.without_schema(declared, judgement),
            (Some(schema), Reading::Value(mut value)) => {
                // A field that could not be read is not missing.
                let before = std::mem::take(&mut judgement.breaches);
                self.schema(schema, &Location::Body, &mut value, judgement);
                let is_unread = |location: &Location| before.iter().any(|held| held.location == *location);
                judgement.breaches.retain(|breach| breach.keyword != "required" || !is_unread(&breach.location));
                judgement.breaches.splice(..0, before);
            }
            (Some(_), Reading::Unread(why)) => {
                let reason = format!("{} cannot be judged by a schema: {why}", actual.essence());
                judgement.not_checked(Rule::BodySchema, reason);
            }
            (Some(_), Reading::Anything | Reading::Malformed(..) | Reading::BeyondLimits(_)) => {}
        }
    }

    /// The items of a sequence, each by the schema of items.
    fn items(&self, declared: &MediaTypeObject, items: impl Iterator<Item = Item>, judgement: &mut Judgement) {
        for (index, item) in items.enumerate() {
            if judgement.breaches.len() + judgement.not_checked.len() >= MAX_VIOLATIONS {
                let reason =
                    format!("so much is wrong with the items before that item {index} and the rest were not judged");
                judgement.not_checked(Rule::BodySchema, reason);
                break;
            }
            let at = Pointer::root().join(index);
            match (item, &declared.items) {
                (Err(NoItem::BeyondLimits(why)), _) => {
                    judgement.beyond_limits(format!("item {index} has {why}"));
                }
                (Err(NoItem::Malformed(why)), _) => {
                    let difference = Difference::Malformed {
                        format: "JSON".to_owned(),
                        reason: why.reason,
                        item: Some(index as u64),
                        position: why.position,
                    };
                    let breach = self.malformed(declared, "json").expected("JSON").differs(difference);
                    judgement.breaches.push(Breach { location: Location::Body(at), ..breach });
                }
                (Ok(mut value), Some(schema)) => {
                    let location = |within: Pointer| Location::Body(at.concat(&within));
                    self.schema(schema, &location, &mut value, judgement);
                }
                (Ok(_), None) => {}
            }
        }
        if declared.items.is_none() {
            let reason = format!("no itemSchema is declared for {}", declared.media_type);
            judgement.not_checked(Rule::BodySchema, reason);
        }
    }

    /// JSON is UTF-8 whatever is said (RFC 8259 §8.1): another charset is wrong where it would read other text.
    fn charset(&self, actual: &MediaType, judgement: &mut Judgement) {
        let other = actual.parameter("charset").filter(|charset| !charset.eq_ignore_ascii_case("utf-8"));
        if other.is_some() && !self.bytes.is_ascii() {
            let lines: Vec<&str> = self.headers.all("content-type").collect();
            let difference = Difference::ContentType { fault: ContentTypeFault::Charset };
            let breach = self.wrong_type(&lines, difference);
            judgement.breaches.push(breach.expected("charset=utf-8"));
        }
    }

    fn malformed(&self, declared: &MediaTypeObject, keyword: &str) -> Breach {
        Breach::new(Rule::BodyWellFormed, keyword, Location::Body(Pointer::root()), declared.anchor.clone())
    }

    fn without_schema(&self, declared: &MediaTypeObject, judgement: &mut Judgement) {
        judgement.not_checked(Rule::BodySchema, format!("no schema is declared for {}", declared.media_type));
    }

    /// The declared media type that covers the content's own best, and the content's own. What is wrong with the header is a
    /// breach; the content is still judged where only one type can be meant.
    pub fn media_type(&self, judgement: &mut Judgement) -> Option<(&'a MediaTypeObject, Cow<'a, MediaType>)> {
        let lines: Vec<&str> = self.headers.all("content-type").collect();
        // What is written alike needs no reading.
        if let [line] = lines[..]
            && let Some(declared) = self.declared.iter().find(|declared| *declared.name == *line)
        {
            return Some((declared, Cow::Borrowed(&declared.media_type)));
        }
        let (actual, wrong) = match lines[..] {
            [] => (self.only(), Some(ContentTypeFault::Missing)),
            [line] => match MediaType::parse(line) {
                Ok(actual) => (Some(actual), None),
                Err(error) => (None, Some(ContentTypeFault::Malformed { reason: error.to_string() })),
            },
            [first, ..] => {
                let agree = lines.iter().all(|line| *line == first);
                (MediaType::parse(first).ok().filter(|_| agree), Some(ContentTypeFault::Repeated))
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

    /// Whether nothing at all is content of the type that the header declares: text and unknown bytes may be empty.
    pub fn may_be_empty(&self) -> bool {
        let actual = self.headers.get("content-type").and_then(|line| MediaType::parse(line).ok());
        actual.is_some_and(|actual| {
            (actual.kind == "text" || actual.essence() == "application/octet-stream")
                && !actual.is_json()
                && self.covering(&actual).is_some()
        })
    }

    /// The content as JSON, whatever is declared.
    pub fn parse(&self, judgement: &mut Judgement) {
        parse(self.headers, self.bytes, judgement);
    }

    /// The declared media types, as a breach lists them.
    pub fn listed(&self) -> String {
        self.declared.iter().map(|declared| &*declared.name).collect::<Vec<_>>().join(" | ")
    }

    /// Where the media types are declared.
    pub fn anchor(&self) -> Anchor {
        self.owner.member("content")
    }

    fn only(&self) -> Option<MediaType> {
        match self.declared {
            [only] if !only.media_type.is_range() => Some(only.media_type.clone()),
            _ => None,
        }
    }

    /// The most specific of the declared types that cover `actual`; the first where several are equally so.
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

    fn json(&self, declared: &MediaTypeObject, judgement: &mut Judgement) {
        let mut value = match judgement.body.take().map_or_else(|| parse_json(self.bytes), Ok) {
            Ok(value) => value,
            Err(error) if error.beyond_limits => {
                return judgement.beyond_limits(format!("the body has {error}"));
            }
            Err(error) => {
                let breach = self.malformed(declared, "json").expected("JSON").actual(self.bytes);
                let location = Location::Body(error.at.clone().unwrap_or_default());
                let difference = Difference::Malformed {
                    format: "JSON".to_owned(),
                    reason: error.message,
                    item: None,
                    position: Some((error.line, error.column)),
                };
                let breach = Breach { location, ..breach }.differs(difference);
                return judgement.breaches.push(breach);
            }
        };
        match &declared.schema {
            Some(schema) => self.schema(schema, &Location::Body, &mut value, judgement),
            None => self.without_schema(declared, judgement),
        }
        judgement.body = Some(value);
    }

    fn schema(
        &self,
        schema: &Declared,
        location: &dyn Fn(Pointer) -> Location,
        value: &mut Value,
        judgement: &mut Judgement,
    ) {
        let (breaches, not_checked) = self::schema(self.contract, schema, self.direction, location, value);
        judgement.breaches.extend(breaches);
        judgement.not_checked.extend(not_checked);
    }
}

/// Notes a body as JSON: by its media type, else because it is an object or an array.
pub(super) fn parse(headers: &Headers, bytes: &[u8], judgement: &mut Judgement) {
    let is_json =
        headers.get("content-type").and_then(|line| MediaType::parse(line).ok()).map(|actual| actual.is_json());
    match parse_json(bytes) {
        Ok(value) if is_json.unwrap_or(true) || value.is_object() || value.is_array() => judgement.body = Some(value),
        Err(error) if error.beyond_limits && is_json == Some(true) => {
            judgement.beyond_limits(format!("the body has {error}"));
        }
        Ok(_) | Err(_) => {}
    }
}

/// What `value` breaks of the schema, and what could not be judged; the value is the same afterwards.
pub(super) fn schema(
    contract: &Contract,
    schema: &Declared,
    direction: Direction,
    location: &dyn Fn(Pointer) -> Location,
    value: &mut Value,
) -> (Vec<Breach>, Vec<NotChecked>) {
    let rule = Rule::BodySchema;
    let Some(key) = schema.key else { return (Vec::new(), vec![NotChecked::not_compiled(rule)]) };
    let subject = Subject { refs: contract.refs(), key, rule, location, direction };
    let (mut breaches, mut not_checked) = contract.schemas.judge(subject, value);
    if direction == Direction::Response {
        let (more, unknown) = contract.schemas.undocumented(subject, value, &breaches);
        breaches.extend(more);
        not_checked.extend(unknown);
    }
    (breaches, not_checked)
}
