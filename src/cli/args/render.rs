//! Arguments of `signoff report`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::report::Format;

use super::output::{JunitSuite, report_formats, reports_help};

/// `signoff report`.
#[derive(Debug, Clone, Subcommand)]
pub(crate) enum Report {
    /// Re-render reports from a record
    Render(Render),
}

/// `signoff report render`: writes the reports again and prints the failed cases; sends nothing.
#[derive(Debug, Clone, Args)]
#[command(after_help = reports_help())]
pub(crate) struct Render {
    /// Record of the run [default: record.json in `reports` of signoff.yaml, else in reports]
    #[arg(long, value_name = "RECORD")]
    pub from: Option<PathBuf>,
    /// Directory for reports [default: the directory of the record]
    #[arg(long, value_name = "DIR")]
    pub reports: Option<PathBuf>,
    /// Write only these reports: see below [default: the reports that every run writes]
    #[arg(long = "report", value_name = "REPORT", value_delimiter = ',', value_parser = report_formats())]
    #[arg(hide_possible_values = true)]
    pub formats: Vec<&'static Format>,
    /// How to group test cases in junit.xml: by endpoint or file [default: endpoint]
    #[arg(long, value_name = "GROUP", hide_possible_values = true)]
    pub junit_suite: Option<JunitSuite>,
}
