//! An example of a crate whose API has contract tests: see `tests/contract.rs`. The service would be here.
