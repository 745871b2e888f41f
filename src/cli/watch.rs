//! Detects changed files by size and modification time.

use std::fs;
use std::path::PathBuf;
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
        let seen = files.iter().map(stamp).collect();
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
            let now: Vec<_> = self.files.iter().map(stamp).collect();
            if now == before && now != self.seen {
                let states = self.files.iter().zip(self.seen.iter().zip(&now));
                let changed = states.filter(|(_, (seen, now))| seen != now).map(|(file, _)| file.clone()).collect();
                self.seen = now;
                return changed;
            }
            before = now;
        }
    }
}

fn stamp(file: &PathBuf) -> Option<(SystemTime, u64)> {
    let held = fs::metadata(file).ok()?;
    Some((held.modified().ok()?, held.len()))
}
