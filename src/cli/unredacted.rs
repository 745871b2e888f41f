//! Shows that the search of `tests/it/leaks` finds what is not redacted: it calls the program with redaction off, which only this
//! test can do.

#[path = "../../tests/it/leaks/plants.rs"]
mod plants;
#[path = "../../tests/it/leaks/scenario.rs"]
mod scenario;
#[path = "../../tests/it/leaks/vendor.rs"]
mod vendor;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::Path;

use crate::report::formats;

use super::process::Process;
use super::session::Session;
use super::subcommands::{parse, run_in};
use plants::{NAMED, Plant, SECRETS, UNRECORDED};
use scenario::{all_shown, answers, environment, files};
use vendor::Vendor;

/// Calls the program in `folder` with redaction off.
fn call_unredacted(folder: &Path, args: &[&str]) -> (u8, String, String) {
    let folder = folder.to_str().expect("UTF-8");
    let args: Vec<_> = ["signoff", "-C", folder].iter().chain(args).map(OsString::from).collect();
    let env: BTreeMap<_, _> = environment().into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut process =
        Process { out: &mut out, err: &mut err, out_terminal: false, err_terminal: false, exit: None, log: None };
    let arguments = parse(&args, &env, &mut process).expect("valid arguments");
    let mut session = Session::new(arguments.global, &env, process);
    session.redacts = false;
    let exit = run_in(&mut session, arguments.command.expect("a subcommand"));
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (exit.code(), text(out), text(err))
}

#[test]
fn without_redaction_every_planted_value_is_found() {
    let vendor = Vendor::start(answers());
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files(&vendor) {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    let call = |args: &[&str]| call_unredacted(folder.path(), args);
    let texts = all_shown(&formats::names(), &folder.path().join("reports"), call);
    let is_found = |plant: &Plant| texts.iter().any(|(_, text)| !plant.found(text).is_empty());
    let (found, hidden): (Vec<_>, Vec<_>) = Plant::all().partition(is_found);
    assert_eq!(hidden.iter().map(|plant| plant.place).collect::<Vec<_>>(), UNRECORDED);
    assert_eq!((found.len(), SECRETS.len(), NAMED.len()), (64, 41, 23));
    assert!(!vendor.seen().is_empty());
    // Progress and problems need not be about an exchange; every result is.
    let contains_none = |text: &str| Plant::all().all(|plant| plant.found(text).is_empty());
    let results = texts.iter().filter(|(name, _)| !name.starts_with("stderr") && !name.contains("/.gitignore "));
    let without: Vec<_> = results.filter(|(_, text)| contains_none(text)).map(|(name, _)| name).collect();
    assert!(without.is_empty(), "{without:?}");
}
