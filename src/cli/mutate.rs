//! `signoff mutate`: would the cases notice a fault?

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use crate::case;
use crate::case::load::Changed;
use crate::contract::{Contract, Operation, ParameterIn};
use crate::diff::visible;
use crate::mock::direct::Direct;
use crate::mock::mutation::{RefusalOutline, RuleOutline};
use crate::mock::{Mock, MockRules};
use crate::mutate::operator::{self, Operator};
use crate::mutate::{
    Done, Measured, NoSuggestion, Recording, Redaction, Setup, is_wanted, measure, render_json, render_text,
};
use crate::output_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::project::connect::Connector;
use crate::project::deserialize::with_suggestion;
use crate::project::loaded::Project;
use crate::project::resolved_run::ResolvedRun;
use crate::record::{Redactor, Rules};
use crate::run::{Filter, Start, Stop, Target};

use super::args::{Mutate, MutateFormat};
use super::exit::Exit;
use super::mutate_baseline::EarlierReport;
use super::mutate_live::{LivePass, Pass};
use super::output::terminal::Progress;
use super::session::{Failure, Session};
use super::signals::Watch;
use super::{mutate_changes, mutate_exclusions, mutate_live, mutate_record, mutate_suggestions};

/// The report, in the directory of reports.
const REPORT: &str = "mutation.json";

/// Runs the cases against every mutant and prints what they do not notice.
pub(super) fn run(args: &Mutate, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let operators = operators(&args.operators)?;
    let resolved = session.resolve_inputs(args.overrides(&session.global))?;
    let report_file = resolved.settings.reports().join(REPORT);
    let earlier = EarlierReport::read(args, &resolved, &report_file)?;
    let stop = Stop::default();
    let watch = session.watch(&stop)?;
    let contract = &resolved.project.contract;
    let redactor = session.redactor(Rules { names: resolved.settings.redact() });
    let mut redaction = ProjectRedaction { redactor, contract };
    let changed = changed_operations(args, &resolved, session)?;
    let call = Call { args, resolved: &resolved, operators, changed, stop: &stop, watch: &watch };
    let measured = match resolved.chosen.is_mock() {
        true => call.on_mock(&mut redaction, session)?,
        false => call.on_recording(&mut redaction, session)?,
    };
    let Some(mut measured) = measured else { return Ok(Exit::Unreachable) };
    // An expectation of a redacted value would expect its placeholder.
    let mut is_hidden = |line: &String| redaction.redactor.text(line) != *line;
    for mutant in &mut measured.mutants {
        if mutant.kill.take_if(|kill| kill.lines().iter().any(&mut is_hidden)).is_some() {
            mutant.no_suggestion = Some(NoSuggestion::Redacted);
        }
    }
    let interrupted = watch.interrupted();
    let is_whole = args.selection.is_everything()
        && args.operators.is_empty()
        && args.in_diff.is_none()
        && args.shard.is_none()
        // Cases with another method are skipped.
        && args.target.allow.is_empty()
        && interrupted.is_none()
        && !measured.interrupted
        && measured.too_large.is_empty()
        && measured.large_responses == 0;
    session.print_problems(&mutate_exclusions::warnings(&resolved.settings, &measured, is_whole))?;
    let exit = match interrupted {
        Some(exit) => exit,
        None => gate(args, &measured, session)?,
    };
    let json = redaction.redactor.text(&render_json(&measured, contract));
    print(args, &resolved, (&measured, is_whole), (&json, &mut redaction.redactor), session)?;
    match earlier.filter(|_| interrupted.is_none()) {
        // A low score and a lost fault have the same exit code.
        Some(earlier) => earlier.judge(&json, session).map(|judged| if exit == Exit::Passed { judged } else { exit }),
        None => Ok(exit),
    }
}

/// The operations that `--in-diff` selects, if it is given; prints them and why.
fn changed_operations(
    args: &Mutate,
    resolved: &ResolvedRun,
    session: &mut Session<'_>,
) -> Result<Option<BTreeSet<usize>>, Failure> {
    let Some(revision) = &args.in_diff else { return Ok(None) };
    let changed = mutate_changes::operations(resolved, &rule_files(resolved)?, revision)?;
    if !changed.is_empty() && !session.global.quiet {
        let line = mutate_changes::summary(&changed, &resolved.project.contract, revision);
        writeln!(session.err, "{}", visible(&line))?;
    }
    Ok(Some(changed.into_keys().collect()))
}

/// Compares the score with the minimum.
fn gate(args: &Mutate, measured: &Measured, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let counts = measured.counts(None);
    let is_unchanged = counts.tried == 0 && measured.is_nothing_to_try && args.shard.is_none();
    if let Some(revision) = args.in_diff.as_ref().filter(|_| is_unchanged) {
        writeln!(session.err, "no operation has changed since {}: nothing to try", visible(revision))?;
    }
    let Some(least) = args.min_score else { return Ok(Exit::Passed) };
    if counts.tried > 0 || measured.is_nothing_to_try {
        let (noticed, tried, percent) = (counts.noticed(), counts.tried, counts.percent());
        if percent as u64 >= u64::from(least) {
            return Ok(Exit::Passed);
        }
        let message = format!("--min-score {least}: {noticed} of {tried} faults ({percent} %) are noticed");
        session.print_problems(&[Problem::new(message)])?;
        return Ok(Exit::Failed);
    }
    let problem = Problem::new(format!("--min-score {least}: no fault was tried, so there is no score"));
    let help =
        "select operators, operations and cases for which there are faults; `signoff explain` lists the operators";
    session.print_problems(&[problem.help(help)])?;
    Ok(Exit::InvalidInput)
}

/// Writes the report, and prints it or the patch.
fn print(
    args: &Mutate,
    resolved: &ResolvedRun,
    (measured, is_whole): (&Measured, bool),
    (json, redactor): (&str, &mut Redactor),
    session: &mut Session<'_>,
) -> Result<(), Failure> {
    let contract = &resolved.project.contract;
    let file = resolved.settings.reports().join(REPORT);
    let written = output_file::write(&file, json)
        .map_err(|error| Problem::new(format!("cannot write {}: {}", file.display(), reason(&error))));
    if args.suggest {
        mutate_suggestions::print(measured, (&resolved.settings.file.root, contract), redactor, session)?;
    } else {
        let text = match args.format {
            MutateFormat::Json => json.to_owned(),
            MutateFormat::Text => redactor.text(&render_text(measured, contract, session.global.verbose)),
        };
        session.out.write_all(text.as_bytes())?;
    }
    let facts = mutate_record::Facts::new(resolved, &rule_files(resolved)?, redactor);
    mutate_record::report((measured, is_whole), resolved, facts, session, redactor)?;
    // What was measured is shown even if it cannot be kept.
    Ok(written?)
}

/// The operators with these ids; all without any.
fn operators(wanted: &[String]) -> Result<Vec<&'static Operator>, Problem> {
    for id in wanted {
        if operator::operator(id).is_none() {
            let ids: Vec<_> = operator::ALL.iter().map(|operator| operator.id).collect();
            return Err(with_suggestion(Problem::new(format!("unknown operator `{id}`")), id, &ids, "operators"));
        }
    }
    Ok(operator::ALL.iter().filter(|operator| is_wanted(operator, wanted)).collect())
}

/// Removes the operations from `filter`. Errors: the contract has no such operation.
fn known_operations(filter: &mut Filter, contract: &Contract) -> Result<(), Vec<Problem>> {
    for name in std::mem::take(&mut filter.operations) {
        if contract.operation(&name).is_none() {
            let names: Vec<_> = contract.operations.iter().map(|operation| operation.name.as_str()).collect();
            let problem = Problem::new(format!("the contract has no operation `{name}`"));
            return Err(vec![with_suggestion(problem, &name, &names, "operations")]);
        }
    }
    Ok(())
}

/// The files of the mock rules.
fn rule_files(resolved: &ResolvedRun) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let contract = &resolved.project.contract;
    let connector = Connector { settings: &resolved.settings, contract, start: resolved.start };
    Ok(connector.mock_rules(&resolved.chosen)?.map(|rules| rules.files().to_vec()).unwrap_or_default())
}

/// One call of the command.
struct Call<'c> {
    args: &'c Mutate,
    resolved: &'c ResolvedRun,
    operators: Vec<&'static Operator>,
    /// Those that `--in-diff` selects, by index.
    changed: Option<BTreeSet<usize>>,
    stop: &'c Stop,
    watch: &'c Watch,
}

impl Call<'_> {
    /// Measures with the mock.
    fn on_mock(&self, redaction: &mut dyn Redaction, session: &mut Session<'_>) -> Result<Option<Measured>, Failure> {
        let ResolvedRun { chosen, project: Project { contract, .. }, settings, start, credentials, .. } = self.resolved;
        let connector = Connector { settings, contract, start: *start };
        let embedded = connector.embedded(chosen, credentials.clone())?;
        let rules = connector.mock_rules(chosen)?.unwrap_or_else(MockRules::empty);
        let mock = |start: Start| {
            let rules = connector.mock_rules(chosen)?.unwrap_or_else(MockRules::empty);
            let mock = Mock::new(contract.clone(), rules, start.at, start.seed);
            let mock = mock.with_refused(embedded.refused.clone()).with_verifier(embedded.verifier.clone());
            Direct::new(mock, embedded.settings.clone()).map_err(|message| vec![Problem::new(message)])
        };
        let outlines =
            |operation: usize| rules.operations.get(&operation).into_iter().flatten().map(RuleOutline::new).collect();
        let suite = &self.resolved.project.suite;
        let reload = |changed: &[Changed<'_>], is_whole: bool| {
            let folder = (settings.file.root.as_path(), settings.cases.as_path());
            case::load::replaced(folder, contract, suite, changed, is_whole)
        };
        let mut setup = self.setup(&embedded.target)?;
        setup.mock = Some(&mock);
        setup.reload = &reload;
        setup.rules = &outlines;
        setup.refusals = rules.shared_responses().map(RefusalOutline::new).collect();
        setup.has_rules = !rules.operations.is_empty();
        self.measure(&setup, None, redaction, session).map(Some)
    }

    /// Measures with the responses that a live target returns in one pass; none if it could not be reached.
    fn on_recording(
        &self,
        redaction: &mut ProjectRedaction<'_>,
        session: &mut Session<'_>,
    ) -> Result<Option<Measured>, Failure> {
        if self.args.suggest {
            let problem =
                Problem::new("--suggest needs the mock: every suggestion is verified by running the cases again");
            return Err(problem.help("choose a target with `mock`, or `--target mock`").into());
        }
        let connection = self.resolved.connect()?;
        // Replaying takes no time, so there is no rate to keep, and sends nothing that needs an access token.
        let target = Target { rate: None, tokens: Arc::default(), ..connection.target.clone() };
        let mut setup = self.setup(&target)?;
        setup.recorded_from = Some(&target.name);
        let Self { args, resolved, stop, watch, .. } = *self;
        let pass = LivePass { args, resolved, connection: &connection, stop, watch };
        match mutate_live::record(&pass, &setup.filter, session)? {
            Pass::Recorded(recording) => {
                recording.learned.iter().cloned().for_each(|secret| redaction.redactor.learn(secret));
                self.measure(&setup, Some(*recording), redaction, session).map(Some)
            }
            Pass::Interrupted => Ok(Some(Measured::interrupted(Some(target.name.clone())))),
            Pass::Unreachable => Ok(None),
        }
    }

    fn measure(
        &self,
        setup: &Setup<'_>,
        recording: Option<Recording<'_>>,
        redaction: &mut dyn Redaction,
        session: &mut Session<'_>,
    ) -> Result<Measured, Failure> {
        let mut progress = Progress::new(session.err_terminal && !session.global.quiet, session.err_style.width);
        let err = &mut session.err;
        let mut show = |done: &Done| {
            // A `Pipe` returns its error at the end of the call.
            let _ = progress.show(|| done.to_string(), err);
        };
        let measured = measure(setup, recording, redaction, self.stop, &mut show);
        progress.clear(err)?;
        Ok(measured?)
    }

    /// What is measured on `target`.
    fn setup<'s>(&'s self, target: &'s Target) -> Result<Setup<'s>, Vec<Problem>> {
        let Self { args, resolved, .. } = self;
        let contract = &resolved.project.contract;
        let mut filter = args.selection.filter();
        if args.baseline.is_some() {
            // Cases of other operations may notice a fault, so all are run.
            known_operations(&mut filter, contract)?;
        }
        let wanted = |names: &[String]| {
            let indices = contract.operations.iter().filter(|one| names.iter().any(|name| one.is_called(name)));
            indices.map(|operation| operation.index).collect::<BTreeSet<_>>()
        };
        let changed = self.changed.clone();
        let is_unchanged = changed.as_ref().is_some_and(BTreeSet::is_empty);
        let operations = &args.selection.operations;
        let operations = Some(operations).filter(|names| !names.is_empty()).map(|names| wanted(names));
        Ok(Setup {
            inputs: resolved.inputs(target),
            filter,
            start: resolved.start,
            mock: None,
            recorded_from: None,
            reload: &|_, _| Err(Vec::new()),
            suggest: args.suggest,
            rules: &|_| Vec::new(),
            refusals: Vec::new(),
            has_rules: false,
            operators: self.operators.clone(),
            operations: match (operations, changed) {
                (Some(wanted), Some(changed)) => Some(&wanted & &changed),
                (wanted, changed) => wanted.or(changed),
            },
            is_unchanged,
            shard: args.shard,
            exclusions: mutate_exclusions::exclusions(&resolved.settings, contract)?,
        })
    }
}

/// The rules of redaction of the configuration and of the contract.
struct ProjectRedaction<'p> {
    redactor: Redactor,
    contract: &'p Contract,
}

impl Redaction for ProjectRedaction<'_> {
    fn hides(&mut self, operation: Option<&Operation>, at: &Pointer) -> bool {
        self.redactor.hides(self.contract, operation, at)
    }

    fn hides_header(&mut self, name: &str) -> bool {
        self.redactor.is_sensitive(self.contract, ParameterIn::Header, name)
    }

    fn hides_query(&mut self, name: &str) -> bool {
        self.redactor.is_sensitive(self.contract, ParameterIn::Query, name)
    }
}
