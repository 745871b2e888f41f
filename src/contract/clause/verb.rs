//! A clause: the operation and what is to happen with it.

use std::sync::Arc;

use crate::contract::StatusKey;

use super::group::Group;
use super::location::ClauseLocation;
use super::value::ClauseValue;

/// One testable statement of the contract. Its text is its name, from which it is parsed again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Clause {
    /// The operation: its `operationId` if that consists of letters, digits, `_`, `.` and `-`, else `METHOD /path`.
    pub operation: Arc<str>,
    /// What is to happen.
    pub verb: Verb,
}

/// What is to happen with an operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Verb {
    /// `calls`.
    Calls,
    /// `calls with A + B`: the schemes of one alternative of `security`.
    CallsWith(Vec<Arc<str>>),
    /// `sends LOCATION …`; never `absent` or `empty`.
    Sends(ClauseLocation, Aspect),
    /// `sends MEDIA-TYPE`, as the document writes it.
    SendsMediaType(Arc<str>),
    /// `sends example NAME`.
    SendsExample(Arc<str>),
    /// `omits LOCATION`.
    Omits(ClauseLocation),
    /// `violates KEYWORD LOCATION`; no location for the rules that have none in `violates`.
    Violates(&'static str, Option<ClauseLocation>),
    /// `receives STATUS`.
    Receives(StatusKey),
    /// `receives STATUS MEDIA-TYPE`.
    ReceivesMediaType(StatusKey, Arc<str>),
    /// `receives STATUS header NAME`; the name in lower case.
    ReceivesHeader(StatusKey, Arc<str>),
    /// `receives STATUS LOCATION …`.
    ReceivesAt(StatusKey, ClauseLocation, Aspect),
    /// `refuses without security`.
    RefusesWithoutSecurity,
    /// `refuses without SCHEME`.
    RefusesWithout(Arc<str>),
    /// `refuses wrong SCHEME`.
    RefusesWrong(Arc<str>),
}

/// What is at a location.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Aspect {
    /// Any value; where the location ends with a branch, a value of that branch.
    Present,
    /// No value: `absent`.
    Absent,
    /// `null`.
    Null,
    /// The empty string, array or object: `empty`.
    Empty,
    /// That value: `= VALUE`.
    Value(ClauseValue),
    /// A value at the bound that the keyword sets: `at KEYWORD`.
    At(&'static str),
}

impl Clause {
    /// The group that it belongs to.
    pub(crate) fn group(&self) -> Group {
        let of_request = |location: &ClauseLocation| match location.is_parameter() {
            true => Group::Parameters,
            false => Group::Requests,
        };
        let is_value = |location: &ClauseLocation, aspect: &Aspect| *aspect != Aspect::Present || location.is_branch();
        match &self.verb {
            Verb::Calls => Group::Operations,
            Verb::CallsWith(_) | Verb::RefusesWithoutSecurity | Verb::RefusesWithout(_) | Verb::RefusesWrong(_) => {
                Group::Security
            }
            Verb::Sends(location, aspect) if is_value(location, aspect) => Group::Values,
            Verb::ReceivesAt(_, _, Aspect::Absent) => Group::Responses,
            Verb::ReceivesAt(_, location, aspect) if is_value(location, aspect) => Group::Values,
            Verb::SendsExample(_) => Group::Values,
            Verb::Sends(location, _) | Verb::Omits(location) => of_request(location),
            Verb::SendsMediaType(_) => Group::Requests,
            Verb::Violates(..) => Group::Refusals,
            Verb::Receives(_) | Verb::ReceivesMediaType(..) | Verb::ReceivesHeader(..) | Verb::ReceivesAt(..) => {
                Group::Responses
            }
        }
    }

    /// Whether the request of a case decides if the clause is met, given a target that accepts valid requests and refuses others. Of a
    /// response, the target chooses what it holds, which may depend on earlier requests.
    pub(crate) fn is_decided_by_request(&self) -> bool {
        match self.verb {
            Verb::Calls
            | Verb::CallsWith(_)
            | Verb::Sends(..)
            | Verb::SendsMediaType(_)
            | Verb::SendsExample(_)
            | Verb::Omits(_)
            | Verb::Violates(..)
            | Verb::RefusesWithoutSecurity
            | Verb::RefusesWithout(_)
            | Verb::RefusesWrong(_) => true,
            Verb::Receives(_) | Verb::ReceivesMediaType(..) | Verb::ReceivesHeader(..) | Verb::ReceivesAt(..) => false,
        }
    }

    /// The location in a message that it is about.
    pub(crate) fn location(&self) -> Option<&ClauseLocation> {
        match &self.verb {
            Verb::Sends(location, _) | Verb::Omits(location) | Verb::ReceivesAt(_, location, _) => Some(location),
            Verb::Violates(_, location) => location.as_ref(),
            _ => None,
        }
    }
}
