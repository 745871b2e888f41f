//! Detects changed files by size and modification time, and those of directories.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

/// Polling interval.
const INTERVAL: Duration = Duration::from_millis(250);

/// Watched files.
#[derive(Debug)]
pub(super) struct Watched {
    files: Vec<PathBuf>,
    seen: Vec<Option<(SystemTime, u64)>>,
}

impl Watched {
    /// Records the current state of the files; a missing file may appear later.
    pub(super) fn new(files: Vec<PathBuf>) -> Self {
        let seen = files.iter().map(|file| stamp(file)).collect();
        Self { files, seen }
    }

    /// Number of files.
    pub(super) fn len(&self) -> usize {
        self.files.len()
    }

    /// Waits until a file has changed and is stable for one interval, since editors write in several steps. Returns the changed files.
    pub(super) async fn changed(&mut self) -> Vec<PathBuf> {
        let mut before = self.seen.clone();
        loop {
            sleep(INTERVAL).await;
            let now: Vec<_> = self.files.iter().map(|file| stamp(file)).collect();
            if now == before && now != self.seen {
                let states = self.files.iter().zip(self.seen.iter().zip(&now));
                let changed: Vec<_> =
                    states.filter(|(_, (seen, now))| seen != now).map(|(file, _)| file.clone()).collect();
                self.seen = now;
                changed.iter().for_each(|path| self.add_directories(path));
                return changed;
            }
            before = now;
        }
    }
}

impl Watched {
    /// Watches the directories in `path` too: one may be new, with a file that is invalid at first.
    fn add_directories(&mut self, path: &Path) {
        let directories = visible(path).filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()));
        for path in directories.map(|entry| entry.path()) {
            if !self.files.contains(&path) {
                self.seen.push(stamp(&path));
                self.files.push(path);
            }
        }
    }
}

/// Modification time and size; of a directory the time is that of no file, and a hash stands for the files in it.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let held = fs::metadata(path).ok()?;
    if !held.is_dir() {
        return Some((held.modified().ok()?, held.len()));
    }
    let mut files: Vec<_> = visible(path)
        .map(|entry| {
            let about = entry.metadata().ok().filter(|about| !about.is_dir());
            (entry.file_name(), about.and_then(|about| Some((about.modified().ok()?, about.len()))))
        })
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    Some((SystemTime::UNIX_EPOCH, hasher.finish()))
}

/// The entries of a directory without hidden files, which editors write.
fn visible(directory: &Path) -> impl Iterator<Item = fs::DirEntry> {
    let entries = fs::read_dir(directory).into_iter().flatten().filter_map(Result::ok);
    entries.filter(|entry| !entry.file_name().as_encoded_bytes().starts_with(b"."))
}
