//! Effective settings: overrides, then the configuration, then defaults.

use std::path::{Path, PathBuf};

use crate::check::Severities;
use crate::contract::Contract;
use crate::contract::load::{Options, load_with};
use crate::problem::Problem;
use crate::report::formats;
use crate::report::write::ReportOptions;

use super::config_file::{ConfigFile, canonical};
use super::format::FailOn;
use super::overrides::Overrides;
use super::severity;

/// Paths and values of one call. Paths are relative to [`ConfigFile::root`], or absolute.
#[derive(Debug)]
pub(crate) struct Settings {
    /// The configuration.
    pub file: ConfigFile,
    /// The values that take precedence over it.
    pub overrides: Overrides,
    /// The directory that the paths of `overrides` start from, absolute.
    pub directory: PathBuf,
    /// The OpenAPI document.
    pub spec: PathBuf,
    /// The directory of case files, or one case file.
    pub cases: PathBuf,
    /// How the document is loaded.
    pub options: Options,
}

impl Settings {
    /// Reads the configuration and applies the overrides; every problem of the configuration is an error.
    pub(crate) fn load(overrides: Overrides) -> Result<Self, Vec<Problem>> {
        let mut settings = Self::read(overrides)?;
        match std::mem::take(&mut settings.file.problems) {
            problems if problems.is_empty() => Ok(settings),
            problems => Err(problems),
        }
    }

    /// Like [`Settings::load`], but leaves problems in [`ConfigFile::problems`] for callers that report others with them.
    pub(crate) fn read(overrides: Overrides) -> Result<Self, Vec<Problem>> {
        let directory = overrides.directory.clone().unwrap_or_else(|| PathBuf::from("."));
        let directory = canonical(&directory)?;
        let file = ConfigFile::load(&directory, overrides.config.as_deref())?;
        let (spec, cases, options) = (PathBuf::new(), PathBuf::new(), Options::default());
        let mut settings = Self { file, overrides, directory, spec, cases, options };
        let (config, overrides) = (&settings.file.config, &settings.overrides);
        let spec = settings.path(overrides.spec.as_deref(), config.spec.as_deref());
        let cases = settings.path(overrides.cases.as_deref(), config.cases.as_deref());
        let Some(spec) = spec else { return Err(without_document(settings.file.problems)) };
        settings.spec = spec;
        settings.cases = cases.unwrap_or_else(|| PathBuf::from("cases"));
        settings.options = settings.load_options();
        Ok(settings)
    }

    /// Loads the contract.
    pub(crate) fn contract(&self) -> Result<Contract, Vec<Problem>> {
        load_with(&self.file.root, &self.spec, &self.options)
    }

    /// Whether the document is the configured one, to which configured overlays and mock rules belong.
    pub(crate) fn is_configured(&self) -> bool {
        self.file.config.spec.as_deref().is_some_and(|spec| Path::new(spec) == self.spec)
    }

    /// Overlays given as overrides, else the configured ones if the document is too; and local copies of remote documents.
    fn load_options(&self) -> Options {
        let config = &self.file.config;
        let given = &self.overrides.overlays;
        let configured = config.overlay.iter().filter(|_| self.is_configured() && given.is_empty()).map(PathBuf::from);
        let given = given.iter().map(|path| self.relative_to_root(path));
        let refs = config.refs.iter().map(|(uri, path)| (uri.clone(), PathBuf::from(path)));
        Options { overlays: configured.chain(given).collect(), refs: refs.collect(), structure: false }
    }

    /// The overriding path, relative to the root; else the configured one.
    fn path(&self, given: Option<&Path>, configured: Option<&str>) -> Option<PathBuf> {
        given.map(|path| self.relative_to_root(path)).or_else(|| configured.map(PathBuf::from))
    }

    /// A path of `overrides`, relative to the root if it is below it.
    pub(crate) fn relative_to_root(&self, given: &Path) -> PathBuf {
        let path = self.directory.join(given);
        path.strip_prefix(&self.file.root).unwrap_or(&path).to_owned()
    }

    /// A path of the configuration or of this struct as an absolute path.
    pub(crate) fn absolute(&self, path: impl AsRef<Path>) -> PathBuf {
        self.file.root.join(path)
    }

    /// The directory for reports, absolute.
    pub(crate) fn reports(&self) -> PathBuf {
        let path = self.path(self.overrides.results.reports.as_deref(), self.file.config.reports.as_deref());
        self.absolute(path.unwrap_or_else(|| PathBuf::from("reports")))
    }

    /// The reports to write: the default ones, the configured ones and those of the overrides.
    pub(crate) fn wanted_reports(&self) -> ReportOptions {
        let results = &self.overrides.results;
        let configured = self.file.config.report.iter().map(|report| report.0);
        let further = configured.chain(results.formats.iter().copied());
        let formats = formats::defaults_and(&further.collect::<Vec<_>>());
        ReportOptions { formats, suites: results.suites, remove_others: true }
    }

    /// Severity by check id.
    pub(crate) fn severities(&self) -> Result<Severities, Vec<Problem>> {
        severity::effective(&self.file.config.severity, &self.overrides.results.severity)
    }

    /// What fails the run in addition to findings of severity error.
    pub(crate) fn fail_on(&self) -> Vec<FailOn> {
        self.file.config.fail_on.iter().chain(&self.overrides.results.fail_on).copied().collect()
    }

    /// Names and JSON Pointers whose values are redacted.
    pub(crate) fn redact(&self) -> Vec<String> {
        self.file.config.redact.iter().chain(&self.overrides.results.redact).cloned().collect()
    }

    /// How many stories run in parallel.
    pub(crate) fn jobs(&self) -> usize {
        usize::from(self.overrides.execution.jobs.unwrap_or(16))
    }
}

/// The problems of the configuration if there are any, since one of them may be about `spec`; else that none is named.
fn without_document(problems: Vec<Problem>) -> Vec<Problem> {
    if !problems.is_empty() {
        return problems;
    }
    let message = "no OpenAPI document: no signoff.yaml with `spec` found in this directory or its parents";
    vec![Problem::new(message).help("name one with --spec FILE, or start with `signoff init --spec FILE`")]
}
