//! A compiled expression: a syntax tree with source ranges.

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::Value;

use super::builtins::Function;
use super::name::Name;
use super::operators::{Arithmetic, Comparison};

/// A node of an expression.
#[derive(Debug)]
pub(super) struct Node {
    /// Bytes of the expression's text.
    pub(super) range: Range<usize>,
    pub(super) kind: NodeKind,
}

/// Operation of a node.
#[derive(Debug)]
pub(super) enum NodeKind {
    Constant(Value),
    Omit,
    Variable(String),
    Attribute(Box<Node>, String),
    Item(Box<Node>, Box<Node>),
    Slice(Box<Node>, Option<Box<Node>>, Option<Box<Node>>),
    Not(Box<Node>),
    Negate(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    /// `a < b <= c`: each operand is compared with the one before.
    Compare(Box<Node>, Vec<(Comparison, Node)>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Choice {
        test: Box<Node>,
        yes: Box<Node>,
        no: Box<Node>,
    },
    Defined(Box<Node>),
    /// `a | default(b)`: the filter that takes a missing operand.
    Default(Box<Node>, Box<Node>),
    /// `a | merge(b)`.
    Merge(Box<Node>, Box<Node>),
    /// `a | pick(names)`.
    Pick(Box<Node>, Box<Node>),
    /// A name of a header, or a list of them, in lower case.
    LowerCase(Box<Node>),
    /// A filter of minijinja.
    Filter(String, Arguments),
    Test(String, Arguments),
    Call(Function, Vec<Node>),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
}

impl NodeKind {
    /// Whether its result is a new value, rather than one of its operands, a part of one, or a boolean.
    pub(super) fn makes_a_value(&self) -> bool {
        let is_computed = matches!(self, Self::Slice(..) | Self::Arithmetic(..) | Self::Call(..));
        is_computed || matches!(self, Self::Merge(..) | Self::Pick(..) | Self::LowerCase(..))
    }
}

/// Arguments of a filter or a test, with its operand first.
#[derive(Debug)]
pub(super) struct Arguments {
    pub(super) positional: Vec<Node>,
    pub(super) named: Vec<(String, Node)>,
}

impl Node {
    /// The direct children.
    fn children(&self) -> Vec<&Node> {
        match &self.kind {
            NodeKind::Constant(_) | NodeKind::Omit | NodeKind::Variable(_) => Vec::new(),
            NodeKind::Attribute(of, _) | NodeKind::Not(of) | NodeKind::Negate(of) => vec![of],
            NodeKind::Defined(of) | NodeKind::LowerCase(of) => vec![of],
            NodeKind::Item(a, b)
            | NodeKind::And(a, b)
            | NodeKind::Or(a, b)
            | NodeKind::Arithmetic(_, a, b)
            | NodeKind::Default(a, b)
            | NodeKind::Merge(a, b)
            | NodeKind::Pick(a, b) => vec![a, b],
            NodeKind::Slice(of, start, stop) => {
                [Some(of), start.as_ref(), stop.as_ref()].into_iter().flatten().map(AsRef::as_ref).collect()
            }
            NodeKind::Compare(first, rest) => {
                std::iter::once(first.as_ref()).chain(rest.iter().map(|(_, node)| node)).collect()
            }
            NodeKind::Choice { test, yes, no } => vec![test, yes, no],
            NodeKind::Filter(_, arguments) | NodeKind::Test(_, arguments) => {
                arguments.positional.iter().chain(arguments.named.iter().map(|(_, node)| node)).collect()
            }
            NodeKind::Call(_, nodes) | NodeKind::List(nodes) => nodes.iter().collect(),
            NodeKind::Map(members) => members.iter().flat_map(|(key, value)| [key, value]).collect(),
        }
    }

    /// Whether it may use random values.
    pub(super) fn is_random(&self) -> bool {
        matches!(self.kind, NodeKind::Call(Function::Uuid | Function::RandomInt, _))
            || self.children().into_iter().any(Self::is_random)
    }

    /// Whether it reads the clock.
    pub(super) fn is_timed(&self) -> bool {
        matches!(self.kind, NodeKind::Call(Function::Now | Function::Today, _))
            || self.children().into_iter().any(Self::is_timed)
    }

    /// The names that are read, sorted; a name is public if every use of it is inside `public(…)`.
    pub(super) fn names(&self) -> Vec<Name> {
        let mut found = BTreeMap::new();
        self.collect_names(false, &mut found);
        found.into_iter().map(|(path, public)| Name { path, public }).collect()
    }

    fn collect_names(&self, public: bool, found: &mut BTreeMap<String, bool>) {
        let (root, steps) = self.path();
        if let NodeKind::Variable(name) = &root.kind {
            let path = std::iter::once(name.as_str()).chain(steps).collect::<Vec<_>>().join(".");
            found.entry(path).and_modify(|before| *before &= public).or_insert(public);
            return;
        }
        let public = public || matches!(&self.kind, NodeKind::Call(Function::Public, _));
        if let NodeKind::Item(of, key) = &root.kind {
            key.collect_names(public, found);
            return of.collect_names(public, found);
        }
        root.children().iter().for_each(|child| child.collect_names(public, found));
    }

    /// Splits off constant attribute steps: `a["b"].c` is the variable `a` with the steps `b` and `c`.
    pub(super) fn path(&self) -> (&Node, Vec<&str>) {
        let (mut root, mut steps) = (self, Vec::new());
        loop {
            root = match &root.kind {
                NodeKind::Attribute(of, name) => {
                    steps.push(name.as_str());
                    of
                }
                NodeKind::Item(of, key) => match &key.kind {
                    NodeKind::Constant(Value::String(name)) if is_identifier(name) => {
                        steps.push(name);
                        of
                    }
                    _ => break,
                },
                _ => break,
            };
        }
        steps.reverse();
        (root, steps)
    }

    /// Outermost variables, each with the attribute and item steps that follow it.
    pub(super) fn accesses(&self) -> Vec<&Node> {
        let mut root = self;
        let mut keys = Vec::new();
        while let NodeKind::Attribute(of, _) | NodeKind::Item(of, _) = &root.kind {
            if let NodeKind::Item(_, key) = &root.kind {
                keys.extend(key.accesses());
            }
            root = of;
        }
        match &root.kind {
            NodeKind::Variable(_) => keys.into_iter().chain([self]).collect(),
            _ => keys.into_iter().chain(root.children().into_iter().flat_map(Node::accesses)).collect(),
        }
    }
}

fn is_identifier(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
