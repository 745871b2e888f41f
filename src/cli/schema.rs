//! `signoff schema`: prints the JSON Schemas of our file formats.

use std::io::Write;

use crate::cli::args::{Schema, SchemaOf};
use crate::cli::exit::Exit;
use crate::cli::session::{Failure, Session};

/// Prints one schema.
pub(super) fn run(args: &Schema, session: &mut Session<'_>) -> Result<Exit, Failure> {
    session.out.write_all(text(args.of).as_bytes())?;
    Ok(Exit::Passed)
}

/// The text of a schema. It is compiled in: the code that derives it from the types would be several times larger.
pub(super) const fn text(of: SchemaOf) -> &'static str {
    match of {
        SchemaOf::Case => include_str!("../../schemas/case-file.json"),
        SchemaOf::Config => include_str!("../../schemas/config.json"),
        SchemaOf::MockRules => include_str!("../../schemas/mock-rules.json"),
        SchemaOf::Record => include_str!("../../schemas/record.json"),
        SchemaOf::Waivers => include_str!("../../schemas/waivers.json"),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::project::{format, waivers};
    use crate::{case, mock, record};

    /// `just schemas` runs this with `SIGNOFF_BLESS=1`, which writes the files.
    #[test]
    fn published_schemas_are_those_of_the_types() {
        let schemas = [
            ("case-file", SchemaOf::Case, case::json_schema()),
            ("config", SchemaOf::Config, format::json_schema()),
            ("mock-rules", SchemaOf::MockRules, mock::rules::json_schema()),
            ("record", SchemaOf::Record, record::json_schema()),
            ("waivers", SchemaOf::Waivers, waivers::json_schema()),
        ];
        for (name, of, schema) in schemas {
            let current = format!("{schema:#}\n");
            if std::env::var_os("SIGNOFF_BLESS").is_some() {
                let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schemas/{name}.json"));
                std::fs::write(path, current).expect("schemas/ is writable");
            } else {
                assert_eq!(text(of), current, "`just schemas` writes schemas/{name}.json");
            }
        }
    }
}
