//! `record.json`: one object, with one line per property of the head and per outcome, so that two runs can be compared
//! with a line diff.

use std::io::{self, Write};

use crate::record::Head;
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::json_list::JsonList;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "record",
    file: "record.json",
    summary: "record.json: the complete run, machine-readable; every run writes it",
    is_default: true,
    marker: TOOL,
    output: Output::File(|_| Box::new(Record::default())),
};

/// Writes the record.
#[derive(Debug, Default)]
pub(crate) struct Record {
    outcomes: JsonList,
}

impl Renderer for Record {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        let head = serde_json::to_value(head)?;
        out.write_all(b"{\n")?;
        for (name, value) in head.as_object().into_iter().flatten() {
            writeln!(out, "  {}: {value},", serde_json::Value::from(name.as_str()))?;
        }
        out.write_all(b"  \"outcomes\": ")
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        self.outcomes.push(&case.entry, out)
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.outcomes.close(out)?;
        out.write_all(b"\n}\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::json_schema;
    use crate::report::tests::sample;

    #[test]
    fn the_record_is_json_with_a_line_an_outcome() {
        let text = sample::rendered(&mut Record::default());
        insta::assert_snapshot!(text);
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["outcomes"].as_array().map(Vec::len), Some(sample::entries().len()));
    }

    #[test]
    fn every_member_is_in_the_schema() {
        let value: serde_json::Value = serde_json::from_str(&sample::rendered(&mut Record::default())).expect("JSON");
        let schema = json_schema();
        let declared = schema["properties"].as_object().expect("properties");
        // The sample has no notes.
        let declared = declared.keys().filter(|name| *name != "notes");
        assert!(value.as_object().expect("an object").keys().eq(declared));
    }
}
