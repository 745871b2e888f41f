//! `endpoints/*.md`: one Markdown page per operation with cases.

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use crate::quantity;
use crate::record::Head;
use crate::report::definition::{Format, Output};
use crate::report::renderer::{FolderRenderer, Renderer};
use crate::report::reported_case::ReportedCase;
use crate::report::text::markdown::MARK;

use super::page::Markdown;

/// Maximum length of a file name without its extension.
const MAX_NAME: usize = 100;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "endpoints",
    file: "endpoints",
    summary: "endpoints/*.md: a page for each endpoint; every run writes them",
    is_default: true,
    marker: MARK,
    output: Output::Folder(|| Box::new(Endpoints::default())),
};

/// One page per operation with cases, and one for cases outside the contract.
#[derive(Debug, Default)]
pub(super) struct Endpoints {
    pages: BTreeMap<Option<String>, Page>,
}

#[derive(Debug)]
struct Page {
    name: String,
    renderer: Markdown,
    out: Vec<u8>,
}

impl FolderRenderer for Endpoints {
    fn begin(&mut self, head: &Head) -> io::Result<()> {
        let tried = head.coverage.iter().filter(|endpoint| endpoint.summary.cases > 0);
        let operations = tried.map(|endpoint| Some(endpoint.operation.clone())).chain([None]);
        let mut taken = BTreeSet::new();
        for operation in operations {
            let name = file_name(operation.as_deref().unwrap_or("outside-the-contract"), &mut taken);
            let mut page = Page { name, renderer: Markdown::new(operation.clone()), out: Vec::new() };
            page.renderer.begin(head, &mut page.out)?;
            self.pages.insert(operation, page);
        }
        Ok(())
    }

    fn case(&mut self, case: &ReportedCase<'_>) -> io::Result<()> {
        let operation = &case.entry.operation;
        let key = if self.pages.contains_key(operation) { operation } else { &None };
        match self.pages.get_mut(key) {
            Some(page) => page.renderer.case(case, &mut page.out),
            None => Ok(()),
        }
    }

    fn end(&mut self, head: &Head) -> io::Result<Vec<(String, Vec<u8>)>> {
        // The page of cases without an operation is written only if there are any.
        let inside = quantity::total(head.coverage.iter().map(|endpoint| endpoint.summary.cases));
        if inside >= head.summary.cases {
            self.pages.remove(&None);
        }
        let finished = std::mem::take(&mut self.pages).into_values().map(|mut page| {
            page.renderer.end(&mut page.out)?;
            Ok((page.name, page.out))
        });
        finished.collect()
    }
}

/// Returns a file name that every file system accepts and that no other page has, ignoring case.
fn file_name(operation: &str, taken: &mut BTreeSet<String>) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' || c == '.' { c } else { '-' };
    let parts: String = operation.chars().take(MAX_NAME).map(plain).collect();
    let joined = parts.split('-').filter(|part| !part.trim_matches('.').is_empty()).collect::<Vec<_>>().join("-");
    let base = joined.trim_matches(['.', '-']);
    let base = if base.is_empty() { "endpoint" } else { base };
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.to_owned()).chain(numbered);
    let free = names.find(|name| taken.insert(name.to_ascii_lowercase()));
    free.unwrap_or_else(|| base.to_owned()) + ".md"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_and_different() {
        let mut taken = BTreeSet::new();
        let mut check = |operation: &str, expect: &str| assert_eq!(file_name(operation, &mut taken), expect);
        check("linkCustomerAccount", "linkCustomerAccount.md");
        check("LinkCustomerAccount", "LinkCustomerAccount-2.md");
        check("POST /v2/customers/{customer_id}/link", "POST-v2-customers-customer_id-link.md");
        check("../../etc/passwd", "etc-passwd.md");
        check("..", "endpoint.md");
        check("\u{202e}<x>", "x.md");
    }
}
