//! Command lines as requests, compared with those of curl, and with words of a shell.

mod leaks;
mod real;
mod requests;
