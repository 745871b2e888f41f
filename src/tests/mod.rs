//! Tests across modules: scenario folders of `tests/data`, laws that hold for every contract, and untrusted input.

mod arbitrary;
mod case;
mod check;
mod clause;
mod clause_cases;
mod corpus;
mod forms;
mod hostile;
mod impossible_clauses;
mod laws;
mod lint;
mod specmatic;
