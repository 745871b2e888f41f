//! Files that the program writes: each appears under its name only when it is complete.
//!
//! The content goes to a temporary file in the folder of the destination (a rename cannot cross file systems), which then
//! replaces the destination. Readers see the old content or the new one. A power failure is not covered: nothing is flushed to
//! the disk explicitly, since every file can be written again.

use std::collections::BTreeSet;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::{Builder, NamedTempFile};

/// Bytes that are buffered before a write.
const BUFFER: usize = 64 * 1024;

/// Symbolic links followed before they are taken for a loop, as on Linux.
const MAX_LINKS: usize = 40;

/// Maximum time that the reader of a named pipe reads nothing.
const PATIENCE: Duration = Duration::from_secs(30);

/// Time between two attempts to write to a named pipe that is full.
const RETRY: Duration = Duration::from_millis(10);

/// Temporary files that exist now.
static TEMPORARY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

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
    Temporary(Temporary),
    /// Directly to a device or a pipe, which a rename would replace.
    Special(File),
}

impl OutputFile {
    /// Starts writing `path`; its folder is created if necessary. As with [`fs::write`], symbolic links are followed, a new file
    /// gets the permissions of the umask, and an existing one keeps its own.
    pub(crate) fn create(path: &Path) -> io::Result<Self> {
        let existing = fs::metadata(path).ok();
        if existing.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        if is_special(existing.as_ref()) {
            // The links of `/dev/stdout` lead to no path, so they are not followed here.
            let sink = Sink::Special(open_special(OpenOptions::new().write(true), path)?);
            return Ok(Self { out: BufWriter::with_capacity(BUFFER, sink), destination: path.to_owned() });
        }
        let destination = follow_links(path)?;
        create_folder(folder(&destination))?;
        let file = Temporary::create(&destination)?;
        if let Some(existing) = existing {
            file.file.as_file().set_permissions(existing.permissions())?;
        }
        Ok(Self { out: BufWriter::with_capacity(BUFFER, Sink::Temporary(file)), destination })
    }

    /// Replaces the destination with what was written.
    pub(crate) fn commit(self) -> io::Result<()> {
        match self.out.into_inner()? {
            Sink::Temporary(file) => file.persist(&self.destination),
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
            Self::Temporary(temporary) => temporary.file.as_file_mut().write(bytes),
            Self::Special(file) => write_special(file, bytes, PATIENCE),
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
    create_folder(folder(path))?;
    let mut file = Temporary::create(path)?;
    file.file.as_file_mut().write_all(content.as_ref())?;
    file.persist_new(path)
}

/// Creates a folder and those above it. The error names what is in its place, which the system calls `File exists`.
pub(crate) fn create_folder(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path).map_err(|error| {
        let obstacle = path.ancestors().find(|at| fs::symlink_metadata(at).is_ok_and(|_| !at.is_dir()));
        let Some(obstacle) = obstacle.filter(|_| is_obstructed(&error)) else { return error };
        let what = if fs::metadata(obstacle).is_err() { "a symbolic link to a missing folder" } else { "not a folder" };
        io::Error::new(error.kind(), format!("{} is {what}", obstacle.display()))
    })
}

fn is_obstructed(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory)
}

/// Appends `content` to `path`, which is created if necessary.
pub(crate) fn append(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.append(true);
    if is_special(fs::metadata(path).ok().as_ref()) {
        return Sink::Special(open_special(&mut options, path)?).write_all(content);
    }
    options.create(true).open(path)?.write_all(content)
}

/// Removes the temporary files before the process exits without unwinding. No file is created or renamed any more afterwards:
/// threads that try to do so wait for the exit.
pub(crate) fn remove_temporary_before_exit() {
    let files = temporary();
    files.iter().for_each(|path| drop(fs::remove_file(path)));
    std::mem::forget(files);
}

/// Creates a file without a name in `folder`: it disappears with the process, however that ends.
pub(crate) fn unnamed(folder: &Path) -> io::Result<File> {
    tempfile::tempfile_in(folder)
}

/// A temporary file next to its destination, removed when it is dropped.
#[derive(Debug)]
struct Temporary {
    file: NamedTempFile,
    // Dropped after the file.
    _registration: Registration,
}

/// An element of [`TEMPORARY`].
#[derive(Debug)]
struct Registration(PathBuf);

impl Temporary {
    /// Opens the file here because the crate would create it with mode 0600.
    fn create(destination: &Path) -> io::Result<Self> {
        let mut prefix = std::ffi::OsString::from(".");
        prefix.push(destination.file_name().unwrap_or_default());
        prefix.push(".");
        let open = |path: &Path| OpenOptions::new().read(true).write(true).create_new(true).open(path);
        let mut files = temporary();
        let file = Builder::new().prefix(&prefix).suffix(".tmp").make_in(folder(destination), open)?;
        files.insert(file.path().to_owned());
        let _registration = Registration(file.path().to_owned());
        Ok(Self { file, _registration })
    }

    fn persist(self, destination: &Path) -> io::Result<()> {
        let Self { file, _registration } = self;
        let files = temporary();
        let persisted = file.persist(destination);
        drop(files);
        persisted.map(drop).map_err(|failed| failed.error)
    }

    /// Returns whether the destination did not exist.
    fn persist_new(self, destination: &Path) -> io::Result<bool> {
        match self.file.persist_noclobber(destination) {
            Ok(_) => Ok(true),
            // Another process was faster.
            Err(failed) if failed.error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
            Err(failed) => Err(failed.error),
        }
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        temporary().remove(&self.0);
    }
}

fn temporary() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a rename would replace something that is not a regular file.
fn is_special(existing: Option<&fs::Metadata>) -> bool {
    existing.is_some_and(|existing| !existing.is_file() && !existing.is_dir())
}

/// Opens a device or a pipe. A named pipe without a reader is an error: opening it would wait for one, perhaps forever.
#[cfg(unix)]
fn open_special(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};

    if !fs::metadata(path)?.file_type().is_fifo() {
        return options.open(path);
    }
    options.custom_flags(libc::O_NONBLOCK).open(path).map_err(|error| match error.raw_os_error() {
        Some(libc::ENXIO) => io::Error::other("no process reads this named pipe"),
        _ => error,
    })
}

#[cfg(not(unix))]
fn open_special(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    options.open(path)
}

/// Writes to a file that may be a named pipe; fails if nothing can be written for as long as `patience`.
fn write_special(file: &mut File, bytes: &[u8], patience: Duration) -> io::Result<usize> {
    let began = Instant::now();
    loop {
        match file.write(bytes) {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock && began.elapsed() < patience => {
                thread::sleep(RETRY);
            }
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                let message = format!("the reader of this named pipe read nothing for {} s", patience.as_secs());
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
            written => return written,
        }
    }
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
        let root = Builder::new().prefix("folder").tempdir().expect("a folder");
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

    #[cfg(unix)]
    #[test]
    fn what_is_in_the_place_of_a_folder_is_named() {
        let root = tempfile::tempdir().expect("a folder");
        let at = |name: &str| root.path().join(name);
        std::os::unix::fs::symlink("missing", at("dangling")).expect("a link");
        std::os::unix::fs::symlink("file", at("to-file")).expect("a link");
        fs::write(at("file"), "").expect("written");
        let error = |path: &str| write(&at(path), "").expect_err("an obstacle").to_string();
        let expect = |name: &str, what: &str| format!("{} is {what}", at(name).display());
        assert_eq!(error("dangling/a"), expect("dangling", "a symbolic link to a missing folder"));
        assert_eq!(error("dangling/a/b"), expect("dangling", "a symbolic link to a missing folder"));
        assert_eq!(error("file/a"), expect("file", "not a folder"));
        assert_eq!(error("file/a/b"), expect("file", "not a folder"));
        assert_eq!(error("to-file/a"), expect("to-file", "not a folder"));
        assert!(create_folder(&at("new/below")).is_ok() && create_folder(&at("new/below")).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn a_named_pipe_is_written_if_it_is_read() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().expect("mkfifo").success());
        for error in [write(&path, "x"), append(&path, b"x")] {
            assert_eq!(error.expect_err("no reader").to_string(), "no process reads this named pipe");
        }
        // For reading and writing a pipe is opened at once.
        let reader = OpenOptions::new().read(true).write(true).open(&path).expect("opened");
        let mut pipe = open_special(OpenOptions::new().write(true), &path).expect("a reader");
        let full =
            std::iter::repeat_with(|| write_special(&mut pipe, &[0; 4096], Duration::ZERO)).find_map(Result::err);
        let message = full.map(|error| error.to_string());
        assert_eq!(message.as_deref(), Some("the reader of this named pipe read nothing for 0 s"));
        drop((reader, pipe));
        let content = vec![b'x'; 300_000];
        let expected = content.clone();
        thread::scope(|scope| {
            let opened = OpenOptions::new().read(true).write(true).open(&path).expect("opened");
            let reader = scope.spawn(|| fs::read(&path).expect("read"));
            // The content is longer than a pipe, so the writer has to wait for the reader.
            let mut file = OutputFile::create(&path).expect("a reader");
            file.write_all(&content).expect("written");
            drop(opened);
            file.commit().expect("written");
            assert!(reader.join().expect("read") == expected);
        });
    }
}
