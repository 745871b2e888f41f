//! Reads files that end: a device or a pipe might never do.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use crate::suggestion::nearest;

/// Opens a regular file.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let about = fs::metadata(path)?;
    // Of a directory the system says so when it is read.
    match about.is_file() || about.is_dir() {
        true => File::open(path),
        false => Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file")),
    }
}

/// Reads a regular file.
pub(crate) fn read(path: &Path) -> io::Result<Vec<u8>> {
    open(path)?;
    fs::read(path)
}

/// Reads a regular file of UTF-8.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    open(path)?;
    fs::read_to_string(path)
}

/// Maximum number of names in a directory that are compared with a missing one.
const MAX_NAMES: usize = 10_000;

/// Returns the path of the file next to `path` whose name is closest to it, if `path` does not exist.
pub(crate) fn similar(path: &Path) -> Option<PathBuf> {
    let (folder, name) = (path.parent()?, path.file_name()?.to_str()?);
    if path.exists() {
        return None;
    }
    let here = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let entries = fs::read_dir(here).ok()?.take(MAX_NAMES).filter_map(Result::ok);
    let files = entries.filter(|entry| entry.path().is_file());
    let mut names: Vec<_> = files.filter_map(|entry| entry.file_name().into_string().ok()).collect();
    names.sort();
    nearest(name, names.iter().map(String::as_str)).map(|name| folder.join(name))
}

/// Whether `path` is a regular file with that content. A file of another length is not read.
pub(crate) fn has_content(path: &Path, content: &[u8]) -> bool {
    let has_length = fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() == content.len() as u64);
    has_length && fs::read(path).is_ok_and(|existing| existing == content)
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn only_files_that_end_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "text").expect("written");
        assert_eq!(read_text(&path).expect("a file"), "text");
        assert_eq!(["text", "tent", "tex"].map(|content| has_content(&path, content.as_bytes())), [true, false, false]);
        assert!(read(folder.path()).is_err());
        let near = |name: &str| similar(&folder.path().join(name)).map(|path| path.file_name().map(OsStr::to_owned));
        fs::write(folder.path().join("openapi.yaml"), "").expect("written");
        let known = Some(Some(OsStr::new("openapi.yaml").to_owned()));
        assert_eq!(["openapi.yml", "opneapi.yaml"].map(near), [known.clone(), known]);
        assert_eq!(["openapi.yaml", "other.json"].map(near), [None, None]);
        if cfg!(unix) {
            let device = Path::new("/dev/zero");
            assert_eq!(read(device).expect_err("a device").to_string(), "it is not a regular file");
            assert!(!has_content(device, b""));
        }
    }
}
