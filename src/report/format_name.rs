//! The reports that a run can leave behind: their names, their files, and who renders them.

use super::format::ctrf::Ctrf;
use super::format::events::Events;
use super::format::github::Github;
use super::format::har::Har;
use super::format::html::Page;
use super::format::junit::Junit;
use super::format::record::Record;
use super::format::sarif::Sarif;
use super::format::tap::Tap;
use super::renderer::Renderer;
use super::suites::Suites;

/// A report that a run can leave behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// The run itself, which every other report is rendered from.
    Record,
    /// For CI servers.
    Junit,
    /// A page of Markdown for each endpoint.
    Endpoints,
    /// The whole run as one page for a browser.
    Html,
    /// The events of `--format json`, in the suite's order.
    Events,
    /// The summary of a GitHub Actions job; annotations are printed with it.
    Github,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// TAP 14.
    Tap,
    /// The Common Test Report Format.
    Ctrf,
    /// HAR 1.2: every exchange.
    Har,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Self] = &[
        Self::Record,
        Self::Junit,
        Self::Endpoints,
        Self::Html,
        Self::Events,
        Self::Github,
        Self::Sarif,
        Self::Tap,
        Self::Ctrf,
        Self::Har,
    ];

    /// What every run writes.
    pub const DEFAULT: &'static [Self] = &[Self::Record, Self::Junit, Self::Endpoints, Self::Html];

    /// The words that ask for them, in the order of [`Self::ALL`].
    pub const WORDS: [&'static str; Self::ALL.len()] = {
        let mut words = [""; Self::ALL.len()];
        let mut index = 0;
        while index < words.len() {
            words[index] = Self::ALL[index].word();
            index += 1;
        }
        words
    };

    /// The word that asks for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Junit => "junit",
            Self::Endpoints => "endpoints",
            Self::Html => "html",
            Self::Events => "events",
            Self::Github => "github",
            Self::Sarif => "sarif",
            Self::Tap => "tap",
            Self::Ctrf => "ctrf",
            Self::Har => "har",
        }
    }

    /// The format that `word` asks for.
    pub fn named(word: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|format| format.word() == word)
    }

    /// What it is for, in a few words.
    pub fn about(self) -> &'static str {
        match self {
            Self::Record => "record.json: the run itself, for programs; every run writes it",
            Self::Junit => "junit.xml: for CI servers; every run writes it",
            Self::Endpoints => "endpoints/*.md: a page for each endpoint; every run writes them",
            Self::Html => "index.html: the whole run as one page; every run writes it",
            Self::Events => "events.jsonl: the lines of --format json",
            Self::Github => "summary.md: the summary of a GitHub Actions job; annotations are printed",
            Self::Sarif => "report.sarif: SARIF 2.1.0, for code scanning",
            Self::Tap => "report.tap: TAP 14",
            Self::Ctrf => "ctrf.json: the Common Test Report Format",
            Self::Har => "report.har: HAR 1.2, every exchange",
        }
    }

    /// `formats` in the order of [`Self::ALL`], none twice.
    pub fn each_once(formats: &[Self]) -> Vec<Self> {
        Self::ALL.iter().copied().filter(|format| formats.contains(format)).collect()
    }

    /// Its file, or folder, among the reports.
    pub fn file(self) -> &'static str {
        match self {
            Self::Record => "record.json",
            Self::Junit => "junit.xml",
            Self::Endpoints => "endpoints",
            Self::Html => "index.html",
            Self::Events => "events.jsonl",
            Self::Github => "summary.md",
            Self::Sarif => "report.sarif",
            Self::Tap => "report.tap",
            Self::Ctrf => "ctrf.json",
            Self::Har => "report.har",
        }
    }

    /// What stands near the beginning of every such report that signoff wrote.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Events => "{\"event\":\"started\",\"cases\":",
            _ => env!("CARGO_PKG_NAME"),
        }
    }

    /// Who renders its file; nobody where it is a folder.
    pub(super) fn renderer(self, suites: Suites) -> Option<Box<dyn Renderer>> {
        Some(match self {
            Self::Record => Box::new(Record::default()),
            Self::Junit => Box::new(Junit::new(suites)),
            Self::Endpoints => return None,
            Self::Html => Box::new(Page::default()),
            Self::Events => Box::new(Events::default()),
            Self::Github => Box::new(Github::default()),
            Self::Sarif => Box::new(Sarif::default()),
            Self::Tap => Box::new(Tap::default()),
            Self::Ctrf => Box::new(Ctrf::default()),
            Self::Har => Box::new(Har::default()),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_word_and_a_file_of_its_own() {
        for (index, format) in Format::ALL.iter().enumerate() {
            assert_eq!(Format::named(format.word()), Some(*format));
            let others = &Format::ALL[index + 1..];
            assert!(others.iter().all(|other| other.word() != format.word() && other.file() != format.file()));
        }
        assert!(Format::DEFAULT.iter().all(|format| Format::ALL.contains(format)));
    }
}
