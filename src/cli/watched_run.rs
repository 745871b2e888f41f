//! `signoff run --watch`: runs the cases again when a file changes.

use std::collections::BTreeSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::case::Suite;
use crate::project::resolved_run::ResolvedRun;
use crate::quantity::count;
use crate::run::{Stop, StopPhase};

use super::args::Run;
use super::exit::Exit;
use super::run::run_resolved;
use super::session::{Failure, Session};
use super::watch::Watched;

/// What is known between two runs.
#[derive(Default)]
struct State {
    watched: Option<Watched>,
    /// The case files of the last run.
    case_files: Option<BTreeSet<PathBuf>>,
    /// Files that changed since then.
    changed: Vec<PathBuf>,
    /// The exit code of the last run.
    exit: Option<Exit>,
}

/// Runs all cases, then those of changed files, until a signal. Returns the exit code of the last run.
pub(super) fn run(args: &Run, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut state = State::default();
    loop {
        let exit = match (again(args, &mut state, session), &state.watched) {
            (Ok(exit), _) if exit.is_signal() => return Ok(exit),
            (Ok(exit), _) => exit,
            // Files that were never valid are not known.
            (Err(Failure::Problems(problems)), Some(_)) => session.print_failure(&Failure::Problems(problems)),
            (Err(failure), _) => return Err(failure),
        };
        state.exit = Some(exit);
        let Some(watched) = &mut state.watched else { return Ok(exit) };
        let stop = Stop::default();
        let _watch = session.watch(&stop)?;
        if !session.global.quiet {
            writeln!(session.err, "\nwaiting for changes of {} (Ctrl-C ends)", count(watched.len() as u64, "file"))?;
        }
        let next = runtime.block_on(async {
            tokio::select! {
                files = watched.changed() => Some(files),
                () = stop.reached(StopPhase::Draining) => None,
            }
        });
        let Some(files) = next else { return Ok(exit) };
        state.changed.extend(files);
    }
}

/// Loads all files again and runs what the changed ones touch: all cases if one of them is not a case file.
fn again(args: &Run, state: &mut State, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let resolved = session.resolve(args.overrides(&session.global))?;
    state.watched = Some(Watched::new(files(&resolved)));
    let mut filter = args.selection.filter();
    let absolute = |name: &str| resolved.settings.absolute(name);
    let case_files: BTreeSet<_> = resolved.project.suite.files.iter().map(|file| absolute(&file.name)).collect();
    if let Some(before) = &state.case_files {
        filter.ids = touched(&resolved.project.suite, before, &state.changed, absolute);
    }
    let exit = match (&filter.ids, state.exit) {
        (Some(ids), Some(exit)) if ids.is_empty() => {
            writeln!(session.err, "the change affects no case")?;
            exit
        }
        _ => run_resolved(args, &resolved, filter, session)?,
    };
    state.changed.clear();
    state.case_files = Some(case_files);
    Ok(exit)
}

/// The files of a run, and the directories in which case files may appear.
fn files(resolved: &ResolvedRun) -> Vec<PathBuf> {
    let ResolvedRun { settings, project, chosen, waiver_file, .. } = resolved;
    let documents = project.contract.documents.iter().chain(&settings.file.document);
    let documents = documents.map(|document| PathBuf::from(&**document.name()));
    let waivers = waiver_file.digest.iter().map(|waivers| PathBuf::from(&waivers.file));
    let cases: Vec<_> = project.suite.files.iter().map(|file| PathBuf::from(&*file.name)).collect();
    let below = |path: &Path| path.starts_with(&settings.cases);
    let directories = cases.iter().flat_map(|file| file.ancestors().skip(1).take_while(|path| below(path)));
    let directories: BTreeSet<_> = directories.chain([&*settings.cases]).map(PathBuf::from).collect();
    let rules = chosen.target.mock.iter().filter(|file| !file.is_empty()).map(PathBuf::from);
    let inputs = documents.chain(settings.options.overlays.clone()).chain(rules).chain(waivers);
    // The directory of cases may be a single file.
    let all: BTreeSet<_> = inputs.chain(directories).chain(cases).collect();
    all.into_iter().map(|file| settings.absolute(file)).collect()
}

/// The ids of the cases in changed and new case files; `None` if something else changed, whose cases are not known. `before` are the case
/// files of the last run.
fn touched(
    suite: &Suite,
    before: &BTreeSet<PathBuf>,
    changed: &[PathBuf],
    absolute: impl Fn(&str) -> PathBuf,
) -> Option<BTreeSet<String>> {
    let own = |file: &Path| {
        let stories = suite.stories.iter().filter(|story| absolute(&story.file.name) == *file);
        let ids: Vec<_> = stories.flat_map(|story| &story.cases).map(|case| case.id.clone()).collect();
        // Other files include the cases of this one.
        (!ids.is_empty()).then_some(ids)
    };
    let names: BTreeSet<_> = suite.files.iter().map(|file| absolute(&file.name)).collect();
    let added = names.difference(before);
    // A directory changes with the files in it, and a removed file has no cases.
    let changed = changed.iter().filter(|file| file.is_file());
    let files: BTreeSet<_> = changed.chain(added).collect();
    if files.is_empty() && names.is_superset(before) {
        return None;
    }
    let ids: Option<Vec<_>> = files.into_iter().map(|file| own(file)).collect();
    ids.map(|ids| ids.into_iter().flatten().collect())
}
