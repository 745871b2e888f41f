//! Digests of the files that a run was resolved from.

use std::collections::BTreeSet;

use crate::document::Document;
use crate::record::{InputFile, Inputs};

use super::resolved_run::ResolvedRun;

impl ResolvedRun {
    /// Computes the digests of document, overlays, cases, configuration and waivers, from the text that was read.
    pub(crate) fn input_files(&self) -> Inputs {
        let digest = |document: &Document| InputFile::new(document.name().to_string(), document.text().as_bytes());
        let contract = &self.project.contract;
        let redact: BTreeSet<String> = self.settings.redact().into_iter().collect();
        Inputs {
            redact: redact.into_iter().collect(),
            document: contract.documents.iter().map(digest).collect(),
            overlays: contract.overlays.iter().map(|overlay| digest(overlay)).collect(),
            cases: self.project.suite.files.iter().map(|file| InputFile::new(&*file.name, file.bytes())).collect(),
            configuration: self.settings.file.document.as_ref().map(digest),
            severity: self.settings.overrides.results.severity.iter().cloned().collect(),
            waivers: self.waiver_file.digest.clone(),
        }
    }
}
