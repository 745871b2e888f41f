//! Sets up the HTTP client.

use std::time::Duration;

use crate::transport::client_identity::ClientIdentity;
use crate::transport::failure;
use crate::transport::settings::{InvalidSetting, Settings};

use super::connect_timer::TimedLayer;
use super::tls;

/// Maximum number of header lines of a response.
const MAX_HEADERS: usize = 1_000;
/// Maximum size of a header section over HTTP/2, in bytes.
const MAX_HEADER_BYTES: u32 = 256 * 1024;
/// Shorter than the 5 s after which Node closes an idle connection: a POST on a connection that is being closed cannot be repeated.
const IDLE_TIMEOUT: Duration = Duration::from_secs(4);
/// Flow-control window of an HTTP/2 stream, in bytes.
const WINDOW: u32 = 256 * 1024;

/// A client with these settings that shows the certificate of `identity`; opens no connection. Errors name the setting.
pub(super) fn client(
    settings: &Settings,
    identity: Option<&ClientIdentity>,
) -> Result<reqwest::Client, InvalidSetting> {
    // Fails only if a provider is installed already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut builder = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .connect_timeout(settings.connect_timeout)
        .connector_layer(TimedLayer)
        .pool_max_idle_per_host(settings.connections)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .http1_max_headers(MAX_HEADERS)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        .http2_initial_stream_window_size(WINDOW)
        // Streams that wait for memory must not use up the window of the one that has it.
        .http2_initial_connection_window_size(connection_window(settings.connections));
    if let Some(url) = &settings.proxy {
        let proxy = reqwest::Proxy::all(url.clone()).map_err(|error| invalid("proxy", error))?;
        builder = builder.proxy(proxy);
    }
    let has_tls_proxy = settings.proxy.as_ref().is_some_and(|proxy| proxy.scheme() == "https");
    let builder = match &settings.ca_pem {
        // Reading the system's certificates takes milliseconds, and plain HTTP does not need them.
        None if settings.url.scheme() == "http" && !has_tls_proxy => builder.tls_certs_only([]),
        None if identity.is_none() => builder,
        pem => builder.tls_backend_preconfigured(tls::config(pem.as_deref(), identity)?),
    };
    builder.build().map_err(|error| tls::not_set_up(&failure::innermost(&error)).into())
}

/// Window of a connection that this many streams share, and one more.
fn connection_window(streams: usize) -> u32 {
    const MAX: u32 = (1 << 31) - 1;
    u32::try_from(streams).unwrap_or(MAX).saturating_add(1).saturating_mul(WINDOW).min(MAX)
}

fn invalid(key: &'static str, error: reqwest::Error) -> InvalidSetting {
    let message = format!("{key} is invalid: {}", failure::innermost(&error.without_url()));
    InvalidSetting { key: Some(key), message }
}
