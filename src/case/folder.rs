//! The cases folder: its case files, and the files that a case may read.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};

use crate::problem::{Problem, reason};
use crate::rules;

/// Maximum size in bytes of a body or table file.
const LARGEST: u64 = 64 << 20;

/// A cases folder. Nothing outside it is ever read.
#[derive(Debug)]
pub(super) struct Folder {
    /// Names are shown relative to these: the root as given, and with links resolved.
    roots: [PathBuf; 2],
    /// The folder with links resolved; every file must be inside it.
    boundary: PathBuf,
}

impl Folder {
    /// Opens the folder at `path`. A single case file may read files below `root`, or in its own folder if it is not below
    /// `root`.
    pub(super) fn open(root: &Path, path: &Path) -> Result<Self, Problem> {
        let unreadable = |error: std::io::Error| {
            Problem::new(format!("cannot read the cases at {}: {}", path.display(), reason(&error)))
                .rule(rules::UNREADABLE_FILE)
                .help("`signoff init` writes a first case file; `cases` or --cases selects another directory")
        };
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
    pub(super) fn name(&self, path: &Path) -> String {
        let shown = self.roots.iter().find_map(|root| path.strip_prefix(root).ok()).unwrap_or(path);
        shown
            .components()
            .map(|part| part.as_os_str().to_string_lossy())
            .collect::<Vec<_>>()
            .join("/")
            .replace("//", "/")
    }

    /// Resolves `name`, as written in the file `from`, with links; fails if it is outside the folder.
    pub(super) fn resolve(&self, from: &Path, name: &str) -> Result<PathBuf, String> {
        let path = from.parent().unwrap_or(Path::new("")).join(name);
        let real = path.canonicalize().map_err(|error| format!("cannot read {name}: {}", reason(&error)))?;
        if Path::new(name).is_absolute() || !real.starts_with(&self.boundary) {
            return Err(format!("`{name}` is outside the cases folder"));
        }
        Ok(real)
    }

    /// Reads the file `name`, as written in the file `from`.
    pub(super) fn read(&self, from: &Path, name: &str) -> Result<Vec<u8>, String> {
        bytes(&self.resolve(from, name)?, name)
    }

    /// Lists the case files below `path` (or the file itself), sorted, without hidden files and other extensions.
    pub(super) fn case_files(&self, path: &Path, problems: &mut Vec<Problem>) -> Vec<PathBuf> {
        if path.is_file() {
            return vec![path.to_owned()];
        }
        let mut found = Vec::new();
        self.collect(path, &mut found, problems);
        found.sort();
        found
    }

    fn collect(&self, folder: &Path, found: &mut Vec<PathBuf>, problems: &mut Vec<Problem>) {
        let mut wrong = |message: String| problems.push(Problem::new(message).rule(rules::UNREADABLE_FILE));
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return wrong(format!("cannot read {}: {}", self.name(folder), reason(&error))),
        };
        let mut folders = Vec::new();
        for entry in entries.flatten().filter(|entry| !entry.file_name().to_string_lossy().starts_with('.')) {
            let path = entry.path();
            match entry.file_type() {
                Ok(kind) if kind.is_dir() => folders.push(path),
                // A linked folder could lead back to its own parent.
                Ok(kind) if kind.is_symlink() && path.is_dir() => {
                    wrong(format!("{} is a symbolic link to a folder, which is not followed", self.name(&path)))
                }
                Ok(kind) if kind.is_symlink() && is_case_file(&path) && !self.holds(&path) => {
                    wrong(format!("{} is a symbolic link to a file outside the cases folder", self.name(&path)));
                }
                Ok(_) if is_case_file(&path) => found.push(path),
                Ok(_) => {}
                Err(error) => wrong(format!("cannot read {}: {}", self.name(&path), reason(&error))),
            }
        }
        folders.iter().for_each(|folder| self.collect(folder, found, problems));
    }

    fn holds(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|real| real.starts_with(&self.boundary))
    }
}

/// Reads the file at `path`, shown as `name`. Only regular files up to the maximum size: a device may never end.
pub(super) fn bytes(path: &Path, name: &str) -> Result<Vec<u8>, String> {
    let unreadable = |error| format!("cannot read {name}: {}", reason(&error));
    let about = fs::metadata(path).map_err(unreadable)?;
    if !about.is_file() {
        return Err(format!("`{name}` is not a regular file"));
    }
    if about.len() > LARGEST {
        return Err(format!("`{name}` has {} MB, the maximum is {} MB", about.len() >> 20, LARGEST >> 20));
    }
    fs::read(path).map_err(unreadable)
}

fn is_case_file(path: &Path) -> bool {
    let is_yaml = |extension: &OsStr| ["yaml", "yml"].iter().any(|known| extension.eq_ignore_ascii_case(known));
    path.extension().is_some_and(is_yaml)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_outside_of_the_folder_is_read() {
        let root = tempfile::tempdir().expect("a folder");
        let path = |name: &str| root.path().join(name);
        fs::create_dir_all(path("cases/api")).expect("a folder");
        for name in [
            "outside.json",
            "cases/shared.json",
            "cases/api/a.yaml",
            "cases/api/.hidden.yaml",
            "cases/notes.md",
            "cases/B.YML",
        ] {
            fs::write(path(name), name).expect("a file");
        }
        let folder = Folder::open(root.path(), &path("cases")).expect("opens");
        let read = |name: &str| folder.read(&path("cases/api/a.yaml"), name).map(|bytes| bytes.len());
        assert_eq!(read("../shared.json"), Ok("cases/shared.json".len()));
        let outside = "`../../outside.json` is outside the cases folder";
        assert_eq!(read("../../outside.json"), Err(outside.to_owned()));
        assert_eq!(read("none.json"), Err("cannot read none.json: no such file or directory".to_owned()));
        assert_eq!(read(".."), Err("`..` is not a regular file".to_owned()));
        let mut problems = Vec::new();
        assert_eq!(folder.case_files(&path("cases"), &mut problems), [path("cases/B.YML"), path("cases/api/a.yaml")]);
        assert_eq!(problems, []);
    }

    #[cfg(unix)]
    #[test]
    fn links_out_of_the_folder_are_refused() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().expect("a folder");
        let path = |name: &str| root.path().join(name);
        fs::create_dir_all(path("cases/api")).expect("a folder");
        fs::write(path("out.yaml"), "x").expect("a file");
        symlink(path("out.yaml"), path("cases/link.yaml")).expect("a link");
        symlink(path("cases"), path("cases/api/circle")).expect("a link");
        let folder = Folder::open(root.path(), &path("cases")).expect("opens");
        let mut problems = Vec::new();
        assert_eq!(folder.case_files(&path("cases"), &mut problems), Vec::<PathBuf>::new());
        let mut messages: Vec<String> = problems.iter().map(ToString::to_string).collect();
        messages.sort();
        assert_eq!(
            messages,
            [
                "cases/api/circle is a symbolic link to a folder, which is not followed",
                "cases/link.yaml is a symbolic link to a file outside the cases folder",
            ]
        );
        assert!(folder.read(&path("cases/a.yaml"), "link.yaml").is_err());
    }
}
