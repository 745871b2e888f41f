//! `signoff report`, and which reports are written.

use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Subcommand, ValueEnum};

use crate::report::{Format, Suites, formats};

/// Which reports a run writes.
#[derive(Debug, Clone, Default, Args)]
pub struct Reports {
    /// Write these reports too
    #[arg(long = "report", value_name = "FORMAT", value_delimiter = ',', value_parser = format_names())]
    pub formats: Vec<&'static Format>,
    /// What a suite of junit.xml is [default: endpoint]
    #[arg(long, value_name = "WHAT")]
    pub junit_suite: Option<JunitSuite>,
}

/// What a suite of `junit.xml` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JunitSuite {
    /// An endpoint; the class of a test is its case file.
    Endpoint,
    /// A case file, or one row of its table.
    File,
}

impl JunitSuite {
    /// What is meant, the default where nothing was typed.
    pub fn suites(typed: Option<Self>) -> Suites {
        match typed {
            None => Suites::default(),
            Some(Self::Endpoint) => Suites::Endpoint,
            Some(Self::File) => Suites::File,
        }
    }
}

/// `signoff report`.
#[derive(Debug, Clone, Subcommand)]
pub enum Report {
    /// Write reports anew from a record, and print what failed; sends nothing
    Render(Render),
}

/// `signoff report render`.
#[derive(Debug, Clone, Args)]
pub struct Render {
    /// The record of the run
    #[arg(long, value_name = "FILE", default_value = "reports/record.json")]
    pub from: PathBuf,
    /// The folder that reports are written to [default: that of the record]
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Write these reports alone [default: what every run writes]
    #[arg(long = "format", value_name = "FORMAT", value_delimiter = ',', value_parser = format_names())]
    pub formats: Vec<&'static Format>,
    /// What a suite of junit.xml is [default: endpoint]
    #[arg(long, value_name = "WHAT")]
    pub junit_suite: Option<JunitSuite>,
}

fn format_names() -> impl TypedValueParser<Value = &'static Format> {
    let unknown = || clap::Error::new(clap::error::ErrorKind::InvalidValue);
    let words = formats::FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.summary));
    PossibleValuesParser::new(words).try_map(move |word| formats::named(&word).ok_or_else(unknown))
}
