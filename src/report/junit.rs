//! `junit.xml`: a suite for each story, a test for each case, the diff as the text of a failure.

use std::io::{self, Write};
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::diff::visible;
use crate::record::{Entry, Head, Role, Verdict};

use super::terminal::{self, Style};
use super::{Renderer, body};

/// Columns of a diff; viewers of JUnit reports do not wrap.
const STYLE: Style = Style { width: 120, color: false };

/// Gathers the suites; the format wants their counts before the first case.
#[derive(Debug, Default)]
pub struct Junit {
    report: Option<Report>,
    suite: Option<TestSuite>,
}

impl Renderer for Junit {
    fn begin(&mut self, head: &Head, _: &mut dyn Write) -> io::Result<()> {
        let mut report = Report::new(head.tool.name.as_str());
        report.set_time(seconds(head.seconds));
        self.report = Some(report);
        Ok(())
    }

    fn entry(&mut self, entry: &Entry, _: &mut dyn Write) -> io::Result<()> {
        if self.suite.as_ref().is_none_or(|suite| suite.name.as_str() != shown(&entry.story)) {
            self.close();
        }
        let suite = self.suite.get_or_insert_with(|| TestSuite::new(shown(&entry.story)));
        suite.add_test_case(case(entry));
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.close();
        let Some(report) = self.report.take() else { return Ok(()) };
        report.serialize(out).map_err(io::Error::other)
    }
}

impl Junit {
    fn close(&mut self) {
        if let (Some(mut suite), Some(report)) = (self.suite.take(), self.report.as_mut()) {
            suite.set_time(suite.test_cases.iter().filter_map(|case| case.time).sum());
            report.add_test_suite(suite);
        }
    }
}

fn case(entry: &Entry) -> TestCase {
    let mut case = TestCase::new(shown(&entry.name), status(entry));
    case.set_classname(shown(entry.operation.as_ref().unwrap_or(&entry.story)));
    case.set_time(seconds(entry.took_ms / 1000.0));
    let place = Property::new("place", body::place(&entry.place));
    let requirement = entry.requirement.as_ref().map(|clause| Property::new("requirement", shown(clause)));
    let tags = entry.tags.iter().map(|tag| Property::new("tag", shown(tag)));
    let role = (entry.role != Role::Case)
        .then(|| Property::new("role", if entry.role == Role::Setup { "setup" } else { "teardown" }));
    case.add_properties([place].into_iter().chain(requirement).chain(tags).chain(role));
    case
}

fn status(entry: &Entry) -> TestCaseStatus {
    let mut status = match entry.outcome {
        Verdict::Passed => return TestCaseStatus::success(),
        Verdict::Skipped => TestCaseStatus::skipped(),
        Verdict::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Errored => TestCaseStatus::non_success(NonSuccessKind::Error),
    };
    status.set_message(message(entry));
    if let Some(first) = entry.findings.first() {
        status.set_type(shown(&first.check));
    }
    if entry.outcome == Verdict::Failed {
        status.set_description(terminal::entry(entry, &STYLE).trim_end());
    }
    status
}

/// The reason, or what the first finding says and how many more there are.
fn message(entry: &Entry) -> String {
    let first = entry.findings.first().map(|finding| format!("{}: {}", finding.check, finding.message));
    let more = match entry.findings.len().saturating_sub(1) {
        0 => String::new(),
        more => format!(" (and {more} more)"),
    };
    let text = entry.reason.clone().or(first).unwrap_or_default();
    format!("{}{more}", visible(&text))
}

fn shown(text: &str) -> String {
    visible(text).into_owned()
}

/// Never a panic: a record may hold any number.
fn seconds(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_sample_run() {
        insta::assert_snapshot!(sample::rendered(&mut Junit::default()));
    }

    #[test]
    fn hostile_texts_stay_texts() {
        let text = sample::rendered(&mut Junit::default());
        let forbidden = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(forbidden) && !text.contains("<script") && !text.contains("]]></"));
    }
}
