//! Scenarios of `tests/data/clause`: a contract with all its clauses, and cases with canned responses that meet some of them.
//!
//! `clauses.snap` has one line per clause: its state, its group, the clause, the lines of the document that state it, and the only case
//! that met it. `+` is met, `!` contradicted, `-` impossible.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::check::{Canned, target};
use crate::case;
use crate::check::{Severities, Waivers};
use crate::contract::clause::{Clause, ClauseId};
use crate::contract::{self, Contract};
use crate::coverage::{Coverage, Level, MetBy, State, levels, reached};
use crate::expression::Scope;
use crate::run::{self, Event, Filter, Inputs, Limits, PreparedRun, Sink, Stop, Target};

#[test]
fn scenarios() {
    for folder in folders() {
        let name = folder.file_name().expect("named").to_string_lossy().into_owned();
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(&folder);
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.set_description(name);
        settings.bind(|| insta::assert_snapshot!("clauses", play(&folder)));
    }
}

/// The names of clauses are unique, read back as those clauses, and found by them.
#[test]
fn clauses_are_found_by_their_names() {
    for folder in folders() {
        let contract = load(&folder);
        let set = contract.clauses();
        for (index, operation) in set.operations().iter().enumerate() {
            for (id, entry) in operation.ids().zip(operation.entries()) {
                let clause: Clause = entry.clause.to_string().parse().expect("a clause");
                assert_eq!(set.find(&clause), Some((index, id)), "{clause}");
                assert_eq!(entry.group, clause.group());
                assert!(entry.sources().all(|anchor| contract.value(&anchor).is_some()), "{clause}");
            }
        }
    }
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/clause");
    let mut folders: Vec<_> =
        fs::read_dir(root).expect("is there").map(|entry| entry.expect("is readable").path()).collect();
    folders.sort();
    folders
}

fn load(folder: &Path) -> Contract {
    contract::load::load(folder, Path::new("spec.yaml")).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// What was met stays met, and the order of cases changes nothing.
#[test]
fn observing_is_monotone_and_independent_of_order() {
    for folder in folders() {
        let contract = load(&folder);
        let whole = observe(&folder, &contract, |order| order);
        let backwards = observe(&folder, &contract, |order| order.into_iter().rev().collect());
        // Only which case is the first is another one, where several met a clause.
        assert_eq!(draw(&contract, &whole), draw(&contract, &backwards), "{}", folder.display());
        let half = observe(&folder, &contract, |order| order.into_iter().step_by(2).collect());
        for (index, operation) in contract.clauses().operations().iter().enumerate() {
            let Some(part) = half.tally(index) else { continue };
            let all = whole.tally(index).expect("it was observed in part");
            assert!(operation.ids().all(|id| !part.met().contains(id.index()) || all.met().contains(id.index())));
            assert!(part.contradicted().iter().all(|id| all.contradicted().contains(id)));
        }
    }
}

/// Runs a scenario. Returns the clauses of its contract as text.
fn play(folder: &Path) -> String {
    let contract = load(folder);
    let coverage = observe(folder, &contract, |outcomes| outcomes);
    draw(&contract, &coverage)
}

/// Coverage of the run of a scenario, of whose cases `order` gives the indexes to observe.
fn observe(folder: &Path, contract: &Contract, order: impl Fn(Vec<usize>) -> Vec<usize>) -> Coverage {
    let suite = case::load::load(folder, Path::new("cases.yaml"), contract).unwrap_or_else(|p| panic!("{p:#?}"));
    let (severities, waivers, target) = (Severities::new(), Waivers::default(), target());
    let scope = Scope::new(1_769_860_800_000_000, 1, "scenario");
    let inputs = Inputs { contract, suite: &suite, target: &target, severities: &severities, waivers: &waivers, scope };
    let plan = PreparedRun::new(inputs, &Filter::default()).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
    let count = suite.stories.iter().flat_map(|story| story.every()).count();
    let mut coverage = Coverage::default();
    // A case is observed at its end, so another order is one pass per case.
    for wanted in order((0..count).collect()) {
        let canned = Canned::read(&folder.join("target.yaml"));
        let mut observing = Observing { contract, target: &target, coverage: &mut coverage, wanted, seen: 0 };
        runtime.block_on(run::run(&plan, &canned, &limits, &Stop::default(), &mut observing));
    }
    coverage
}

struct Observing<'c> {
    contract: &'c Contract,
    target: &'c Target,
    coverage: &'c mut Coverage,
    wanted: usize,
    seen: usize,
}

impl Sink for Observing<'_> {
    fn take(&mut self, event: Event<'_>) {
        if let Event::Finished(outcome) = event {
            if self.wanted == self.seen {
                self.coverage.observe(self.contract, self.target, &outcome, &|_, _| false);
            }
            self.seen += 1;
        }
    }
}

fn draw(contract: &Contract, coverage: &Coverage) -> String {
    let mut text = String::new();
    let states = |operation, id: ClauseId| coverage.states(contract, operation)[id.index()];
    let all = levels(contract, &states);
    for Level { number, criteria, met, total } in &all {
        let total = total.map_or_else(|| "not measured".to_owned(), |total| format!("{met} of {total}"));
        writeln!(text, "level {number}, {criteria}: {total}").expect("a string");
    }
    writeln!(text, "reached: level {}", reached(&all)).expect("a string");
    for (index, operation) in contract.clauses().operations().iter().enumerate() {
        let states = coverage.states(contract, index);
        writeln!(text, "{}: {} clauses, {} omitted", operation.name, operation.entries().len(), operation.omitted)
            .expect("a string");
        for ((id, entry), state) in operation.ids().zip(operation.entries()).zip(states) {
            let mark = match state {
                State::Met => '+',
                State::Contradicted => '!',
                State::Unmet if entry.impossible.is_some() => '-',
                State::Unmet => ' ',
            };
            let places: Vec<String> = entry.sources().map(|anchor| contract.place(&anchor).line.to_string()).collect();
            let by = match coverage.met_by(index, id) {
                MetBy::One(id) => format!(" by {}", id.rsplit("::").next().unwrap_or_default()),
                MetBy::None | MetBy::Several => String::new(),
            };
            let proof = entry.impossible.map(|proof| format!(", {}", proof.id())).unwrap_or_default();
            let verb = &entry.clause.verb;
            writeln!(text, "{mark} {:<10} {verb} ({}{proof}){by}", entry.group.name(), places.join(", "))
                .expect("a string");
        }
    }
    text
}
