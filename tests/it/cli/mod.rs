//! The program called in-process: what is typed, what is printed, how it exits.

mod binary;
mod inputs;
mod project;
mod runs;
mod texts;
