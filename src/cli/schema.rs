//! `signoff schema`: prints the JSON Schemas of our file formats.

use std::io::Write;

use crate::{case, mock, record};

use crate::cli::args::{Schema, SchemaOf};
use crate::cli::exit::Exit;
use crate::cli::session::{Failure, Session};
use crate::project::format;
use crate::project::waivers;

/// Prints one schema.
pub(super) fn run(args: &Schema, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let schema = match args.of {
        SchemaOf::Case => case::json_schema(),
        SchemaOf::Config => format::json_schema(),
        SchemaOf::MockRules => mock::rules::json_schema(),
        SchemaOf::Record => record::json_schema(),
        SchemaOf::Waivers => waivers::json_schema(),
    };
    writeln!(session.out, "{schema:#}")?;
    Ok(Exit::Passed)
}
