//! Records commit, date and target for `signoff --version`.
//!
//! Commit and date come from the environment, where `packaging/build.sh` puts them, or the commit from the file that `cargo package`
//! adds. Git is not called: every commit would rebuild the crate, and a package of a registry has no repository.

use std::{env, fs};

/// The file in which `cargo package` records the commit.
const PACKAGED: &str = ".cargo_vcs_info.json";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = env::var("TARGET").unwrap_or_default();
    println!("cargo::rustc-env=SIGNOFF_BUILD_TARGET={target}");
    for (name, fallback) in [("SIGNOFF_BUILD_COMMIT", packaged_commit()), ("SIGNOFF_BUILD_DATE", None)] {
        println!("cargo::rerun-if-env-changed={name}");
        let given = env::var(name).ok().filter(|value| !value.is_empty());
        println!("cargo::rustc-env={name}={}", given.or(fallback).unwrap_or_else(|| "unknown".to_owned()));
    }
}

/// The commit of a package: the first value of 40 hexadecimal digits.
fn packaged_commit() -> Option<String> {
    let text = fs::read_to_string(PACKAGED).ok()?;
    let is_commit = |value: &&str| value.len() == 40 && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    text.split('"').find(is_commit).map(str::to_owned)
}
