//! `junit.xml` for Jenkins: one suite per operation or case file, one test per case, the diff as the text of a failure.
//!
//! The schema of Jenkins allows no number of skipped tests in the root element, and no properties, file and line in a test: programs that
//! read tests as evidence of requirements, or show them next to their source, expect them there all the same.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::{self, Write};

use quick_xml::escape::{escape, partial_escape};

use crate::diff::visible;
use crate::record::{Entry, Head, Summary, TargetUsed, Verdict};
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::suites::Suites;
use crate::report::text::command;
use crate::report::text::distinct::distinct;
use crate::report::text::phrases;

/// Maximum size of all failure texts in bytes. The counts precede the tests, so that everything is held in memory until
/// the end.
const MAX_FAILURES: usize = 16 * 1024 * 1024;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "junit",
    file: "junit.xml",
    summary: "junit.xml: for CI servers; every run writes it",
    is_default: true,
    marker: TOOL,
    output: Output::File(|suites| Box::new(Junit::new(suites))),
};

/// Collects the suites.
#[derive(Debug, Default)]
pub(crate) struct Junit {
    by: Suites,
    /// Suites in the order of their first case.
    suites: Vec<Suite>,
    /// Indexes of the suites by name.
    known: HashMap<String, usize>,
    head: Option<About>,
    failures: usize,
}

/// Facts of the head that every suite repeats.
#[derive(Debug)]
struct About {
    tool: String,
    seconds: f64,
    started: String,
    summary: Summary,
    tolerates_known: bool,
    properties: String,
}

#[derive(Debug, Default)]
struct Suite {
    name: String,
    counts: Summary,
    seconds: f64,
    /// Tests as XML.
    tests: String,
}

impl Junit {
    /// Creates a report with this grouping.
    pub(crate) fn new(by: Suites) -> Self {
        Self { by, ..Self::default() }
    }
}

impl Renderer for Junit {
    fn begin(&mut self, head: &Head, _: &mut dyn Write) -> io::Result<()> {
        self.head = Some(About {
            tool: head.tool.name.clone(),
            seconds: head.seconds,
            started: head.started.clone(),
            summary: head.summary,
            tolerates_known: head.tolerates_known,
            properties: properties(head),
        });
        Ok(())
    }

    fn case(&mut self, case: &ReportedCase<'_>, _: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        let name = self.suite_of(entry);
        let index = match self.known.get(&name) {
            Some(index) => *index,
            None => {
                self.suites.push(Suite { name: name.clone(), ..Suite::default() });
                self.known.insert(name, self.suites.len() - 1);
                self.suites.len() - 1
            }
        };
        let suite = &mut self.suites[index];
        suite.counts.add(entry);
        suite.seconds += entry.took_ms / 1000.0;
        let before = suite.tests.len();
        // Writing to a string cannot fail.
        let _ = test(case, self.failures < MAX_FAILURES, &mut suite.tests);
        if entry.outcome == Verdict::Failed {
            self.failures += suite.tests.len() - before;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let Some(about) = self.head.take() else { return Ok(()) };
        let known = |summary: &Summary| if about.tolerates_known { summary.known } else { 0 };
        let Summary { cases, failed, errored, .. } = about.summary;
        let failed = failed.saturating_sub(known(&about.summary));
        writeln!(out, r#"<?xml version="1.0" encoding="UTF-8"?>"#)?;
        let (tool, seconds) = (attribute(&about.tool), about.seconds);
        writeln!(
            out,
            r#"<testsuites name="{tool}" tests="{cases}" failures="{failed}" errors="{errored}" time="{seconds:.3}">"#
        )?;
        for suite in &self.suites {
            let known = known(&suite.counts);
            let Summary { cases, failed, errored, skipped, .. } = suite.counts;
            let (failed, skipped) = (failed.saturating_sub(known), skipped + known);
            let (name, seconds, started) = (attribute(&suite.name), suite.seconds, attribute(&about.started));
            write!(out, r#"  <testsuite name="{name}" tests="{cases}" failures="{failed}" errors="{errored}""#)?;
            writeln!(out, r#" skipped="{skipped}" time="{seconds:.3}" timestamp="{started}">"#)?;
            writeln!(out, "{}{}  </testsuite>", about.properties, suite.tests)?;
        }
        writeln!(out, "</testsuites>")
    }
}

impl Junit {
    fn suite_of(&self, entry: &Entry) -> String {
        match self.by {
            Suites::File => entry.story.clone(),
            Suites::Endpoint if entry.operation.is_some() => format!("{} {}", entry.method, entry.path),
            Suites::Endpoint => "outside the contract".to_owned(),
        }
    }
}

/// Returns the properties of the run as XML.
fn properties(head: &Head) -> String {
    let contract = &head.contract;
    let TargetUsed { name, url, .. } = &head.target;
    let target = if name == url { url.clone() } else { format!("{name} {url}") };
    let partner = head.target.partner.iter().map(|name| ("partner", name.clone()));
    let own = [
        ("contract", format!("{} {} ({})", contract.title, contract.version, contract.file)),
        ("contract.sha256", contract.sha256.clone()),
        ("target", target),
        ("seed", head.seed.to_string()),
        ("tool", format!("{} {}", head.tool.name, head.tool.version)),
    ];
    let property =
        |(name, value): &(&str, String)| format!("      <property name=\"{name}\" value=\"{}\"/>\n", attribute(value));
    let properties: String = own.into_iter().chain(partner).map(|own| property(&own)).collect();
    format!("    <properties>\n{properties}    </properties>\n")
}

/// Returns the properties of a test as XML: requirements, tags, fingerprints, owners of waivers, and those of the case.
fn case_properties(entry: &Entry) -> String {
    let waived = entry.waived.iter().map(|held| &held.finding);
    let findings = distinct(entry.findings.iter().chain(waived)).into_iter().map(|distinct| distinct.finding);
    let mut properties: Vec<(&str, &str)> = Vec::new();
    properties.extend(entry.operation.iter().map(|operation| ("operation", operation.as_str())));
    properties.extend(entry.requirements.iter().map(|requirement| ("requirement", requirement.as_str())));
    properties.extend(entry.tags.iter().map(|tag| ("tag", tag.as_str())));
    properties.extend(findings.map(|finding| ("fingerprint", finding.fingerprint.as_str())));
    properties.extend(entry.waived.iter().map(|held| ("owner", held.waiver.owner.as_str())));
    properties.extend(entry.flaky.then_some(("flaky", "true")));
    properties.extend(entry.properties.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let property = |(name, value): (&str, &str)| {
        format!("        <property name=\"{}\" value=\"{}\"/>\n", attribute(name), attribute(value))
    };
    let lines: String = properties.into_iter().map(property).collect();
    if lines.is_empty() { lines } else { format!("      <properties>\n{lines}      </properties>\n") }
}

fn test(case: &ReportedCase<'_>, in_full: bool, out: &mut String) -> std::fmt::Result {
    let entry = &*case.entry;
    let (name, class) = (phrases::name(entry), class(&entry.story));
    let (name, class) = (attribute(&name), attribute(&class));
    let (file, line, seconds) = (attribute(&entry.place.file), entry.place.line, entry.took_ms / 1000.0);
    write!(out, r#"    <testcase name="{name}" classname="{class}" time="{seconds:.3}""#)?;
    writeln!(out, r#" file="{file}" line="{line}">"#)?;
    out.push_str(&case_properties(entry));
    let element = match entry.outcome {
        Verdict::Passed => None,
        Verdict::Skipped => Some("skipped"),
        Verdict::Failed if entry.tolerated => Some("skipped"),
        Verdict::Failed => Some("failure"),
        Verdict::Errored => Some("error"),
    };
    if let Some(element) = element {
        let check = entry.findings.first().map_or(phrases::outcome(entry), |finding| &finding.check);
        let known = if entry.tolerated { "known failure: " } else { "" };
        let message = format!("{known}{}", phrases::message(entry));
        write!(out, r#"      <{element} type="{}" message="{}">"#, attribute(check), escape(message))?;
        if entry.outcome == Verdict::Failed && in_full {
            out.push_str(&partial_escape(case.text().trim_end()));
        } else if entry.outcome == Verdict::Failed {
            out.push_str("Output truncated; see record.json");
        }
        writeln!(out, "</{element}>")?;
    }
    writeln!(out, "      <system-out>{}</system-out>\n    </testcase>", partial_escape(aside(entry)))
}

/// Returns details of a case, one per line: its metadata, and what affected the verdict without failing it.
fn aside(entry: &Entry) -> String {
    let mut lines = format!("location: {}\n", phrases::place(&entry.place));
    let mut line = |name: &str, text: &str| {
        if !text.is_empty() {
            lines.extend([visible(name).as_ref(), ": ", visible(text).as_ref(), "\n"]);
        }
    };
    line("requirement", &entry.requirements.join(", "));
    line("tags", &entry.tags.join(", "));
    line("violates", &phrases::violations(entry).join(", "));
    if let Some((name, id)) = &entry.request_id {
        line(name, id);
    }
    for held in &entry.acknowledged {
        line(phrases::state(held), &format!("{}: {}", phrases::note(&held.finding), held.reason));
    }
    for held in &entry.waived {
        line("waived", &format!("{}: {}", phrases::note(&held.finding), phrases::waiver(&held.waiver)));
    }
    for held in &entry.not_checked {
        line("not checked", &format!("{}: {}", held.check, held.reason));
    }
    // The text of a failure ends with the command already.
    if let Some(curl) = entry.curl.as_ref().filter(|_| entry.outcome != Verdict::Failed) {
        lines.extend([&command::repeat(curl), "\n"]);
    }
    lines
}

/// Returns a case file as a class in a package, by which readers of JUnit group tests: `cases.imprint.link-customer`.
fn class(story: &str) -> String {
    let (file, row) = story.rsplit_once('#').map_or((story, ""), |(file, row)| (file, row));
    let stem = file.strip_suffix(".yaml").or(file.strip_suffix(".yml")).unwrap_or(file);
    let parts: Vec<_> = stem.split('/').map(|part| part.replace('.', "-")).collect();
    let row = if row.is_empty() { String::new() } else { format!("#{row}") };
    parts.join(".") + &row
}

/// Escapes an attribute. Characters that XML cannot hold become `\u{..}`.
fn attribute(text: &str) -> String {
    escape(visible(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        let text = sample::rendered(&mut Junit::new(Suites::Endpoint));
        let parts = sample::parts(&text, ["    <testcase name=\"teardown"]);
        let names = ["json_bodies", "other_bodies"];
        names.iter().zip(parts).for_each(|(name, part)| insta::assert_snapshot!(*name, part));
    }

    #[test]
    fn suites_can_be_files() {
        let text = sample::rendered(&mut Junit::new(Suites::File));
        let suites: Vec<_> = text.lines().filter(|line| line.contains("<testsuite ")).collect();
        let expect = r#"  <testsuite name="cases/imprint/link.yaml" tests="10" failures="5" errors="1" skipped="1" time="0.143" timestamp="2026-11-20T10:06:58Z">"#;
        assert_eq!(suites, [expect]);
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let text = sample::rendered(&mut Junit::default());
        let forbidden = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(forbidden) && !text.contains("<script") && !text.contains("]]></"));
    }

    #[test]
    fn a_story_is_a_class_in_a_package() {
        let check = |story, expect| assert_eq!(class(story), expect);
        check("cases/imprint/link-customer.yaml", "cases.imprint.link-customer");
        check("cases/v2.0/a.b.yml#3", "cases.v2-0.a-b#3");
        check("", "");
    }

    #[test]
    fn failures_beyond_the_limit_are_truncated() {
        let failed = sample::entries().into_iter().find(|entry| entry.outcome == Verdict::Failed).expect("one failed");
        let mut junit = Junit { failures: MAX_FAILURES, ..Junit::default() };
        let text = sample::rendered_of(&mut junit, [failed]);
        assert!(text.contains(">Output truncated; see record.json</failure>"), "{text}");
    }
}
