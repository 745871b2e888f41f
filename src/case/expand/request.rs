//! From a case to the request that is sent.

use crate::contract::{Contract, Route};
use crate::expression::Scope;
use crate::http::{Headers, Request};
use crate::sign::Signer;

use super::super::Case;
use super::super::error::ExpandError;
use super::builder::{RequestBuilder, expand_text};
use super::header_syntax;
use super::target_defaults::TargetDefaults;
use super::unknown_parts::UnknownParts;

/// Expands the request of `case`, with the credentials of the operation's security and the target's headers: exactly what is sent.
pub(crate) fn request(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    defaults: TargetDefaults<'_>,
) -> Result<Request, ExpandError> {
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    let mut draft = RequestBuilder::new(case, operation, scope, defaults);
    draft.expand(contract)?;
    draft.finish()
}

/// Expands what is known before the run of a request that reads captures, and returns it with the parts that are left out.
/// Checks the credentials alone if method or URL are unknown.
pub(crate) fn known(
    case: &Case,
    contract: &Contract,
    scope: &Scope,
    defaults: TargetDefaults<'_>,
) -> Result<Option<(Request, UnknownParts)>, ExpandError> {
    let operation = case.operation.and_then(|index| contract.operations.get(index));
    let mut draft = RequestBuilder::new(case, operation, scope, defaults);
    let captured = case.uses.iter().filter(|used| used.in_request).map(|used| used.variable.clone());
    draft.unknown = UnknownParts::new(captured.collect());
    let mut literals = [&case.request.method, &case.request.url].into_iter().flatten();
    if literals.any(|template| draft.unknown.is_in(template)) {
        draft.credentials(contract)?;
        return Ok(None);
    }
    draft.expand(contract)?;
    draft.note_unknown_credentials(contract);
    let unknown = std::mem::take(&mut draft.unknown);
    Ok(Some((draft.finish()?, unknown)))
}

/// Whether the request needs no captures: it is then verified before anything is sent.
pub(crate) fn is_closed(case: &Case) -> bool {
    !case.uses.iter().any(|used| used.in_request)
}

/// The header fields of the signature of `request`, which is sent at `at` (microseconds since 1970), without those that the case writes
/// or removes itself. `label` decides the nonce.
pub(crate) fn signed_headers(
    case: &Case,
    signer: &Signer,
    request: &Request,
    at: i64,
    label: &str,
) -> Result<Headers, String> {
    signer.sign(request, case.request.sign, (at, label), |name| case.request.has_header(name))
}

impl<'a> RequestBuilder<'a> {
    fn expand(&mut self, contract: &'a Contract) -> Result<(), ExpandError> {
        self.method()?;
        self.url()?;
        self.route(contract);
        self.parameters()?;
        self.body(contract)?;
        self.credentials(contract)?;
        self.cookie_header();
        self.target_headers(contract);
        Ok(())
    }

    fn method(&mut self) -> Result<(), ExpandError> {
        let own = self.case.request.method.as_ref();
        let own = own.map(|method| expand_text(method, self.scope, || self.at("method"))).transpose()?.flatten();
        let method = own.or_else(|| self.operation.map(|operation| operation.method.clone()));
        self.method = method.ok_or_else(|| ExpandError::new("`url` needs a `method`", self.at("url")))?;
        if !header_syntax::is_token(&self.method) {
            let message = format!("`{}` is not a method such as POST", self.method.escape_debug());
            return Err(ExpandError::new(message, self.at("method")));
        }
        Ok(())
    }

    /// Finds the operation of a request by its URL if the case names none.
    fn route(&mut self, contract: &'a Contract) {
        let path = self.path.split('?').next().unwrap_or_default();
        if self.operation.is_none()
            && let Route::Found { operation, .. } = contract.router.route(&self.method, path)
        {
            self.operation = contract.operations.get(operation);
        }
    }

    /// Joins the cookies in one header line.
    fn cookie_header(&mut self) {
        let own = self.headers.get("cookie").map(str::to_owned);
        let cookies: Vec<String> = own.into_iter().chain(std::mem::take(&mut self.cookies)).collect();
        if !cookies.is_empty() {
            self.headers.set("cookie", cookies.join("; "));
        }
    }

    fn finish(mut self) -> Result<Request, ExpandError> {
        let mut url = self.path;
        for part in self.query.iter().filter(|part| !part.is_empty()) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(part);
        }
        for name in &self.removed {
            self.headers.remove(name);
        }
        header_syntax::check(&self.headers)
            .map_err(|message| ExpandError::new(message, self.case.at.join("request").join("headers")))?;
        let mut request =
            Request { method: self.method, url, headers: self.headers, body: self.body, certificate: self.certificate };
        if let Some(signer) = self.defaults.signer {
            let signed = signed_headers(self.case, signer, &request, self.scope.started(), &self.case.id);
            let signed = signed.map_err(|message| {
                ExpandError::new(format!("cannot sign the request: {message}"), self.case.at.clone())
            })?;
            signed.iter().for_each(|(name, value)| request.headers.set(name, value));
            header_syntax::check(&signed).map_err(|message| ExpandError::new(message, self.case.at.clone()))?;
        }
        Ok(request)
    }
}
