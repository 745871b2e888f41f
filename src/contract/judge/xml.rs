//! Checks that text is well-formed XML (XML 1.0 §2.1): one root element, nested tags, unique attributes.

use std::collections::HashSet;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Maximum depth of elements.
const MAX_DEPTH: usize = 1_000;

/// Maximum number of attributes of one tag.
const MAX_ATTRIBUTES: usize = 1_000;

/// Returns what is wrong with `text`, and where; none when it is well-formed. With a document type, any entity may be declared.
pub(super) fn fault(text: &str) -> Option<String> {
    let mut reader = Reader::from_str(text.strip_prefix('\u{feff}').unwrap_or(text));
    let mut document = Document::default();
    loop {
        let position = reader.buffer_position();
        let at = |why: String| Some(format!("{why}, at byte {position}"));
        match reader.read_event() {
            Ok(Event::Eof) => return document.end(),
            Ok(event) => match document.take(&event) {
                Ok(()) => {}
                Err(why) => return at(why),
            },
            Err(error) => return at(error.to_string()),
        }
    }
}

/// State of reading a document.
#[derive(Default)]
struct Document {
    depth: usize,
    has_root: bool,
    has_type: bool,
}

impl Document {
    fn take(&mut self, event: &Event<'_>) -> Result<(), String> {
        match event {
            Event::Start(tag) => {
                self.open(tag)?;
                self.depth += 1;
                if self.depth > MAX_DEPTH { Err(format!("more than {MAX_DEPTH} levels")) } else { Ok(()) }
            }
            Event::Empty(tag) => self.open(tag),
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Ok(())
            }
            Event::Text(text) if self.depth == 0 && !text.iter().all(u8::is_ascii_whitespace) => {
                Err("text outside of the root element".to_owned())
            }
            Event::CData(_) if self.depth == 0 => Err("text outside of the root element".to_owned()),
            Event::GeneralRef(reference) => self.reference(reference),
            Event::DocType(_) => {
                self.has_type = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn open(&mut self, tag: &BytesStart<'_>) -> Result<(), String> {
        if self.depth == 0 && std::mem::replace(&mut self.has_root, true) {
            return Err("a second element".to_owned());
        }
        // The reader's own check is quadratic.
        let mut names = HashSet::new();
        for attribute in tag.attributes().with_checks(false) {
            let name = attribute.map_err(|error| error.to_string())?.key.into_inner();
            if names.len() >= MAX_ATTRIBUTES {
                return Err(format!("more than {MAX_ATTRIBUTES} attributes"));
            }
            if !names.insert(name) {
                return Err(format!("the attribute {} occurs twice", String::from_utf8_lossy(name)));
            }
        }
        Ok(())
    }

    fn reference(&self, reference: &BytesRef<'_>) -> Result<(), String> {
        let name = String::from_utf8_lossy(reference);
        let is_known = reference.is_char_ref() || matches!(&*name, "lt" | "gt" | "amp" | "apos" | "quot");
        if self.depth == 0 {
            Err("text outside of the root element".to_owned())
        } else if is_known || self.has_type {
            Ok(())
        } else {
            Err(format!("the entity {name} is not declared"))
        }
    }

    fn end(&self) -> Option<String> {
        if self.depth > 0 {
            Some("it ends within an element".to_owned())
        } else if self.has_root {
            None
        } else {
            Some("it has no element".to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_element_with_its_tags_in_order_is_well_formed() {
        for text in [
            "<a/>",
            "\u{feff}<?xml version=\"1.0\"?>\n<!-- x --><a b='1' c=\"&lt;\"><![CDATA[<]]>&#33;<d/></a>\n",
            "<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        ] {
            assert_eq!(fault(text), None, "{text}");
        }
        let check = |text: &str, expect: &str| assert_eq!(fault(text).as_deref(), Some(expect), "{text}");
        check("", "it has no element");
        check("<a>", "it ends within an element");
        check("<a></b>", "ill-formed document: expected `</a>`, but `</b>` was found, at byte 3");
        check("<a/><b/>", "a second element, at byte 4");
        check("{}", "text outside of the root element, at byte 0");
        check("<a b='1' b='2'/>", "the attribute b occurs twice, at byte 0");
        check("<a>&e;</a>", "the entity e is not declared, at byte 3");
        check("<a", "syntax error: tag not closed: `>` not found before end of input, at byte 0");
        let attributes: String = (0..1_001).map(|number| format!(" a{number}=''")).collect();
        check(&format!("<a{attributes}/>"), "more than 1000 attributes, at byte 0");
        check(&"<a>".repeat(2_000), "more than 1000 levels, at byte 3000");
    }
}
