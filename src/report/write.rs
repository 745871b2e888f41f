//! Reports on disk: rendered once through, written beside their place and moved into it.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::parallel;
use crate::record::{Entry, Head};

use super::endpoints::Endpoints;
use super::json::Json;
use super::junit::Junit;
use super::markdown::MARK;
use super::{Format, Renderer};

/// A report that could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {path}: {source} (is the folder writable?)")]
pub struct Error {
    /// The file or folder.
    pub path: String,
    /// Why.
    pub source: io::Error,
}

/// Renders `formats` into `folder`, `entries` giving every entry as often as it is called, and returns the files written. Until
/// everything is rendered the reports of the run before stay as they were; endpoint reports that this run did not write are
/// then removed.
pub fn write<'e, I: Iterator<Item = io::Result<Cow<'e, Entry>>>>(
    folder: &Path,
    head: &Head,
    entries: impl Fn() -> I + Sync,
    formats: &[Format],
) -> Result<Vec<PathBuf>, Error> {
    // Each worker goes through the entries once, for its share of the formats; few entries are not worth a second one.
    let worthwhile = usize::try_from(head.summary.cases / ENTRIES_A_WORKER).unwrap_or(usize::MAX);
    let workers = parallel::workers().min(formats.len()).min(worthwhile).max(1);
    let shares = (0..workers).map(|first| formats.iter().copied().skip(first).step_by(workers).collect::<Vec<_>>());
    let drawn = parallel::map(shares, |share| {
        let mut press = Press::start(folder, head, &share)?;
        for entry in entries() {
            press.print(&*entry.map_err(at(folder))?)?;
        }
        press.finish(folder, head)
    });
    let drafts: Vec<Draft> = drawn.into_iter().collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect();
    let written: Vec<PathBuf> = drafts.iter().map(|draft| draft.place.clone()).collect();
    drafts.into_iter().try_for_each(Draft::publish)?;
    if formats.contains(&Format::Endpoints) {
        remove_stale(&folder.join(ENDPOINTS), &written);
    }
    Ok(written)
}

/// Bytes that are written at a time.
const BUFFER: usize = 64 * 1024;

/// Entries from which on another thread pays.
const ENTRIES_A_WORKER: u64 = 200;

/// The folder of the endpoint reports.
const ENDPOINTS: &str = "endpoints";

/// A report under its temporary name, which is removed again unless it is published.
struct Draft {
    place: PathBuf,
    temporary: PathBuf,
    out: BufWriter<File>,
}

impl Draft {
    fn create(place: PathBuf) -> Result<Self, Error> {
        let mut name = place.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let temporary = place.with_file_name(name);
        let folder = place.parent().unwrap_or(Path::new(""));
        fs::create_dir_all(folder).map_err(at(folder))?;
        let out = BufWriter::with_capacity(BUFFER, File::create(&temporary).map_err(at(&temporary))?);
        Ok(Self { place, temporary, out })
    }

    fn publish(mut self) -> Result<(), Error> {
        self.out.flush().map_err(at(&self.temporary))?;
        fs::rename(&self.temporary, &self.place).map_err(at(&self.place))
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        // After publishing there is nothing to remove, and while unwinding from an error nothing more can be done.
        let _ = fs::remove_file(&self.temporary);
    }
}

/// Every renderer with its draft.
struct Press {
    files: Vec<(Box<dyn Renderer>, Draft)>,
    endpoints: Option<Endpoints>,
}

impl Press {
    fn start(folder: &Path, head: &Head, formats: &[Format]) -> Result<Self, Error> {
        let mut press = Self { files: Vec::new(), endpoints: None };
        for format in formats {
            let (mut renderer, name): (Box<dyn Renderer>, _) = match format {
                Format::Record => (Box::new(Json::default()), "record.json"),
                Format::Junit => (Box::new(Junit::default()), "junit.xml"),
                Format::Endpoints => {
                    press.endpoints = Some(Endpoints::begin(head).map_err(at(folder))?);
                    continue;
                }
            };
            let mut draft = Draft::create(folder.join(name))?;
            renderer.begin(head, &mut draft.out).map_err(at(&draft.place))?;
            press.files.push((renderer, draft));
        }
        Ok(press)
    }

    fn print(&mut self, entry: &Entry) -> Result<(), Error> {
        for (renderer, draft) in &mut self.files {
            renderer.entry(entry, &mut draft.out).map_err(at(&draft.place))?;
        }
        self.endpoints.as_mut().map_or(Ok(()), |endpoints| endpoints.entry(entry)).map_err(at(Path::new(ENDPOINTS)))
    }

    fn finish(self, folder: &Path, head: &Head) -> Result<Vec<Draft>, Error> {
        let mut drafts = Vec::new();
        for (mut renderer, mut draft) in self.files {
            renderer.end(&mut draft.out).map_err(at(&draft.place))?;
            drafts.push(draft);
        }
        let pages = self.endpoints.map(|endpoints| endpoints.end(head)).transpose().map_err(at(folder))?;
        for (name, text) in pages.into_iter().flatten() {
            let mut draft = Draft::create(folder.join(ENDPOINTS).join(name))?;
            draft.out.write_all(&text).map_err(at(&draft.temporary))?;
            drafts.push(draft);
        }
        Ok(drafts)
    }
}

/// Removes endpoint reports of earlier runs; files that signoff did not write stay. One that cannot be read or removed stays too:
/// it harms less than a run without its reports.
fn remove_stale(folder: &Path, written: &[PathBuf]) {
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
        write(folder, &sample::head(), each, Format::ALL)
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
        let endpoints = folder.path().join(ENDPOINTS);
        fs::create_dir(&endpoints).expect("a folder");
        fs::write(endpoints.join("gone.md"), format!("{MARK}\n# gone\n")).expect("a file");
        fs::write(endpoints.join("notes.md"), "mine").expect("a file");
        let mut written = check(folder.path(), &sample::entries(), false).expect("reports");
        written.sort();
        let shown = |path: &PathBuf| path.strip_prefix(folder.path()).expect("inside").to_string_lossy().into_owned();
        let expect =
            ["endpoints/linkCustomerAccount.md", "endpoints/outside-the-contract.md", "junit.xml", "record.json"];
        assert_eq!(written.iter().map(shown).collect::<Vec<_>>(), expect);
        assert_eq!(names(folder.path()), ["endpoints", "junit.xml", "record.json"]);
        assert_eq!(names(&endpoints), ["linkCustomerAccount.md", "notes.md", "outside-the-contract.md"]);
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
