//! Builds the contract from the files: reads its parts in order, then compiles the schemas that they use.

use std::collections::BTreeSet;

use crate::contract::assumption::Assumptions;
use crate::contract::node::Node;
use crate::contract::version::OasVersion;
use crate::contract::{Contract, Router, Schemas};
use crate::parallel;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::severity::Severity;

use super::builder::Builder;
use super::files::Files;
use super::{info, operations, references, security, uniqueness};

const EXCLUSIVE: &str =
    "since OpenAPI 3.1 its value is the bound: write the number here instead of in `minimum` or `maximum`";

/// Builds the contract of `files`; `openapi` is the version of the first document. If that fails, returns all problems, errors
/// first.
pub(super) fn contract(files: Files, openapi: OasVersion) -> Result<Contract, Vec<Problem>> {
    let mut builder = Builder::new(&files, openapi);
    let document = Node { document: 0, pointer: Pointer::root(), value: files.documents[0].value() };
    let (title, version) = info::title(&mut builder, &document);
    let servers = info::servers(&mut builder, &document);
    let schemes = security::Schemes::read(&mut builder, &document);
    let operations = operations::of_paths(&mut builder, &document, &schemes);
    let (webhooks, callbacks) = builder.aside(|builder| {
        let webhooks = operations::of_webhooks(builder, &document, &schemes);
        let callbacks = operations::of_callbacks(builder, &document, &schemes, &[&operations, &webhooks]);
        (webhooks, callbacks)
    });
    uniqueness::check(&mut builder, &operations, [&webhooks, &callbacks]);
    let compiled = compile(&mut builder);
    let noted = builder.finish();
    let (errors, warnings) = split(noted.problems);
    let (schemas, warnings) = match compiled {
        Some(schemas) if errors.is_empty() => (schemas, warnings),
        _ => return Err(errors.into_iter().chain(split([warnings, noted.problems_aside].concat()).1).collect()),
    };
    let assumptions = Assumptions::read(files.refs());
    Ok(Contract {
        title,
        version,
        openapi,
        sha256: files.sha256(),
        router: Router::new(&operations),
        operations,
        webhooks,
        callbacks,
        schemas,
        security_schemes: schemes.known,
        servers,
        warnings: files.warnings.into_iter().chain(warnings).collect(),
        warnings_aside: split(noted.problems_aside).1,
        schemas_aside: noted.schemas_aside,
        assumptions,
        overlays: files.overlays,
        amendments: files.amendments,
        uris: files.uris,
        documents: files.documents,
    })
}

/// Compiles the collected schemas and checks their references in parallel; none if either finds an error.
fn compile(builder: &mut Builder<'_>) -> Option<Schemas> {
    let roots = builder.take_roots();
    let (files, openapi) = (builder.files, builder.openapi);
    let compile = || Schemas::compile(&files.documents, &files.uris, roots.clone(), openapi);
    let (compiled, hold) = parallel::both(compile, || references::check(builder, &roots));
    if !hold {
        return None;
    }
    match compiled {
        Ok(schemas) => {
            for (anchor, why) in schemas.unsupported_patterns() {
                let problem = Problem::new(format!("{why}: values are not checked against it"));
                builder.note(anchor, problem.rule(rules::INVALID_PATTERN).as_warning());
            }
            Some(schemas)
        }
        Err(errors) => {
            for (anchor, message) in errors {
                let problem = Problem::new(message).rule(rules::SCHEMA);
                let is_old = builder.refs().value(&anchor).is_some_and(|value| value.is_boolean())
                    && anchor.pointer.last().is_some_and(|name| name.starts_with("exclusive"));
                builder.note(&anchor, if is_old { problem.help(EXCLUSIVE) } else { problem });
            }
            None
        }
    }
}

/// Splits problems into errors and warnings in order of location. Shared objects are read several times, so duplicates are
/// removed.
fn split(mut problems: Vec<Problem>) -> (Vec<Problem>, Vec<Problem>) {
    problems.sort_by_cached_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
    let mut said = BTreeSet::new();
    let once = problems.into_iter().filter(|problem| said.insert(problem.to_string()));
    once.partition(|problem| problem.severity == Severity::Error)
}
