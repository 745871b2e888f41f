//! Reads files that end: a device or a pipe might never do.

use std::fs::{self, File};
use std::io;
use std::path::Path;

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

/// Whether `path` is a regular file with that content. A file of another length is not read.
pub(crate) fn has_content(path: &Path, content: &[u8]) -> bool {
    let has_length = fs::metadata(path).is_ok_and(|about| about.is_file() && about.len() == content.len() as u64);
    has_length && fs::read(path).is_ok_and(|existing| existing == content)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_end_are_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a");
        fs::write(&path, "text").expect("written");
        assert_eq!(read_text(&path).expect("a file"), "text");
        assert_eq!(["text", "tent", "tex"].map(|content| has_content(&path, content.as_bytes())), [true, false, false]);
        assert!(read(folder.path()).is_err());
        if cfg!(unix) {
            let device = Path::new("/dev/zero");
            assert_eq!(read(device).expect_err("a device").to_string(), "it is not a regular file");
            assert!(!has_content(device, b""));
        }
    }
}
