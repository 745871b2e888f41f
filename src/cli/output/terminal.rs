//! Capabilities of the streams (color, links, width), and the progress line.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use terminal_size::{Width, terminal_size_of};

use crate::report::terminal::Style;

use crate::cli::args::Color;

/// The style of a stream: color as requested, else on a terminal unless `NO_COLOR` is set and not empty, or `TERM` is `dumb`.
pub(crate) fn style(requested: Option<Color>, is_terminal: bool, env: &BTreeMap<String, String>) -> Style {
    let no_color = env.get("NO_COLOR").is_some_and(|value| !value.is_empty());
    let dumb = env.get("TERM").is_some_and(|term| term == "dumb");
    let color = match requested.unwrap_or(Color::Auto) {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => is_terminal && !no_color && !dumb,
    };
    let measured = is_terminal.then(terminal_width).flatten();
    Style { color, width: measured.unwrap_or_else(|| given_width(is_terminal, env)), links: None }
}

/// Whether a stream with color supports hyperlinks: as set by `FORCE_HYPERLINK`, else on terminals known to support them.
pub(crate) fn links(is_terminal: bool, env: &BTreeMap<String, String>) -> bool {
    let value = |name: &str| env.get(name).map(|value| value.trim()).filter(|value| !value.is_empty());
    if let Some(forced) = value("FORCE_HYPERLINK") {
        return forced != "0";
    }
    let is_one_of = |name: &str, known: &[&str]| value(name).is_some_and(|value| known.contains(&value));
    // CI logs are often shown by something else than the terminal they pretend to be.
    if !is_terminal || value("CI").is_some() || is_one_of("TERM", &["dumb"]) {
        return false;
    }
    let vte = value("VTE_VERSION").and_then(|version| version.parse().ok());
    is_one_of("TERM_PROGRAM", &["iTerm.app", "WezTerm", "vscode", "ghostty"])
        || is_one_of("TERM", &["alacritty", "foot", "ghostty", "xterm-ghostty", "xterm-kitty"])
        || ["DOMTERM", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WT_SESSION"].iter().any(|name| value(name).is_some())
        || vte.is_some_and(|version: u32| version >= 5000)
}

/// Columns if there is no terminal.
const DEFAULT_WIDTH: usize = 120;

/// Columns of a terminal that does not say how many it has, as those of containers and serial lines.
const DEFAULT_TERMINAL_WIDTH: usize = 80;

/// Limits of the number of columns: fewer leave no room for text.
const MIN_WIDTH: usize = 40;
const MAX_WIDTH: usize = 1000;

/// Columns of the terminal; nothing if it has no rows or no columns.
fn terminal_width() -> Option<usize> {
    let width = terminal_size_of(io::stdout()).or_else(|| terminal_size_of(io::stderr()));
    width.map(|(Width(columns), _)| usize::from(columns).max(MIN_WIDTH))
}

/// Columns of a stream that does not say how many it has: `COLUMNS`, as a shell, a pager or a CI log sets it, else a default.
fn given_width(is_terminal: bool, env: &BTreeMap<String, String>) -> usize {
    let default = if is_terminal { DEFAULT_TERMINAL_WIDTH } else { DEFAULT_WIDTH };
    let columns = env.get("COLUMNS").and_then(|columns| columns.trim().parse().ok()).filter(|columns| *columns > 0);
    columns.map_or(default, |columns: usize| columns.clamp(MIN_WIDTH, MAX_WIDTH))
}

/// A progress line that is overwritten; on a terminal only.
#[derive(Debug)]
pub(crate) struct Progress {
    shown: bool,
    enabled: bool,
    width: usize,
    /// When the line was last written.
    written: Option<Instant>,
}

/// Minimum time between two updates.
const INTERVAL: Duration = Duration::from_millis(50);

impl Progress {
    /// Prints nothing unless `enabled`. A line that wraps cannot be cleared, so lines are cut to `width` columns.
    pub(crate) fn new(enabled: bool, width: usize) -> Self {
        Self { shown: false, enabled, width, written: None }
    }

    /// Replaces the line, at most once per interval.
    pub(crate) fn show(&mut self, text: impl FnOnce() -> String, err: &mut dyn Write) -> io::Result<()> {
        let is_fresh = self.shown && self.written.is_some_and(|written| written.elapsed() < INTERVAL);
        if !self.enabled || is_fresh {
            return Ok(());
        }
        self.written = Some(Instant::now());
        self.shown = true;
        let text: String = text().chars().take(self.width.saturating_sub(1)).collect();
        write!(err, "\r\x1b[2K{text}")?;
        err.flush()
    }

    /// Clears the line, so that other text can be written.
    pub(crate) fn clear(&mut self, err: &mut dyn Write) -> io::Result<()> {
        if !std::mem::take(&mut self.shown) {
            return Ok(());
        }
        write!(err, "\r\x1b[2K")?;
        err.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn color_is_used_on_terminals_that_want_it() {
        let check = |requested, is_terminal, env: &[(&str, &str)]| {
            let env = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            style(requested, is_terminal, &env).color
        };
        assert!(check(None, true, &[]));
        assert!(check(None, true, &[("NO_COLOR", "")]));
        assert!(!check(None, true, &[("NO_COLOR", "1")]));
        assert!(!check(None, true, &[("TERM", "dumb")]));
        assert!(!check(None, false, &[]));
        assert!(check(Some(Color::Always), false, &[("NO_COLOR", "1")]));
    }

    #[test]
    fn columns_set_the_width_of_a_pipe() {
        let width = |value: &str| style(None, false, &[("COLUMNS".to_owned(), value.to_owned())].into()).width;
        assert_eq!(["80", "7", "x", "", "99999999"].map(width), [80, 40, 120, 120, 1000]);
    }

    #[test]
    fn a_terminal_without_a_size_has_80_columns() {
        let width = |value: &str| given_width(true, &[("COLUMNS".to_owned(), value.to_owned())].into());
        assert_eq!(["", "0", "100", "7"].map(width), [80, 80, 100, 40]);
    }

    #[test]
    fn links_are_used_on_known_terminals() {
        let check = |is_terminal, env: &[(&str, &str)], expect: bool| {
            let map = env.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
            assert_eq!(links(is_terminal, &map), expect, "{is_terminal} {env:?}");
        };
        check(true, &[], false);
        check(true, &[("TERM", "xterm-256color")], false);
        check(true, &[("TERM_PROGRAM", "Apple_Terminal")], false);
        let known = [
            ("TERM_PROGRAM", "iTerm.app"),
            ("TERM_PROGRAM", "vscode"),
            ("TERM", "xterm-kitty"),
            ("TERM", "foot"),
            ("VTE_VERSION", "7600"),
            ("KITTY_WINDOW_ID", "1"),
            ("WT_SESSION", "e0d2"),
            ("KONSOLE_VERSION", "230801"),
            ("DOMTERM", "version=2"),
        ];
        for variable in known {
            check(true, &[variable], true);
            check(false, &[variable], false);
            check(true, &[variable, ("CI", "true")], false);
            check(true, &[variable, ("FORCE_HYPERLINK", "0")], false);
        }
        check(true, &[("VTE_VERSION", "4999")], false);
        check(true, &[("VTE_VERSION", "new")], false);
        check(true, &[("TERM", "dumb"), ("WT_SESSION", "e0d2")], false);
        check(false, &[("FORCE_HYPERLINK", "1")], true);
    }

    #[test]
    fn progress_is_overwritten_and_cleared() {
        let mut err = Vec::new();
        let mut progress = Progress::new(true, 10);
        progress.show(|| "1 of 2 cases".to_owned(), &mut err).unwrap();
        progress.clear(&mut err).unwrap();
        progress.clear(&mut err).unwrap();
        assert_eq!(String::from_utf8(err).unwrap(), "\r\x1b[2K1 of 2 ca\r\x1b[2K");
    }
}
