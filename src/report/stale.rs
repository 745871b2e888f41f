//! Removes reports of an earlier run.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::definition::Format;

/// Name of the record of an earlier run, if a later one could not start.
pub(super) const EARLIER: &str = "record.earlier.json";

/// Bytes at the beginning of a report that are searched for its marker.
const BEGINNING: u64 = 4096;

/// Removes the file of an earlier run. A file without the marker, or one that cannot be read, stays: it does less harm than a
/// run without reports.
pub(super) fn remove_file(path: &Path, marker: &str) {
    if !path.is_file() {
        // To open a named pipe would wait for its writer.
        return;
    }
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(BEGINNING).read_to_end(&mut beginning));
    let marker = marker.as_bytes();
    if read.is_ok() && beginning.windows(marker.len()).any(|part| part == marker) {
        let _ = fs::remove_file(path);
    }
}

/// Removes the files of an earlier run in a folder. Those that do not begin with the marker stay.
pub(super) fn remove_files(folder: &Path, format: &Format, written: &[PathBuf]) {
    let files = fs::read_dir(folder).into_iter().flatten().filter_map(Result::ok).map(|file| file.path());
    // Hidden files are temporary ones, perhaps of another run.
    let is_report = |path: &PathBuf| path.file_name().is_some_and(|name| !name.as_encoded_bytes().starts_with(b"."));
    for path in files.filter(|path| is_report(path) && path.is_file() && !written.contains(path)) {
        let mut beginning = vec![0; format.marker.len()];
        let read = File::open(&path).and_then(|mut file| file.read_exact(&mut beginning));
        if read.is_ok() && beginning == format.marker.as_bytes() {
            let _ = fs::remove_file(path);
        }
    }
}
