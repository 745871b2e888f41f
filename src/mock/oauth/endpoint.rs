//! A token endpoint of the mock (RFC 6749 §3.2): the grants `client_credentials`, `password` and `refresh_token`.

use serde_json::json;

use crate::http::{Request, Response};
use crate::mock::problem_details;
use crate::mock::response::MockResponse;

use super::form::{Form, TokenError};
use super::issuer::{FlowAt, Issuer};
use super::token::{self, Claims, Invalid, TokenKind};

/// Lifetime of a refresh token in seconds: 30 days.
const REFRESH_LIFETIME: i64 = 30 * 24 * 3600;

impl Issuer {
    /// Responds to a request that no operation handles, received at `now` (microseconds since 1970); none if its path is not that of a
    /// token endpoint.
    pub(crate) fn respond(&self, request: &Request, now: i64) -> Option<MockResponse> {
        let flows: Vec<_> = self.flows.iter().filter(|flow| flow.path == request.path()).collect();
        if flows.is_empty() || request.method == "OPTIONS" {
            return None;
        }
        if request.method != "POST" {
            let detail = format!("expected the method POST, found {}", request.method);
            let mut refused = MockResponse::refused(405, "Method Not Allowed", detail);
            refused.response.headers.append("allow", "POST");
            return Some(refused);
        }
        let body =
            |status, body| problem_details::response(status, Some("application/json"), problem_details::json(&body));
        let mut responded = match self.issue(&flows, request, now) {
            Ok(issued) => MockResponse::new(body(200, issued), Vec::new()),
            Err(TokenError { error, description }) => {
                let status = if error == "invalid_client" { 401 } else { 400 };
                let refused = body(status, json!({ "error": error, "error_description": description }));
                MockResponse::new(refused, vec![format!("{error}: {description}")])
            }
        };
        finish(&mut responded.response);
        Some(responded)
    }

    fn issue(&self, flows: &[&FlowAt], request: &Request, now: i64) -> Result<serde_json::Value, TokenError> {
        let form = Form::parse(request)?;
        let grant = form.required("grant_type")?;
        let flows: Vec<_> = match grant {
            "refresh_token" if flows.iter().any(|flow| flow.refreshes) => {
                flows.iter().copied().filter(|flow| flow.refreshes).collect()
            }
            "refresh_token" => {
                let description = "the document declares no flow here that issues refresh tokens";
                return Err(TokenError::new("invalid_grant", description));
            }
            _ => flows.iter().copied().filter(|flow| flow.grant == Some(grant)).collect(),
        };
        if flows.is_empty() {
            let description = "the document declares no flow with this grant here, or the mock does not support it";
            return Err(TokenError::new("unsupported_grant_type", description));
        }
        let client_id = self.rules.authenticated(&request.headers, &form, grant != "client_credentials")?;
        let granted = match grant {
            "refresh_token" => self.refreshed(form.required("refresh_token")?, &client_id, now)?,
            "password" => form.required("username").and(form.required("password")).map(|_| None)?,
            _ => None,
        };
        let scope = self.scope(&flows, &form, &client_id, granted)?;
        let lifetime = self.rules.lifetime();
        let expires_after = |seconds: i64| now.saturating_add(999_999).div_euclid(1_000_000).saturating_add(seconds);
        let claims =
            |lifetime| Claims { client_id: client_id.clone(), scope: scope.clone(), expires: expires_after(lifetime) };
        let mut issued = json!({
            "access_token": token::write(TokenKind::Access, &claims(lifetime)),
            "token_type": "Bearer",
            "expires_in": lifetime,
        });
        if !scope.is_empty() {
            issued["scope"] = scope.clone().into();
        }
        // RFC 6749 §4.4.3 advises against one for `client_credentials`.
        if grant != "client_credentials" {
            issued["refresh_token"] = token::write(TokenKind::Refresh, &claims(REFRESH_LIFETIME)).into();
        }
        Ok(issued)
    }

    /// The scope that a refresh token allows; none for one that the mock did not issue.
    fn refreshed(&self, refresh_token: &str, client_id: &str, now: i64) -> Result<Option<String>, TokenError> {
        let invalid = |description: &str| TokenError::new("invalid_grant", description);
        if !token::is_checked(refresh_token) {
            return Ok(None);
        }
        match token::read(TokenKind::Refresh, refresh_token, now) {
            Ok(claims) if claims.client_id == client_id => Ok(Some(claims.scope)),
            Ok(_) => Err(invalid("the refresh token was issued to another client")),
            Err(Invalid::Expired) => Err(invalid("the refresh token has expired")),
            Err(Invalid::Altered | Invalid::Unsigned) => Err(invalid("the refresh token is not one of this server")),
        }
    }

    /// The scope of a token: the requested one, else that which was granted before, else all that the client may have.
    fn scope(
        &self,
        flows: &[&FlowAt],
        form: &Form,
        client_id: &str,
        granted: Option<String>,
    ) -> Result<String, TokenError> {
        let is_any = flows.iter().any(|flow| flow.scopes.is_empty());
        let declared = || flows.iter().flat_map(|flow| &flow.scopes).map(String::as_str);
        let may_have = |scope: &str| {
            let is_granted = granted.as_ref().is_none_or(|granted| granted.split(' ').any(|held| held == scope));
            is_granted && self.rules.allow(client_id, [scope].into_iter())
        };
        let Some(requested) = form.get("scope") else {
            let mut scopes = Vec::new();
            for scope in declared().filter(|scope| may_have(scope)) {
                if !scopes.contains(&scope) {
                    scopes.push(scope);
                }
            }
            return Ok(granted.clone().unwrap_or_else(|| scopes.join(" ")));
        };
        let requested = requested.split(' ').filter(|scope| !scope.is_empty());
        let refused =
            requested.clone().find(|scope| !may_have(scope) || (!is_any && !declared().any(|held| held == *scope)));
        match refused {
            None => Ok(requested.collect::<Vec<_>>().join(" ")),
            Some(scope) if !is_any && !declared().any(|held| held == scope) => {
                Err(TokenError::new("invalid_scope", "the document declares no such scope"))
            }
            Some(_) => Err(TokenError::new("invalid_scope", "the client may not have this scope")),
        }
    }
}

/// No token may be stored (RFC 6749 §5.1); a 401 needs a challenge.
fn finish(response: &mut Response) {
    response.headers.append("cache-control", "no-store");
    response.headers.append("pragma", "no-cache");
    if response.status == 401 {
        response.headers.append("www-authenticate", "Basic realm=\"mock\"");
    }
}
