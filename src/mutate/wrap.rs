//! Lines of at most 80 columns.

use unicode_width::UnicodeWidthStr;

/// Columns of a line.
const WIDTH: usize = 80;

/// `text` indented by `indent` columns, its further lines by `hanging`. Breaks at spaces; a longer word has its own line.
pub(crate) fn wrapped(text: &str, indent: usize, hanging: usize) -> Vec<String> {
    joined(text.split(' '), " ", indent, hanging)
}

/// A line of YAML with a value in JSON, broken after commas outside of strings: it is still the same YAML.
pub(crate) fn wrapped_yaml(line: &str, indent: usize, hanging: usize) -> Vec<String> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut is_string, mut is_escaped) = (false, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if std::mem::take(&mut is_escaped) => {}
            '\\' => is_escaped = is_string,
            '"' => is_string = !is_string,
            ',' if !is_string => {
                parts.push(&line[start..=at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&line[start..]);
    joined(parts.into_iter(), "", indent, hanging)
}

fn joined<'t>(parts: impl Iterator<Item = &'t str>, separator: &str, indent: usize, hanging: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut().filter(|line| line.width() + separator.len() + part.width() <= WIDTH) {
            Some(line) => *line += &format!("{separator}{part}"),
            None => {
                let indent = if lines.is_empty() { indent } else { hanging };
                lines.push(format!("{:indent$}{part}", ""));
            }
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_yaml_after_commas() {
        let words = "word ".repeat(30);
        let lines = wrapped(words.trim(), 2, 6);
        assert!(lines.len() == 2 && lines.iter().all(|line| line.width() <= 80), "{lines:?}");
        assert!(lines[0].starts_with("  word") && lines[1].starts_with("      word"), "{lines:?}");
        assert_eq!(wrapped(&"x".repeat(100), 2, 4), [format!("  {}", "x".repeat(100))]);
        let line = format!(r#"schema: {{"a":"{}","b":[1,2],"c":"{}"}}"#, "x, y".repeat(8), "z\\\",".repeat(8));
        let lines = wrapped_yaml(&line, 8, 10);
        assert!(lines.len() > 1 && lines.iter().all(|line| line.width() <= 80), "{lines:?}");
        assert_eq!(lines.iter().map(|line| line.trim_start()).collect::<String>(), line);
    }
}
