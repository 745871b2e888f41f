//! Colours, where they are asked for.

use anstyle::{AnsiColor, Style};

/// What was kept.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// What was broken, and the `-` side of a diff.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What could not be done.
pub const ODD: Style = AnsiColor::Yellow.on_default();
/// What is beside the point.
pub const DIM: Style = Style::new().dimmed();
/// What is to be seen first.
pub const BOLD: Style = Style::new().bold();

/// `text` in `style`, or as it is.
pub fn paint(text: &str, style: Style, color: bool) -> String {
    if color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
}
