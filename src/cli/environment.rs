//! The environment as text.

use std::collections::BTreeMap;
use std::ffi::OsString;

/// Converts the variables of a process. What is not UTF-8 in a value becomes U+FFFD, so that its use is reported and not that the
/// variable is not set; a name that is not UTF-8 cannot be used in any input.
pub fn environment(variables: impl Iterator<Item = (OsString, OsString)>) -> BTreeMap<String, String> {
    let text =
        |(name, value): (OsString, OsString)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned()));
    variables.filter_map(text).collect()
}
