//! Colours, if enabled.

use anstyle::{AnsiColor, Style};

/// Passed, and the expected side of a diff.
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
/// Failed, and the actual side of a diff.
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
/// Errored.
pub(crate) const ODD: Style = AnsiColor::Yellow.on_default();
/// Secondary information.
pub(crate) const DIM: Style = Style::new().dimmed();
/// Headings.
pub(crate) const BOLD: Style = Style::new().bold();

/// Applies `style` to `text` if `color` is set.
pub(crate) fn paint(text: &str, style: Style, color: bool) -> String {
    if color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
