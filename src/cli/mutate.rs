//! `signoff mutate`: would the cases notice a fault?

use std::collections::BTreeSet;
use std::io::Write;
use std::path::PathBuf;

use crate::case::{self, CaseFile};
use crate::contract::{Contract, Operation, ParameterIn};
use crate::mock::Mock;
use crate::mock::direct::Direct;
use crate::mock::mutation::RuleOutline;
use crate::mutate::operator::{self, Operator};
use crate::mutate::{Measured, NoSuggestion, Redaction, Setup, is_wanted, measure, render_json, render_text};
use crate::output_file;
use crate::pointer::Pointer;
use crate::problem::{Problem, reason};
use crate::project::connect::Connector;
use crate::project::deserialize::with_suggestion;
use crate::project::resolved_run::ResolvedRun;
use crate::record::{Redactor, Rules};
use crate::run::{Start, Stop};

use super::args::{Mutate, MutateFormat};
use super::exit::Exit;
use super::session::{Failure, Session};
use super::{mutate_changes, mutate_exclusions, mutate_record, mutate_suggestions};

/// The report, in the directory of reports.
const REPORT: &str = "mutation.json";

/// Runs the cases against every mutant and prints what they do not notice.
pub(super) fn run(args: &Mutate, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let operators = operators(&args.operators)?;
    let resolved = session.resolve_inputs(args.overrides(&session.global))?;
    let stop = Stop::default();
    let watch = session.watch(&stop)?;
    let contract = &resolved.project.contract;
    let redactor = session.redactor(Rules { names: resolved.settings.redact() });
    let mut redaction = ProjectRedaction { redactor, contract };
    let mut measured = measured(args, &resolved, operators, &mut redaction, &stop)?;
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
        && interrupted.is_none()
        && !measured.interrupted;
    session.print_problems(&mutate_exclusions::warnings(&resolved.settings, &measured, is_whole))?;
    let is_low = args.min_score.is_some_and(|least| (measured.counts(None).percent() as u64) < least);
    let exit = match interrupted {
        Some(exit) => exit,
        None if is_low => Exit::Failed,
        None => Exit::Passed,
    };
    let json = redaction.redactor.text(&render_json(&measured, contract));
    let file = resolved.settings.reports().join(REPORT);
    output_file::write(&file, &json)
        .map_err(|error| Problem::new(format!("cannot write {}: {}", file.display(), reason(&error))))?;
    let facts = mutate_record::Facts::new(&resolved, &rule_files(&resolved)?, &redaction.redactor);
    mutate_record::report((&measured, is_whole), &resolved, facts, session, &redaction.redactor)?;
    if args.suggest {
        mutate_suggestions::print(&measured, &resolved.settings.file.root, &mut redaction.redactor, session)?;
        return Ok(exit);
    }
    let text = match args.format {
        MutateFormat::Json => json,
        MutateFormat::Text => redaction.redactor.text(&render_text(&measured, contract)),
    };
    session.out.write_all(text.as_bytes())?;
    Ok(exit)
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

/// The files of the mock rules.
fn rule_files(resolved: &ResolvedRun) -> Result<Vec<PathBuf>, Vec<Problem>> {
    let contract = &resolved.project.contract;
    let connector = Connector { settings: &resolved.settings, contract, start: resolved.start };
    Ok(connector.mock_rules(&resolved.chosen)?.map(|rules| rules.files().to_vec()).unwrap_or_default())
}

fn measured(
    args: &Mutate,
    resolved: &ResolvedRun,
    operators: Vec<&'static Operator>,
    redaction: &mut dyn Redaction,
    stop: &Stop,
) -> Result<Measured, Vec<Problem>> {
    let (chosen, contract) = (&resolved.chosen, &resolved.project.contract);
    let connector = Connector { settings: &resolved.settings, contract, start: resolved.start };
    let embedded = connector.embedded(chosen, resolved.credentials.clone())?;
    let Some(rules) = connector.mock_rules(chosen)? else {
        let message = format!("target `{}` is not a mock, and its responses cannot be changed", chosen.name);
        return Err(vec![Problem::new(message).help("choose a target with `mock`, or `--target mock`")]);
    };
    let mock = |start: Start| {
        let rules = connector.mock_rules(chosen)?.unwrap_or_else(crate::mock::MockRules::empty);
        let mock = Mock::new(contract.clone(), rules, start.at, start.seed);
        Direct::new(mock, embedded.settings.clone()).map_err(|message| vec![Problem::new(message)])
    };
    let (settings, project) = (&resolved.settings, &resolved.project);
    let reload = |file: &CaseFile, text: String| {
        let folder = (settings.file.root.as_path(), settings.cases.as_path());
        case::load::replaced(folder, contract, &project.suite, (file, text))
    };
    let outlines =
        |operation: usize| rules.operations.get(&operation).into_iter().flatten().map(RuleOutline::new).collect();
    let filter = args.selection.filter();
    let wanted = |names: &[String]| {
        let indices = contract.operations.iter().filter(|one| names.iter().any(|name| one.is_called(name)));
        indices.map(|operation| operation.index).collect::<BTreeSet<_>>()
    };
    let changed = args.in_diff.as_ref().map(|revision| {
        mutate_changes::operations(&resolved.project, rules.files(), &resolved.settings.file.root, revision)
    });
    let changed = changed.transpose().map_err(|problem| vec![problem])?;
    let operations = Some(&filter.operations).filter(|names| !names.is_empty()).map(|names| wanted(names));
    let setup = Setup {
        inputs: resolved.inputs(&embedded.target),
        filter,
        start: resolved.start,
        mock: &mock,
        reload: &reload,
        suggest: args.suggest,
        rules: &outlines,
        has_rules: !rules.operations.is_empty(),
        operators,
        operations: match (operations, changed) {
            (Some(wanted), Some(changed)) => Some(&wanted & &changed),
            (wanted, changed) => wanted.or(changed),
        },
        shard: args.shard,
        exclusions: mutate_exclusions::exclusions(&resolved.settings, contract)?,
    };
    measure(&setup, redaction, stop, &|_| {})
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
}
