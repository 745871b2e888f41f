//! GitHub Actions: annotations, shown next to the lines of the repository, and `summary.md`, the summary of a job.
//!
//! GitHub shows ten errors and ten warnings per step and accepts a summary of 1 MiB, so the most frequent findings come
//! first.

use std::collections::BTreeMap;
use std::io::{self, Write};

use quick_xml::escape::escape;

use crate::diff::visible;
use crate::quantity;
use crate::record::{Endpoint, Head, Place, Severity, Verdict};
use crate::report::actions::{Action, actions};
use crate::report::causes::{Cause, causes};
use crate::report::counts::{Column, Shares, columns, outside};
use crate::report::definition::{Format, Output, TOOL};
use crate::report::piles::piles;
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::faults;
use crate::report::text::markdown::{self, LEGEND, MARK, code, fixed, group, inline};
use crate::report::text::phrases;
use crate::report::text::verdict;

/// Annotations per level that GitHub shows for a step.
const ANNOTATIONS: usize = 10;

/// Maximum number of findings in the summary.
const GROUPS: usize = 20;

/// Maximum size of a finding in the summary in bytes.
const MAX_GROUP: usize = 16 * 1024;

/// Maximum number of rows in the table of endpoints.
const ENDPOINTS: usize = 200;

/// Maximum number of different reasons listed for cases without a response.
const REASONS: usize = 10;

/// Returns the annotations of a run, one workflow command per line. `prefix` is the path from the repository to the
/// folder that locations are relative to.
pub(crate) fn annotations(head: &Head, prefix: &str) -> String {
    let causes = causes(&head.groups);
    let open: Vec<_> = causes.iter().filter(|cause| cause.lead.waived.is_none()).collect();
    let of = |wanted| open.iter().filter(move |cause| level(cause, head) == wanted).take(ANNOTATIONS);
    let errored = head.summary.errored;
    let lost = (errored > 0).then(|| {
        let text = format!("{} errored; the job summary lists the reasons", quantity::count(errored, "case"));
        command("error", &[("title", "errored".to_owned())], &text) + "\n"
    });
    let errors = of("error").take(ANNOTATIONS - usize::from(lost.is_some()));
    let found: String =
        errors.chain(of("warning")).chain(of("notice")).map(|cause| annotation(cause, head, prefix) + "\n").collect();
    lost.unwrap_or_default() + &found
}

fn annotation(cause: &Cause<'_>, head: &Head, prefix: &str) -> String {
    let (group, finding) = (cause.lead, &cause.lead.finding);
    let mut properties = Vec::new();
    if let Some(met) = group.first.first() {
        properties.push(("file", format!("{prefix}{}", visible(&met.place.file))));
        properties.push(("line", met.place.line.to_string()));
        properties.push(("col", met.place.column.to_string()));
    }
    let endpoint = cause.endpoints();
    properties.push((
        "title",
        visible(&format!("{}{} · {endpoint}", phrases::note(finding), phrases::status(finding))).into_owned(),
    ));
    let rule = phrases::place(&finding.place);
    let cases = quantity::count(cause.cases(), "case");
    let text = format!("{}: {} ({cases}, rule at {rule})", phrases::group_location(group), cause.headline());
    command(level(cause, head), &properties, &visible(&text))
}

fn level(cause: &Cause<'_>, head: &Head) -> &'static str {
    match cause.lead.finding.severity {
        Severity::Error if cause.is_tolerated(head) => "notice",
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}

/// Formats a workflow command: `::error file=…,line=…::…`.
pub(crate) fn command(name: &str, properties: &[(&str, String)], text: &str) -> String {
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property =
        |(name, value): &(&str, String)| format!("{name}={}", data(value).replace(':', "%3A").replace(',', "%2C"));
    let separator = if properties.is_empty() { "" } else { " " };
    let properties = properties.iter().map(property).collect::<Vec<_>>().join(",");
    format!("::{name}{separator}{properties}::{}", data(text))
}

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "github",
    file: "summary.md",
    summary: "summary.md: GitHub Actions job summary; also prints annotations",
    is_default: false,
    marker: TOOL,
    output: Output::File(|_| Box::new(Github::default())),
};

/// Writes `summary.md`.
#[derive(Debug, Default)]
pub(crate) struct Github {
    errored: BTreeMap<String, (u64, Place)>,
    /// Number of cases without a response whose reason is not listed.
    further: u64,
    findings: String,
}

impl Renderer for Github {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.findings = findings(head);
        writeln!(out, "{MARK}\n## {}\n", title(head))?;
        let time = phrases::duration(head.seconds * 1000.0);
        let counts = [phrases::counts(head), time, format!("seed {}", head.seed)].join(" · ");
        let contract = format!("{} {}", inline(&head.contract.title), inline(&head.contract.version));
        let partner = head.target.partner.as_deref().map(|name| format!(" of {}", inline(name))).unwrap_or_default();
        let (file, target) = (code(&head.contract.file), code(&head.target.name));
        writeln!(out, "{counts}\n\n{contract} ({file}) on {target}{partner}\n")?;
        out.write_all(markdown::piles(&piles(head)).as_bytes())?;
        out.write_all(to_do(head).as_bytes())?;
        head.notes.iter().try_for_each(|note| writeln!(out, "{}\n", inline(note)))?;
        faults::of_run(head).iter().try_for_each(|mutation| writeln!(out, "{}\n", inline(&faults::line(mutation))))?;
        let tried: Vec<_> = head.coverage.iter().filter(|endpoint| endpoint.summary.cases > 0).collect();
        let columns = columns(head);
        let headings: String = columns.iter().map(|column| format!(" {} |", column.heading)).collect();
        writeln!(out, "| endpoint |{headings} responses covered |")?;
        writeln!(out, "|-|{}-:|", "-:|".repeat(columns.len()))?;
        let row = |endpoint: &&Endpoint| {
            let name = code(&format!("{} {}", endpoint.method, endpoint.path));
            let touched = endpoint.responses.iter().filter(|response| response.touched).count();
            let responses = format!("{touched}/{}", endpoint.responses.len());
            row_of(&name, &Shares::new(head, &endpoint.summary), &columns, &responses)
        };
        tried.iter().take(ENDPOINTS).map(row).try_for_each(|row| writeln!(out, "{row}"))?;
        let outside = outside(head);
        if outside.cases > 0 {
            writeln!(out, "{}", row_of("outside the contract", &Shares::new(head, &outside), &columns, ""))?;
        }
        match tried.len().saturating_sub(ENDPOINTS) as u64 {
            0 => Ok(()),
            more => writeln!(out, "\n{}: see `record.json`.", quantity::count(more, "more endpoint")),
        }
    }

    fn case(&mut self, case: &ReportedCase<'_>, _: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        if entry.outcome != Verdict::Errored {
            return Ok(());
        }
        let reason = entry.reason.as_deref().unwrap_or_default();
        if let Some((cases, _)) = self.errored.get_mut(reason) {
            *cases += 1;
        } else if self.errored.len() < REASONS {
            self.errored.insert(reason.to_owned(), (1, entry.place.clone()));
        } else {
            self.further += 1;
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.errored.is_empty() {
            writeln!(out, "\n### Errored cases\n")?;
        }
        for (reason, (cases, place)) in &self.errored {
            let (number, place) = (quantity::count(*cases, "case"), code(&phrases::place(place)));
            let at = if *cases == 1 { "at" } else { "first at" };
            writeln!(out, "- {number}, {at} {place}: {}", inline(reason))?;
        }
        if self.further > 0 {
            writeln!(out, "- {} for other reasons: see `record.json`", quantity::count(self.further, "more case"))?;
        }
        out.write_all(self.findings.as_bytes())
    }
}

/// Formats the heading: `✗ sandbox violates the contract in 3 places`.
fn title(head: &Head) -> String {
    format!("{} {}", verdict::glyph(head), inline(&verdict::sentence(head)))
}

/// Formats what to do as a list, followed by an empty line.
fn to_do(head: &Head) -> String {
    let line = |action: &Action| {
        let place = action.place.as_ref().map(|place| format!(" {}", code(&phrases::place(place)))).unwrap_or_default();
        format!("1. **{}:** {}{place}\n", action.verb, inline(&action.text))
    };
    let lines: String = actions(head).iter().map(line).collect();
    if lines.is_empty() { lines } else { format!("What to do:\n\n{lines}\n") }
}

fn row_of(name: &str, shares: &Shares, columns: &[&Column], responses: &str) -> String {
    let cell = |column: &&Column| match (column.number)(shares) {
        0 => "  |".to_owned(),
        number => format!(" {number} |"),
    };
    format!("| {name} |{} {responses} |", columns.iter().map(cell).collect::<String>())
}

/// Formats the most frequent findings, each collapsed to its first line.
fn findings(head: &Head) -> String {
    let mut text = String::new();
    let causes = causes(&head.groups);
    for found in causes.iter().take(GROUPS) {
        let text_of_group = group(found, head);
        // The first line becomes the summary element, which is HTML and not Markdown.
        let rest = text_of_group.split_once('\n').map_or("", |(_, rest)| rest);
        let rest = if rest.len() > MAX_GROUP { "\nToo long to show: see `record.json`.\n" } else { rest };
        text += &format!("\n<details><summary>{}</summary>\n{rest}\n</details>\n", escape(folded(found)));
    }
    let more = (causes.len().saturating_sub(GROUPS) as u64).saturating_add(head.groups_left_out);
    if more > 0 {
        text += &format!("\n{}: see `record.json`.\n", quantity::count(more, "more finding"));
    }
    let before = head.baseline.iter().flat_map(|baseline| &baseline.fixed);
    let fixed: String = before.take(GROUPS).map(fixed).collect();
    let titled = |title: &str, text: String| if text.is_empty() { text } else { format!("\n### {title}\n{text}") };
    let legend = if text.is_empty() { text.clone() } else { format!("\n{LEGEND}\n") };
    titled("Findings", legend + &text) + &titled("Fixed", fixed)
}

/// `body-schema: enum in body/status · 12 cases · POST /v2/customers`.
fn folded(cause: &Cause<'_>) -> String {
    let group = cause.lead;
    let waived = if group.waived.is_some() { " · waived" } else { "" };
    let standing = phrases::status(&group.finding);
    let (note, part) = (phrases::note(&group.finding), phrases::group_location(group));
    let cases = quantity::count(cause.cases(), "case");
    let text = format!("{note}{standing} in {part} · {cases} · {}{waived}", cause.endpoints());
    visible(&text).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        let text = sample::rendered(&mut Github::default());
        let parts = sample::parts(&text, ["\n<details><summary>expected-body"]);
        let names = ["summary", "further_findings"];
        names.iter().zip(parts).for_each(|(name, part)| insta::assert_snapshot!(*name, part));
    }

    #[test]
    fn the_annotations_of_the_sample_run() {
        insta::assert_snapshot!(annotations(&sample::head(), "api/"));
    }

    #[test]
    fn strings_cannot_end_a_command() {
        let properties = [("file", "a,b:c\n".to_owned()), ("title", "100%".to_owned())];
        let expect = "::error file=a%2Cb%3Ac%0A,title=100%25::of: it,%0D%0A::error::";
        assert_eq!(command("error", &properties, "of: it,\r\n::error::"), expect);
        assert_eq!(command("warning", &[], "x"), "::warning::x");
    }

    #[test]
    fn annotations_beyond_the_limit_are_omitted() {
        let mut head = sample::head();
        let group = head.groups.remove(0);
        (head.groups, head.groups_left_out, head.baseline) = (vec![group; 2000], 3, None);
        (1..).zip(&mut head.groups).for_each(|(line, group)| group.finding.place.line = line);
        let lines = annotations(&head, "");
        assert_eq!(lines.lines().count(), ANNOTATIONS);
        assert!(lines.starts_with("::error title=errored::"), "{lines}");
        head.groups.iter_mut().for_each(|group| group.finding.suggestion = Some("x".repeat(1 << 20)));
        let summary = findings(&head);
        assert!(summary.len() < MAX_GROUP * GROUPS, "{}", summary.len());
        assert!(summary.ends_with("\n1983 more findings: see `record.json`.\n"), "{}", &summary[summary.len() - 100..]);
    }
}
