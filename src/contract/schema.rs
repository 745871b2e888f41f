//! Compiled schemas: the only file that names the JSON Schema library.

/// Every schema the contract's operations use, compiled as one validator.
#[derive(Debug)]
pub struct Schemas {
    _private: (),
}
