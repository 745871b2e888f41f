//! A temporary project, and calls of the program in it.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use signoff::cli::{self, Process};
use tempfile::TempDir;

/// A document with two operations that have examples.
pub const SPEC: &str = include_str!("../../data/cli/things.yaml");

/// A case file with two cases that pass on the mock.
pub const CASES: &str = r"story: Things
cases:
  - name: gets a thing
    operation: getThing
    tags: [read]
    request: { path: { id: t1 } }
    expect: { status: 200, body: { name: one } }
  - name: makes a thing
    operation: makeThing
    request: { body: { name: two } }
    expect: { status: 200 }
";

/// The configuration of [`Project::new`].
pub const CONFIG: &str = "spec: specs/things.yaml\n";

/// A temporary project.
pub struct Project {
    folder: TempDir,
}

/// How a call ended, and what it printed.
#[derive(Debug, PartialEq, Eq)]
pub struct Ended {
    pub code: u8,
    pub out: String,
    pub err: String,
}

impl Project {
    /// A valid project.
    pub fn new() -> Self {
        Self::with(&[("specs/things.yaml", SPEC), ("cases/things.yaml", CASES), ("signoff.yaml", CONFIG)])
    }

    /// A project of these files.
    pub fn with(files: &[(&str, &str)]) -> Self {
        let project = Self { folder: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(name, text)| project.write(name, text));
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::create_dir_all(self.path(name).parent().unwrap()).unwrap();
        fs::write(self.path(name), text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Calls `signoff ARGS` in the project.
    pub fn call(&self, args: &[&str]) -> Ended {
        self.call_with(args, &[])
    }

    /// The same in the directory `below` of the project.
    pub fn call_in(&self, below: &str, args: &[&str]) -> Ended {
        self.call_from(&self.path(below), args, &[])
    }

    /// The same with an environment.
    pub fn call_with(&self, args: &[&str], env: &[(&str, &str)]) -> Ended {
        self.call_from(self.folder.path(), args, env)
    }

    /// The same with a terminal as its standard error.
    pub fn call_on_terminal(&self, args: &[&str], env: &[(&str, &str)]) -> Ended {
        self.call_process(self.folder.path(), args, env, true)
    }

    fn call_from(&self, directory: &Path, args: &[&str], env: &[(&str, &str)]) -> Ended {
        self.call_process(directory, args, env, false)
    }

    fn call_process(&self, directory: &Path, args: &[&str], env: &[(&str, &str)], err_terminal: bool) -> Ended {
        let folder = self.folder.path().to_str().unwrap();
        let start = ["signoff", "-C", directory.to_str().unwrap()];
        let args: Vec<OsString> = start.iter().chain(args).map(OsString::from).collect();
        let env: BTreeMap<_, _> = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let process =
            Process { out: &mut out, err: &mut err, out_terminal: false, err_terminal, exit: None, log: None };
        let code = code(cli::run(&args, &env, process));
        let text = |bytes| String::from_utf8(bytes).unwrap().replace(folder, "PROJECT");
        Ended { code, out: text(out), err: text(err) }
    }
}

/// The number of an exit code, which has no accessor.
fn code(exit: ExitCode) -> u8 {
    (0..=u8::MAX).find(|number| format!("{:?}", ExitCode::from(*number)) == format!("{exit:?}")).unwrap()
}
