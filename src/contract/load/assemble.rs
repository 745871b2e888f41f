//! Builds the contract from the files: reads its parts in order, then compiles the schemas that they use.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;

use crate::contract::assumption::Assumptions;
use crate::contract::node::Node;
use crate::contract::schema::Uncompiled;
use crate::contract::server::Server;
use crate::contract::version::OasVersion;
use crate::contract::{Contract, Operation, Router, Schemas, SecurityScheme};
use crate::parallel;
use crate::pointer::Pointer;
use crate::problem::Problem;
use crate::rules;
use crate::severity::Severity;

use super::builder::{Builder, Noted};
use super::faults::{Faults, UsedSchemas};
use super::files::Files;
use super::{info, operations, references, security, servers, uniqueness};

const EXCLUSIVE: &str =
    "since OpenAPI 3.1 its value is the bound: write the number here instead of in `minimum` or `maximum`";

/// Maximum number of times that a document is read: what an error hides is found when the operations it affects are left out.
const MAX_READINGS: usize = 8;

/// Builds the contract of `files`; `openapi` is the version of the first document. Operations that an error affects are unusable in it;
/// if these are all, or an error affects more than operations, returns all problems, errors first.
pub(super) fn contract(files: Files, openapi: OasVersion) -> Result<Contract, Vec<Problem>> {
    let (mut faults, mut errors, mut warnings) = (Faults::default(), files.errors.clone(), Vec::new());
    for _ in 0..MAX_READINGS {
        let (read, noted) = Reading::new(&files, openapi, &faults);
        let (found, further): (Vec<_>, Vec<_>) =
            noted.problems.into_iter().partition(|found| found.problem.severity == Severity::Error);
        warnings.extend(further.into_iter().map(|found| found.problem));
        let schemas = UsedSchemas { refs: files.refs(openapi), roots: &noted.roots, users: &noted.users };
        let is_usable = read.operations.iter().any(|operation| operation.fault.is_none());
        let compiled = read.compiled.filter(|_| found.is_empty() && (is_usable || errors.is_empty()));
        errors = split(errors.into_iter().chain(found.iter().map(|found| found.problem.clone())).collect()).0;
        if let Some(schemas) = compiled {
            let assumptions = Assumptions::read(files.refs(openapi));
            return Ok(Contract {
                title: read.title,
                version: read.version,
                openapi,
                sha256: files.sha256(),
                router: Router::new(&read.operations),
                operations: read.operations,
                webhooks: read.webhooks,
                callbacks: read.callbacks,
                schemas,
                security_schemes: read.schemes,
                servers: read.servers,
                warnings: files.warnings.into_iter().chain(unrepeated(warnings, &errors)).collect(),
                errors,
                warnings_aside: split(noted.problems_aside).1,
                schemas_aside: noted.schemas_aside,
                assumptions,
                overlays: files.overlays,
                amendments: files.amendments,
                uris: files.uris,
                documents: files.documents,
                clauses: OnceLock::new(),
            });
        }
        if !(is_usable && faults.add(&found, &schemas)) {
            let further = unrepeated([warnings, noted.problems_aside].concat(), &errors);
            return Err(errors.into_iter().chain(further).collect());
        }
    }
    Err(errors)
}

/// The warnings in order, but for those about a schema that is unused only because its users have `errors`.
fn unrepeated(warnings: Vec<Problem>, errors: &[Problem]) -> Vec<Problem> {
    let mut warnings = split(warnings).1;
    warnings.retain(|warning| !errors.iter().any(|error| error.is_alike(warning)));
    warnings
}

/// The parts of a document, read once.
struct Reading {
    title: String,
    version: String,
    servers: Vec<Server>,
    schemes: BTreeMap<String, SecurityScheme>,
    operations: Vec<Operation>,
    webhooks: Vec<Operation>,
    callbacks: Vec<Operation>,
    /// None if they have errors.
    compiled: Option<Schemas>,
}

impl Reading {
    fn new(files: &Files, openapi: OasVersion, faults: &Faults) -> (Self, Noted) {
        let mut builder = Builder::new(files, openapi, faults);
        let document = Node { document: 0, pointer: Pointer::root(), value: files.documents[0].value() };
        let (title, version) = info::title(&mut builder, &document);
        let servers = servers::read(&mut builder, &document);
        let schemes = security::Schemes::read(&mut builder, &document);
        let operations = operations::of_paths(&mut builder, &document, &schemes);
        let (webhooks, callbacks) = builder.aside(|builder| {
            let webhooks = operations::of_webhooks(builder, &document, &schemes);
            let callbacks = operations::of_callbacks(builder, &document, &schemes, &[&operations, &webhooks]);
            (webhooks, callbacks)
        });
        uniqueness::check(&mut builder, &operations, [&webhooks, &callbacks]);
        let compiled = compile(&mut builder);
        let schemes = schemes.into_known();
        (Self { title, version, servers, schemes, operations, webhooks, callbacks, compiled }, builder.finish())
    }
}

/// Compiles the collected schemas and checks their references in parallel; none if either finds an error.
fn compile(builder: &mut Builder<'_>) -> Option<Schemas> {
    let roots = builder.roots();
    let (files, openapi) = (builder.files, builder.openapi);
    let compile = || Schemas::compile(&files.documents, &files.uris, roots.clone(), openapi);
    let (compiled, hold) = parallel::both(compile, || references::check(builder, &roots));
    match compiled {
        Ok(schemas) => {
            for (anchor, why) in schemas.unsupported_patterns() {
                let problem = Problem::new(format!("{why}: values are not checked against it"));
                builder.note(anchor, problem.rule(rules::INVALID_PATTERN).as_warning());
            }
            Some(schemas).filter(|_| hold)
        }
        // Otherwise they may follow from a reference without a target.
        Err(Uncompiled { errors, is_certain }) if hold || is_certain => {
            for (anchor, message) in errors {
                // The reference is reported already, and the file may contain anything.
                let is_schema = |value: &Value| value.is_object() || value.is_boolean();
                if !hold && anchor.document != 0 && !builder.refs().value(&anchor).is_some_and(is_schema) {
                    continue;
                }
                let problem = Problem::new(message).rule(rules::SCHEMA);
                let is_old = builder.refs().value(&anchor).is_some_and(|value| value.is_boolean())
                    && anchor.pointer.last().is_some_and(|name| name.starts_with("exclusive"));
                builder.note(&anchor, if is_old { problem.help(EXCLUSIVE) } else { problem });
            }
            None
        }
        Err(_) => None,
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
