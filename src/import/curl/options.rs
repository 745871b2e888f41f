//! Options of curl: which take a value, and the transfers that a command line describes.

use std::ops::Range;

use crate::suggestion::nearest;

use super::lexer::Word;

/// Options without a value: `name` or `name/letter`; all may begin with `no-` (curl 8.16, `--help all`).
const FLAGS: &str = "\
    alpn anyauth append/a basic buffer/N ca-native cert-status clobber compressed compressed-ssh create-dirs crlf digest \
    disable-eprt disable-epsv disable/q disallow-username-in-url doh-cert-status doh-insecure dump-ca-embed fail-early \
    fail-with-body fail/f false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc \
    ftp-ssl-control get/G globoff/g haproxy-protocol head/I help/h http0.9 http1.0/0 http1.1 http2 http2-prior-knowledge \
    http3 http3-only ignore-content-length include/i insecure/k ipv4/4 ipv6/6 junk-session-cookies/j keepalive list-only/l \
    location-trusted location/L mail-rcpt-allowfails manual/M metalink mptcp negotiate netrc-optional netrc/n next/: npn \
    ntlm ntlm-wb out-null parallel-immediate parallel/Z path-as-is post301 post302 post303 progress-bar/# progress-meter \
    proxy-anyauth proxy-basic proxy-ca-native proxy-digest proxy-http2 proxy-insecure proxy-negotiate proxy-ntlm \
    proxy-ssl-allow-beast proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel/p raw remote-header-name/J remote-name-all \
    remote-name/O remote-time/R remove-on-error retry-all-errors retry-connrefused sasl-ir sessionid show-error/S silent/s \
    skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl ssl-allow-beast ssl-auto-client-cert ssl-no-revoke \
    ssl-reqd ssl-revoke-best-effort sslv2/2 sslv3/3 styled-output suppress-connect-headers tcp-fastopen tcp-nodelay \
    tftp-no-options tls-earlydata tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tlsv1/1 tr-encoding trace-ids trace-time use-ascii/B \
    verbose/v version/V xattr";

/// Options with a value.
const VALUES: &str = "\
  abstract-unix-socket alt-svc aws-sigv4 cacert capath cert-type cert/E ciphers config/K connect-timeout connect-to \
  continue-at/C cookie-jar/c cookie/b create-file-mode crlfile curves data-ascii data-binary data-raw data-urlencode \
  data/d delegation dns-interface dns-ipv4-addr dns-ipv6-addr dns-servers doh-url dump-header/D ech egd-file engine \
  etag-compare etag-save expect100-timeout form-string form/F ftp-account ftp-alternative-to-user ftp-method ftp-port/P \
  ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header/H hostpubmd5 hostpubsha256 hsts interface ip-tos \
  ipfs-gateway json keepalive-cnt keepalive-time key key-type knownhosts krb libcurl limit-rate local-port login-options \
  mail-auth mail-from mail-rcpt max-filesize max-redirs max-time/m netrc-file noproxy oauth2-bearer output-dir output/o \
  parallel-max pass pinnedpubkey preproxy proto proto-default proto-redir proxy-cacert proxy-capath proxy-cert \
  proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type proxy-pass proxy-pinnedpubkey \
  proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype proxy-tlspassword proxy-tlsuser proxy-user/U proxy/x proxy1.0 \
  pubkey quote/Q random-file range/r rate referer/e request-target request/X resolve retry retry-delay retry-max-time \
  sasl-authzid service-name sigalgs socks4 socks4a socks5 socks5-gssapi-service socks5-hostname speed-limit/Y \
  speed-time/y stderr telnet-option/t tftp-blksize time-cond/z tls-max tls13-ciphers tlsauthtype tlspassword tlsuser \
  trace trace-ascii trace-config unix-socket upload-file/T upload-flags url url-query user-agent/A user/u variable \
  vlan-priority write-out/w";

/// Options that change the request or the connection, but have no equivalent in a case, and what to do instead.
const NOT_IMPORTED: [(&[&str], &str); 9] = [
    (&["insecure", "cacert", "capath"], "set `ca_file` of the target, or run with --ca-file"),
    (&["cert", "key", "cert-type", "key-type", "pass"], "set `client_cert` of the target, or run with --client-cert"),
    (
        &["proxy", "proxy1.0", "preproxy", "socks5", "socks5-hostname", "socks4", "socks4a"],
        "set `proxy` of the target, or run with --proxy",
    ),
    (&["location", "location-trusted", "follow"], "redirects are not followed: add a case for the second request"),
    (&["retry"], "set `retry` of the case"),
    (
        &["aws-sigv4", "digest", "ntlm", "negotiate", "anyauth", "netrc", "netrc-file"],
        "requests are not signed, and only Basic and Bearer credentials can be sent",
    ),
    (&["config"], "configuration files of curl are not read: write the options in the command"),
    (&["time-cond", "etag-compare", "continue-at"], "write the header that curl would send with -H"),
    (
        &["unix-socket", "abstract-unix-socket", "resolve", "connect-to"],
        "requests are sent to the address of the target",
    ),
];

/// A value of a request body given by an option such as `-d`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum DataKind {
    /// `-d`: `@FILE` reads a file without line ends.
    Ascii,
    /// `--data-binary`: `@FILE` reads a file.
    Binary,
    /// `--data-raw`.
    Raw,
    /// `--data-urlencode`.
    UrlEncoded,
    /// `--json`.
    Json,
}

/// The options of one transfer: those between two `--next`.
#[derive(Debug, Clone, Default)]
pub(super) struct Transfer {
    pub urls: Vec<Word>,
    pub method: Option<Word>,
    pub headers: Vec<Word>,
    pub data: Vec<(DataKind, Word)>,
    /// `-F`, and whether the value is literal (`--form-string`).
    pub form: Vec<(bool, Word)>,
    pub uploads: Vec<Word>,
    pub url_query: Vec<Word>,
    pub user: Option<Word>,
    pub bearer: Option<Word>,
    pub cookies: Vec<Word>,
    pub agent: Option<Word>,
    pub referer: Option<Word>,
    pub range: Option<Word>,
    pub request_target: Option<Word>,
    pub is_get: bool,
    pub is_head: bool,
    pub is_compressed: bool,
    pub is_globbing_off: bool,
    pub is_path_kept: bool,
    pub has_escaped_form: bool,
    /// Options that have no equivalent, with advice.
    pub notes: Vec<(Range<usize>, String)>,
}

/// An option that curl would refuse, or that prevents the import.
pub(super) struct OptionError {
    pub span: Range<usize>,
    pub message: String,
    pub help: Option<String>,
}

/// Reads the arguments of curl.
pub(super) fn parse(arguments: &[Word]) -> Result<Vec<Transfer>, Vec<OptionError>> {
    let mut parser = Parser { transfers: vec![Transfer::default()], errors: Vec::new() };
    let mut arguments = arguments.iter();
    let mut are_options_over = false;
    while let Some(word) = arguments.next() {
        let text = word.text();
        match text.strip_prefix('-') {
            Some("-") if !are_options_over => are_options_over = true,
            Some(rest) if !are_options_over && !rest.is_empty() => match rest.strip_prefix('-') {
                Some(long) => parser.long(long, word, &mut arguments),
                None => parser.short(word, &mut arguments),
            },
            _ => parser.last().urls.push(word.clone()),
        }
    }
    if parser.errors.is_empty() { Ok(parser.transfers) } else { Err(parser.errors) }
}

struct Parser {
    transfers: Vec<Transfer>,
    errors: Vec<OptionError>,
}

impl Parser {
    fn last(&mut self) -> &mut Transfer {
        if self.transfers.is_empty() {
            self.transfers.push(Transfer::default());
        }
        let last = self.transfers.len() - 1;
        &mut self.transfers[last]
    }

    fn long<'w>(&mut self, given: &str, word: &Word, rest: &mut impl Iterator<Item = &'w Word>) {
        // `--expand-data` is `--data` with variables of curl in it.
        let name = given.strip_prefix("expand-").unwrap_or(given);
        match (long_name(name, VALUES), flag_name(name)) {
            (Some(name), _) => match rest.next() {
                Some(value) => self.value(name, value.clone(), word),
                None => self.error(word, format!("the option `--{given}` needs a value"), None),
            },
            (None, Some((name, is_on))) => self.flag(name, is_on, word),
            (None, None) => {
                let help = match given.split_once('=') {
                    Some((name, _)) if long_name(name, VALUES).is_some() => {
                        Some(format!("curl takes the value as the next word: `--{name} VALUE`"))
                    }
                    _ => nearest(given, names(VALUES).chain(names(FLAGS)).map(|(name, _)| name))
                        .map(|near| format!("did you mean `--{near}`?")),
                };
                let name = given.split('=').next().unwrap_or_default();
                self.error(word, format!("unknown option of curl: `--{name}`"), help);
            }
        }
    }

    /// Reads joined short options: `-sSXPOST`.
    fn short<'w>(&mut self, word: &Word, rest: &mut impl Iterator<Item = &'w Word>) {
        let mut at = 1;
        while let Some(letter) = word.bytes.get(at).map(|byte| char::from(*byte)) {
            at += 1;
            if let Some((name, _)) = names(VALUES).find(|(_, short)| *short == Some(letter)) {
                let joined = Word { bytes: word.bytes[at..].to_vec(), span: word.span.clone() };
                let value = if joined.bytes.is_empty() { rest.next().cloned() } else { Some(joined) };
                return match value {
                    Some(value) => self.value(name, value, word),
                    None => self.error(word, format!("the option `-{letter}` needs a value"), None),
                };
            }
            match names(FLAGS).find(|(_, short)| *short == Some(letter)) {
                Some((name, _)) => self.flag(name, true, word),
                None => return self.error(word, format!("unknown option of curl: `-{letter}`"), None),
            }
        }
    }

    fn error(&mut self, word: &Word, message: String, help: Option<String>) {
        self.errors.push(OptionError { span: word.span.clone(), message, help });
    }

    fn note(&mut self, name: &str, word: &Word) {
        if let Some((_, advice)) = NOT_IMPORTED.iter().find(|(names, _)| names.contains(&name)) {
            self.last().notes.push((word.span.clone(), format!("`--{name}` is not imported: {advice}")));
        }
    }

    fn flag(&mut self, name: &'static str, is_on: bool, word: &Word) {
        if is_on {
            self.note(name, word);
        }
        let transfer = self.last();
        match name {
            "get" => transfer.is_get = is_on,
            "head" => transfer.is_head = is_on,
            "compressed" => transfer.is_compressed = is_on,
            "globoff" => transfer.is_globbing_off = is_on,
            "path-as-is" => transfer.is_path_kept = is_on,
            "form-escape" => transfer.has_escaped_form = is_on,
            "next" => self.transfers.push(Transfer::default()),
            _ => {}
        }
    }

    fn value(&mut self, name: &'static str, value: Word, word: &Word) {
        self.note(name, word);
        let transfer = self.last();
        let data = &mut transfer.data;
        match name {
            "url" => transfer.urls.push(value),
            "request" => transfer.method = Some(value),
            "header" => transfer.headers.push(value),
            "data" | "data-ascii" => data.push((DataKind::Ascii, value)),
            "data-binary" => data.push((DataKind::Binary, value)),
            "data-raw" => data.push((DataKind::Raw, value)),
            "data-urlencode" => data.push((DataKind::UrlEncoded, value)),
            "json" => data.push((DataKind::Json, value)),
            "form" => transfer.form.push((false, value)),
            "form-string" => transfer.form.push((true, value)),
            "upload-file" => transfer.uploads.push(value),
            "url-query" => transfer.url_query.push(value),
            "user" => transfer.user = Some(value),
            "oauth2-bearer" => transfer.bearer = Some(value),
            "cookie" => transfer.cookies.push(value),
            "user-agent" => transfer.agent = Some(value),
            "referer" => transfer.referer = Some(value),
            "range" => transfer.range = Some(value),
            "request-target" => transfer.request_target = Some(value),
            _ => {}
        }
    }
}

fn names(table: &'static str) -> impl Iterator<Item = (&'static str, Option<char>)> {
    table.split_ascii_whitespace().map(|entry| match entry.split_once('/') {
        Some((name, letter)) => (name, letter.chars().next()),
        None => (entry, None),
    })
}

/// The option called `given`, which may be abbreviated as far as it is unique.
fn long_name(given: &str, table: &'static str) -> Option<&'static str> {
    let all = || names(VALUES).chain(names(FLAGS)).map(|(name, _)| name);
    if let Some(exact) = all().find(|name| *name == given) {
        return names(table).map(|(name, _)| name).find(|name| *name == exact);
    }
    let mut beginning = all().filter(|name| !given.is_empty() && name.starts_with(given));
    let first = beginning.next().filter(|_| beginning.next().is_none())?;
    names(table).map(|(name, _)| name).find(|name| *name == first)
}

/// The option without value, and whether it is switched on.
fn flag_name(given: &str) -> Option<(&'static str, bool)> {
    let negated = || Some((long_name(given.strip_prefix("no-")?, FLAGS)?, false));
    long_name(given, FLAGS).map(|name| (name, true)).or_else(negated)
}
