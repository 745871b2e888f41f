//! Progress of a measurement.

use std::fmt;

use super::measured::Measured;

/// What is done so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Done {
    /// Responses and operations whose mutants were tried, and all of them.
    pub parts: (usize, usize),
    /// Mutants that were tried, and how many of them were noticed.
    pub mutants: (usize, usize),
}

impl Done {
    /// Counts the mutants so far.
    pub(crate) fn with(&mut self, measured: &Measured) -> &Self {
        let counts = measured.counts(None);
        self.mutants = (counts.tried, counts.noticed());
        self
    }
}

impl fmt::Display for Done {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ((done, all), (tried, noticed)) = (self.parts, self.mutants);
        write!(f, "{done} of {all} responses and operations; {tried} faults tried, {noticed} noticed")
    }
}
