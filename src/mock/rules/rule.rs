//! A rule, compiled: when it fits, what it answers, and what it changes.

use std::sync::Arc;
use std::time::Duration;

use crate::contract::{Breach, Rule as ContractRule};
use crate::document::{Document, End};
use crate::expression::{Error, Expression, Template, Tree};
use crate::pointer::Pointer;

use crate::mock::faults::fault::Fault as Mishap;
use crate::mock::rules::state_update::Change;

/// A node of a behaviour file.
#[derive(Debug, Clone)]
pub(crate) struct Spot {
    pub(crate) document: Arc<Document>,
    pub(crate) at: Pointer,
}

impl Spot {
    pub(crate) fn join(&self, token: &str) -> Self {
        Self { document: self.document.clone(), at: self.at.join(token) }
    }

    pub(crate) fn concat(&self, tail: &Pointer) -> Self {
        Self { document: self.document.clone(), at: self.at.concat(tail) }
    }

    /// Says that something is wrong with what stands here.
    pub(crate) fn fault(&self, message: String) -> Fault {
        Fault { place: self.document.locate(&self.at, End::Value).to_string(), message }
    }

    /// Says what is wrong with the expression that stands here.
    pub(crate) fn wrong(&self, error: &Error) -> Fault {
        let snippet = self.document.snippet_within(&self.at, error.range.clone());
        Fault { place: snippet.place.to_string(), message: error.message.clone() }
    }
}

/// Why a behaviour could not be followed: a place in its file, and what is wrong there.
pub(crate) struct Fault {
    pub(crate) place: String,
    pub(crate) message: String,
}

/// One rule of an operation.
#[derive(Debug)]
pub(crate) struct Rule {
    /// Where it stands in the behaviour file.
    pub(crate) spot: Spot,
    /// Fits always without it.
    pub(crate) when: Option<Expression>,
    pub(crate) accepts_invalid: bool,
    pub(crate) reply: Reply,
    pub(crate) store: Option<Change>,
    /// How long the answer is held back.
    pub(crate) delay: Duration,
    /// What may go wrong with it on purpose.
    pub(crate) fault: Option<Mishap>,
}

/// What a rule answers.
#[derive(Debug)]
pub(crate) enum Reply {
    Answer(Answer),
    /// `fallthrough: document`.
    Document,
}

/// An answer to be expanded.
#[derive(Debug)]
pub(crate) struct Answer {
    /// Where it stands in the behaviour file.
    pub(crate) spot: Spot,
    pub(crate) status: u16,
    /// Name as written, and value.
    pub(crate) headers: Vec<(String, Template)>,
    pub(crate) content: Content,
    pub(crate) pardon: Pardon,
}

/// What an answer carries.
#[derive(Debug)]
pub(crate) enum Content {
    Nothing,
    Json(Tree),
    Text(Template),
}

/// What an answer may break of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pardon {
    Nothing,
    /// `undocumented: REASON`.
    Status,
    /// `unchecked: true`.
    Everything,
}

impl Pardon {
    pub(crate) fn covers(self, breach: &Breach) -> bool {
        match self {
            Self::Nothing => false,
            Self::Status => breach.rule == ContractRule::Status,
            Self::Everything => true,
        }
    }
}
