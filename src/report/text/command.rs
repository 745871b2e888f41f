//! The curl command that reproduces a request.

use crate::diff::visible;

/// Maximum size in bytes of a command shown in a list of cases.
const MAX_COMMAND: usize = 2048;

/// Formats the command, or where to find a long one.
pub(crate) fn repeat(curl: &str) -> String {
    match curl.len() {
        ..=MAX_COMMAND => format!("reproduce: {}", shell(curl)),
        bytes => format!("reproduce: see the endpoint report or record.json (the command has {bytes} bytes)"),
    }
}

/// Makes control characters of a command visible and keeps its line breaks.
pub(crate) fn shell(command: &str) -> String {
    command.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_command_is_replaced_by_its_location() {
        assert_eq!(repeat("curl http://h/"), "reproduce: curl http://h/");
        let expect = "reproduce: see the endpoint report or record.json (the command has 2049 bytes)";
        assert_eq!(repeat(&"x".repeat(MAX_COMMAND + 1)), expect);
    }
}
