//! `signoff waive`: writes waivers for the findings of a run, which a person completes.

use std::io::{self, Read, Write};
use std::path::Path;

use crate::check::Fingerprint;
use crate::input_file;
use crate::output_file;
use crate::problem::{Problem, reason};
use crate::project::config_file::{ConfigFile, canonical};
use crate::project::waivers::{Appended, Candidate, FILE_NAME, append};
use crate::quantity::count;
use crate::record::{Finding, Head, read_head};
use crate::report::causes::{Cause, causes};
use crate::rules;

use super::args::Waive;
use super::exit::Exit;
use super::record_file::RecordFile;
use super::session::{Failure, Session};

/// Maximum size of the head of a record, in bytes.
const MAX_HEAD: u64 = 64 << 20;

/// Maximum size of a file of waivers, in bytes.
const MAX_WAIVERS: u64 = 16 << 20;

/// Appends an entry per finding that fails the run and is not waived.
pub(super) fn run(args: &Waive, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let record = RecordFile::find(args.from.as_deref(), session)?;
    let head = read_head(record.open()?.take(MAX_HEAD)).map_err(|why| record.invalid(why))?;
    let candidates = candidates(&head).map_err(|why| record.invalid(why))?;
    let directory = canonical(&session.directory())?;
    let config = ConfigFile::load(&directory, session.global.config.as_deref())?;
    let path = match (&args.waivers, &config.config.waivers) {
        (Some(given), _) => directory.join(given),
        (None, Some(configured)) => config.root.join(configured),
        (None, None) => config.root.join(FILE_NAME),
    };
    let name = path.strip_prefix(&config.root).unwrap_or(&path).display().to_string();
    let text = existing(&path)
        .map_err(|why| Problem::new(format!("cannot read {name}: {}", reason(&why))).rule(rules::UNREADABLE_FILE))?;
    let is_named = config.config.targets.contains_key(&head.target.name);
    let target = Some(head.target.name.as_str()).filter(|_| is_named);
    let Appended { text, entries } = append(&name, &text, &candidates, target)?;
    if entries == 0 {
        let all = if candidates.is_empty() { "the run has no findings to waive" } else { "every finding is listed" };
        writeln!(session.out, "unchanged: {name}: {all}")?;
        return Ok(Exit::Passed);
    }
    session.receive_signals()?;
    output_file::write(&path, &text)
        .map_err(|error| Problem::new(format!("cannot write {name}: {}", reason(&error))))?;
    writeln!(session.out, "wrote {name}: {}", count(entries as u64, "new entry"))?;
    if head.groups_left_out > 0 {
        let left_out = count(head.groups_left_out, "finding");
        writeln!(session.out, "{left_out} of the run are not listed in the record: run again after the fixes")?;
    }
    writeln!(session.out, "\nnext: complete or remove each new entry, then run signoff check")?;
    Ok(Exit::Passed)
}

/// The findings that fail the run, those with one cause together.
fn candidates(head: &Head) -> Result<Vec<Candidate>, String> {
    let parse = |finding: &str| {
        let shown = || finding.escape_debug().take(40).collect::<String>();
        Fingerprint::parse(finding).ok_or_else(|| format!("`{}` is not a fingerprint", shown()))
    };
    let causes = causes(&head.groups);
    let candidate = |cause: &Cause<'_>| {
        let Finding { check, message, .. } = &cause.lead.finding;
        let about = format!("{check}: {message} ({}, {})", cause.endpoints(), count(cause.cases(), "case"));
        let findings = cause.groups().map(|group| parse(&group.finding.fingerprint)).collect::<Result<_, _>>()?;
        Ok(Candidate { findings, about })
    };
    causes.iter().filter(|cause| cause.counts(head)).map(candidate).collect()
}

/// The text of the file; empty if there is none.
fn existing(path: &Path) -> io::Result<String> {
    let file = match input_file::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(String::new()),
        file => file?,
    };
    let mut text = String::new();
    if file.take(MAX_WAIVERS + 1).read_to_string(&mut text)? as u64 > MAX_WAIVERS {
        return Err(io::Error::other("it is larger than 16 MB"));
    }
    Ok(text)
}
