//! Reports on disk: rendered once through, written beside their place and moved into it.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::output_file::OutputFile;
use crate::parallel;
use crate::record::{Entry, Head};

use super::format::endpoints::Endpoints;
use super::format_name::Format;
use super::renderer::Renderer;
use super::suites::Suites;
use super::text::markdown::MARK;

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source} (is the folder writable?)")]
pub struct Error {
    /// The file or folder.
    pub path: String,
    /// Why.
    pub source: io::Error,
}

/// What is to be written.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The formats, each once.
    pub formats: Vec<Format>,
    /// What a suite of `junit.xml` is.
    pub suites: Suites,
    /// Whether reports that an earlier run left, and that are not among these formats, are removed.
    pub alone: bool,
}

/// Renders what is `wanted` into `folder`, `entries` giving every entry as often as it is called, and returns the files written.
/// Until everything is rendered the reports of the run before stay as they were; endpoint reports that this run did not write are
/// then removed.
pub fn write<'e, I: Iterator<Item = io::Result<Cow<'e, Entry>>>>(
    folder: &Path,
    head: &Head,
    entries: impl Fn() -> I + Sync,
    wanted: &Wanted,
) -> Result<Vec<PathBuf>, Error> {
    let formats = &wanted.formats;
    // Each worker goes through the entries once, for its share of the formats; few entries are not worth a second one.
    let worthwhile = usize::try_from(head.summary.cases / ENTRIES_A_WORKER).unwrap_or(usize::MAX);
    let workers = parallel::workers().min(formats.len()).min(worthwhile).max(1);
    let shares = (0..workers).map(|first| formats.iter().copied().skip(first).step_by(workers).collect::<Vec<_>>());
    let drawn = parallel::map(shares, |share| {
        let mut press = Press::start(folder, head, &Wanted { formats: share, ..*wanted })?;
        for entry in entries() {
            press.print(&*entry.map_err(at(folder))?)?;
        }
        press.finish(folder, head)
    });
    let drafts: Vec<Draft> = drawn.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let written: Vec<PathBuf> = drafts.iter().map(|draft| draft.place.clone()).collect();
    drafts.into_iter().try_for_each(Draft::publish)?;
    if formats.contains(&Format::Endpoints) {
        remove_stale_pages(&folder.join(Format::Endpoints.file()), &written);
    }
    if wanted.alone {
        Format::ALL.iter().filter(|format| !formats.contains(format)).for_each(|format| remove_stale(folder, *format));
    }
    Ok(written)
}

/// Entries from which on another thread pays.
const ENTRIES_A_WORKER: u64 = 200;

/// The first bytes of a report, in which its mark stands.
const BEGINNING: u64 = 4096;

/// A report that is rendered and not yet in its place.
struct Draft {
    place: PathBuf,
    out: OutputFile,
}

impl Draft {
    fn create(place: PathBuf) -> Result<Self, Error> {
        let out = OutputFile::create(&place).map_err(at(&place))?;
        Ok(Self { place, out })
    }

    fn publish(self) -> Result<(), Error> {
        self.out.commit().map_err(at(&self.place))
    }
}

/// Every renderer with its draft.
struct Press {
    files: Vec<(Box<dyn Renderer>, Draft)>,
    endpoints: Option<Endpoints>,
}

impl Press {
    fn start(folder: &Path, head: &Head, wanted: &Wanted) -> Result<Self, Error> {
        let mut press = Self { files: Vec::new(), endpoints: None };
        for format in &wanted.formats {
            let Some(mut renderer) = format.renderer(wanted.suites) else {
                press.endpoints = Some(Endpoints::begin(head).map_err(at(folder))?);
                continue;
            };
            let mut draft = Draft::create(folder.join(format.file()))?;
            renderer.begin(head, &mut draft.out).map_err(at(&draft.place))?;
            press.files.push((renderer, draft));
        }
        Ok(press)
    }

    fn print(&mut self, entry: &Entry) -> Result<(), Error> {
        for (renderer, draft) in &mut self.files {
            renderer.entry(entry, &mut draft.out).map_err(at(&draft.place))?;
        }
        self.endpoints
            .as_mut()
            .map_or(Ok(()), |endpoints| endpoints.entry(entry))
            .map_err(at(Path::new(Format::Endpoints.file())))
    }

    fn finish(self, folder: &Path, head: &Head) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::new();
        for (mut renderer, mut draft) in self.files {
            renderer.end(&mut draft.out).map_err(at(&draft.place))?;
            drafts.push(draft);
        }
        let pages = self.endpoints.map(|endpoints| endpoints.end(head)).transpose().map_err(at(folder))?;
        for (name, text) in pages.into_iter().flatten() {
            let mut draft = Draft::create(folder.join(Format::Endpoints.file()).join(name))?;
            draft.out.write_all(&text).map_err(at(&draft.place))?;
            drafts.push(draft);
        }
        Ok(drafts)
    }
}

/// Removes the report of an earlier run in a format of its own file; a file of that name that signoff did not write stays.
fn remove_stale(folder: &Path, format: Format) {
    let path = folder.join(format.file());
    let mut beginning = Vec::new();
    let read = File::open(&path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    let mark = format.mark().as_bytes();
    if read.is_ok() && beginning.windows(mark.len()).any(|part| part == mark) {
        let _ = fs::remove_file(path);
    }
}

/// Removes endpoint reports of earlier runs; files that signoff did not write stay. One that cannot be read or removed stays too:
/// it harms less than a run without its reports.
fn remove_stale_pages(folder: &Path, written: &[PathBuf]) {
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|file| file.path());
    let stale = files.filter(|path| path.extension().is_some_and(|ending| ending == "md") && !written.contains(path));
    for path in stale {
        if fs::read(&path).is_ok_and(|text| text.starts_with(MARK.as_bytes())) {
            let _ = fs::remove_file(path);
        }
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.display().to_string();
    move |source| Error { path, source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn check(folder: &Path, entries: &[Entry], fails: bool) -> Result<Vec<PathBuf>, Error> {
        let broken = || fails.then(|| Err(io::Error::other("the spool is gone")));
        let each = || entries.iter().map(|entry| Ok(Cow::Borrowed(entry))).chain(broken());
        write(folder, &sample::head(), each, &wanted(Format::ALL))
    }

    fn wanted(formats: &[Format]) -> Wanted {
        Wanted { formats: formats.to_vec(), suites: Suites::default(), alone: true }
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
        let endpoints = folder.path().join(Format::Endpoints.file());
        fs::create_dir(&endpoints).expect("a folder");
        fs::write(endpoints.join("gone.md"), format!("{MARK}\n# gone\n")).expect("a file");
        fs::write(endpoints.join("notes.md"), "mine").expect("a file");
        let mut written = check(folder.path(), &sample::entries(), false).expect("reports");
        written.sort();
        let shown = |path: &PathBuf| path.strip_prefix(folder.path()).expect("inside").to_string_lossy().into_owned();
        let pages = ["endpoints/linkCustomerAccount.md", "endpoints/outside-the-contract.md"].map(str::to_owned);
        let files =
            Format::ALL.iter().filter(|format| **format != Format::Endpoints).map(|format| format.file().to_owned());
        let mut expect: Vec<_> = files.chain(pages).collect();
        expect.sort();
        assert_eq!(written.iter().map(shown).collect::<Vec<_>>(), expect);
        let mut expect: Vec<_> = Format::ALL.iter().map(|format| format.file()).collect();
        expect.sort_unstable();
        assert_eq!(names(folder.path()), expect);
        assert_eq!(names(&endpoints), ["linkCustomerAccount.md", "notes.md", "outside-the-contract.md"]);
    }

    #[test]
    fn reports_that_a_run_did_not_write_do_not_stay() {
        let folder = tempfile::tempdir().expect("a folder");
        check(folder.path(), &sample::entries(), false).expect("reports");
        fs::write(folder.path().join(Format::Tap.file()), "TAP version 14\n# mine\n").expect("a file");
        let entries = || sample::entries().into_iter().map(|entry| Ok(Cow::Owned(entry)));
        let later = Wanted { alone: false, ..wanted(&[Format::Record]) };
        write(folder.path(), &sample::head(), entries, &later).expect("reports");
        assert_eq!(names(folder.path()).len(), Format::ALL.len());
        write(folder.path(), &sample::head(), entries, &wanted(Format::DEFAULT)).expect("reports");
        let mut expect: Vec<_> = Format::DEFAULT.iter().chain(&[Format::Tap]).map(|format| format.file()).collect();
        expect.sort_unstable();
        assert_eq!(names(folder.path()), expect);
    }

    #[test]
    fn a_failure_leaves_the_old_reports_and_nothing_else() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("record.json"), "old").expect("a file");
        let error = check(folder.path(), &sample::entries()[..1], true).expect_err("an error").to_string();
        assert_eq!(
            error,
            format!("cannot write {}: the spool is gone (is the folder writable?)", folder.path().display())
        );
        assert_eq!(names(folder.path()), ["record.json"]);
        assert_eq!(fs::read_to_string(folder.path().join("record.json")).expect("a file"), "old");
    }
}
