//! One page of the endpoint reports: `endpoints/<operation>.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use crate::quantity;
use crate::record::{Endpoint, Finding, Head, OverlayAction, Place, Severity, Summary, Verdict};
use crate::report::coverage;
use crate::report::piles::piles_of;
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::command;
use crate::report::text::distinct::{distinct, times};
use crate::report::text::markdown::{self, MARK, code, fenced, inline, waiver};
use crate::report::text::phrases;

/// Maximum size of the failures in bytes: GitHub shows files of up to 512 kB.
const MAX_FAILURES: usize = 480 * 1024;

/// Maximum number of different reasons listed for cases that passed with limitations.
const REASONS: usize = 50;

/// Renders the findings of one operation, a table of its cases, and its failing cases. The table is written at once;
/// the failures are collected until the end.
#[derive(Debug, Default)]
pub(crate) struct Markdown {
    /// Name of the operation; `None` for cases outside the contract.
    operation: Option<String>,
    failures: String,
    left_out: u64,
    /// Reasons why cases passed with limitations, each with its number of cases and the first of them.
    reasons: BTreeMap<String, (u64, Place)>,
    /// Number of reasons that are not listed.
    further: u64,
    /// Every action of the overlays.
    overlay: Vec<OverlayAction>,
    /// Coverage of the clauses of the operation, in Markdown.
    coverage: String,
    /// Indexes of the actions that cases of the page depend on.
    assumed: BTreeSet<usize>,
}

impl Markdown {
    /// Creates the page of `operation`, or of the cases outside the contract.
    pub(crate) fn new(operation: Option<String>) -> Self {
        Self { operation, ..Self::default() }
    }
}

impl Renderer for Markdown {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        let endpoint = head.coverage.iter().find(|endpoint| Some(&endpoint.operation) == self.operation.as_ref());
        let title = self.operation.as_deref().unwrap_or("Outside the contract");
        writeln!(out, "{MARK}\n# {}\n", inline(title))?;
        let about = endpoint.map(|endpoint| code(&format!("{} {}", endpoint.method, endpoint.path)) + " of ");
        let contract = format!(
            "{} {} ({})",
            inline(&head.contract.title),
            inline(&head.contract.version),
            code(&head.contract.file)
        );
        writeln!(
            out,
            "{}{contract}, tested against {}{}, {}.\n",
            about.unwrap_or_default(),
            code(&head.target.name),
            head.target.partner.as_deref().map(|name| format!(" of {}", inline(name))).unwrap_or_default(),
            inline(&phrases::instant(&head.started))
        )?;
        if let Some(endpoint) = endpoint {
            writeln!(out, "{}\n", counts(endpoint))?;
        }
        out.write_all(markdown::piles(&piles_of(head, self.operation.as_deref())).as_bytes())?;
        self.overlay.clone_from(&head.overlay);
        if let (Some(clauses), Some(operation)) = (&head.clauses, &self.operation) {
            self.coverage = coverage::endpoint(clauses, operation);
        }
        out.write_all(markdown::section(head, self.operation.as_deref()).as_bytes())?;
        writeln!(out, "| | case | violates | result | location |\n|-|-|-|-|-|")
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        self.assumed.extend(entry.assumed.iter().filter_map(|at| action_at(&self.overlay, at)));
        let violates = phrases::violations(entry).into_iter().map(code).collect::<Vec<_>>().join(", ");
        let result = entry.reason.as_ref().map_or_else(|| phrases::result(entry), |reason| inline(reason));
        let place = phrases::place(&entry.place);
        writeln!(
            out,
            "| {} | {} | {violates} | {result} | {} |",
            phrases::glyph(entry),
            inline(&phrases::name(entry)),
            code(&place)
        )?;
        if !entry.findings.is_empty()
            || !entry.waived.is_empty()
            || matches!(entry.outcome, Verdict::Failed | Verdict::Errored)
        {
            self.failed(case);
        } else {
            phrases::limitations(entry).into_iter().for_each(|reason| self.add_limitation(reason, &entry.place));
        }
        Ok(())
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        if !self.reasons.is_empty() {
            writeln!(out, "\n## Passed with limitations\n")?;
        }
        for (reason, (cases, first)) in &self.reasons {
            let (number, place) = (quantity::count(*cases, "case"), code(&phrases::place(first)));
            let at = if *cases == 1 { "at" } else { "first at" };
            writeln!(out, "- {number}, {at} {place}: {}", inline(reason))?;
        }
        if self.further > 0 {
            writeln!(out, "- {} for other reasons: see `record.json`", quantity::count(self.further, "more case"))?;
        }
        let actions = self.assumed.iter().filter_map(|index| self.overlay.get(*index));
        let assumptions: String = actions.map(assumption).collect();
        if !assumptions.is_empty() {
            writeln!(out, "\n## Assumptions\n\n{}", assumptions.trim_end())?;
        }
        out.write_all(self.coverage.as_bytes())?;
        out.write_all(self.failures.as_bytes())?;
        if self.left_out > 0 {
            writeln!(out, "\n{}: see `record.json`.", quantity::count(self.left_out, "more failing case"))?;
        }
        Ok(())
    }
}

impl Markdown {
    fn add_limitation(&mut self, reason: String, at: &Place) {
        if let Some((cases, _)) = self.reasons.get_mut(&reason) {
            *cases += 1;
        } else if self.reasons.len() < REASONS {
            self.reasons.insert(reason, (1, at.clone()));
        } else {
            self.further += 1;
        }
    }

    fn failed(&mut self, case: &ReportedCase<'_>) {
        let section = section(case);
        if self.failures.len() + section.len() > MAX_FAILURES {
            self.left_out += 1;
        } else {
            self.failures += &section;
        }
    }
}

/// `14 cases · 13 passed · covered responses: 200, 400 · not covered: 404, 409`.
fn counts(endpoint: &Endpoint) -> String {
    let of = |touched| {
        let same = endpoint.responses.iter().filter(move |response| response.touched == touched);
        same.map(|response| inline(&response.status)).collect::<Vec<_>>().join(", ")
    };
    let result = Some(of(true)).filter(|list| !list.is_empty()).map(|list| format!("covered responses: {list}"));
    let never = Some(of(false)).filter(|list| !list.is_empty()).map(|list| format!("not covered: {list}"));
    let Summary { cases, passed, .. } = endpoint.summary;
    let parts = [quantity::count(cases, "case"), format!("{passed} passed")].into_iter().chain(result).chain(never);
    parts.collect::<Vec<_>>().join(" · ")
}

/// Returns the index of the action that contains `at`: the last one of its file that does not start after it.
fn action_at(overlay: &[OverlayAction], at: &Place) -> Option<usize> {
    let start = |action: &OverlayAction| (action.place.line, action.place.column);
    let before = overlay.iter().enumerate();
    let before = before.filter(|(_, action)| action.place.file == at.file && start(action) <= (at.line, at.column));
    before.max_by_key(|(_, action)| start(action)).map(|(index, _)| index)
}

/// Describes what an overlay changed in the published document, and why.
fn assumption(action: &OverlayAction) -> String {
    let changes: Vec<_> =
        action.changes.iter().map(|change| format!("{} {}", inline(&change.change), code(&change.at))).collect();
    let why = action.description.as_ref().map(|text| format!(" {}", inline(text))).unwrap_or_default();
    let changes = if changes.is_empty() { "none".to_owned() } else { changes.join(", ") };
    format!("- {}:{why} Changes: {changes}.\n", code(&phrases::place(&action.place)))
}

fn section(case: &ReportedCase<'_>) -> String {
    let entry = &*case.entry;
    let line = [code(&phrases::place(&entry.place)), phrases::result(entry)];
    let line = line.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ");
    let rows = case.rows().join("\n");
    let findings: String = distinct(&entry.findings).iter().map(|found| item(found.finding, found.times)).collect();
    let acknowledged: String = entry
        .acknowledged
        .iter()
        .map(|held| format!("{}  {}: {}\n", item(&held.finding, 1), phrases::state(held), inline(&held.reason)))
        .collect();
    let waived: String = entry
        .waived
        .iter()
        .map(|held| format!("{}  waived: {}\n", item(&held.finding, 1), waiver(&held.waiver)))
        .collect();
    let not_checked: String = entry
        .not_checked
        .iter()
        .map(|held| format!("- not checked: {}: {}\n", inline(&held.check), inline(&held.reason)))
        .collect();
    let assumed: String =
        entry.assumed.iter().map(|at| format!("- assumption: {}\n", code(&phrases::place(at)))).collect();
    let reason = entry.reason.as_ref().map(|reason| format!("{}\n", inline(reason))).unwrap_or_default();
    let repeat = entry.curl.as_ref().map(|curl| fenced("sh", &command::shell(curl))).unwrap_or_default();
    let diff = if rows.is_empty() { rows } else { fenced("diff", &rows) + "\n" };
    let title = format!("{} {}", phrases::glyph(entry), inline(&phrases::name(entry)));
    format!("\n## {title}\n\n{line}\n\n{reason}{diff}{findings}{acknowledged}{waived}{assumed}{not_checked}\n{repeat}")
}

/// Formats a finding that `number` elements have, with its locations and the source line of its rule.
fn item(finding: &Finding, number: u64) -> String {
    let severity = if finding.severity == Severity::Warning { " (warning)" } else { "" };
    let source = finding.source.as_ref().map(|source| format!(": {}", code(source))).unwrap_or_default();
    format!(
        "- **{}**{severity} {}{}\n  {}{source}\n",
        inline(&phrases::note(finding)),
        inline(&finding.sentence()),
        times(number),
        code(&phrases::place(&finding.place))
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::NotChecked;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        let operation = Some("linkCustomerAccount".to_owned());
        let entries = sample::entries().into_iter().filter(|entry| entry.operation == operation);
        let text = sample::rendered_of(&mut Markdown::new(operation.clone()), entries);
        let starts = ["## Findings", "### status-documented", "## Cases", "\n## ✗ teardown"];
        let parts = sample::parts(&text, starts);
        let names = ["head", "findings", "further_findings", "table_and_failures", "further_failures"];
        names.iter().zip(parts).for_each(|(name, part)| insta::assert_snapshot!(*name, part));
    }

    #[test]
    fn passed_cases_with_limitations_are_listed_once_per_reason() {
        let mut passed = sample::entries().remove(0);
        passed.not_checked = vec![NotChecked { check: "body-schema".to_owned(), reason: "no schema".to_owned() }];
        let text = sample::rendered_of(&mut Markdown::new(None), vec![passed; 3]);
        let expect = "\n- 3 cases, first at `cases/imprint/link.yaml:8:5`: not checked: body-schema: no schema\n";
        assert!(text.ends_with(expect), "{text}");
    }

    #[test]
    fn only_actions_that_a_case_depends_on_are_listed() {
        let shown = |assumed: Vec<Place>| {
            let passed = crate::record::Entry { assumed, ..sample::entries().remove(0) };
            sample::rendered_of(&mut Markdown::new(None), vec![passed])
        };
        let at = |line| Place { line, ..sample::head().overlay[0].place.clone() };
        let listed = |text: &str| text.contains("\n## Assumptions\n\n- `specs/imprint.overlay.yaml:8:5`: ");
        assert_eq!([vec![at(9)], vec![at(7)], vec![]].map(|assumed| listed(&shown(assumed))), [true, false, false]);
    }

    #[test]
    fn failures_beyond_the_limit_are_counted() {
        let failed = sample::entries().into_iter().find(|entry| entry.outcome == Verdict::Failed).expect("one failed");
        let text = sample::rendered_of(&mut Markdown::new(None), std::iter::repeat_n(failed, 1000));
        let shown = text.matches("\n## ").count();
        assert!(text.ends_with(&format!("\n{} more failing cases: see `record.json`.\n", 1000 - shown)), "{shown}");
    }
}
