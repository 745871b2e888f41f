//! From a method and a path to an operation: concrete segments before templated ones (OpenAPI 3.1 §4.8.8).

/// The compiled path templates.
#[derive(Debug, Default)]
pub struct Router {
    _private: (),
}

/// Where a request leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// To the operation of that index, with its path parameters (still percent-encoded), in template order.
    Found {
        /// Index into the contract's operations.
        operation: usize,
        /// Name and encoded text.
        parameters: Vec<(String, String)>,
    },
    /// The path is known, the method is not.
    MethodNotAllowed {
        /// The methods that the path has, in upper case.
        allowed: Vec<String>,
    },
    /// No path matches.
    NotFound,
}

impl Router {
    /// Finds the operation for `method` and an encoded `path` without query.
    pub fn route(&self, method: &str, path: &str) -> Route {
        let _ = (method, path);
        todo!()
    }
}
