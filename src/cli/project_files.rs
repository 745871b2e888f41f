//! The files of a new project: the configuration, a first case file, and their JSON Schemas for editors.

use std::borrow::Cow;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::document::to_yaml;
use crate::import::starter::Starter;
use crate::output_file;
use crate::problem::{Problem, reason};
use crate::project::config_file::FILE_NAME;
use crate::project::settings::Settings;

use super::args::SchemaOf;
use super::schema;
use super::session::{Failure, Session};

/// Comment at the top of the configuration.
const ABOUT: &str =
    "# `mock` is the mock server generated from the document; a file of mock rules adds state (`mock: FILE`).\n";

/// The files of a new project.
pub(super) struct ProjectFiles<'a> {
    /// The document.
    pub spec: &'a Path,
    /// The overlay for it.
    pub overlay: Option<&'a Path>,
    /// The first cases.
    pub starter: &'a Starter<'a>,
    /// A further case file.
    pub examples: Option<&'a str>,
}

impl ProjectFiles<'_> {
    /// Writes the files that do not exist, and prints their names and the next command.
    pub(super) fn write(&self, session: &mut Session<'_>) -> Result<(), Failure> {
        let root = session.directory();
        let folder = self.spec.file_stem().map_or_else(|| "api".into(), |stem| stem.to_string_lossy().into_owned());
        let folder = PathBuf::from("cases").join(folder);
        let cases = folder.join("first.yaml");
        let configuration = self.starter.configuration(self.spec, self.overlay);
        let files = [
            (PathBuf::from(FILE_NAME), commented("schemas/config.json", ABOUT, &configuration)?),
            (PathBuf::from("schemas/config.json"), schema::text(SchemaOf::Config).to_owned()),
            (PathBuf::from("schemas/case-file.json"), schema::text(SchemaOf::Case).to_owned()),
        ];
        let mut is_new = false;
        if !self.starter.is_empty() || self.examples.is_none() {
            let text = commented("../../schemas/case-file.json", "", &self.starter.case_file())?;
            is_new = report(&cases, create(&root.join(&cases), &text)?, session)?;
        }
        if let Some(examples) = self.examples {
            let name = folder.join("examples.yaml");
            let text = format!("# yaml-language-server: $schema=../../schemas/case-file.json\n{examples}");
            report(&name, create(&root.join(&name), &text)?, session)?;
        }
        for (name, text) in files {
            report(&name, create(&root.join(&name), &text)?, session)?;
        }
        if is_new {
            for open in self.starter.open() {
                writeln!(session.out, "\n{}: skipped until you {}", open.name, open.reason)?;
            }
        }
        writeln!(session.out, "\nnext: {}", self.next(&cases, session))?;
        Ok(())
    }

    /// The command that runs `cases`: the configuration that exists may be of another document, or of other cases.
    fn next(&self, cases: &Path, session: &Session<'_>) -> String {
        let run = "signoff run";
        let configured = Settings::read(session.global.overrides()).is_ok_and(|settings| {
            let [spec, own] = [self.spec, cases].map(|path| settings.directory.join(path));
            spec == settings.absolute(&settings.spec) && own.starts_with(settings.absolute(&settings.cases))
        });
        if configured {
            return run.to_owned();
        }
        let quoted = |path: &Path| {
            let path = path.display().to_string();
            shlex::try_quote(&path).map(Cow::into_owned).unwrap_or(path)
        };
        let overlay = self.overlay.map(|overlay| format!(" --overlay {}", quoted(overlay))).unwrap_or_default();
        let folder = quoted(cases.parent().unwrap_or(cases));
        format!("{run} --spec {}{overlay} --cases {folder} --target mock", quoted(self.spec))
    }
}

/// Prints that a file was written, or was there already.
pub(super) fn report(name: &Path, is_new: bool, session: &mut Session<'_>) -> io::Result<bool> {
    writeln!(session.out, "{} {}", if is_new { "wrote" } else { "exists, not changed:" }, name.display())?;
    Ok(is_new)
}

/// Writes a file unless it exists. Returns whether it was written.
pub(super) fn create(path: &Path, text: &str) -> Result<bool, Problem> {
    output_file::write_new(path, text)
        .map_err(|error| Problem::new(format!("cannot write {}: {}", path.display(), reason(&error))))
}

fn commented<T: Serialize>(schema: &str, about: &str, value: &T) -> Result<String, Problem> {
    Ok(format!("# yaml-language-server: $schema={schema}\n{about}{}", to_yaml(value)?))
}
