//! Looks whether files have changed, by their size and the time of their last change.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use tokio::time::sleep;

/// How often somebody looks.
const EVERY: Duration = Duration::from_millis(250);

/// Files that are watched.
#[derive(Debug)]
pub struct Watched {
    files: Vec<PathBuf>,
    seen: Vec<Option<(SystemTime, u64)>>,
}

impl Watched {
    /// Takes the files as they are now; one that is not there may come.
    pub fn new(files: Vec<PathBuf>) -> Self {
        let seen = files.iter().map(stamp).collect();
        Self { files, seen }
    }

    /// Waits until any of them is another, and has been so for a moment: editors write in several steps.
    pub async fn changed(&mut self) {
        let mut before = self.seen.clone();
        loop {
            sleep(EVERY).await;
            let now: Vec<_> = self.files.iter().map(stamp).collect();
            if now == before && now != self.seen {
                self.seen = now;
                return;
            }
            before = now;
        }
    }
}

fn stamp(file: &PathBuf) -> Option<(SystemTime, u64)> {
    let held = fs::metadata(file).ok()?;
    Some((held.modified().ok()?, held.len()))
}
