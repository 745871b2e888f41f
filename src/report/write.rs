//! Writes the reports of a run: every case is read once, rendered in all formats, and published when all of them are complete.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use crate::budget::SMALL;
use crate::output_file::{self, OutputFile};
use crate::parallel;
use crate::problem::{Problem, reason};
use crate::record::{Entry, Head};

use super::definition::{Format, Output};
use super::format::record;
use super::formats::FORMATS;
use super::renderer::{FolderRenderer, Renderer};
use super::reported_case::ReportedCase;
use super::stale::{EARLIER, remove_file, remove_files};
use super::suites::Suites;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {}", reason(.source))]
struct Unwritten {
    path: String,
    source: io::Error,
}

/// Reports that could not be written. The others were, unless the cases could not be read.
#[derive(Debug, thiserror::Error)]
#[error("{}", messages(.0))]
pub(crate) struct Error(Vec<Unwritten>);

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        let problem = Self::new(error.to_string());
        let is_permission = |kind| matches!(kind, io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem);
        match error.0.iter().all(|unwritten| is_permission(unwritten.source.kind())) {
            true => problem.help("make the directory writable, or choose another one with --reports DIR"),
            false => problem,
        }
    }
}

fn messages(unwritten: &[Unwritten]) -> String {
    unwritten.iter().map(Unwritten::to_string).collect::<Vec<_>>().join("; ")
}

/// Which reports are written, and how.
#[derive(Debug, Clone)]
pub(crate) struct ReportOptions {
    /// The formats, each once.
    pub formats: Vec<&'static Format>,
    /// How the tests of `junit.xml` are grouped.
    pub suites: Suites,
    /// Whether to remove reports of an earlier run in other formats.
    pub remove_others: bool,
}

/// Cases per additional thread; for fewer a thread costs more than it saves.
const CASES_PER_WORKER: u64 = 200;

/// Small cases that wait for one worker. A large one is rendered by all before the next is read.
const QUEUE: usize = 16;

/// Content of a file `.gitignore` that excludes the folder that it is in.
const IGNORE: &str = "# Written by signoff when it created this directory. Git ignores the reports.\n*\n";

/// Creates the folder of reports. A new one is ignored by Git.
pub(crate) fn create_folder(folder: &Path) -> io::Result<()> {
    let is_new = !folder.exists();
    output_file::create_folder(folder)?;
    if is_new {
        output_file::write_new(&folder.join(".gitignore"), IGNORE)?;
    }
    Ok(())
}

/// Renders `entries` into `folder` and returns the files written.
///
/// The reports of the previous run stay unchanged until everything is rendered. Afterwards its endpoint pages that were not
/// written again are removed, unless a report could not be written: that does not prevent the others.
pub(crate) fn write<'e>(
    folder: &Path,
    head: &Head,
    entries: impl Iterator<Item = io::Result<Cow<'e, Entry>>>,
    options: &ReportOptions,
) -> Result<Vec<PathBuf>, Error> {
    write_if(folder, head, entries, options, &|| true).map(Option::unwrap_or_default)
}

/// Writes as [`write`] does if `is_current` is still true when everything is rendered; none if it is not.
pub(crate) fn write_if<'e>(
    folder: &Path,
    head: &Head,
    entries: impl Iterator<Item = io::Result<Cow<'e, Entry>>>,
    options: &ReportOptions,
    is_current: &dyn Fn() -> bool,
) -> Result<Option<Vec<PathBuf>>, Error> {
    let mut cases = entries.map(|entry| entry.map(ReportedCase::new).map_err(at(folder)));
    let rendered = match workers(head, options) {
        1 => {
            let mut set = ReportSet::begin(folder, head, &options.formats, options.suites);
            let read = cases.try_for_each(|case| {
                set.case(&case?);
                Ok(())
            });
            read.map(|()| set.end(folder, head))
        }
        workers => in_parallel(folder, head, cases, options, workers),
    };
    let Rendered { drafts, mut unwritten } = rendered.map_err(|failed| Error(vec![failed]))?;
    if !is_current() {
        return Ok(None);
    }
    let mut written = Vec::new();
    for draft in drafts {
        let path = draft.path.clone();
        match draft.publish() {
            Ok(()) => written.push(path),
            Err(failed) => unwritten.push(failed),
        }
    }
    if !unwritten.is_empty() {
        return Err(Error(unwritten));
    }
    for format in FORMATS {
        match (options.formats.contains(format), &format.output) {
            (true, Output::Folder(_)) => remove_files(&folder.join(format.file), format, &written),
            (false, Output::File(_)) if options.remove_others => remove_file(&folder.join(format.file), format.marker),
            _ => {}
        }
    }
    if options.remove_others {
        remove_file(&folder.join(EARLIER), record::FORMAT.marker);
    }
    Ok(Some(written))
}

fn workers(head: &Head, options: &ReportOptions) -> usize {
    let worthwhile = usize::try_from(head.summary.cases / CASES_PER_WORKER).unwrap_or(usize::MAX);
    parallel::workers().min(options.formats.len()).min(worthwhile).max(1)
}

/// Shares the formats among `workers` threads. The calling thread reads the cases, sends each to the other workers, and renders
/// the first share itself.
fn in_parallel<'e>(
    folder: &Path,
    head: &Head,
    cases: impl Iterator<Item = Result<ReportedCase<'e>, Unwritten>>,
    options: &ReportOptions,
    workers: usize,
) -> Result<Rendered, Unwritten> {
    let begin = |worker: usize| {
        let share: Vec<_> = options.formats.iter().copied().skip(worker).step_by(workers).collect();
        ReportSet::begin(folder, head, &share, options.suites)
    };
    let follow = |worker: usize, cases: Receiver<SharedCase<'e>>| {
        let mut set = begin(worker);
        cases.iter().for_each(|shared| set.case(&shared.0));
        set.end(folder, head)
    };
    let lead = |queues: Vec<SyncSender<SharedCase<'e>>>| {
        let mut set = begin(0);
        for case in cases {
            let case = case?;
            let is_large = size(&case.entry) > SMALL;
            let (owner, released) = sync_channel(0);
            let shared = Arc::new((case, owner));
            // A worker that has stopped panicked, which is passed on when it is joined.
            queues.iter().for_each(|queue| drop(queue.send(Arc::clone(&shared))));
            set.case(&shared.0);
            drop(shared);
            if is_large {
                // Nothing is sent: this returns when the last worker has dropped the case.
                let _ = released.recv();
            }
        }
        drop(queues);
        Ok(set.end(folder, head))
    };
    thread::scope(|scope| {
        let (mut queues, mut running): (Vec<SyncSender<_>>, Vec<_>) = (Vec::new(), Vec::new());
        for worker in 1..workers {
            let (queue, received) = sync_channel(QUEUE);
            queues.push(queue);
            running.push(scope.spawn(move || follow(worker, received)));
        }
        let mut rendered: Result<Rendered, Unwritten> = lead(queues);
        for worker in running {
            let more = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            if let Ok(rendered) = &mut rendered {
                rendered.drafts.extend(more.drafts);
                rendered.unwritten.extend(more.unwritten);
            }
        }
        rendered
    })
}

/// A case that several workers render, with a sender that is dropped with it.
type SharedCase<'e> = Arc<(ReportedCase<'e>, SyncSender<()>)>;

/// Approximate size of what a target decides of an entry, in bytes.
fn size(entry: &Entry) -> usize {
    let text = |text: &Option<String>| text.as_ref().map_or(0, String::len);
    let exchanges = entry.exchange.iter().chain(entry.earlier.iter().map(|earlier| &earlier.exchange));
    let responses = exchanges.filter_map(|exchange| exchange.response.as_ref());
    let bodies = responses.map(|response| text(&response.body.text) + text(&response.body.excerpt)).sum::<usize>();
    let findings = entry.findings.iter().chain(entry.waived.iter().map(|waived| &waived.finding));
    bodies
        + findings.map(|finding| finding.expected.len() + text(&finding.actual) + finding.message.len()).sum::<usize>()
}

/// A report that is rendered and not yet published.
struct Draft {
    path: PathBuf,
    out: OutputFile,
}

impl Draft {
    fn create(path: PathBuf) -> Result<Self, Unwritten> {
        let out = OutputFile::create(&path).map_err(at(&path))?;
        Ok(Self { path, out })
    }

    fn publish(self) -> Result<(), Unwritten> {
        self.out.commit().map_err(at(&self.path))
    }
}

/// What one worker has rendered.
struct Rendered {
    drafts: Vec<Draft>,
    unwritten: Vec<Unwritten>,
}

/// The reports that one worker renders. One that cannot be written is left out from then on.
struct ReportSet {
    files: Vec<(Box<dyn Renderer>, Draft)>,
    folders: Vec<(&'static Format, Box<dyn FolderRenderer>)>,
    unwritten: Vec<Unwritten>,
}

impl ReportSet {
    fn begin(folder: &Path, head: &Head, formats: &[&'static Format], suites: Suites) -> Self {
        let mut set = Self { files: Vec::new(), folders: Vec::new(), unwritten: Vec::new() };
        for format in formats {
            let path = folder.join(format.file);
            let begun = match format.output {
                Output::File(create) => begin_file(create(suites), path, head).map(|file| set.files.push(file)),
                Output::Folder(create) => {
                    let mut renderer = create();
                    renderer.begin(head).map_err(at(&path)).map(|()| set.folders.push((format, renderer)))
                }
            };
            set.unwritten.extend(begun.err());
        }
        set
    }

    fn case(&mut self, case: &ReportedCase<'_>) {
        let Self { files, folders, unwritten } = self;
        let mut is_written = |result: io::Result<()>, path: &Path| {
            let failed = result.map_err(at(path)).err();
            let is_written = failed.is_none();
            unwritten.extend(failed);
            is_written
        };
        files.retain_mut(|(renderer, draft)| is_written(renderer.case(case, &mut draft.out), &draft.path));
        folders.retain_mut(|(format, renderer)| is_written(renderer.case(case), Path::new(format.file)));
    }

    fn end(self, folder: &Path, head: &Head) -> Rendered {
        let Self { files, folders, unwritten } = self;
        let mut rendered = Rendered { drafts: Vec::new(), unwritten };
        for (mut renderer, mut draft) in files {
            match renderer.end(&mut draft.out).map_err(at(&draft.path)) {
                Ok(()) => rendered.drafts.push(draft),
                Err(failed) => rendered.unwritten.push(failed),
            }
        }
        for (format, mut renderer) in folders {
            match end_folder(&mut *renderer, &folder.join(format.file), head) {
                Ok(drafts) => rendered.drafts.extend(drafts),
                Err(failed) => rendered.unwritten.push(failed),
            }
        }
        rendered
    }
}

fn begin_file(
    mut renderer: Box<dyn Renderer>,
    path: PathBuf,
    head: &Head,
) -> Result<(Box<dyn Renderer>, Draft), Unwritten> {
    let mut draft = Draft::create(path)?;
    renderer.begin(head, &mut draft.out).map_err(at(&draft.path))?;
    Ok((renderer, draft))
}

fn end_folder(renderer: &mut dyn FolderRenderer, folder: &Path, head: &Head) -> Result<Vec<Draft>, Unwritten> {
    let mut drafts = Vec::new();
    for (name, text) in renderer.end(head).map_err(at(folder))? {
        let mut draft = Draft::create(folder.join(name))?;
        draft.out.write_all(&text).map_err(at(&draft.path))?;
        drafts.push(draft);
    }
    Ok(drafts)
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Unwritten + use<> {
    let path = path.display().to_string();
    move |source| Unwritten { path, source }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::report::formats;
    use crate::report::tests::sample;

    fn check(folder: &Path, entries: &[Entry], fails: bool) -> Result<Vec<PathBuf>, Error> {
        let broken = fails.then(|| Err(io::Error::other("the spool is gone")));
        let each = entries.iter().map(|entry| Ok(Cow::Borrowed(entry))).chain(broken);
        write(folder, &sample::head(), each, &options(FORMATS))
    }

    fn options(formats: &[&'static Format]) -> ReportOptions {
        ReportOptions { formats: formats.to_vec(), suites: Suites::default(), remove_others: true }
    }

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").file_name());
        let mut names: Vec<_> = files.map(|name| name.into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    #[test]
    fn reports_are_moved_into_place_and_stale_ones_removed() {
        let folder = tempfile::tempdir().expect("a folder");
        let endpoints = folder.path().join("endpoints");
        fs::create_dir(&endpoints).expect("a folder");
        fs::write(endpoints.join("gone.md"), "<!-- written by signoff -->\n# gone\n").expect("a file");
        fs::write(endpoints.join("notes.md"), "mine").expect("a file");
        let mut written = check(folder.path(), &sample::entries(), false).expect("reports");
        written.sort();
        let shown = |path: &PathBuf| path.strip_prefix(folder.path()).expect("inside").to_string_lossy().into_owned();
        let pages = ["endpoints/linkCustomerAccount.md", "endpoints/outside-the-contract.md"].map(str::to_owned);
        let files = FORMATS.iter().map(|format| format.file.to_owned()).filter(|file| file != "endpoints");
        let mut expect: Vec<_> = files.chain(pages).collect();
        expect.sort();
        assert_eq!(written.iter().map(shown).collect::<Vec<_>>(), expect);
        let mut expect: Vec<_> = FORMATS.iter().map(|format| format.file).collect();
        expect.sort_unstable();
        assert_eq!(names(folder.path()), expect);
        assert_eq!(names(&endpoints), ["linkCustomerAccount.md", "notes.md", "outside-the-contract.md"]);
    }

    #[test]
    fn reports_that_a_run_did_not_write_do_not_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        check(folder.path(), &sample::entries(), false).expect("reports");
        fs::write(folder.path().join("report.tap"), "TAP version 14\n# mine\n").expect("a file");
        let entries = || sample::entries().into_iter().map(|entry| Ok(Cow::Owned(entry)));
        let later = ReportOptions { remove_others: false, ..options(&FORMATS[..1]) };
        write(folder.path(), &sample::head(), entries(), &later).expect("reports");
        assert_eq!(names(folder.path()).len(), FORMATS.len());
        let defaults = formats::defaults_and(&[]);
        write(folder.path(), &sample::head(), entries(), &options(&defaults)).expect("reports");
        let mut expect: Vec<_> = defaults.iter().map(|format| format.file).chain(["report.tap"]).collect();
        expect.sort_unstable();
        assert_eq!(names(folder.path()), expect);
    }

    #[test]
    fn a_failure_leaves_the_old_reports_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("record.json"), "old").expect("a file");
        let error = check(folder.path(), &sample::entries()[..1], true).expect_err("an error").to_string();
        assert_eq!(error, format!("cannot write {}: the spool is gone", folder.path().display()));
        assert_eq!(names(folder.path()), ["record.json"]);
        assert_eq!(fs::read_to_string(folder.path().join("record.json")).expect("a file"), "old");
    }

    #[test]
    fn reports_that_are_no_longer_current_are_not_published() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("record.json"), "of another run").expect("a file");
        let entries = sample::entries().into_iter().map(|entry| Ok(Cow::Owned(entry)));
        let written = write_if(folder.path(), &sample::head(), entries, &options(FORMATS), &|| false);
        assert_eq!(written.expect("no error"), None);
        assert_eq!(names(folder.path()), ["endpoints", "record.json"]);
        assert_eq!(names(&folder.path().join("endpoints")), Vec::<String>::new());
        assert_eq!(fs::read_to_string(folder.path().join("record.json")).expect("a file"), "of another run");
    }

    #[test]
    fn a_report_that_cannot_be_written_does_not_prevent_the_others() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("index.html")).expect("a folder");
        fs::create_dir(path("endpoints")).expect("a folder");
        fs::write(path("endpoints/.a.md.x.tmp"), "<!-- written by signoff -->\n").expect("a file of another run");
        let error = check(folder.path(), &sample::entries(), false).expect_err("an error").to_string();
        let expect = format!("cannot write {}: is a directory", path("index.html").display());
        assert_eq!(error, expect);
        assert_eq!(names(folder.path()).len(), FORMATS.len());
        fs::remove_dir(path("index.html")).expect("removed");
        check(folder.path(), &sample::entries(), false).expect("reports");
        assert!(path("endpoints/.a.md.x.tmp").exists());
    }

    #[test]
    fn workers_write_the_same_reports_as_one_thread() {
        let [one, several] = [1, 3].map(|workers| {
            let folder = tempfile::tempdir().expect("a folder");
            let cases = sample::entries().into_iter().cycle().take(100).map(|entry| Ok(entry.into()));
            let drafts = in_parallel(folder.path(), &sample::head(), cases, &options(FORMATS), workers);
            drafts.expect("rendered").drafts.into_iter().try_for_each(Draft::publish).expect("published");
            let content = |name: String| fs::read(folder.path().join(&name)).map(|bytes| (name, bytes)).ok();
            names(folder.path()).into_iter().filter_map(content).collect::<Vec<_>>()
        });
        assert_eq!(one.len(), FORMATS.len() - 1);
        assert!(one == several);
    }
}
