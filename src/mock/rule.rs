//! A rule, compiled: when it fits, what it answers, and what it changes.

use std::sync::Arc;
use std::time::Duration;

use crate::contract::judge::{Breach, Rule as ContractRule};
use crate::document::{Document, End};
use crate::expression::{Error, Expression, Template, Tree};
use crate::pointer::Pointer;

use super::fault::Fault as Mishap;
use super::store::Change;

/// A node of a behaviour file.
#[derive(Debug, Clone)]
pub(super) struct Spot {
    pub(super) document: Arc<Document>,
    pub(super) at: Pointer,
}

impl Spot {
    pub(super) fn join(&self, token: &str) -> Self {
        Self { document: self.document.clone(), at: self.at.join(token) }
    }

    pub(super) fn concat(&self, tail: &Pointer) -> Self {
        Self { document: self.document.clone(), at: self.at.concat(tail) }
    }

    /// Says that something is wrong with what stands here.
    pub(super) fn fault(&self, message: String) -> Fault {
        Fault { place: self.document.locate(&self.at, End::Value).to_string(), message }
    }

    /// Says what is wrong with the expression that stands here.
    pub(super) fn wrong(&self, error: &Error) -> Fault {
        let snippet = self.document.snippet_within(&self.at, error.range.clone());
        Fault { place: snippet.place.to_string(), message: error.message.clone() }
    }
}

/// Why a behaviour could not be followed: a place in its file, and what is wrong there.
pub(super) struct Fault {
    pub(super) place: String,
    pub(super) message: String,
}

/// One rule of an operation.
#[derive(Debug)]
pub(super) struct Rule {
    /// Where it stands in the behaviour file.
    pub(super) spot: Spot,
    /// Fits always without it.
    pub(super) when: Option<Expression>,
    pub(super) accepts_invalid: bool,
    pub(super) reply: Reply,
    pub(super) store: Option<Change>,
    /// How long the answer is held back.
    pub(super) delay: Duration,
    /// What may go wrong with it on purpose.
    pub(super) fault: Option<Mishap>,
}

/// What a rule answers.
#[derive(Debug)]
pub(super) enum Reply {
    Answer(Answer),
    /// `fallthrough: document`.
    Document,
}

/// An answer to be expanded.
#[derive(Debug)]
pub(super) struct Answer {
    /// Where it stands in the behaviour file.
    pub(super) spot: Spot,
    pub(super) status: u16,
    /// Name as written, and value.
    pub(super) headers: Vec<(String, Template)>,
    pub(super) content: Content,
    pub(super) pardon: Pardon,
}

/// What an answer carries.
#[derive(Debug)]
pub(super) enum Content {
    Nothing,
    Json(Tree),
    Text(Template),
}

/// What an answer may break of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pardon {
    Nothing,
    /// `undocumented: REASON`.
    Status,
    /// `unchecked: true`.
    Everything,
}

impl Pardon {
    pub(super) fn covers(self, breach: &Breach) -> bool {
        match self {
            Self::Nothing => false,
            Self::Status => breach.rule == ContractRule::Status,
            Self::Everything => true,
        }
    }
}
