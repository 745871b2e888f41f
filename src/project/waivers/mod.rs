//! Reads the file of waivers: findings that fail nothing for a while, each with who answers for it, why, and until when.

mod format;

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::check::{Fingerprint, Waiver, Waivers};
use crate::document::{self, Document, End};
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::record::Head;

use crate::cli::args::Output;
use crate::project::settings::Settings;
use crate::project::unknown_targets;

use format::WaiverFormat;
pub use format::json_schema;

/// The name of the file that is read unasked, beside the configuration.
const FILE_NAME: &str = "waivers.yaml";

/// The rule that a waiver breaks which can never hold.
const RULE: &str = "waiver";

/// Every waiver of a file; none where there is no file.
#[derive(Debug, Default)]
pub struct WaiverFile {
    list: Vec<Written>,
}

/// One waiver as it is written.
#[derive(Debug)]
struct Written {
    finding: Fingerprint,
    waiver: Waiver,
    expires: Date,
    /// The targets on which it holds, and where each is named; all where there is none.
    only_on: Vec<(String, Snippet)>,
    snippet: Snippet,
}

impl WaiverFile {
    /// Reads the file that is named, else `waivers.yaml` beside the configuration where there is one; says everything that is
    /// wrong with it.
    pub fn load(settings: &Settings, output: &Output) -> Result<Self, Vec<Problem>> {
        match file(settings, output) {
            Some(file) => Self::read(&file, &settings.absolute(&file)),
            None => Ok(Self::default()),
        }
    }

    fn read(name: &Path, path: &Path) -> Result<Self, Vec<Problem>> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            vec![Problem::new(format!("cannot read {}: {error}", name.display())).rule("unreadable-file")]
        })?;
        Self::parse(&Document::parse(name.display().to_string(), text)?)
    }

    fn parse(document: &Document) -> Result<Self, Vec<Problem>> {
        let root = Pointer::root();
        let Some(elements) = document.value().as_array() else {
            let problem = Problem::new("expected a list of waivers").rule("wrong-value");
            return Err(vec![problem.at(document.snippet(&root, End::Value))]);
        };
        let mut file = Self::default();
        let mut problems = Vec::new();
        for at in (0..elements.len()).map(|index| root.join(index)) {
            let (format, wrong) = document::read::<WaiverFormat>(document, &at);
            problems.extend(wrong);
            let written = format.map(|format| Written::of(format, document, &at));
            match written {
                Some(Ok(written)) if file.has(written.finding) => {
                    let problem = Problem::new("expected one waiver for a finding, found a second for this one");
                    problems.push(problem.rule(RULE).at(document.snippet(&at.join("finding"), End::Value)));
                }
                Some(Ok(written)) => file.list.push(written),
                Some(Err(wrong)) => problems.extend(wrong),
                None => {}
            }
        }
        if problems.is_empty() { Ok(file) } else { Err(problems) }
    }

    fn has(&self, finding: Fingerprint) -> bool {
        self.list.iter().any(|written| written.finding == finding)
    }

    /// Those that hold on `target` at the instant `now`, in microseconds since 1970.
    pub fn holding(&self, target: &str, now: i64) -> Waivers {
        let hold = self.list.iter().filter(|written| written.is_for(target) && !written.is_over(now));
        hold.map(|written| (written.finding, written.waiver.clone())).collect()
    }

    /// A warning for each that has expired, and for each name of a target that there is not.
    pub fn odd(&self, settings: &Settings, now: i64) -> Vec<Problem> {
        [self.expired(now), self.nowhere(settings)].concat()
    }

    fn nowhere(&self, settings: &Settings) -> Vec<Problem> {
        let named = self.list.iter().flat_map(|written| &written.only_on);
        named
            .filter_map(|(name, at)| {
                unknown_targets::unknown(name, "the waiver never holds there", settings, at.clone())
            })
            .collect()
    }

    fn expired(&self, now: i64) -> Vec<Problem> {
        let over = self.list.iter().filter(|written| written.is_over(now));
        let told = |written: &Written| {
            let Waiver { owner, reason, expires, .. } = &written.waiver;
            let message = format!("the waiver of {owner} expired on {expires}: {reason}");
            let help = "the finding counts again: have it repaired, or decide anew until when it is lived with";
            Problem::new(message).rule("expired-waiver").at(written.snippet.clone()).help(help).as_warning()
        };
        over.map(told).collect()
    }

    /// A warning for each that was held for nothing in a run that met everything it could.
    pub fn unused(&self, target: &str, now: i64, head: &Head) -> Vec<Problem> {
        let met = |finding: &str| {
            let listed = head.groups.iter().any(|group| group.finding.fingerprint == finding);
            listed || head.further.iter().any(|further| further == finding)
        };
        let idle =
            |written: &&Written| written.is_for(target) && !written.is_over(now) && !met(&written.finding.to_string());
        let told = |written: &Written| {
            let message = format!("no case met the finding that {} has waived", written.waiver.owner);
            let problem = Problem::new(message).rule("unused-waiver").at(written.snippet.clone()).as_warning();
            problem.help("take the waiver out if the finding was repaired")
        };
        self.list.iter().filter(idle).map(told).collect()
    }
}

impl Written {
    /// What is written, when it can hold; else all that keeps it from it.
    fn of(format: WaiverFormat, document: &Document, at: &Pointer) -> Result<Self, Vec<Problem>> {
        let finding = Fingerprint::parse(&format.finding);
        let expires = date(&format.expires);
        let wrong = |key: &str, message: String| {
            Problem::new(message).rule(RULE).at(document.snippet(&at.join(key), End::Value))
        };
        let of_finding = || {
            let expected = "expected the 12 characters that reports show with a finding";
            wrong("finding", format!("{expected}, found `{}`", format.finding))
        };
        let of_expires = || wrong("expires", format!("expected a day like 2027-01-31, found `{}`", format.expires));
        let empty = [("owner", &format.owner), ("reason", &format.reason)];
        let empty = empty.into_iter().filter(|(_, text)| text.trim().is_empty());
        let mut problems: Vec<_> =
            empty.map(|(key, _)| wrong(key, format!("expected a text as {key}, found none"))).collect();
        problems.extend(finding.is_none().then(of_finding));
        problems.extend(expires.is_none().then(of_expires));
        match (finding, expires) {
            (Some(finding), Some(expires)) if problems.is_empty() => {
                let snippet = document.snippet(&at.join("finding"), End::Value);
                let WaiverFormat { owner, reason, expires: day, only_on, .. } = format;
                let place = |index: usize| document.snippet(&at.join("only_on").join(index), End::Value);
                let only_on = only_on.into_iter().enumerate().map(|(index, name)| (name, place(index))).collect();
                let waiver = Waiver { owner, reason, expires: day, place: snippet.place.clone() };
                Ok(Self { finding, waiver, expires, only_on, snippet })
            }
            _ => Err(problems),
        }
    }

    fn is_for(&self, target: &str) -> bool {
        self.only_on.is_empty() || self.only_on.iter().any(|(name, _)| name == target)
    }

    /// Whether its last day is over, in UTC.
    fn is_over(&self, now: i64) -> bool {
        let now = Timestamp::from_microsecond(now).unwrap_or(Timestamp::MAX);
        now.to_zoned(TimeZone::UTC).date() > self.expires
    }
}

/// A day in its only form; jiff reads others too.
fn date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}

/// The file that is meant, seen from the root.
fn file(settings: &Settings, output: &Output) -> Option<PathBuf> {
    let named = output.waivers.as_ref().map(|typed| settings.seen_from_root(typed));
    let configured = || settings.file.config.waivers.as_ref().map(PathBuf::from);
    let unasked = || Some(PathBuf::from(FILE_NAME)).filter(|file| settings.absolute(file).is_file());
    named.or_else(configured).or_else(unasked)
}
