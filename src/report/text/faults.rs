//! Mutation testing in words, for every report. A percentage never appears without its counts.

use crate::record::{FaultCounts, Head, Mutation};

/// `696 of 698 (99 %)`, rounded down so that only a complete result is 100 %.
pub(crate) fn share(counts: &FaultCounts) -> String {
    format!("{} of {} ({} %)", counts.noticed(), counts.tried, counts.percent())
}

/// `faults noticed: 696 of 698 (99 %)`.
pub(crate) fn line(mutation: &Mutation) -> String {
    match mutation.counts.tried {
        0 => "no fault was tried".to_owned(),
        _ => format!("faults noticed: {}", share(&mutation.counts)),
    }
}

/// The measurement of a run, if both had the same inputs.
pub(crate) fn of_run(head: &Head) -> Option<&Mutation> {
    let is_same = |mutation: &&Mutation| {
        let (one, other) = (&mutation.inputs, &head.inputs);
        (&one.document, &one.overlays, &one.cases, &one.configuration)
            == (&other.document, &other.overlays, &other.cases, &other.configuration)
    };
    head.mutation.as_ref().filter(is_same)
}
