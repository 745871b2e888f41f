//! Finds the content of XML elements and attributes with sensitive names.
//!
//! It tolerates mismatched end tags, so that malformed XML is protected too.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::escape::unescape;
use quick_xml::events::{BytesStart, Event};

use crate::http::MediaType;

use super::find::SensitiveValue;
use super::sensitive_names::SensitiveNames;

/// Number of start tags after which the reader is replaced: it remembers each that was not closed, and a hostile text has millions.
const MAX_OPENED: usize = 100_000;

/// Calls `visit` for text and attributes at or below a sensitive name if the media type is XML. Namespace prefixes are ignored.
pub(super) fn scan(
    text: &str,
    media_type: Option<&MediaType>,
    names: &SensitiveNames,
    visit: &mut dyn FnMut(SensitiveValue),
) {
    if !media_type.is_some_and(MediaType::is_xml) || names.has_none_in(text) {
        return;
    }
    let (mut reader, mut base, mut opened) = (reader(text), 0, 0);
    let mut walk = Walk { text, names, depth: 0, sensitive_from: None, visit };
    // Start of the current text: the reader returns it in pieces.
    let mut from = 0;
    loop {
        let at = base + position(&reader);
        let event = match reader.read_event() {
            Ok(Event::Text(_) | Event::GeneralRef(_)) => continue,
            Ok(Event::Eof) | Err(_) => break,
            Ok(event) => event,
        };
        walk.content(from..at);
        match &event {
            Event::Start(tag) => walk.open(tag),
            Event::Empty(tag) => {
                walk.open(tag);
                walk.close();
            }
            Event::End(_) => walk.close(),
            Event::CData(data) => walk.content(walk.range(data)),
            _ => {}
        }
        from = base + position(&reader);
        opened += usize::from(matches!(event, Event::Start(_)));
        if opened > MAX_OPENED {
            (reader, base, opened) = (self::reader(text.get(from..).unwrap_or_default()), from, 0);
        }
    }
    walk.content(from..text.len());
}

/// A reader that accepts end tags without start tags.
fn reader(text: &str) -> Reader<&[u8]> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    reader
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

struct Walk<'t, 'v> {
    text: &'t str,
    names: &'t SensitiveNames,
    depth: usize,
    /// The depth at which the sensitive part ends, and its name.
    sensitive_from: Option<(usize, String)>,
    visit: &'v mut dyn FnMut(SensitiveValue),
}

impl Walk<'_, '_> {
    fn open(&mut self, tag: &BytesStart<'_>) {
        self.depth += 1;
        let name = String::from_utf8_lossy(tag.local_name().as_ref()).into_owned();
        if self.sensitive_from.is_none() && self.names.has(&name) {
            self.sensitive_from = Some((self.depth, name));
        }
        for attribute in tag.attributes().with_checks(false).flatten() {
            let own = String::from_utf8_lossy(attribute.key.local_name().as_ref()).into_owned();
            let own = self.names.has(&own).then_some(own);
            let below = self.sensitive_from.as_ref().map(|(_, name)| name.clone());
            // A namespace declaration holds no sensitive value.
            if let Some(name) = own.or(below).filter(|_| attribute.key.as_namespace_binding().is_none()) {
                self.take(self.range(&attribute.value), &name);
            }
        }
    }

    fn close(&mut self) {
        if self.sensitive_from.as_ref().is_some_and(|(depth, _)| *depth >= self.depth) {
            self.sensitive_from = None;
        }
        self.depth = self.depth.saturating_sub(1);
    }

    fn content(&mut self, range: Range<usize>) {
        if let Some((_, name)) = self.sensitive_from.clone() {
            self.take(range, &name);
        }
    }

    /// Reports the content of `range` without surrounding white space.
    fn take(&mut self, range: Range<usize>, name: &str) {
        let raw = self.text.get(range.clone()).unwrap_or_default();
        let (start, inner) = (range.start + raw.len() - raw.trim_start().len(), raw.trim());
        if !inner.is_empty() {
            let plain = unescape(inner).unwrap_or_else(|_| inner.into());
            (self.visit)(SensitiveValue::text(start..start + inner.len(), plain, name));
        }
    }

    /// Returns the range of bytes that the reader borrowed from the text.
    fn range(&self, bytes: &[u8]) -> Range<usize> {
        let start = (bytes.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        start..start + bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::redact::sensitive_names::NamesByOperation;

    /// The content below `pin` in XML.
    fn sensitive(text: &str) -> Vec<SensitiveValue> {
        let mut found = Vec::new();
        let media_type = MediaType::parse("application/problem+xml").expect("a media type");
        scan(text, Some(&media_type), &NamesByOperation::of_names(&["pin"]), &mut |named| found.push(named));
        found
    }

    fn check(text: &str, expect: &[&str]) {
        let found = sensitive(text);
        assert_eq!(found.iter().map(|named| &text[named.range.clone()]).collect::<Vec<_>>(), expect, "{text}");
    }

    #[test]
    fn everything_at_or_below_a_sensitive_name_is_found() {
        check("<a><pin> 1 </pin>2</a>", &["1"]);
        check("<a><x:pin k='v' xmlns:x='u'>1<b c=\"d\">2</b><![CDATA[3]]></x:pin>4</a>", &["v", "1", "d", "2", "3"]);
        check("<a pin='7' b='8'/><pin/>9", &["7"]);
        check("<pin>a&amp;b<!-- c -->d</pin>", &["a&amp;b", "d"]);
        assert_eq!(sensitive("<pin>a&amp;b</pin>")[0].plain, "a&b");
    }

    #[test]
    fn what_is_nearly_xml_is_protected_too() {
        check("<a><pin>1", &["1"]);
        check("<a></b><pin>1</b><pin>2</pin></pin>3", &["1", "2"]);
        check("no tag", &[]);
    }

    #[test]
    fn values_are_found_below_any_number_of_elements() {
        let (open, close) = ("<a>".repeat(MAX_OPENED * 2), "</a>".repeat(MAX_OPENED));
        check(&format!("{open}<pin>1<a>2{close}</pin>3"), &["1", "2"]);
    }

    proptest::proptest! {
        #[test]
        fn ranges_lie_on_character_bounds(text in "[<>/&;!\\[\\]=\"' a-cé«-]{0,40}|<b>.{0,20}</a b=.{0,9}>") {
            let text = text.replace('b', "pin");
            for named in sensitive(&text) {
                proptest::prop_assert!(text.get(named.range).is_some());
            }
        }
    }
}
