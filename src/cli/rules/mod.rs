//! Table of the rules of `signoff check`. Each has a text in this directory that `signoff explain` prints.

/// Inputs that a rule applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// Every file.
    Files,
    /// The OpenAPI document and its overlays.
    Document,
    /// Case files and mock rules.
    Cases,
}

impl Subject {
    /// Every subject, in listing order.
    pub const ALL: [Self; 3] = [Self::Files, Self::Document, Self::Cases];

    /// Heading in the list.
    pub fn title(self) -> &'static str {
        match self {
            Self::Files => "rules of `signoff check` for files",
            Self::Document => "rules of `signoff check` for documents",
            Self::Cases => "rules of `signoff check` for cases and mock rules",
        }
    }
}

/// One rule.
#[derive(Debug)]
pub struct LintRule {
    /// Its stable kebab-case id, the `rule` of a problem.
    pub id: &'static str,
    /// Inputs that it applies to.
    pub subject: Subject,
    /// Text that `signoff explain` prints.
    pub text: &'static str,
}

impl LintRule {
    /// First sentence without id and full stop.
    pub fn summary(&self) -> String {
        let first = self.text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let summary = first.split_once(": ").map_or(first.as_str(), |(_, summary)| summary);
        summary.trim_end_matches('.').to_owned()
    }
}

macro_rules! rules {
    ($($subject:ident { $($id:literal),* $(,)? })*) => {
        &[$($(LintRule { id: $id, subject: Subject::$subject, text: include_str!(concat!($id, ".md")) }),*),*]
    };
}

/// Every rule, by subject.
pub const ALL: &[LintRule] = rules! {
    Files {
        "unreadable-file",
        "syntax",
        "duplicate-key",
        "unknown-key",
        "missing-key",
        "wrong-value",
        "configuration",
        "waiver",
        "expired-waiver",
        "unused-waiver",
    }
    Document {
        "openapi-version",
        "structure",
        "schema",
        "unresolved-ref",
        "circular-ref",
        "overlay",
        "path-template",
        "equivalent-paths",
        "duplicate-operation-id",
        "no-operations",
        "no-responses",
        "no-content",
        "media-type",
        "status-key",
        "duplicate-parameter",
        "parameter-style",
        "path-parameter-required",
        "undeclared-path-parameter",
        "unused-path-parameter",
        "undefined-security-scheme",
        "security-scheme",
        "server-variable",
        "ignored-servers",
        "ignored-beside-ref",
        "invalid-pattern",
        "default",
        "enum-member",
        "example",
        "ineffective-keyword",
        "link",
        "misspelt-keyword",
        "required-undeclared",
        "unknown-format",
        "unsatisfiable-schema",
    }
    Cases {
        "no-cases",
        "unknown-operation",
        "unknown-variable",
        "invalid-expression",
        "invalid-name",
        "misread-number",
        "undeclared-parameter",
        "missing-path-parameter",
        "unknown-security-scheme",
        "violates",
        "without",
        "needs",
        "duplicate-case",
        "table",
        "story",
        "unknown-target",
        "invalid-operator",
        "invalid-schema",
        "unproven",
        "expects-breach",
        "expects-undocumented-status",
        "shared-resource",
        "answers-breach",
        "answers-undocumented-status",
        "unreachable-rule",
    }
};

/// Finds a rule by id.
pub fn rule(id: &str) -> Option<&'static LintRule> {
    ALL.iter().find(|rule| rule.id == id)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::*;

    #[test]
    fn every_rule_explains_itself() {
        for rule in ALL {
            assert!(rule.text.starts_with(&format!("`{}`: ", rule.id)), "{}", rule.id);
            for part in ["\nRationale: ", "\nFix: "] {
                assert!(rule.text.contains(part), "{} lacks {part:?}", rule.id);
            }
            assert!(crate::check::definition(rule.id).is_none(), "{} is a check too", rule.id);
        }
    }

    /// Every rule is reported somewhere. The lint scenarios test the reverse: every reported rule is listed here.
    #[test]
    fn every_rule_is_used() {
        let mut files = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut code = String::new();
        while let Some(path) = files.pop() {
            if path.is_dir() && !path.ends_with("cli/rules") {
                files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                code.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
        let unused: Vec<_> = ALL.iter().filter(|rule| !code.contains(&format!("\"{}\"", rule.id))).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn every_text_belongs_to_a_rule() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/rules");
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let texts: BTreeSet<_> = names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
        assert_eq!(texts, ALL.iter().map(|rule| rule.id.to_owned()).collect());
    }
}
