//! The folder that the cases live in: which files it has, and what of it a case may read.

use std::fs;
use std::path::{Path, PathBuf};

use crate::location::Problem;

/// Bytes that one file beside the cases (a body, a table) may have.
const LARGEST: u64 = 64 << 20;

/// A cases folder; nothing outside of it is ever read.
#[derive(Debug)]
pub struct Folder {
    /// Names are shown relative to this, as it was given and without links.
    roots: [PathBuf; 2],
    /// The folder without links, which every file must lie in.
    boundary: PathBuf,
}

impl Folder {
    /// The folder at `path`. A single file may read what lies below `root`, or beside it when it is not below `root`.
    pub fn open(root: &Path, path: &Path) -> Result<Self, Problem> {
        let unreadable = |error| Problem::new(format!("cannot read the cases at {}: {error}", path.display()));
        let real = path.canonicalize().map_err(unreadable)?;
        let real_root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        let beside = || real.parent().map(Path::to_owned).unwrap_or_default();
        let boundary = match (real.is_dir(), real.starts_with(&real_root)) {
            (true, _) => real,
            (false, true) => real_root.clone(),
            (false, false) => beside(),
        };
        Ok(Self { roots: [root.to_owned(), real_root], boundary })
    }

    /// The name of `path` as shown to the user.
    pub fn name(&self, path: &Path) -> String {
        let shown = self.roots.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        shown
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
            .replace("//", "/")
    }

    /// The path that `name` in the file `from` means, when it lies in the folder, links followed.
    pub fn resolve(&self, from: &Path, name: &str) -> Result<PathBuf, String> {
        let path = from.parent().unwrap_or(Path::new("")).join(name);
        let real = path.canonicalize().map_err(|error| format!("cannot read `{name}`: {}", reason(&error)))?;
        if Path::new(name).is_absolute() || !real.starts_with(&self.boundary) {
            return Err(format!("expected a file inside the cases folder, found `{name}`, which lies outside"));
        }
        Ok(real)
    }

    /// The bytes of the file that `name` in the file `from` means.
    pub fn read(&self, from: &Path, name: &str) -> Result<Vec<u8>, String> {
        let path = self.resolve(from, name)?;
        let about = fs::metadata(&path).map_err(|error| format!("cannot read `{name}`: {}", reason(&error)))?;
        if !about.is_file() {
            return Err(format!("expected a file, found `{name}`, which is none"));
        }
        if about.len() > LARGEST {
            return Err(format!("expected at most {} MB, found `{name}` with {}", LARGEST >> 20, about.len() >> 20));
        }
        fs::read(&path).map_err(|error| format!("cannot read `{name}`: {}", reason(&error)))
    }
}

/// What the system says, without its number.
pub fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or_default().to_lowercase()
}

/// Every case file under `path` (or the file it is), sorted; hidden ones and other extensions left out.
pub fn case_files(path: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut found = Vec::new();
    collect(path, &mut found, problems);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
    let unreadable = |path: &Path, error| Problem::new(format!("cannot read {}: {}", path.display(), reason(&error)));
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return problems.push(unreadable(folder, error)),
    };
    for entry in entries.flatten().filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')) {
        let path = entry.path();
        match entry.file_type() {
            // A linked folder could lead back to where it stands.
            Ok(kind) if kind.is_symlink() && path.is_dir() => {
                let message =
                    format!("expected a folder, found {}, a link to one, which is not followed", path.display());
                problems.push(Problem::new(message));
            }
            Ok(kind) if kind.is_dir() => collect(&path, found, problems),
            Ok(_) if is_case_file(&path) => found.push(path),
            Ok(_) => {}
            Err(error) => problems.push(unreadable(&path, error)),
        }
    }
}

fn is_case_file(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml")
}
