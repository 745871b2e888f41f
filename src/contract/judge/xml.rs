//! Parses XML (XML 1.0, Namespaces in XML 1.0) to a tree of elements, within limits.

use ::xml::common::Position;
use ::xml::reader::{ErrorKind, EventReader, ParserConfig, XmlEvent};

use crate::contract::value_summary;
use crate::document::{LONG_NAME, MAX_NAME};

use super::converted::Converted;
use super::xml_entities;

/// Maximum depth of elements: the parser is quadratic in it.
const MAX_DEPTH: usize = 256;

/// Maximum number of attributes of one tag.
const MAX_ATTRIBUTES: usize = 1_000;

/// Maximum number of elements and attributes in a tree: each takes fifty times the memory of its text.
const MAX_NODES: usize = 10_000;

/// Maximum size of the locations of all elements in a tree, in bytes.
const MAX_LOCATIONS: usize = 4_000_000;

/// Parts of the parser's messages for text beyond a limit of its configuration. The kind of error does not tell.
const LIMITS: [&str; 2] = ["larger/more complex than allowed by the parser's configuration", "Entity too big"];

/// Parts of a document type that change the content and are not read: default values of attributes, and external entities.
const UNREAD: [&str; 3] = ["<!ATTLIST", "SYSTEM", "PUBLIC"];

/// The namespace of `xsi:nil`.
const INSTANCE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// An element.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Element {
    /// Its name without prefix.
    pub name: String,
    /// Its namespace.
    pub namespace: Option<String>,
    /// Its attributes. Not those of the namespace of `xsi:nil`.
    pub attributes: Vec<Attribute>,
    /// Whether it is null (`xsi:nil="true"`).
    pub is_nil: bool,
    /// Its elements.
    pub children: Vec<Element>,
    /// Its own text.
    pub text: String,
}

/// An attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Attribute {
    /// Its name without prefix.
    pub name: String,
    /// Its namespace; none without a prefix.
    pub namespace: Option<String>,
    /// Its value.
    pub value: String,
}

/// Parses a whole document. It is decoded already: the encoding in its declaration is ignored.
pub(super) fn parse(text: &str) -> Result<Element, Converted> {
    if xml_entities::are_too_large(text) {
        let why = format!("more than {} MB of expanded entities", xml_entities::MAX_EXPANSION / 1_000_000);
        return Err(Converted::BeyondLimits(why));
    }
    let mut reader = EventReader::new_with_config(text.trim_start_matches('\u{feff}').as_bytes(), config());
    let mut tree = Tree::default();
    loop {
        let event = reader.next().map_err(|error| failure(&error))?;
        if reader.doctype_ids().is_some_and(|ids| ids.system_id().is_some()) {
            return Err(Converted::Unsupported("it has an external document type".to_owned()));
        }
        match event {
            XmlEvent::Doctype { syntax } if UNREAD.iter().any(|part| syntax.contains(part)) => {
                return Err(Converted::Unsupported(
                    "its document type declares attributes or external entities".to_owned(),
                ));
            }
            XmlEvent::EndDocument => return tree.finish(),
            event => tree.add(event)?,
        }
    }
}

fn failure(error: &::xml::reader::Error) -> Converted {
    match error.kind() {
        ErrorKind::Syntax(text) if LIMITS.iter().any(|limit| text.contains(limit)) => Converted::BeyondLimits(format!(
            "a tag with more than {MAX_ATTRIBUTES} attributes, {LONG_NAME}, or an entity or other markup as complex"
        )),
        // The parser quotes the wrong markup.
        _ if value_summary::is_long(&error.to_string()) => {
            Converted::Malformed("xml", format!("at {} Unexpected markup", error.position()))
        }
        _ => Converted::Malformed("xml", format!("at {error}")),
    }
}

fn config() -> ParserConfig {
    ParserConfig::new()
        .allow_multiple_root_elements(false)
        .max_attributes(MAX_ATTRIBUTES)
        .max_name_length(MAX_NAME)
        .cdata_to_characters(true)
        .whitespace_to_characters(true)
        .override_encoding(Some(::xml::Encoding::Utf8))
        .ignore_invalid_encoding_declarations(true)
}

/// The tree that is being built: the open elements, the root first.
#[derive(Default)]
struct Tree {
    open: Vec<Element>,
    root: Option<Element>,
    nodes: usize,
    /// The size of the names of the open elements, and of the locations of all elements, in bytes.
    names: usize,
    locations: usize,
}

impl Tree {
    fn add(&mut self, event: XmlEvent) -> Result<(), Converted> {
        match event {
            XmlEvent::StartElement { name, attributes, .. } => {
                if self.open.len() == MAX_DEPTH {
                    return Err(Converted::BeyondLimits(format!("more than {MAX_DEPTH} levels of elements")));
                }
                self.nodes += 1 + attributes.len();
                self.names += name.local_name.len();
                self.locations += self.names * (1 + attributes.len());
                if self.names > MAX_NAME {
                    return Err(Converted::BeyondLimits(LONG_NAME.to_owned()));
                }
                let mut element = Element { name: name.local_name, namespace: name.namespace, ..Element::default() };
                if self.is_kept() {
                    for attribute in attributes {
                        match attribute.name.namespace.as_deref() {
                            Some(INSTANCE) if attribute.name.local_name == "nil" => {
                                element.is_nil = matches!(attribute.value.trim(), "true" | "1");
                            }
                            Some(INSTANCE) => {}
                            _ => element.attributes.push(Attribute {
                                name: attribute.name.local_name,
                                namespace: attribute.name.namespace,
                                value: attribute.value,
                            }),
                        }
                    }
                }
                self.open.push(element);
            }
            XmlEvent::EndElement { .. } => {
                let is_kept = self.is_kept();
                if let Some(closed) = self.open.pop() {
                    self.names -= closed.name.len();
                    match self.open.last_mut() {
                        Some(parent) if is_kept => parent.children.push(closed),
                        Some(_) => {}
                        None => self.root = Some(closed),
                    }
                }
            }
            XmlEvent::Characters(text) if self.is_kept() => match self.open.last_mut() {
                Some(element) if element.text.is_empty() => element.text = text,
                Some(element) => element.text.push_str(&text),
                None => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn is_kept(&self) -> bool {
        self.nodes <= MAX_NODES && self.locations <= MAX_LOCATIONS
    }

    fn finish(self) -> Result<Element, Converted> {
        match self.root {
            _ if self.nodes > MAX_NODES => {
                Err(Converted::Unsupported(format!("it has more than {MAX_NODES} elements and attributes")))
            }
            _ if self.locations > MAX_LOCATIONS => Err(Converted::Unsupported("its names are too long".to_owned())),
            Some(root) => Ok(root),
            None => Err(Converted::Malformed("xml", "it has no element".to_owned())),
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
            "<?xml version='1.0' encoding='ISO-8859-1'?><\u{e4}>\u{f6}</\u{e4}>",
        ] {
            assert!(parse(text).is_ok(), "{text}");
        }
        for text in [
            "",
            " ",
            "text",
            "{}",
            "<a>",
            "<a",
            "<a></b>",
            "<a/><b/>",
            "<a/>text",
            "<a b='1' b='2'/>",
            "<a b/>",
            "<a>&e;</a>",
            "<a>&</a>",
            " <?xml version='1.0'?><a/>",
            "<a>]]></a>",
            "<a>\u{1}</a>",
            "<a>&#0;</a>",
            "<a b='<'/>",
            "<1a/>",
            "<a><!-- -- --></a>",
            "<p:a/>",
        ] {
            assert!(matches!(parse(text), Err(Converted::Malformed("xml", _))), "{text}");
        }
    }

    #[test]
    fn trees_are_limited() {
        let deep = |levels: usize| format!("{}{}", "<a>".repeat(levels), "</a>".repeat(levels));
        assert!(parse(&deep(256)).is_ok());
        assert!(matches!(parse(&deep(257)), Err(Converted::BeyondLimits(_))));
        let wide = |items: usize| format!("<a>{}</a>", "<b/>".repeat(items));
        assert!(parse(&wide(9_999)).is_ok());
        assert!(matches!(parse(&wide(10_000)), Err(Converted::Unsupported(_))));
        let name = "n".repeat(8_192);
        assert!(parse(&format!("<{name}><{name}/></{name}>")).is_ok());
        assert!(matches!(parse(&format!("<{name}><{name}a/></{name}>")), Err(Converted::BeyondLimits(_))));
        let long = |items: usize| format!("<{name}>{}</{name}>", "<b/>".repeat(items));
        assert!(parse(&long(450)).is_ok());
        assert!(matches!(parse(&long(500)), Err(Converted::Unsupported(why)) if why == "its names are too long"));
        let attributes: String = (0..1_001).map(|number| format!(" a{number}=''")).collect();
        assert!(matches!(parse(&format!("<a{attributes}/>")), Err(Converted::BeyondLimits(_))));
        let endless = "<!DOCTYPE a [<!ENTITY e '&e;&e;'>]><a>&e;</a>";
        assert!(matches!(parse(endless), Err(Converted::BeyondLimits(_))));
        let long = parse(&format!("<a>&{};</a>", "n".repeat(5_000)));
        assert!(matches!(long, Err(Converted::Malformed(_, why)) if why.ends_with(" Unexpected markup")));
        let external = "<!DOCTYPE a SYSTEM 'http://example.com/a.dtd'><a>&nbsp;</a>";
        assert!(matches!(parse(external), Err(Converted::Unsupported(_))));
    }
}
