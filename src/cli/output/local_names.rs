//! File names in terminal output: relative to the current directory, while records and reports name files relative to the project.

use std::path::{Component, Path, PathBuf};

use crate::problem::Problem;
use crate::record::{Entry, Head};

/// Converts names relative to the project to names relative to the current directory.
#[derive(Debug, Clone)]
pub(crate) struct LocalNames {
    /// The directory of the project, absolute.
    root: PathBuf,
    /// The current directory, changed by `-C`; absolute.
    directory: PathBuf,
    /// `-C DIR` for commands in the project, if the shell is in another directory; quoted.
    option: Option<String>,
}

impl LocalNames {
    /// Names files of the project in `root` for a program in `directory` that was started in `shell`; all absolute.
    pub(crate) fn new(root: PathBuf, directory: PathBuf, shell: &Path) -> Self {
        let path = relative(&root, shell).display().to_string();
        let quoted = shlex::try_quote(&path).map(std::borrow::Cow::into_owned).unwrap_or(path.clone());
        let option = (root != shell).then(|| format!("-C {quoted}"));
        Self { root, directory, option }
    }

    /// The directory that converted names are relative to.
    pub(crate) fn directory(&self) -> &Path {
        &self.directory
    }

    /// Converts the locations of a case, and the command that repeats its request.
    pub(crate) fn entry(&self, entry: &mut Entry) {
        if let (Some(option), Some(curl)) = (&self.option, &mut entry.curl)
            // A command that starts the mock reads files of the project.
            && let Some(rest) = curl.strip_prefix("signoff ")
        {
            *curl = format!("signoff {option} {rest}");
        }
        let findings = entry.findings.iter_mut().chain(entry.waived.iter_mut().map(|held| &mut held.finding));
        let places = findings.map(|finding| &mut finding.place);
        let places = places.chain(&mut entry.assumed).chain([&mut entry.place]);
        places.for_each(|place| self.convert(&mut place.file));
    }

    /// Converts the locations of the groups.
    pub(crate) fn head(&self, head: &mut Head) {
        for group in &mut head.groups {
            self.convert(&mut group.finding.place.file);
            group.waived.iter_mut().for_each(|waiver| self.convert(&mut waiver.place.file));
        }
        let overlay = head.overlay.iter_mut().map(|action| &mut action.place);
        let errored = head.errored.iter_mut().map(|errored| &mut errored.place);
        overlay.chain(errored).for_each(|place| self.convert(&mut place.file));
    }

    /// Converts the location of a problem.
    pub(crate) fn problem(&self, problem: &mut Problem) {
        if let Some(at) = &mut problem.at {
            let mut file = at.place.file.to_string();
            self.convert(&mut file);
            at.place.file = file.into();
        }
    }

    /// Converts the name of a file.
    pub(crate) fn name(&self, file: &Path) -> PathBuf {
        relative(&self.root.join(file), &self.directory)
    }

    fn convert(&self, file: &mut String) {
        if self.root != self.directory && !file.is_empty() {
            *file = relative(&self.root.join(&*file), &self.directory).display().to_string();
        }
    }
}

/// The path from `directory`; absolute if they have nothing but the root directory in common.
fn relative(path: &Path, directory: &Path) -> PathBuf {
    if let Ok(below) = path.strip_prefix(directory) {
        return below.to_owned();
    }
    let common = path.components().zip(directory.components()).take_while(|(a, b)| a == b).count();
    if common < 2 {
        return path.to_owned();
    }
    let up = directory.components().skip(common).map(|_| Component::ParentDir);
    up.chain(path.components().skip(common)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_from_the_current_directory() {
        let check = |root: &str, directory: &str, file: &str, expect: &str| {
            let names = LocalNames::new(root.into(), directory.into(), Path::new(directory));
            let mut name = file.to_owned();
            names.convert(&mut name);
            assert_eq!(name, expect, "{root} {directory}");
        };
        check("/home/api", "/home/api", "cases/a.yaml", "cases/a.yaml");
        check("/home/api", "/home/api/cases", "cases/a.yaml", "a.yaml");
        check("/home/api", "/home/api/docs/en", "cases/a.yaml", "../../cases/a.yaml");
        check("/home/api/v2", "/home/api", "a.yaml", "v2/a.yaml");
        check("/home/api", "/", "a.yaml", "home/api/a.yaml");
        check("/srv/api", "/home/ann", "a.yaml", "/srv/api/a.yaml");
        check("/home/api", "/home", "/tmp/a.yaml", "/tmp/a.yaml");
    }
}
