//! Command lines of curl → a case file.
//!
//! ```text
//! text ─ commands (words, lexer) ─ options ─ request (url, glob, body) ─► CurlRequest ─ case (values, structured) ─► case file
//! ```

mod body;
mod case;
mod commands;
mod credentials;
mod glob;
mod lexer;
mod mask;
mod multipart;
mod options;
mod placeholder;
mod request;
mod structured;
#[cfg(test)]
mod tests;
mod text;
mod url;
mod values;
mod windows;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use serde_json::{Map, Value};

use crate::case::format::WholeFile;
use crate::case::write;
use crate::document::TextSource;
use crate::place::Snippet;
use crate::problem::Problem;

use super::recorded_variables::RecordedVariables;
use body::Files;
use case::{Converted, Converter};
use commands::Script;
use values::Values;

pub(crate) use case::{Conversion, IsSensitive};
pub(crate) use mask::{masked, snippet as masked_snippet};
pub(crate) use request::{CurlRequest, Expected};

/// Maximum size of all inputs together, in bytes.
pub(crate) const MAX_INPUT: u64 = 16 << 20;

/// Maximum number of requests of an import.
const MAX_REQUESTS: usize = 10_000;

/// An input with commands.
pub(crate) struct Input<'a> {
    /// Its name as shown to the user.
    pub name: Arc<str>,
    /// Its content.
    pub bytes: Vec<u8>,
    /// Reads a file that a command names; the error says why it cannot be read.
    pub files: &'a dyn Fn(&str) -> Result<Vec<u8>, String>,
}

/// The commands of all inputs.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    requests: Vec<(CurlRequest, Snippet)>,
    defaults: BTreeMap<String, String>,
    /// Values of variables of credentials.
    assigned: BTreeSet<String>,
    /// What is not imported, or imported differently.
    pub warnings: Vec<Problem>,
}

/// A case file, and what its reader has to know.
pub(crate) struct ImportedFile {
    /// The text of the file.
    pub text: String,
    /// Number of cases.
    pub cases: usize,
    /// Commands that contradict the document, and what the file does not contain.
    pub warnings: Vec<Problem>,
    /// Environment variable by security scheme that a run needs.
    pub credentials: BTreeMap<String, String>,
    /// Names of headers with credentials that the document does not declare.
    pub undeclared: BTreeSet<String>,
    /// Variables of the file with their values.
    pub variables: Map<String, Value>,
    /// Scheme and authority of the requests.
    pub origins: BTreeSet<String>,
    /// Names of the operations of cases that are not skipped.
    pub operations: BTreeSet<String>,
}

impl Commands {
    /// Adds the commands of an input. Returns every problem that prevents the import.
    pub(crate) fn add(&mut self, input: Input<'_>, variables: &RecordedVariables) -> Result<(), Vec<Problem>> {
        let source = text::decode(&input.name, input.bytes).map_err(|problem| vec![problem])?;
        let parts = text::shell_parts(&input.name, source.text());
        let script = commands::read(source.text(), &parts, variables);
        let is_empty = script.calls.is_empty();
        let mut problems = self.add_script(&source, script, input.files, variables);
        if is_empty && problems.is_empty() {
            problems.push(text::no_commands(&source));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// Adds the command that `part` of a page begins with. Returns the offset behind its last line. Files that it names are not read.
    pub(crate) fn add_first(
        &mut self,
        source: &TextSource,
        part: Range<usize>,
        variables: &RecordedVariables,
    ) -> Result<usize, Vec<Problem>> {
        let (script, end) = commands::first(source.text(), part, variables);
        let no_file = |name: &str| Err(format!("`{name}` is not on the page"));
        let problems = self.add_script(source, script, &no_file, variables);
        if problems.is_empty() { Ok(end) } else { Err(problems) }
    }

    /// Adds the calls of a script. Returns every problem that prevents the import.
    fn add_script(
        &mut self,
        source: &TextSource,
        script: Script,
        files: Files<'_>,
        variables: &RecordedVariables,
    ) -> Vec<Problem> {
        let problem = |at: &Range<usize>, message: String| Problem::new(message).at(mask::snippet(source, at.clone()));
        let mut problems: Vec<Problem> = Vec::new();
        for unclosed in &script.unclosed {
            let at = unclosed.at..unclosed.at + 1;
            problems.push(problem(&at, format!("the command does not end: no {} follows", unclosed.missing)));
        }
        for call in &script.calls {
            let transfers = match options::parse(&call.arguments) {
                Ok(transfers) => transfers,
                Err(errors) => {
                    for error in errors {
                        let wrong = problem(&error.span, error.message);
                        problems.push(error.help.map_or_else(|| wrong.clone(), |help| wrong.clone().help(help)));
                    }
                    continue;
                }
            };
            let files = |name: &str| match (name, &call.input) {
                ("-", Some(input)) => Ok(input.clone()),
                ("-", None) => Err("it is read from standard input".to_owned()),
                _ => files(name),
            };
            for transfer in &transfers {
                match request::requests(transfer, &files, variables) {
                    Ok(requests) => {
                        for mut request in requests {
                            for (at, message) in std::mem::take(&mut request.notes) {
                                self.warn(problem(&at, message));
                            }
                            self.requests.push((request, mask::snippet(source, call.span.clone())));
                        }
                    }
                    Err((at, message)) => problems.push(problem(&at.unwrap_or_else(|| call.span.clone()), message)),
                }
            }
        }
        for (at, message) in &script.notes {
            self.warn(problem(at, message.clone()));
        }
        self.defaults.extend(script.defaults);
        self.assigned.extend(script.secrets);
        if self.requests.len() > MAX_REQUESTS {
            let message = format!("more than {MAX_REQUESTS} requests: split the input");
            problems.push(Problem::new(message));
        }
        problems
    }

    /// The credentials of the commands, to redact them wherever they occur. `is_sensitive` decides by the name of a header or of a
    /// query parameter.
    pub(crate) fn secrets(&self, is_sensitive: IsSensitive<'_>) -> BTreeSet<String> {
        let sent = self.requests.iter().flat_map(|(request, _)| credentials::values(&request.request, is_sensitive));
        sent.chain(self.assigned.iter().cloned()).collect()
    }

    /// Number of requests.
    pub(crate) fn len(&self) -> usize {
        self.requests.len()
    }

    /// The request with that index, and the command that sends it.
    pub(crate) fn request(&self, index: usize) -> Option<&(CurlRequest, Snippet)> {
        self.requests.get(index)
    }

    /// Declares the body of a request as JSON if curl would send JSON as a form, which documentation often overlooks.
    pub(crate) fn declare_json(&mut self, index: usize) {
        let Some((request, at)) = self.requests.get_mut(index) else { return };
        if request.declare_json() {
            let at = at.clone();
            let message = "the command sends JSON as a form: it is taken for application/json";
            self.warn(Problem::new(message).at(at).help("add the header Content-Type to the command"));
        }
    }

    /// Only the requests with an expectation, which becomes that of their cases.
    pub(crate) fn expecting(self, expected: Vec<Option<Expected>>) -> Self {
        let pairs = self.requests.into_iter().zip(expected);
        let requests = pairs.filter_map(|((request, at), expected)| {
            expected.map(|expected| (CurlRequest { expected: Some(expected), ..request }, at))
        });
        Self { requests: requests.collect(), ..self }
    }

    fn warn(&mut self, problem: Problem) {
        let warning = problem.as_warning();
        if !self.warnings.contains(&warning) {
            self.warnings.push(warning);
        }
    }

    /// Converts the commands to a case file.
    pub(crate) fn convert(self, story: String, conversion: &Conversion<'_>) -> Result<ImportedFile, Problem> {
        let Conversion { variables, generator, .. } = *conversion;
        let values = Values { defaults: self.defaults, ..Values::default() };
        let (credentials, undeclared) = (BTreeMap::new(), BTreeSet::new());
        let mut converter = Converter { conversion, values, credentials, undeclared };
        self.requests.iter().for_each(|(request, _)| converter.remember(request));
        self.assigned.iter().for_each(|value| converter.remember_value(value));
        let (mut cases, mut comments, mut warnings) = (Vec::new(), Vec::new(), self.warnings);
        let (mut origins, mut operations) = (BTreeSet::new(), BTreeSet::new());
        for (index, (request, at)) in self.requests.iter().enumerate() {
            let Converted { case, contradiction, notes } = converter.case(index + 1, request);
            comments.push(contradiction.as_ref().map(|(what, _)| format!("# {}: {}\n", at.place, one_line(what))));
            let warning = |message: String| Problem::new(variables.expressions(&message)).at(at.clone()).as_warning();
            warnings.extend(contradiction.map(|(what, help)| warning(what).help(help)));
            warnings.extend(notes.into_iter().map(warning));
            origins.extend((!request.origin.is_empty()).then(|| variables.expressions(&request.origin)));
            operations.extend(case.operation.clone().filter(|_| case.skip.is_none()));
            cases.push(case);
        }
        let known = converter.shown_values();
        let Converter { credentials, undeclared, .. } = converter;
        let count = cases.len();
        let mut file = WholeFile { story: Some(story), cases, ..WholeFile::default() };
        // A variable may be read by a credential only, which no case contains.
        let text = write::render(&file)?;
        let is_read = |name: &String| text.contains(&format!("${{{name}}}"));
        file.vars = known.into_iter().filter(|(name, _)| is_read(name)).collect();
        let header = format!(
            "# Generated by signoff {generator}. Credentials are left out. Other values are verbatim: check them before you share this file.\n"
        );
        let text = format!("{header}{}", with_comments(&write::render(&file)?, &comments));
        Ok(ImportedFile {
            text,
            cases: count,
            warnings,
            credentials,
            undeclared,
            variables: file.vars,
            origins,
            operations,
        })
    }
}

/// Whether a line begins with a call of curl: its first argument is an option or a URL.
pub(crate) fn is_command(line: &str) -> bool {
    let is_argument = |text: &str| {
        text.starts_with(['-', '\'', '"', '\\', '/', '$', '{', '<', '^'])
            || text.contains("://")
            || text.starts_with("localhost")
    };
    let argument = line.split_once("curl").map(|(_, rest)| rest.trim_start_matches(".exe").trim_start());
    commands::starts_with_curl(line) && argument.is_some_and(is_argument)
}

/// Puts comments in front of cases. Only the items of `cases` begin in the first column with a dash.
fn with_comments(text: &str, comments: &[Option<String>]) -> String {
    let mut comments = comments.iter();
    let line = |line: &str| match line.starts_with("- ") {
        true => format!("{}{line}", comments.next().and_then(Option::as_deref).unwrap_or_default()),
        false => line.to_owned(),
    };
    text.split_inclusive('\n').map(line).collect()
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
