//! Writes and parses the names of clauses. The grammar is in the header of the module.

use std::fmt;
use std::str::FromStr;

use crate::contract::StatusKey;
use crate::contract::keyword;

use super::location::{self, ClauseLocation};
use super::token::{Word, read_string, write_string};
use super::value::ClauseValue;
use super::verb::{Aspect, Clause, Verb};

/// Keywords of `violates` that are not keywords of schemas: those with a location, then those without.
const RULES: [&str; 4] = ["style", "content", "xml", "false"];
const ALONE: [&str; 5] = ["content-type", "json", "xml", "multipart", "text"];

/// The words before the names of examples and headers.
const EXAMPLE: &str = "example ";
const HEADER: &str = "header ";

/// Why a text is not the name of a clause.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum ClauseError {
    /// Its operation is not followed by a verb.
    #[error("expected `OPERATION VERB …`, such as `listPets calls` or `GET /pets receives 200`, got {0:?}")]
    Form(String),
    /// The verb is not known.
    #[error("unknown verb `{0}`: expected calls, sends, omits, violates, receives or refuses")]
    Verb(String),
    /// What follows the verb is not understood.
    #[error("expected {expected}, got {got:?}")]
    Rest {
        /// What was expected.
        expected: &'static str,
        /// The rest of the text.
        got: String,
    },
}

type Parsed<T> = Result<T, ClauseError>;

fn rest<T>(expected: &'static str, got: &str) -> Parsed<T> {
    Err(ClauseError::Rest { expected, got: got.to_owned() })
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.operation, self.verb)
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calls => f.write_str("calls"),
            Self::CallsWith(schemes) => {
                f.write_str("calls with")?;
                let separators = std::iter::once(" ").chain(std::iter::repeat(" + "));
                schemes.iter().zip(separators).try_for_each(|(scheme, before)| write!(f, "{before}{}", Word(scheme)))
            }
            Self::Sends(location, aspect) => write!(f, "sends {location}{aspect}"),
            Self::SendsMediaType(name) => write!(f, "sends {}", MediaTypeName(name)),
            Self::SendsExample(name) => write!(f, "sends {EXAMPLE}{}", Word(name)),
            Self::Omits(location) => write!(f, "omits {location}"),
            Self::Violates(keyword, None) => write!(f, "violates {keyword}"),
            Self::Violates(keyword, Some(location)) => write!(f, "violates {keyword} {location}"),
            Self::Receives(status) => write!(f, "receives {status}"),
            Self::ReceivesMediaType(status, name) => write!(f, "receives {status} {}", MediaTypeName(name)),
            Self::ReceivesHeader(status, name) => write!(f, "receives {status} {HEADER}{}", Word(name)),
            Self::ReceivesAt(status, location, aspect) => write!(f, "receives {status} {location}{aspect}"),
            Self::RefusesWithoutSecurity => f.write_str("refuses without security"),
            Self::RefusesWithout(scheme) if **scheme == *"security" => f.write_str("refuses without \"security\""),
            Self::RefusesWithout(scheme) => write!(f, "refuses without {}", Word(scheme)),
            Self::RefusesWrong(scheme) => write!(f, "refuses wrong {}", Word(scheme)),
        }
    }
}

impl fmt::Display for Aspect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Present => Ok(()),
            Self::Absent => f.write_str(" absent"),
            Self::Null => f.write_str(" null"),
            Self::Empty => f.write_str(" empty"),
            Self::Value(value) => write!(f, " = {value}"),
            Self::At(keyword) => write!(f, " at {keyword}"),
        }
    }
}

/// A media type: a JSON string where it would be read as a location.
struct MediaTypeName<'t>(&'t str);

impl fmt::Display for MediaTypeName<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if location::is_location(self.0) { write_string(f, self.0) } else { Word(self.0).fmt(f) }
    }
}

/// The name of an operation in clauses.
pub(super) fn operation_name(id: Option<&str>, method: &str, path: &str) -> String {
    let by_path = || match path.starts_with('/') {
        true => format!("{} {}", Word(method), Word(path)),
        false => {
            let mut name = format!("{} ", Word(method));
            // Writing into a string cannot fail.
            let _ = write_string(&mut name, path);
            name
        }
    };
    id.filter(|id| is_plain(id)).map_or_else(by_path, str::to_owned)
}

/// Whether an `operationId` is the name of its operation in clauses.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte))
}

impl FromStr for Clause {
    type Err = ClauseError;

    fn from_str(text: &str) -> Parsed<Self> {
        let form = || ClauseError::Form(text.to_owned());
        let (first, after) = word(text).ok_or_else(form)?;
        let path = after.strip_prefix(' ').filter(|next| next.starts_with(['/', '"'])).and_then(word);
        let (operation, after) = match path {
            Some((path, after)) => (operation_name(None, &first, &path), after),
            None if is_plain(&first) => (first, after),
            None => return Err(form()),
        };
        let verb = after.strip_prefix(' ').ok_or_else(form)?;
        Ok(Self { operation: operation.into(), verb: verb.parse()? })
    }
}

impl FromStr for Verb {
    type Err = ClauseError;

    fn from_str(text: &str) -> Parsed<Self> {
        let (verb, object) = text.split_once(' ').unwrap_or((text, ""));
        match verb {
            "calls" if object.is_empty() => Ok(Self::Calls),
            "calls" => calls_with(object),
            "sends" => sends(object),
            "omits" => whole_location(object).map(Self::Omits),
            "violates" => violates(object),
            "receives" => receives(object),
            "refuses" => refuses(object),
            other => Err(ClauseError::Verb(other.to_owned())),
        }
    }
}

/// The word at the beginning of `text`, and the rest.
fn word(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        return read_string(text);
    }
    let (word, rest) = text.split_at(text.find(' ').unwrap_or(text.len()));
    (!word.is_empty() && !word.contains('"')).then(|| (word.to_owned(), rest))
}

fn only_word(text: &str, expected: &'static str) -> Parsed<String> {
    word(text).filter(|(_, rest)| rest.is_empty()).map_or_else(|| rest(expected, text), |(word, _)| Ok(word))
}

fn calls_with(text: &str) -> Parsed<Verb> {
    const EXPECTED: &str = "`calls with SCHEME`, several schemes with ` + ` between them";
    let mut left = text.strip_prefix("with ");
    let mut schemes = Vec::new();
    while let Some((scheme, further)) = left.and_then(word) {
        schemes.push(scheme.into());
        left = match further {
            "" => return Ok(Verb::CallsWith(schemes)),
            further => further.strip_prefix(" + "),
        };
    }
    rest(EXPECTED, text)
}

fn sends(text: &str) -> Parsed<Verb> {
    if let Some(name) = text.strip_prefix(EXAMPLE) {
        return only_word(name, "the name of an example").map(|name| Verb::SendsExample(name.into()));
    }
    if !location::is_location(text) {
        return only_word(text, "a location, a media type or `example NAME`")
            .map(|name| Verb::SendsMediaType(name.into()));
    }
    match at_location(text)? {
        (_, Aspect::Absent | Aspect::Empty) => rest("`null`, `= VALUE` or `at KEYWORD` after a sent location", text),
        (location, aspect) => Ok(Verb::Sends(location, aspect)),
    }
}

fn receives(text: &str) -> Parsed<Verb> {
    let (key, object) = text.split_once(' ').unwrap_or((text, ""));
    let Some(status) = StatusKey::parse(key) else { return rest("a status such as 200, 4XX or default", text) };
    if object.is_empty() {
        return Ok(Verb::Receives(status));
    }
    if let Some(name) = object.strip_prefix(HEADER) {
        let name = only_word(name, "the name of a header")?;
        return Ok(Verb::ReceivesHeader(status, name.to_lowercase().into()));
    }
    if !location::is_location(object) {
        return only_word(object, "a location, a media type or `header NAME`")
            .map(|name| Verb::ReceivesMediaType(status, name.into()));
    }
    at_location(object).map(|(location, aspect)| Verb::ReceivesAt(status, location, aspect))
}

fn refuses(text: &str) -> Parsed<Verb> {
    const EXPECTED: &str = "`without security`, `without SCHEME` or `wrong SCHEME`";
    match text.split_once(' ') {
        Some(("without", "security")) => Ok(Verb::RefusesWithoutSecurity),
        Some(("without", scheme)) => only_word(scheme, EXPECTED).map(|scheme| Verb::RefusesWithout(scheme.into())),
        Some(("wrong", scheme)) => only_word(scheme, EXPECTED).map(|scheme| Verb::RefusesWrong(scheme.into())),
        _ => rest(EXPECTED, text),
    }
}

fn violates(text: &str) -> Parsed<Verb> {
    let (name, location) = text.split_once(' ').map_or((text, None), |(name, location)| (name, Some(location)));
    let known = |name: &str| keyword::find(name).filter(|keyword| keyword.is_declarable()).map(|keyword| keyword.name);
    let found = |known: &'static [&'static str]| known.iter().find(|known| **known == name).copied();
    match location {
        None => found(&ALONE).map_or_else(
            || rest("`KEYWORD LOCATION`, or one of content-type, json, xml, multipart, text", text),
            |keyword| Ok(Verb::Violates(keyword, None)),
        ),
        Some(location) => match known(name).or_else(|| found(&RULES)) {
            None => rest("a keyword that `violates` of cases may name", text),
            Some(keyword) => Ok(Verb::Violates(keyword, Some(whole_location(location)?))),
        },
    }
}

fn whole_location(text: &str) -> Parsed<ClauseLocation> {
    match location::read(text) {
        Some((location, "")) => Ok(location),
        _ => rest("a location such as query/limit, body or body/items/*/id", text),
    }
}

fn at_location(text: &str) -> Parsed<(ClauseLocation, Aspect)> {
    let Some((location, aspect)) = location::read(text) else {
        return whole_location(text).map(|l| (l, Aspect::Present));
    };
    Ok((location, self::aspect(aspect)?))
}

fn aspect(text: &str) -> Parsed<Aspect> {
    const EXPECTED: &str = "`absent`, `null`, `empty`, `= VALUE` or `at KEYWORD` after the location";
    match text {
        "" => Ok(Aspect::Present),
        " absent" => Ok(Aspect::Absent),
        " null" => Ok(Aspect::Null),
        " empty" => Ok(Aspect::Empty),
        _ => {
            let value = text.strip_prefix(" = ").and_then(ClauseValue::parse).map(Aspect::Value);
            let at = || text.strip_prefix(" at ").and_then(bound).map(Aspect::At);
            value.or_else(at).map_or_else(|| rest(EXPECTED, text), Ok)
        }
    }
}

/// The bound of that name.
fn bound(name: &str) -> Option<&'static str> {
    let names = keyword::BOUNDS.iter().flat_map(|bounds| {
        let strict = bounds.strict.into_iter().flat_map(|(least, most)| [least, most]);
        [bounds.least, bounds.most].into_iter().chain(strict)
    });
    names.into_iter().find(|held| *held == name)
}
