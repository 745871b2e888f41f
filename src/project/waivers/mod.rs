//! Reads the file of waivers: accepted findings, each with an owner, a reason and an expiry date.

mod append;
mod format;

use std::collections::HashSet;
use std::fmt::Display;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::check::{Fingerprint, Waiver, Waivers};
use crate::document::{self, Document, End, decode};
use crate::input_file;
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::record::{Head, InputFile};
use crate::rules;

use super::settings::Settings;
use super::unknown_targets;

use append::is_empty;
pub(crate) use append::{Appended, Candidate, append};
#[cfg(test)]
pub(crate) use format::json_schema;
use format::{FingerprintText, WaiverFormat};

/// Default file name, in the directory of the configuration.
pub(crate) const FILE_NAME: &str = "waivers.yaml";

/// Rule id of invalid waivers.
const RULE: &str = crate::rules::WAIVER;

/// Every waiver of the file; empty if there is no file.
#[derive(Debug, Default)]
pub(crate) struct WaiverFile {
    /// Name and digest of the file.
    pub digest: Option<InputFile>,
    waivers: Vec<WaiverEntry>,
}

/// What a run says of waivers whose finding did not occur in it.
pub(crate) struct Extent<'a> {
    /// The name of its target.
    pub target: &'a str,
    /// When it started, in microseconds since 1970.
    pub now: i64,
    /// Whether every case of the project has a verdict, by every check.
    pub is_whole: bool,
    /// Whether the configuration has no other target.
    pub is_only_target: bool,
}

/// One waiver with its locations.
#[derive(Debug)]
struct WaiverEntry {
    findings: Vec<Fingerprint>,
    waiver: Waiver,
    expires: Date,
    /// The targets that it applies to, with locations; every target if empty.
    only_on: Vec<(String, Snippet)>,
    snippet: Snippet,
}

impl WaiverFile {
    /// Reads the named file, else `waivers.yaml` if it exists; reports every problem.
    pub(crate) fn load(settings: &Settings) -> Result<Self, Vec<Problem>> {
        match file(settings) {
            Some(file) => Self::read(&file, &settings.absolute(&file)),
            None => Ok(Self::default()),
        }
    }

    fn read(name: &Path, path: &Path) -> Result<Self, Vec<Problem>> {
        let unreadable = |why: &dyn Display| {
            vec![Problem::new(format!("cannot read {}: {why}", name.display())).rule(rules::UNREADABLE_FILE)]
        };
        let bytes = input_file::read(path).map_err(|why| unreadable(&reason(&why)))?;
        let digest = InputFile::new(name.display().to_string(), &bytes);
        let text = decode(bytes).map_err(|why| unreadable(&why))?;
        if is_empty(&text) {
            return Ok(Self { digest: Some(digest), ..Self::default() });
        }
        let file = Self::parse(&Document::parse(name.display().to_string(), text)?)?;
        Ok(Self { digest: Some(digest), ..file })
    }

    fn parse(document: &Document) -> Result<Self, Vec<Problem>> {
        let root = Pointer::root();
        let Some(elements) = document.value().as_array() else {
            let problem = Problem::new("the file must contain a list of waivers").rule(rules::WRONG_VALUE);
            return Err(vec![problem.at(document.snippet(&root, End::Value))]);
        };
        let mut file = Self::default();
        let mut problems = Vec::new();
        for at in (0..elements.len()).map(|index| root.join(index)) {
            let (format, invalid) = document::read::<WaiverFormat>(document, &at);
            problems.extend(invalid);
            match format.map(|format| WaiverEntry::from_format(format, document, &at)) {
                Some(Ok(entry)) if file.has(&entry.findings) => {
                    let problem = Problem::new("duplicate waiver: this finding is already waived above");
                    problems.push(problem.rule(RULE).at(document.snippet(&at.join("finding"), End::Value)));
                }
                Some(Ok(entry)) => file.waivers.push(entry),
                Some(Err(invalid)) => problems.extend(invalid),
                None => {}
            }
        }
        if problems.is_empty() { Ok(file) } else { Err(problems) }
    }

    fn has(&self, findings: &[Fingerprint]) -> bool {
        self.waivers.iter().flat_map(|entry| &entry.findings).any(|finding| findings.contains(finding))
    }

    /// The waivers that apply to `target` at `now` (microseconds since 1970).
    pub(crate) fn applicable(&self, target: &str, now: i64) -> Waivers {
        let applicable = self.waivers.iter().filter(|entry| entry.applies_to(target) && !entry.is_expired(now));
        applicable.flat_map(|entry| entry.findings.iter().map(|finding| (*finding, entry.waiver.clone()))).collect()
    }

    /// Fingerprints of the findings whose waiver for `target` has expired.
    pub(crate) fn expired_findings(&self, target: &str, now: i64) -> HashSet<String> {
        let expired = self.waivers.iter().filter(|entry| entry.applies_to(target) && entry.is_expired(now));
        expired.flat_map(|entry| &entry.findings).map(Fingerprint::to_string).collect()
    }

    /// Warnings about expired waivers and unknown targets.
    pub(crate) fn warnings(&self, settings: &Settings, now: i64) -> Vec<Problem> {
        [self.expired(now), self.unknown_targets(settings)].concat()
    }

    fn unknown_targets(&self, settings: &Settings) -> Vec<Problem> {
        let named = self.waivers.iter().flat_map(|entry| &entry.only_on);
        named
            .filter_map(|(name, at)| {
                unknown_targets::warning(
                    name,
                    "no target has this name, so the waiver does not apply to it",
                    settings,
                    at.clone(),
                )
            })
            .collect()
    }

    fn expired(&self, now: i64) -> Vec<Problem> {
        let expired = self.waivers.iter().filter(|entry| entry.is_expired(now));
        let warning = |entry: &WaiverEntry| {
            let Waiver { owner, reason, expires, .. } = &entry.waiver;
            let message = format!("the waiver of {owner} expired on {expires}: {reason}");
            let help = "the finding fails the run again: fix it or extend the waiver";
            Problem::new(message).rule(rules::EXPIRED_WAIVER).at(entry.snippet.clone()).help(help).as_warning()
        };
        expired.map(warning).collect()
    }

    /// A warning for each waiver whose finding did not occur, although it could: it is one of the baseline whose cases ran, or every case
    /// ran.
    pub(crate) fn unused(&self, extent: &Extent<'_>, head: &Head) -> Vec<Problem> {
        let Extent { target, now, is_whole, is_only_target } = *extent;
        let own = head.groups.iter().map(|group| &group.finding.fingerprint).chain(&head.further);
        let carried = head.baseline.iter().flat_map(|compared| &compared.carried).map(|held| &held.finding.fingerprint);
        let further = head.baseline.iter().flat_map(|compared| &compared.further);
        let met: HashSet<&String> = own.chain(carried).chain(further).collect();
        let fixed = head.baseline.iter().flat_map(|compared| &compared.fixed).map(|fixed| &fixed.fingerprint);
        let fixed: HashSet<&String> = fixed.collect();
        let is_idle = |finding: &Fingerprint| {
            let finding = finding.to_string();
            !met.contains(&finding) && (is_whole || fixed.contains(&finding))
        };
        let idle = |entry: &&WaiverEntry| {
            entry.applies_to(target) && !entry.is_expired(now) && entry.findings.iter().all(is_idle)
        };
        let warning = |entry: &WaiverEntry| {
            let message = format!("the finding waived by {} did not occur in this run", entry.waiver.owner);
            let problem = Problem::new(message).rule(rules::UNUSED_WAIVER).at(entry.snippet.clone()).as_warning();
            problem.help(match entry.only_on.len() {
                0 if !is_only_target => {
                    "if it is fixed on every target, remove the waiver; else name its targets with `only_on`".to_owned()
                }
                0 | 1 => "remove the waiver if the finding is fixed".to_owned(),
                _ => format!("if it is fixed on {target}, remove this target from `only_on`"),
            })
        };
        self.waivers.iter().filter(idle).map(warning).collect()
    }
}

impl WaiverEntry {
    /// Validates one waiver; reports every problem.
    fn from_format(format: WaiverFormat, document: &Document, at: &Pointer) -> Result<Self, Vec<Problem>> {
        let expires = date(&format.expires);
        let invalid = |key: &str, message: String| {
            Problem::new(message).rule(RULE).at(document.snippet(&at.join(key), End::Value))
        };
        let of_finding = |text: &str| {
            let expected = "expected a fingerprint of 12 characters as shown in reports";
            invalid("finding", format!("{expected}, found `{text}`"))
        };
        let of_expires = || invalid("expires", format!("expected a date like 2027-01-31, found `{}`", format.expires));
        let empty = [("owner", &format.owner), ("reason", &format.reason)];
        let empty = empty.into_iter().filter(|(_, text)| text.trim().is_empty());
        let mut problems: Vec<_> = empty.map(|(key, _)| invalid(key, format!("`{key}` must not be empty"))).collect();
        let mut findings = Vec::new();
        for FingerprintText(text) in &format.finding.items {
            match Fingerprint::parse(text) {
                Some(finding) => findings.push(finding),
                None => problems.push(of_finding(text)),
            }
        }
        if format.finding.items.is_empty() {
            problems.push(invalid("finding", "`finding` must not be empty".to_owned()));
        }
        problems.extend(expires.is_none().then(of_expires));
        match expires {
            Some(expires) if problems.is_empty() => {
                let snippet = document.snippet(&at.join("finding"), End::Value);
                let WaiverFormat { owner, reason, expires: day, only_on, .. } = format;
                let place = |index: usize| document.snippet(&at.join("only_on").join(index), End::Value);
                let only_on = only_on.into_iter().enumerate().map(|(index, name)| (name, place(index))).collect();
                let waiver = Waiver { owner, reason, expires: day, place: snippet.place.clone() };
                Ok(Self { findings, waiver, expires, only_on, snippet })
            }
            _ => Err(problems),
        }
    }

    fn applies_to(&self, target: &str) -> bool {
        self.only_on.is_empty() || self.only_on.iter().any(|(name, _)| name == target)
    }

    /// Whether its last day is over, in UTC.
    fn is_expired(&self, now: i64) -> bool {
        let now = Timestamp::from_microsecond(now).unwrap_or(Timestamp::MAX);
        now.to_zoned(TimeZone::UTC).date() > self.expires
    }
}

/// Parses `YYYY-MM-DD` only; jiff accepts other forms too.
fn date(text: &str) -> Option<Date> {
    text.parse::<Date>().ok().filter(|date| date.to_string() == text)
}

/// The file to read, relative to the root.
fn file(settings: &Settings) -> Option<PathBuf> {
    let named = settings.overrides.results.waivers.as_ref().map(|path| settings.relative_to_root(path));
    let configured = || settings.file.config.waivers.as_ref().map(PathBuf::from);
    let default = || Some(PathBuf::from(FILE_NAME)).filter(|file| settings.absolute(file).is_file());
    named.or_else(configured).or_else(default)
}
