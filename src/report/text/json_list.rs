//! Writes a JSON list element by element, one per line.

use std::io::{self, Write};

use serde::Serialize;

/// State of the list.
#[derive(Debug, Default)]
pub(crate) struct JsonList {
    started: bool,
    /// Buffer, so that the output receives whole lines.
    line: Vec<u8>,
}

impl JsonList {
    /// Writes an element; the first one opens the list.
    pub(crate) fn push(&mut self, element: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
        self.line.clear();
        self.line.extend_from_slice(if self.started { b",\n    " } else { b"[\n    " });
        self.started = true;
        serde_json::to_writer(&mut self.line, element)?;
        out.write_all(&self.line)
    }

    /// Closes the list.
    pub(crate) fn close(&mut self, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(if self.started { b"\n  ]" } else { b"[]" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_json_whatever_its_length() {
        let check = |elements: &[u8], expect: &str| {
            let (mut list, mut out) = (JsonList::default(), Vec::new());
            elements.iter().try_for_each(|element| list.push(element, &mut out)).expect("memory");
            list.close(&mut out).expect("memory");
            assert_eq!(String::from_utf8(out).expect("UTF-8"), expect);
        };
        check(&[], "[]");
        check(&[1], "[\n    1\n  ]");
        check(&[1, 2], "[\n    1,\n    2\n  ]");
    }
}
