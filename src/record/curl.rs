//! The shell command that sends a request again.
