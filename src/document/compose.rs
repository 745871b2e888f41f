//! Composes a tree with locations from YAML events. This is the only file that names the event parser.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use granit_parser::{Event, Parser, ScalarStyle, Span, StrInput, Tag, options};
use serde_json::Value;

use crate::problem::Problem;
use crate::rules;

use super::copies::{Copies, Size};
use super::limits::MAX_DEPTH;
use super::node::{Content, Member, Node};
use super::scalar::{self, Unrepresentable};
use super::source::Source;
use super::syntax;

/// Composes the only document of `source`. Reports every problem that does not prevent reading the rest.
pub(super) fn compose(source: &Source) -> Result<Node, Vec<Problem>> {
    let options = options! { simple_key_max_lookahead: usize::MAX };
    let events = Parser::new_from_str_with_options(&source.text, options);
    let copies = Copies::new(source.text.len());
    let mut composer = Composer { source, events, anchors: HashMap::new(), copies, problems: Vec::new() };
    let root = composer.document();
    let mut problems = composer.problems;
    match root {
        Ok(root) if problems.is_empty() => return Ok(root),
        Ok(_) => {}
        Err(fatal) => problems.push(*fatal),
    }
    // Duplicate names are found only at the end of their mapping.
    problems.sort_by_key(|problem| problem.at.as_ref().map(|snippet| (snippet.place.line, snippet.place.column)));
    Err(problems)
}

/// A problem that ends the reading.
type Fatal = Box<Problem>;

struct Composer<'s> {
    source: &'s Source,
    events: Parser<'s, StrInput<'s>>,
    anchors: HashMap<usize, (Node, Size)>,
    copies: Copies,
    problems: Vec<Problem>,
}

impl<'s> Composer<'s> {
    fn document(&mut self) -> Result<Node, Fatal> {
        let mut root = None;
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::StreamStart | Event::DocumentEnd => {}
                Event::DocumentStart(..) if root.is_some() => {
                    let problem = Problem::new("the file must contain one document, found another after `---`");
                    return Err(self.fatal(problem, bytes(&span)));
                }
                Event::DocumentStart(..) => {
                    let (event, span) = self.next()?;
                    root = Some(self.node(event, &span, 0)?);
                }
                _ => return Err(self.fatal(Problem::new("expected a document"), bytes(&span))),
            }
        }
        root.ok_or_else(|| self.fatal(Problem::new("the file is empty"), 0..0))
    }

    fn next(&mut self) -> Result<(Event<'s>, Span), Fatal> {
        match self.events.next() {
            Some(Ok(next)) => Ok(next),
            Some(Err(error)) => Err(Box::new(syntax::explain(&error, self.source))),
            None => Err(self.fatal(Problem::new("unexpected end of file"), self.end())),
        }
    }

    fn node(&mut self, event: Event<'s>, span: &Span, depth: usize) -> Result<Node, Fatal> {
        if depth > MAX_DEPTH {
            let problem = Problem::new(format!("nested deeper than {MAX_DEPTH} levels"));
            return Err(self.fatal(problem, bytes(span)));
        }
        let (node, anchor) = match event {
            Event::Alias(anchor) => return self.alias(anchor, span, depth),
            Event::Scalar(text, style, anchor, tag) => (self.scalar(&text, style, tag.as_deref(), span), anchor),
            Event::SequenceStart(_, anchor, tag) => {
                self.refuse_other_tag(tag.as_deref(), "seq", span);
                (self.sequence(span, depth)?, anchor)
            }
            Event::MappingStart(_, anchor, tag) => {
                self.refuse_other_tag(tag.as_deref(), "map", span);
                (self.mapping(span, depth)?, anchor)
            }
            _ => return Err(self.fatal(Problem::new("expected a value"), bytes(span))),
        };
        if anchor != 0 {
            let size = Size::new(&node);
            self.copies.anchor(size).map_err(|problem| self.fatal(problem, bytes(span)))?;
            self.anchors.insert(anchor, (node.clone(), size));
        }
        Ok(node)
    }

    fn sequence(&mut self, start: &Span, depth: usize) -> Result<Node, Fatal> {
        let mut items = Vec::new();
        loop {
            match self.next()? {
                (Event::SequenceEnd, end) => return Ok(collection(start, &end, Content::Sequence(items))),
                (event, span) => items.push(self.node(event, &span, depth + 1)?),
            }
        }
    }

    fn mapping(&mut self, start: &Span, depth: usize) -> Result<Node, Fatal> {
        let (mut members, mut merged) = (Vec::new(), Vec::new());
        loop {
            let (event, span) = self.next()?;
            if event == Event::MappingEnd {
                self.refuse_duplicates(&members);
                self.merge(&mut members, merged);
                return Ok(collection(start, &span, Content::Mapping(members)));
            }
            let is_merge = matches!(&event, Event::Scalar(text, ScalarStyle::Plain, ..) if text == "<<");
            let (name, name_span) = (self.name(event, &span)?, bytes(&span));
            let (event, span) = self.next()?;
            let value = self.node(event, &span, depth + 1)?;
            if is_merge { merged.push(value) } else { members.push(Member { name, name_span, value }) }
        }
    }

    /// Adds the properties of the mappings under `<<` that are not there yet; the first of several mappings has precedence. YAML
    /// 1.2 dropped the merge key of YAML 1.1, but documents use it, and every tool reads it like this.
    fn merge(&mut self, members: &mut Vec<Member>, merged: Vec<Node>) {
        if merged.is_empty() {
            return;
        }
        let mut known: HashSet<String> = members.iter().map(|member| member.name.clone()).collect();
        let mut open: Vec<(Node, bool)> = merged.into_iter().rev().map(|node| (node, true)).collect();
        while let Some((Node { span, content }, may_be_list)) = open.pop() {
            match content {
                Content::Mapping(more) => {
                    members.extend(more.into_iter().filter(|member| known.insert(member.name.clone())))
                }
                Content::Sequence(items) if may_be_list => {
                    open.extend(items.into_iter().rev().map(|item| (item, false)))
                }
                _ => self.report(Problem::new("`<<` needs a mapping or a list of mappings"), span),
            }
        }
    }

    /// The name of a property: any scalar verbatim, so that `200` and `'200'` are the same.
    fn name(&mut self, event: Event<'s>, span: &Span) -> Result<String, Fatal> {
        let Event::Scalar(text, ..) = event else {
            let problem = Problem::new("a key must be a scalar, not a collection or an alias");
            return Err(self.fatal(problem.help("quote a name that contains ${…} or `*`"), bytes(span)));
        };
        Ok(text.into_owned())
    }

    fn scalar(&mut self, text: &str, style: ScalarStyle, tag: Option<&Tag>, span: &Span) -> Node {
        let forced = tag.map(|tag| tag.core_suffix().unwrap_or_else(|| tag.suffix()));
        let is_text = style != ScalarStyle::Plain || matches!(forced, Some("str" | "!"));
        let value = if is_text { Value::from(text) } else { self.plain(text, span) };
        self.refuse_other_tag(tag, kind(&value), span);
        Node { span: bytes(span), content: Content::Scalar(value) }
    }

    fn plain(&mut self, text: &str, span: &Span) -> Value {
        scalar::resolve(text).unwrap_or_else(|why| {
            let why = match why {
                Unrepresentable::NotFinite => "cannot be represented in JSON",
                Unrepresentable::OutOfRange => "is number out of range",
            };
            let problem = Problem::new(format!("`{text}` {why}"));
            self.report(problem.help("quote it if it is a string"), bytes(span));
            Value::Null
        })
    }

    fn alias(&mut self, anchor: usize, span: &Span, depth: usize) -> Result<Node, Fatal> {
        let Some((node, size)) = self.anchors.get(&anchor) else {
            let problem = Problem::new("recursive alias");
            return Err(self.fatal(problem, bytes(span)));
        };
        self.copies.alias(*size).map_err(|problem| self.fatal(problem, bytes(span)))?;
        if depth + size.depth > MAX_DEPTH {
            let problem = Problem::new(format!("nested deeper than {MAX_DEPTH} levels, including aliases"));
            return Err(self.fatal(problem, bytes(span)));
        }
        Ok(node.clone())
    }

    fn refuse_other_tag(&mut self, tag: Option<&Tag>, kind: &str, span: &Span) {
        let Some(tag) = tag else { return };
        let written = format!("{}{}", tag.original_handle(), tag.suffix());
        let fits = tag.core_suffix().map_or(written == "!", |core| core == kind);
        if !fits {
            let problem = Problem::new(format!("the tag `{written}` does not fit this value"));
            let at = span.tag_start().and_then(|mark| mark.byte_offset());
            let range = at.map_or_else(|| bytes(span), |start| start..start + written.len());
            self.report(problem.help("remove it; only the tags of the YAML 1.2 core schema are known"), range);
        }
    }

    fn refuse_duplicates(&mut self, members: &[Member]) {
        let mut seen = HashMap::with_capacity(members.len());
        for Member { name, name_span, .. } in members {
            if let Some(first) = seen.insert(name.as_str(), name_span) {
                let earlier = self.source.place(first.start);
                let message = format!("duplicate key `{name}`, first given at {}:{}", earlier.line, earlier.column);
                self.report(Problem::new(message).rule(rules::DUPLICATE_KEY), name_span.clone());
            }
        }
    }

    fn report(&mut self, problem: Problem, range: Range<usize>) {
        let rule = problem.rule.unwrap_or(rules::SYNTAX);
        self.problems.push(problem.rule(rule).at(self.source.snippet(range)));
    }

    fn fatal(&self, problem: Problem, range: Range<usize>) -> Fatal {
        Box::new(problem.rule(rules::SYNTAX).at(self.source.snippet(range)))
    }

    fn end(&self) -> Range<usize> {
        self.source.text.len()..self.source.text.len()
    }
}

fn collection(start: &Span, end: &Span, content: Content) -> Node {
    Node { span: bytes(start).start..bytes(end).end, content }
}

fn bytes(span: &Span) -> Range<usize> {
    span.byte_range().unwrap_or_default()
}

/// The suffix of the core tag for a value.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(number) if number.is_f64() => "float",
        Value::Number(_) => "int",
        Value::String(_) => "str",
        Value::Array(_) => "seq",
        Value::Object(_) => "map",
    }
}
