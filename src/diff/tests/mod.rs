//! The diff as a reader sees it.

mod expected;
mod laid_out;
mod laws;

use std::fmt::Write;

use super::{Line, Role};

/// Formats lines as in a terminal without colour.
fn draw(lines: &[Line]) -> String {
    let mut drawing = String::new();
    for line in lines {
        let sign = match line.role {
            Role::Removed => '-',
            Role::Added => '+',
            Role::Context | Role::Fold => ' ',
        };
        let noted = line.annotation.as_ref().map(|(note, place)| format!("   {note}  {place}")).unwrap_or_default();
        let text = format!("{sign} {}", line.text);
        let _ = writeln!(drawing, "{}", format!("{text:<50}{noted}").trim_end());
        if let (Role::Added, Some(last)) = (line.role, line.emphasis.last()) {
            let mark = |(at, _)| if line.emphasis.iter().any(|range| range.contains(&at)) { '^' } else { ' ' };
            let carets: String = line.text[..last.end].char_indices().map(mark).collect();
            let _ = writeln!(drawing, "  {carets}");
        }
    }
    drawing
}
