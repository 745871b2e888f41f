//! The responses that a mutant changes together: those of one operation with one status.

use std::collections::BTreeMap;

use super::determined::Aligned;
use super::unmutated::{Sent, UnmutatedRun};

/// Unmutated exchanges of one operation with one status.
pub(crate) struct Group<'r> {
    /// Index of the operation.
    pub operation: usize,
    /// The status.
    pub status: u16,
    /// The exchanges, in order.
    pub members: Vec<Member<'r>>,
}

impl<'r> Group<'r> {
    /// A group of one generated response, which no case receives.
    pub(crate) fn unreached(operation: usize, sent: &'r Sent) -> Self {
        let member = Member { sent, story: (0, 0), aligned: Aligned::unknown() };
        Self { operation, status: sent.exchange.response.status, members: vec![member] }
    }
}

/// One exchange of a group.
pub(crate) struct Member<'r> {
    /// The exchange of the run that mutants are compared with.
    pub sent: &'r Sent,
    /// Lane and story, by index.
    pub story: (usize, usize),
    /// The same exchange in every run.
    pub aligned: Aligned<'r>,
}

/// Groups the exchanges of the first run; `runs` are all unmutated runs.
pub(crate) fn groups(runs: &[UnmutatedRun]) -> Vec<Group<'_>> {
    let mut groups: BTreeMap<(usize, u16), Vec<Member<'_>>> = BTreeMap::new();
    let Some(first) = runs.first() else { return Vec::new() };
    for (lane, stories) in first.lanes.iter().enumerate() {
        for (story, run) in stories.iter().enumerate() {
            for (position, sent) in run.sent.iter().enumerate() {
                let aligned = Aligned::new(runs, lane, story, position);
                let (Some(operation), Some(aligned)) = (sent.operation, aligned) else { continue };
                let member = Member { sent, story: (lane, story), aligned };
                groups.entry((operation, sent.exchange.response.status)).or_default().push(member);
            }
        }
    }
    let group = |((operation, status), members)| Group { operation, status, members };
    groups.into_iter().map(group).collect()
}
