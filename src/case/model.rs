//! The typed cases that everything after loading works with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;

use crate::contract::CaseSchema;
use crate::document::{Document, End};
use crate::expression::{Expression, Template, Tree};
use crate::place::{Place, Snippet};
use crate::pointer::Pointer;

/// Every story of a cases folder, in file order.
#[derive(Debug, Default)]
pub struct Suite {
    /// The files, sorted by path.
    pub files: Vec<Arc<CaseFile>>,
    /// One story a file, or one a row of the file's table.
    pub stories: Vec<Story>,
}

impl Suite {
    /// Every case of every story with its story, setup and teardown left out.
    pub fn cases(&self) -> impl Iterator<Item = (&Story, &Case)> {
        self.stories.iter().flat_map(|story| story.cases.iter().map(move |case| (story, case)))
    }
}

/// A case file as it was read.
#[derive(Debug)]
pub struct CaseFile {
    /// Its name as shown to the user, `/` between folders: `cases/imprint/link.yaml`.
    pub name: Arc<str>,
    /// Its path on disk.
    pub path: PathBuf,
    /// `story`.
    pub story: Option<String>,
    /// `serial`: files of the same name run one after another.
    pub serial: Option<String>,
    /// `independent`: its cases may run concurrently.
    pub independent: bool,
    /// The text and value, for places.
    pub document: Document,
}

impl CaseFile {
    /// The bytes of the file, for digests.
    pub fn bytes(&self) -> &[u8] {
        self.document.text().as_bytes()
    }

    /// Where what is at `at` stands.
    pub fn place(&self, at: &Pointer) -> Place {
        self.document.locate(at, End::Key)
    }

    /// The source line of what stands at `at`.
    pub fn snippet(&self, at: &Pointer) -> Snippet {
        self.document.snippet(at, End::Key)
    }
}

/// One case file with one row of its table: the unit of concurrency.
#[derive(Debug)]
pub struct Story {
    /// Its file; places of its cases are pointers into that file's document.
    pub file: Arc<CaseFile>,
    /// Unique in the run: the file name, with the row's number behind `#` where the file has a table.
    pub id: String,
    /// `vars` of the file, templates evaluated once a story, in order; `None` must be given by the target.
    pub vars: Vec<(String, Option<Tree>)>,
    /// The row of the file's table.
    pub row: Arc<BTreeMap<String, Value>>,
    /// Run first; if one fails the story is skipped.
    pub setup: Vec<Case>,
    /// The cases, in order.
    pub cases: Vec<Case>,
    /// Always run, last.
    pub teardown: Vec<Case>,
}

impl Story {
    /// Every case, setup and teardown among them, in order.
    pub fn every(&self) -> impl Iterator<Item = &Case> {
        self.setup.iter().chain(&self.cases).chain(&self.teardown)
    }
}

/// What part a case plays in its story.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Before the cases.
    Setup,
    /// A case.
    Case,
    /// After the cases, always.
    Teardown,
}

/// One case: a row of its table already applied to its name and kept for its templates. Rows share what they do not change.
#[derive(Debug, Clone)]
pub struct Case {
    /// Its part in the story.
    pub role: Role,
    /// Its name, unique in the story.
    pub name: String,
    /// `FILE::NAME`, or `FILE#ROW::NAME`; for setup and teardown `FILE::setup::NAME`: unique in the run.
    pub id: String,
    /// Index into the contract's operations; `None` for `violates: path` and the like, with `method` + `url` given.
    pub operation: Option<usize>,
    /// The request, still with templates.
    pub request: Arc<RequestSpec>,
    /// What the request breaks on purpose.
    pub violates: Violates,
    /// What is expected of the answer.
    pub expect: Arc<Expect>,
    /// What is kept for later cases.
    pub capture: Vec<Capture>,
    /// The captures of earlier cases that it reads.
    pub uses: Vec<Use>,
    /// Names of cases of this story that must have passed.
    pub needs: Vec<String>,
    /// The file's tags and its own.
    pub tags: Vec<String>,
    /// Requirements that it is evidence for.
    pub requirements: Vec<String>,
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
    /// The row of the file's table with that of its own over it: over everything else when names are looked up.
    pub row: Arc<BTreeMap<String, Value>>,
    /// Where it stands: a pointer into its own file's document (`/cases/3`).
    pub at: Pointer,
    /// The file it was written in, where that is not the story's own (`setup: [{ use: _common.yaml }]`).
    pub from: Option<Arc<CaseFile>>,
}

impl Case {
    /// The file that the case was written in: places of the case are pointers into its document.
    pub fn file<'a>(&'a self, story: &'a Story) -> &'a Arc<CaseFile> {
        self.from.as_ref().unwrap_or(&story.file)
    }

    /// The source line of what stands at `at`; of a request that comes from `base`, the line there.
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
pub struct Use {
    /// The variable.
    pub variable: String,
    /// The name of the nearest earlier case that captures it.
    pub captured_by: String,
    /// Whether the request reads it, not only the expectation.
    pub in_request: bool,
}

/// A request as the case gives it, `base` merged in and `without` taken out.
#[derive(Debug, Default)]
pub struct RequestSpec {
    /// `method` and `url` taken as they stand after the target's prefix, instead of the operation's.
    pub method: Option<Template>,
    /// See `method`.
    pub url: Option<Template>,
    /// Path parameters by name.
    pub path: Vec<(String, Tree)>,
    /// Query parameters by name, declared or not.
    pub query: Vec<(String, Tree)>,
    /// Headers by name; a value that expands to null removes the header.
    pub headers: Vec<(String, Tree)>,
    /// Cookies by name.
    pub cookies: Vec<(String, Tree)>,
    /// Credentials.
    pub auth: Authorization,
    /// The body; `None` sends none.
    pub body: Option<Body>,
}

/// Where a case's credentials come from.
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
    Given(Vec<(String, Tree)>),
    /// `as: NAME`: a second set of the target's credentials.
    As(String),
}

/// The forms of a request body.
#[derive(Debug)]
pub enum Body {
    /// Serialised as JSON.
    Json(Tree),
    /// The bytes of a file, read when the case was loaded.
    File(bytes::Bytes),
    /// Text as it stands.
    Text(Template),
    /// `application/x-www-form-urlencoded`.
    Form(Vec<(String, Tree)>),
    /// `multipart/form-data`.
    Multipart(Vec<Part>),
    /// Bytes, decoded when the case was loaded.
    Bytes(bytes::Bytes),
}

/// One part of a multipart body.
#[derive(Debug)]
pub struct Part {
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
    /// `value`: a text as it stands, anything else as the contract declares the part; a list may be several parts.
    Value(Tree),
    /// `json`: serialised as JSON.
    Json(Tree),
    /// `file`: its bytes, read when the case was loaded.
    File(bytes::Bytes),
}

/// What a case's request breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Violates {
    /// Nothing: the request keeps the contract.
    Nothing,
    /// Exactly these rules.
    These(Vec<Violation>),
    /// Nothing is claimed about the request.
    Unchecked,
}

/// One `KEYWORD LOCATION`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Violation {
    /// A JSON Schema keyword, or `security`, `content-type`, `json`, `method`, `path`.
    pub keyword: String,
    /// `path/NAME`, `query/NAME`, `header/NAME`, `cookie/NAME`, `body`, `body/JSON/POINTER`; none where the keyword stands alone.
    pub location: Option<String>,
}

impl std::fmt::Display for Violation {
    /// As a case file writes it: `required body/partner_customer_id`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.keyword)?;
        self.location.iter().try_for_each(|location| write!(f, " {location}"))
    }
}

/// What a case expects, still with templates. Pointers to each for places are under `Case::at` + `/expect/…`.
#[derive(Debug, Default)]
pub struct Expect {
    /// `status`: each entry `200` as 200..=200, `2XX` as 200..=299; empty when not written.
    pub status: Vec<std::ops::RangeInclusive<u16>>,
    /// `headers`: null means absent.
    pub headers: Vec<(String, Tree)>,
    /// `body`: subset with operators.
    pub body: Option<Tree>,
    /// `schema`: narrows the contract for this case. Refers to nothing outside itself.
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
    /// Where its value is taken from.
    pub from: CaptureFrom,
}

/// Where a captured value is taken from.
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
    /// No attempt starts after this.
    pub up_to: Duration,
}

/// `retry`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// Attempts altogether, at least 1.
    pub attempts: u32,
    /// No attempt starts after this.
    pub up_to: Duration,
}
