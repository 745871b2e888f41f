//! Tests of the clauses of a contract.

mod notation;
