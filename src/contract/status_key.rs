//! The key of a declared response.

/// The key of a `responses` entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StatusKey {
    /// `200`.
    Exact(u16),
    /// `4XX`, as 4.
    Range(u16),
    /// `default`.
    Default,
}

impl StatusKey {
    /// Parses `200`, `4XX` or `default` (OpenAPI 3.1 §4.8.16).
    pub(super) fn parse(key: &str) -> Option<Self> {
        let class = |text: &str| text.parse::<u16>().ok().filter(|class| (1..=9).contains(class) && text.len() == 1);
        match key {
            "default" => Some(Self::Default),
            _ if key.ends_with("XX") => key.strip_suffix("XX").and_then(class).map(Self::Range),
            _ => key.parse().ok().filter(|status| (100..=999).contains(status) && key.len() == 3).map(Self::Exact),
        }
    }
}

impl std::fmt::Display for StatusKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exact(status) => write!(f, "{status}"),
            Self::Range(class) => write!(f, "{class}XX"),
            Self::Default => f.write_str("default"),
        }
    }
}
