//! Table of the rules of `signoff check`. Each has a text in this directory that `signoff explain` prints.

use crate::check;
use crate::rules;

/// Inputs that a rule applies to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// Every file.
    Files,
    /// The OpenAPI document and its overlays.
    Document,
    /// Case files and mock rules.
    Cases,
    /// Waivers, compared with the findings of a run.
    Waivers,
    /// Requests of clients.
    Requests,
}

impl Subject {
    /// Every subject, in listing order.
    pub(crate) const ALL: [Self; 5] = [Self::Files, Self::Document, Self::Cases, Self::Waivers, Self::Requests];

    /// Heading in the list.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::Files => "`signoff check` verifies for files that",
            Self::Document => "`signoff check` verifies for documents that",
            Self::Cases => "`signoff check` verifies for cases and mock rules that",
            Self::Waivers => "`signoff run` verifies for waivers that",
            Self::Requests => "`signoff proxy` verifies for requests that",
        }
    }
}

/// One rule.
#[derive(Debug)]
pub(crate) struct LintRule {
    /// Its stable kebab-case id, the `rule` of a problem.
    pub id: &'static str,
    /// Inputs that it applies to.
    pub subject: Subject,
    /// Text that `signoff explain` prints.
    pub text: &'static str,
}

impl LintRule {
    /// First sentence without id and full stop.
    pub(crate) fn summary(&self) -> String {
        let first = self.text.split("\n\n").next().unwrap_or_default().replace('\n', " ");
        let summary = first.split_once(": ").map_or(first.as_str(), |(_, summary)| summary);
        summary.trim_end_matches('.').to_owned()
    }
}

macro_rules! rules {
    ($($subject:ident { $($id:ident = $text:literal),* $(,)? })*) => {
        &[$($(LintRule { id: rules::$id, subject: Subject::$subject, text: include_str!($text) }),*),*]
    };
}

/// Every rule, by subject.
pub(crate) const ALL: &[LintRule] = rules! {
    Files {
        UNREADABLE_FILE = "unreadable-file.md",
        SYNTAX = "syntax.md",
        DUPLICATE_KEY = "duplicate-key.md",
        UNKNOWN_KEY = "unknown-key.md",
        MISSING_KEY = "missing-key.md",
        WRONG_VALUE = "wrong-value.md",
        CONFIGURATION = "configuration.md",
        WAIVER = "waiver.md",
        EXPIRED_WAIVER = "expired-waiver.md",
    }
    Document {
        OPENAPI_VERSION = "openapi-version.md",
        INFO = "info.md",
        STRUCTURE = "structure.md",
        SCHEMA = "schema.md",
        UNRESOLVED_REF = "unresolved-ref.md",
        CIRCULAR_REF = "circular-ref.md",
        OVERLAY = "overlay.md",
        PATH_TEMPLATE = "path-template.md",
        EQUIVALENT_PATHS = "equivalent-paths.md",
        DUPLICATE_OPERATION_ID = "duplicate-operation-id.md",
        NO_OPERATIONS = "no-operations.md",
        NO_RESPONSES = "no-responses.md",
        NO_CONTENT = "no-content.md",
        MEDIA_TYPE = "media-type.md",
        STATUS_KEY = "status-key.md",
        DUPLICATE_PARAMETER = "duplicate-parameter.md",
        PARAMETER_IN = "parameter-in.md",
        UNSUPPORTED_PARAMETER = "unsupported-parameter.md",
        PARAMETER_STYLE = "parameter-style.md",
        PATH_PARAMETER_REQUIRED = "path-parameter-required.md",
        UNDECLARED_PATH_PARAMETER = "undeclared-path-parameter.md",
        UNUSED_PATH_PARAMETER = "unused-path-parameter.md",
        UNDEFINED_SECURITY_SCHEME = "undefined-security-scheme.md",
        SECURITY_SCHEME = "security-scheme.md",
        SERVER_VARIABLE = "server-variable.md",
        IGNORED_SERVERS = "ignored-servers.md",
        IGNORED_REQUEST_BODY = "ignored-request-body.md",
        IGNORED_BESIDE_REF = "ignored-beside-ref.md",
        INVALID_PATTERN = "invalid-pattern.md",
        DEFAULT = "default.md",
        ENUM_MEMBER = "enum-member.md",
        EXAMPLE = "example.md",
        INEFFECTIVE_KEYWORD = "ineffective-keyword.md",
        LINK = "link.md",
        MISSPELT_KEYWORD = "misspelt-keyword.md",
        REQUIRED_UNDECLARED = "required-undeclared.md",
        UNKNOWN_DIALECT = "unknown-dialect.md",
        UNKNOWN_FORMAT = "unknown-format.md",
        UNSATISFIABLE_SCHEMA = "unsatisfiable-schema.md",
    }
    Cases {
        NO_CASES = "no-cases.md",
        UNKNOWN_OPERATION = "unknown-operation.md",
        UNKNOWN_VARIABLE = "unknown-variable.md",
        UNUSED_VARIABLE = "unused-variable.md",
        INVALID_EXPRESSION = "invalid-expression.md",
        INVALID_NAME = "invalid-name.md",
        MISREAD_NUMBER = "misread-number.md",
        UNDECLARED_PARAMETER = "undeclared-parameter.md",
        MISSING_PATH_PARAMETER = "missing-path-parameter.md",
        UNKNOWN_SECURITY_SCHEME = "unknown-security-scheme.md",
        VIOLATES = "violates.md",
        COVERS = "covers.md",
        COVERS_UNMET = "covers-unmet.md",
        WITHOUT = "without.md",
        NEEDS = "needs.md",
        DUPLICATE_CASE = "duplicate-case.md",
        TABLE = "table.md",
        STORY = "story.md",
        UNKNOWN_TARGET = "unknown-target.md",
        INVALID_OPERATOR = "invalid-operator.md",
        INVALID_SCHEMA = "invalid-schema.md",
        UNPROVEN = "unproven.md",
        EXPECTS_BREACH = "expects-breach.md",
        EXPECTS_UNDOCUMENTED_STATUS = "expects-undocumented-status.md",
        SHARED_RESOURCE = "shared-resource.md",
        ANSWERS_BREACH = "answers-breach.md",
        ANSWERS_UNDOCUMENTED_STATUS = "answers-undocumented-status.md",
        UNREACHABLE_RULE = "unreachable-rule.md",
    }
    Waivers {
        UNUSED_WAIVER = "unused-waiver.md",
    }
    Requests {
        REQUEST = "request.md",
    }
};

/// Finds a rule by id.
pub(crate) fn rule(id: &str) -> Option<&'static LintRule> {
    ALL.iter().find(|rule| rule.id == id)
}

/// Whether `signoff explain` has a text for the id, as it must for every id that is printed.
pub(crate) fn is_explained(id: &str) -> bool {
    rule(id).is_some() || check::definition(id).is_some()
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
            assert!(check::definition(rule.id).is_none(), "{} is a check too", rule.id);
        }
    }

    /// Every rule is reported somewhere. The lint scenarios test the reverse: every reported rule is listed here.
    #[test]
    fn every_rule_is_used() {
        let mut files = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
        let mut code = String::new();
        while let Some(path) = files.pop() {
            if path.is_dir() && !path.ends_with("cli/rules") && !path.ends_with("src/rules") {
                files.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                code.push_str(&fs::read_to_string(&path).unwrap());
            }
        }
        let unused: Vec<_> = ALL
            .iter()
            .filter(|rule| !code.contains(&format!("rules::{}", rule.id.to_uppercase().replace('-', "_"))))
            .collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn every_declared_id_is_explained() {
        let files = [include_str!("../../rules/checks.rs"), include_str!("../../rules/lint.rs")];
        let declared = files.iter().flat_map(|file| file.lines()).filter(|line| line.contains("const "));
        let ids: Vec<_> = declared.filter_map(|line| line.split('"').nth(1)).collect();
        assert!(ids.len() > 80, "{ids:?}");
        let unknown: Vec<_> = ids.iter().filter(|id| !is_explained(id)).collect();
        assert!(unknown.is_empty(), "{unknown:?}");
    }

    #[test]
    fn every_text_belongs_to_a_rule() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/cli/rules");
        let names = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let texts: BTreeSet<_> = names.filter_map(|name| name.strip_suffix(".md").map(str::to_owned)).collect();
        assert_eq!(texts, ALL.iter().map(|rule| rule.id.to_owned()).collect());
    }
}
