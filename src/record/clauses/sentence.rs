//! What a clause states, in words.

use crate::contract::StatusKey;
use crate::contract::clause::{Aspect, Clause, ClauseLocation, Verb};

/// The statement as a sentence without its first capital and full stop: `a request without credentials is refused`.
pub(super) fn states(clause: &Clause) -> String {
    match &clause.verb {
        Verb::Calls => "a valid request is accepted".to_owned(),
        Verb::CallsWith(schemes) => {
            let schemes: Vec<_> = schemes.iter().map(|scheme| format!("`{scheme}`")).collect();
            format!("a request with {} is accepted", schemes.join(" and "))
        }
        Verb::Sends(location, aspect) => format!("{} is accepted", with("a request", location, aspect)),
        Verb::SendsMediaType(name) => format!("a body of type `{name}` is accepted"),
        Verb::SendsExample(name) => format!("the example `{name}` is accepted"),
        Verb::Omits(location) => format!("a request without `{location}` is accepted"),
        Verb::Violates(keyword, Some(location)) if *keyword == "required" => {
            format!("a request without the required `{location}` is refused")
        }
        Verb::Violates(keyword, Some(location)) if *keyword == "propertyNames" => {
            format!("a request in which a property name at `{location}` violates `propertyNames` is refused")
        }
        Verb::Violates(keyword, Some(location)) => {
            format!("a request that violates `{keyword}` at `{location}` is refused")
        }
        Verb::Violates(keyword, None) => format!("a request that violates `{keyword}` is refused"),
        Verb::Receives(status) => format!("{} is received", response(*status)),
        Verb::ReceivesMediaType(status, name) => format!("{} of type `{name}` is received", response(*status)),
        Verb::ReceivesHeader(status, name) => format!("{} with the header `{name}` is received", response(*status)),
        Verb::ReceivesAt(status, location, aspect) => {
            format!("{} is received", with(&response(*status), location, aspect))
        }
        Verb::RefusesWithoutSecurity => "a request without credentials is refused".to_owned(),
        Verb::RefusesWithout(scheme) => format!("a request without `{scheme}` is refused"),
        Verb::RefusesWrong(scheme) => format!("a request with a wrong `{scheme}` is refused"),
    }
}

fn response(status: StatusKey) -> String {
    match status {
        StatusKey::Default => "a response of the status `default`".to_owned(),
        status => format!("a response of the status {status}"),
    }
}

/// `a request in which body/a is null`.
fn with(message: &str, location: &ClauseLocation, aspect: &Aspect) -> String {
    match aspect {
        Aspect::Present => format!("{message} with `{location}`"),
        Aspect::Absent => format!("{message} without `{location}`"),
        Aspect::Null => format!("{message} in which `{location}` is null"),
        Aspect::Empty => format!("{message} in which `{location}` is empty"),
        Aspect::Value(value) => format!("{message} in which `{location}` is `{value}`"),
        Aspect::At(keyword) => format!("{message} in which `{location}` is at its `{keyword}`"),
    }
}
