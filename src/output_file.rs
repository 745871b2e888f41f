//! Files that the program writes: each appears under its name only when it is complete.
//!
//! The content goes to a temporary file in the folder of the destination (a rename cannot cross file systems), which then
//! replaces the destination. Readers see the old content or the new one. A power failure is not covered: nothing is flushed to
//! the disk explicitly, since every file can be written again.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Bytes that are buffered before a write.
const BUFFER: usize = 64 * 1024;

/// Symbolic links followed before they are taken for a loop, as on Linux.
const MAX_LINKS: usize = 40;

/// A file under construction. Dropping it without [`commit`](Self::commit) leaves the destination unchanged.
#[derive(Debug)]
pub(crate) struct OutputFile {
    out: BufWriter<Sink>,
    destination: PathBuf,
}

/// Where the content goes.
#[derive(Debug)]
enum Sink {
    /// To a temporary file, which is renamed.
    Temporary(NamedTempFile),
    /// Directly to a device or a pipe, which a rename would replace.
    Special(File),
}

impl OutputFile {
    /// Starts writing `path`; its folder is created if necessary. As with [`fs::write`], symbolic links are followed, a new file
    /// gets the permissions of the umask, and an existing one keeps its own.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let destination = follow_links(path)?;
        fs::create_dir_all(folder(&destination))?;
        let sink = match fs::metadata(&destination) {
            Ok(existing) if existing.is_dir() => return Err(io::ErrorKind::IsADirectory.into()),
            Ok(existing) if !existing.is_file() => Sink::Special(OpenOptions::new().write(true).open(&destination)?),
            Ok(existing) => {
                let file = temporary(&destination)?;
                file.as_file().set_permissions(existing.permissions())?;
                Sink::Temporary(file)
            }
            Err(_) => Sink::Temporary(temporary(&destination)?),
        };
        Ok(Self { out: BufWriter::with_capacity(BUFFER, sink), destination })
    }

    /// Replaces the destination with what was written.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.out.into_inner()? {
            Sink::Temporary(file) => file.persist(&self.destination).map(drop).map_err(|failed| failed.error),
            Sink::Special(_) => Ok(()),
        }
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Temporary(file) => file.as_file_mut().write(bytes),
            Self::Special(file) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Writes `content` to `path` and creates its folder.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> io::Result<()> {
    let mut file = OutputFile::create(path)?;
    file.write_all(content.as_ref())?;
    file.commit()
}

/// Writes `content` to `path` unless something exists there. Returns whether it was written.
pub(crate) fn write_new(path: &Path, content: impl AsRef<[u8]>) -> io::Result<bool> {
    if path.symlink_metadata().is_ok() {
        return Ok(false);
    }
    fs::create_dir_all(folder(path))?;
    let mut file = temporary(path)?;
    file.as_file_mut().write_all(content.as_ref())?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        // Another process was faster.
        Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(failed) => Err(failed.error),
    }
}

/// Creates a file without a name in `folder`: it disappears with the process, however that ends.
pub(crate) fn unnamed(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

/// Creates a temporary file next to `destination`. It is opened here because the crate would create it with mode 0600.
fn temporary(destination: &Path) -> io::Result<NamedTempFile> {
    let mut prefix = std::ffi::OsString::from(".");
    prefix.push(destination.file_name().unwrap_or_default());
    prefix.push(".");
    let open = |path: &Path| OpenOptions::new().read(true).write(true).create_new(true).open(path);
    Builder::new().prefix(&prefix).suffix(".tmp").make_in(folder(destination), open)
}

/// The folder of a file; the working directory for a bare name.
fn folder(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The file that `path` leads to. `canonicalize` would refuse a link whose target does not exist yet.
fn follow_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many levels of symbolic links"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let files = fs::read_dir(folder).expect("a folder").map(|file| file.expect("a file").file_name());
        let mut names: Vec<_> = files.map(|name| name.into_string().expect("UTF-8")).collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_only_when_it_is_committed() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("new/a.txt");
        write(&path, "old").expect("written");
        let mut file = OutputFile::create(&path).expect("created");
        file.write_all(b"new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "old");
        drop(file);
        assert_eq!(names(&root.path().join("new")), ["a.txt"]);
        write(&path, "new").expect("written");
        assert_eq!(fs::read_to_string(&path).expect("a file"), "new");
        assert_eq!(names(&root.path().join("new")), ["a.txt"]);
    }

    #[test]
    fn an_existing_file_is_not_overwritten_by_write_new() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("new/a.txt");
        assert!(write_new(&path, "first").expect("written"));
        assert!(!write_new(&path, "second").expect("kept"));
        assert_eq!(fs::read_to_string(&path).expect("a file"), "first");
        assert_eq!(names(&root.path().join("new")), ["a.txt"]);
    }

    #[test]
    fn an_error_names_no_temporary_file() {
        let root = tempfile::tempdir().expect("a folder");
        write(&root.path().join("file"), "").expect("written");
        for path in [root.path().to_owned(), root.path().join("file/below")] {
            let error = write(&path, "").expect_err("an error").to_string();
            assert!(!error.contains(".tmp") && !error.contains("at path"), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};

        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        let mode = |name: &str| fs::metadata(at(name)).expect("a file").permissions().mode() & 0o777;
        fs::write(at("by-std"), "").expect("written");
        write(&at("new"), "").expect("written");
        assert!(write_new(&at("another"), "").expect("written"));
        assert_eq!([mode("new"), mode("another")], [mode("by-std"); 2]);
        fs::set_permissions(at("new"), fs::Permissions::from_mode(0o640)).expect("set");
        symlink("new", at("link")).expect("a link");
        write(&at("link"), "through").expect("written");
        assert_eq!((fs::read_to_string(at("new")).expect("a file").as_str(), mode("new")), ("through", 0o640));
        symlink("missing/file", at("dangling")).expect("a link");
        write(&at("dangling"), "made").expect("written");
        assert_eq!(fs::read_to_string(at("missing/file")).expect("a file"), "made");
        symlink("loop", at("loop")).expect("a link");
        assert!(write(&at("loop"), "").is_err());
        write(Path::new("/dev/null"), "gone").expect("written");
        assert!(!fs::metadata("/dev/null").expect("a device").is_file());
    }
}
