//! Whether a request sends the value of a variable as a credential.

use crate::expression::Tree;

use super::{Authorization, Body, GivenCredential, RequestSpec};

/// Which names carry credentials.
pub(crate) struct CredentialNames<'a> {
    /// Of headers.
    pub header: &'a dyn Fn(&str) -> bool,
    /// Of query parameters and form fields.
    pub query: &'a dyn Fn(&str) -> bool,
    /// Of properties.
    pub property: &'a dyn Fn(&str) -> bool,
}

impl RequestSpec {
    /// Whether it sends the variable in `auth`, a cookie, or a header, parameter or property that carries a credential.
    pub(crate) fn sends_as_credential(&self, variable: &str, names: &CredentialNames<'_>) -> bool {
        let any = |entries: &[(String, Tree)], is_credential: &dyn Fn(&str) -> bool| {
            entries.iter().any(|(name, tree)| is_credential(name) && reads(tree, variable, None))
        };
        let is_read =
            |given: &GivenCredential| matches!(given, GivenCredential::Value(tree) if reads(tree, variable, None));
        let in_auth =
            matches!(&self.auth, Authorization::Given(values) if values.iter().any(|(_, given)| is_read(given)));
        let in_body = match &self.body {
            Some(Body::Json(tree)) => reads(tree, variable, Some(names.property)),
            Some(Body::Form(fields)) => any(fields, names.query),
            _ => false,
        };
        let in_query = any(&self.query, names.query);
        in_auth || in_body || in_query || any(&self.cookies, &|_| true) || any(&self.headers, names.header)
    }
}

/// Whether `tree` reads the variable: anywhere, or below one of these properties.
fn reads(tree: &Tree, variable: &str, below: Option<&dyn Fn(&str) -> bool>) -> bool {
    tree.names().iter().any(|(at, name)| {
        let root = name.path.split(['.', '[']).next().unwrap_or_default();
        root == variable && below.is_none_or(|is_property| at.tokens().any(|token| is_property(&token)))
    })
}
