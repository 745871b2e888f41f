//! The diff-style report of each endpoint: `endpoints/<operation>.md`.
