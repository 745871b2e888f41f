//! Typed cases, as they are used after loading.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::contract::CaseSchema;
use crate::contract::clause::Clause;
use crate::document::{Document, End};
use crate::expression::{Expression, Template, Tree};
use crate::place::{Place, Snippet};
use crate::pointer::Pointer;
use crate::sign::Signing;

/// All stories of a cases folder, in file order.
#[derive(Debug, Default)]
pub struct Suite {
    /// The files, sorted by path.
    pub files: Vec<Arc<CaseFile>>,
    /// One story per file, or one per row of the file's table.
    pub stories: Vec<Story>,
    /// Every name that a template or an assertion of the files reads.
    pub names_read: BTreeSet<String>,
}

impl Suite {
    /// Every case with its story, without setup and teardown.
    pub fn cases(&self) -> impl Iterator<Item = (&Story, &Case)> {
        self.stories.iter().flat_map(|story| story.cases.iter().map(move |case| (story, case)))
    }
}

/// A parsed case file.
#[derive(Debug)]
pub struct CaseFile {
    /// Its name as shown to the user, `/` between folders: `cases/imprint/link.yaml`.
    pub name: Arc<str>,
    /// Its path on disk.
    pub path: PathBuf,
    /// `story`.
    pub story: Option<String>,
    /// `serial`: files with the same name here run one after another.
    pub serial: Option<String>,
    /// `independent`: its cases may run concurrently.
    pub independent: bool,
    /// The text and value, for locations.
    pub document: Document,
}

impl CaseFile {
    /// The bytes of the file, for digests.
    pub fn bytes(&self) -> &[u8] {
        self.document.text().as_bytes()
    }

    /// The location of the node at `at`.
    pub fn place(&self, at: &Pointer) -> Place {
        self.document.locate(at, End::Key)
    }

    /// The source line of the node at `at`.
    pub fn snippet(&self, at: &Pointer) -> Snippet {
        self.document.snippet(at, End::Key)
    }
}

/// One case file with one row of its table: the unit of concurrency.
#[derive(Debug)]
pub struct Story {
    /// Its file; locations of its cases are pointers into that file's document.
    pub file: Arc<CaseFile>,
    /// Unique in the run: the file name, followed by `#` and the row number if the file has a table.
    pub id: String,
    /// `vars` of the file, evaluated once per story, in order; `None` must be given by the target.
    pub vars: Vec<(String, Option<Tree>)>,
    /// The row of the file's table.
    pub row: Arc<BTreeMap<String, Value>>,
    /// Run first; if one fails, the story is skipped.
    pub setup: Vec<Case>,
    /// The cases, in order.
    pub cases: Vec<Case>,
    /// Always run, last.
    pub teardown: Vec<Case>,
}

impl Story {
    /// Every case including setup and teardown, in order.
    pub fn every(&self) -> impl Iterator<Item = &Case> {
        self.setup.iter().chain(&self.cases).chain(&self.teardown)
    }
}

/// The role of a case in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Runs before the cases.
    Setup,
    /// A case.
    Case,
    /// Always runs, after the cases.
    Teardown,
}

/// One case, or one row of its table. Rows share the parts that they do not change.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its role in the story.
    pub role: Role,
    /// Its name, unique in the story.
    pub name: String,
    /// Unique in the run: `FILE::NAME`, `FILE#ROW::NAME`, or `FILE::setup::NAME` for setup and teardown.
    pub id: String,
    /// Index into the contract's operations; `None` if `method` and `url` are given instead, as for `violates: path`.
    pub operation: Option<usize>,
    /// The request, with its templates.
    pub request: Arc<RequestSpec>,
    /// What the request violates on purpose.
    pub violates: Violates,
    /// Clauses that it declares to meet.
    pub(crate) covers: Vec<Clause>,
    /// What is expected of the response.
    pub expect: Arc<Expect>,
    /// Values kept for later cases.
    pub capture: Vec<Capture>,
    /// Captures of earlier cases that it reads.
    pub uses: Vec<CaptureUse>,
    /// Names of cases of this story that must have passed.
    pub needs: Vec<String>,
    /// The file's tags and its own.
    pub tags: Vec<String>,
    /// Requirements that it is evidence for.
    pub requirements: Vec<String>,
    /// What reports state of it in addition, by name.
    pub properties: BTreeMap<String, String>,
    /// `skip: REASON`.
    pub skip: Option<String>,
    /// Names of targets; empty means all.
    pub only_on: Vec<String>,
    /// Names of targets.
    pub not_on: Vec<String>,
    /// Repeat until the expectations hold.
    pub poll: Option<Poll>,
    /// Send again after 429 and 503.
    pub retry: Option<Retry>,
    /// The row of the file's table, overridden by the row of the case's own table. Takes precedence over every other variable.
    pub row: Arc<BTreeMap<String, Value>>,
    /// Its location: a pointer into its own file's document (`/cases/3`).
    pub at: Pointer,
    /// Its file, if that is not the story's (`setup: [{ use: _common.yaml }]`).
    pub from: Option<Arc<CaseFile>>,
}

impl Case {
    /// The file of the case; its locations are pointers into the document of this file.
    pub fn file<'a>(&'a self, story: &'a Story) -> &'a Arc<CaseFile> {
        self.from.as_ref().unwrap_or(&story.file)
    }

    /// The source line of the node at `at`, in `base` if the request has it from there.
    pub fn snippet(&self, story: &Story, at: &Pointer) -> Snippet {
        let file = self.file(story);
        let is_written = |at: &Pointer| file.document.value().pointer(at.as_str()).is_some();
        let tail = at.as_str().strip_prefix(self.at.join("request").as_str()).and_then(Pointer::parse);
        let base = tail.map(|tail| Pointer::root().join("base").concat(&tail));
        let in_base = base.filter(|base| !is_written(at) && is_written(base));
        file.snippet(in_base.as_ref().unwrap_or(at))
    }
}

/// A captured variable that a later case reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaptureUse {
    /// The variable.
    pub variable: String,
    /// The name of the nearest earlier case that captures it.
    pub captured_by: String,
    /// Whether the request reads it, not only the expectation.
    pub in_request: bool,
}

/// The request of a case, with `base` merged in and `without` removed.
#[derive(Debug, Default)]
pub struct RequestSpec {
    /// `method` and a literal `url` after the target's prefix, instead of the operation's.
    pub method: Option<Template>,
    /// See `method`.
    pub url: Option<Template>,
    /// Path parameters by name.
    pub path: Vec<(String, Tree)>,
    /// Query parameters by name, declared or not.
    pub query: Vec<(String, Tree)>,
    /// Headers by name; a null value removes the header.
    pub headers: Vec<(String, Tree)>,
    /// Cookies by name.
    pub cookies: Vec<(String, Tree)>,
    /// Credentials.
    pub auth: Authorization,
    /// How it is signed if the target signs requests.
    pub sign: Signing,
    /// The body; `None` sends none.
    pub body: Option<Body>,
}

impl RequestSpec {
    /// Whether it sets or removes the header.
    pub(crate) fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(held, _)| held.eq_ignore_ascii_case(name))
    }
}

/// Source of a case's credentials.
#[derive(Debug, Default)]
pub enum Authorization {
    /// The target's.
    #[default]
    Target,
    /// `auth: none`.
    None,
    /// `auth: SCHEME`: the target's for that scheme.
    Scheme(String),
    /// `auth: { SCHEME: VALUE }`.
    Given(Vec<(String, GivenCredential)>),
    /// `as: NAME`: a second set of the target's credentials.
    As(String),
}

/// The credential of one scheme that a case sets.
#[derive(Debug)]
pub enum GivenCredential {
    /// The value.
    Value(Tree),
    /// `{ scope: SCOPE }`: an access token of the target with this scope instead of the configured one.
    Scope(String),
    /// `wrong`: one of the same form that is not that of the target.
    Wrong,
    /// `expired`: an access token of the target whose time is over.
    Expired,
    /// `none` or null: none, while the other credentials of the target are sent.
    None,
}

/// The forms of a request body.
#[derive(Debug)]
pub enum Body {
    /// Serialised as JSON.
    Json(Tree),
    /// The bytes of a file, read at loading.
    File(bytes::Bytes),
    /// Verbatim text.
    Text(Template),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, Tree)>),
    /// `multipart/form-data`.
    Multipart(Vec<MultipartPart>),
    /// Bytes, decoded at loading.
    Bytes(bytes::Bytes),
}

/// One part of a multipart body.
#[derive(Debug)]
pub struct MultipartPart {
    /// `name`.
    pub name: Template,
    /// `value`, `json` or `file`.
    pub content: PartContent,
    /// `headers`.
    pub headers: Vec<(String, Tree)>,
    /// `filename`.
    pub filename: Option<Template>,
    /// `type`.
    pub media_type: Option<Template>,
}

/// The forms of a part's content.
#[derive(Debug)]
pub enum PartContent {
    /// `value`: a string verbatim, anything else as the contract declares the part; a list may be several parts.
    Value(Tree),
    /// `json`: serialised as JSON.
    Json(Tree),
    /// `file`: its bytes, read at loading.
    File(bytes::Bytes),
}

/// Violations that a case declares for its request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violates {
    /// None: the request conforms to the contract.
    Nothing,
    /// Exactly these.
    These(Vec<Violation>),
    /// The request is not checked.
    Unchecked,
}

/// One `KEYWORD LOCATION`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// A JSON Schema keyword, `style`, `content` or `xml`, or a rule without location: `security`, `json` …
    pub keyword: String,
    /// `path/NAME`, `query/NAME`, `header/NAME`, `cookie/NAME`, `body` or `body/JSON/POINTER`; `None` for keywords without
    /// location.
    pub location: Option<String>,
}

impl std::fmt::Display for Violation {
    /// Writes the notation of case files: `required body/partner_customer_id`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.keyword)?;
        self.location.iter().try_for_each(|location| write!(f, " {location}"))
    }
}

/// Expectations of a case, with their templates. Their locations are below `Case::at` + `/expect`.
#[derive(Debug, Default)]
pub struct Expect {
    /// `status`: `200` is 200..=200, `2XX` is 200..=299; empty if absent.
    pub status: Vec<std::ops::RangeInclusive<u16>>,
    /// `headers`: null means absent.
    pub headers: Vec<(String, Tree)>,
    /// `body`: subset with operators.
    pub body: Option<Tree>,
    /// `schema`: narrows the contract for this case, without references to other documents.
    pub schema: Option<Arc<CaseSchema>>,
    /// `assert`.
    pub assert: Vec<Expression>,
    /// `within`.
    pub within: Option<Duration>,
    /// `undocumented: REASON`: acknowledges the finding `status-documented`.
    pub undocumented: Option<String>,
}

/// One `capture` entry.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The variable.
    pub name: String,
    /// Source of its value.
    pub from: CaptureFrom,
}

/// Source of a captured value.
#[derive(Debug, Clone)]
pub enum CaptureFrom {
    /// A pointer into the body.
    Body(Pointer),
    /// The status.
    Status,
    /// The first line of a header.
    Header(String),
    /// `${…}` over `response`.
    Template(Template),
}

/// `poll`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// Pause between attempts.
    pub every: Duration,
    /// No attempt starts later than this after the first.
    pub up_to: Duration,
}

/// `retry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Total number of attempts, at least 1.
    pub attempts: u32,
    /// No attempt starts later than this after the first.
    pub up_to: Duration,
}
