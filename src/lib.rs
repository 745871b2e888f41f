//! signoff: contract tests from an OpenAPI document and a folder of YAML cases.

pub mod case;
pub mod check;
pub mod cli;
pub mod contract;
pub mod coverage;
pub mod diff;
pub mod document;
pub mod expression;
pub mod http;
pub mod location;
pub mod mock;
pub mod record;
pub mod report;
pub mod run;
pub mod testing;
pub mod transport;
