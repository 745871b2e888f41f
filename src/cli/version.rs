//! `signoff --version`: the version with commit, date and target of the build.

/// The long form; `-V` prints the version alone.
pub(super) const LONG: &str = concat!(
    env!("CARGO_PKG_VERSION"),
    "\ncommit: ",
    env!("SIGNOFF_BUILD_COMMIT"),
    "\ndate: ",
    env!("SIGNOFF_BUILD_DATE"),
    "\ntarget: ",
    env!("SIGNOFF_BUILD_TARGET"),
);
