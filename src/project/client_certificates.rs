//! Reads the client certificates of a target: `client_cert`, and those of credentials.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::input_file;
use crate::problem::{Problem, reason};
use crate::transport::client_identity::{ClientIdentities, ClientIdentity, IdentityPart, InvalidIdentity};

use super::format::CertificateFormat;
use super::settings::Settings;
use super::target::ChosenTarget;

/// Time before its end at which a certificate causes a warning, in seconds.
const SOON: i64 = 30 * 24 * 60 * 60;

/// A client certificate of a credential.
#[derive(Debug, Clone)]
pub(crate) struct CertificateSource {
    /// The location of the credential in the target: `auth`, SCHEME.
    pub path: Vec<String>,
    /// Its files.
    pub format: CertificateFormat,
}

/// Reads the certificates at `now` (microseconds since 1970). Warnings are added to `notes`.
pub(super) fn load(
    settings: &Settings,
    chosen: &ChosenTarget,
    sources: &[CertificateSource],
    now: i64,
    notes: &mut Vec<Problem>,
) -> Result<ClientIdentities, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut reader = Reader { settings, chosen, now: now / 1_000_000, notes };
    let own = reader.own().map_err(|problem| problems.push(problem)).ok().flatten();
    let read = |source| reader.of_credential(source).map_err(|problem| problems.push(problem)).ok();
    let further = sources.iter().filter_map(read).collect();
    if problems.is_empty() {
        Ok(ClientIdentities { own, further, are_simulated: chosen.is_mock() })
    } else {
        Err(problems)
    }
}

/// The certificate of `client_cert` or `--client-cert` alone.
pub(crate) fn of_connection(
    settings: &Settings,
    chosen: &ChosenTarget,
    now: i64,
    notes: &mut Vec<Problem>,
) -> Result<ClientIdentities, Vec<Problem>> {
    load(settings, chosen, &[], now, notes)
}

struct Reader<'a> {
    settings: &'a Settings,
    chosen: &'a ChosenTarget,
    /// In seconds since 1970.
    now: i64,
    notes: &'a mut Vec<Problem>,
}

/// Where a file is named.
enum Origin<'a> {
    Flag(&'static str),
    /// Keys of the target.
    Keys(Vec<&'a str>),
}

/// A file with its origin.
struct Named<'a> {
    at: Origin<'a>,
    path: PathBuf,
}

impl Reader<'_> {
    /// The certificate of the target. A certificate on the command line does not have the key of the configured one.
    fn own(&mut self) -> Result<Option<ClientIdentity>, Problem> {
        let (given, target) = (&self.settings.overrides.target, &self.chosen.target);
        let flag = |flag, path: &PathBuf| Named { at: Origin::Flag(flag), path: self.settings.directory.join(path) };
        let key = |key, path: &String| Named { at: Origin::Keys(vec![key]), path: self.settings.absolute(path) };
        let configured = target.client_key.as_ref().filter(|_| given.client_cert.is_none());
        let (certificate, private_key) = (
            given.client_cert.as_ref().map(|path| flag("--client-cert", path)),
            given.client_key.as_ref().map(|path| flag("--client-key", path)),
        );
        let certificate = certificate.or_else(|| target.client_cert.as_ref().map(|path| key("client_cert", path)));
        let private_key = private_key.or_else(|| configured.map(|path| key("client_key", path)));
        let Some(certificate) = certificate else {
            let Some(Named { at, .. }) = private_key else { return Ok(None) };
            return Err(self.placed(&at, Problem::new("a key needs a certificate").help("set `client_cert`")));
        };
        let password = target.client_key_password.as_deref();
        self.read(&certificate, private_key.as_ref(), (vec!["client_key_password"], password), false).map(Some)
    }

    /// That of a credential. Another party may have one that the target must refuse.
    fn of_credential(
        &mut self,
        CertificateSource { path, format }: &CertificateSource,
    ) -> Result<ClientIdentity, Problem> {
        let at = |key| path.iter().map(String::as_str).chain([key]).collect::<Vec<_>>();
        let named = |key, file: &String| Named { at: Origin::Keys(at(key)), path: self.settings.absolute(file) };
        let (certificate, key) = (named("cert", &format.cert), format.key.as_ref().map(|file| named("key", file)));
        let is_other = path.first().is_some_and(|key| key == "credentials");
        let mut identity =
            self.read(&certificate, key.as_ref(), (at("password"), format.password.as_deref()), is_other)?;
        identity.name = Some(path.join("."));
        Ok(identity)
    }

    fn read(
        &mut self,
        certificate: &Named<'_>,
        key: Option<&Named<'_>>,
        (password_at, password): (Vec<&str>, Option<&str>),
        may_be_invalid: bool,
    ) -> Result<ClientIdentity, Problem> {
        let (cert, private) = (self.bytes(certificate)?, key.map(|key| self.bytes(key)).transpose()?);
        let read = ClientIdentity::from_pem(&cert, private.as_deref(), password);
        let identity = read.map_err(|InvalidIdentity { part, message, help }| {
            let named = if part == IdentityPart::Certificate { certificate } else { key.unwrap_or(certificate) };
            let problem = Problem::new(format!("{}: {message}", self.shown(&named.path)));
            let problem = help.into_iter().fold(problem, Problem::help);
            match part {
                IdentityPart::Password if password.is_none() => {
                    let key = password_at.join(".");
                    self.placed(&named.at, problem.help(format!("set `{key}: \"${{env.NAME}}\"`")))
                }
                IdentityPart::Password => self.placed(&Origin::Keys(password_at.clone()), problem),
                _ => self.placed(&named.at, problem),
            }
        })?;
        if let Some((message, is_valid)) = identity.validity.and_then(|validity| self.validity(validity)) {
            let problem = Problem::new(format!("{}: the certificate {message}", self.shown(&certificate.path)));
            let problem = self.placed(&certificate.at, problem);
            if !is_valid && !may_be_invalid {
                return Err(problem.help("replace it: the target would refuse the requests of all cases"));
            }
            self.notes.push(problem.as_warning());
        }
        Ok(identity)
    }

    /// What is to be said about a period of validity, and whether it contains the start of the run.
    fn validity(&self, [begin, end]: [i64; 2]) -> Option<(String, bool)> {
        let date = |second| Timestamp::from_second(second).map(|at| at.strftime("%Y-%m-%d").to_string());
        let date = |second| date(second).unwrap_or_default();
        match self.now {
            now if now < begin => Some((format!("is not valid before {}", date(begin)), false)),
            now if now > end => Some((format!("expired on {}", date(end)), false)),
            now if now > end - SOON => Some((format!("expires on {}", date(end)), true)),
            _ => None,
        }
    }

    fn bytes(&self, named: &Named<'_>) -> Result<Vec<u8>, Problem> {
        input_file::read(&named.path).map_err(|error| {
            let message = format!("cannot read {}: {}", self.shown(&named.path), reason(&error));
            self.placed(&named.at, Problem::new(message))
        })
    }

    /// A path for messages: relative to the configuration if it is below it.
    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.settings.file.root).unwrap_or(path).display().to_string()
    }

    fn placed(&self, at: &Origin<'_>, problem: Problem) -> Problem {
        match at {
            Origin::Flag(flag) => Problem { message: format!("{flag}: {}", problem.message), ..problem },
            Origin::Keys(path) => self.chosen.placed(self.settings, path, problem),
        }
    }
}
