//! A rule, compiled: when it fits, what it answers, and what it changes.

use crate::contract::judge::{Breach, Rule as ContractRule};
use crate::expression::{Expression, Template, Tree};
use crate::location::Pointer;

/// One rule of an operation.
#[derive(Debug)]
pub(super) struct Rule {
    /// Where it stands in the behaviour file.
    pub(super) at: Pointer,
    /// Fits always without it.
    pub(super) when: Option<Expression>,
    pub(super) accepts_invalid: bool,
    pub(super) answer: Answer,
    pub(super) store: Option<Tree>,
}

/// An answer to be expanded.
#[derive(Debug)]
pub(super) struct Answer {
    /// Where it stands in the behaviour file.
    pub(super) at: Pointer,
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
