//! The responses that a mutant changes together: those of one operation with one status.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use crate::case::{Case, Suite};
use crate::contract::{Breach, Contract, Rule, judge};
use crate::http::Exchange;

use super::canonical;
use super::determined::Aligned;
use super::specified::Expected;
use super::unmutated::{Sent, UnmutatedRun};

/// Unmutated exchanges of one operation with one status.
pub(crate) struct Group<'r> {
    /// Index of the operation.
    pub operation: usize,
    /// The status.
    pub status: u16,
    /// The exchanges, in order.
    pub members: Vec<Member<'r>>,
    /// What their cases expect.
    pub expected: Expected,
}

impl<'r> Group<'r> {
    /// A group of one generated response, which no case receives.
    pub(crate) fn unreached(operation: usize, sent: &'r Sent) -> Self {
        let member = Member::new(sent, (0, 0), Aligned::unknown());
        let expected = Expected::default();
        Self { operation, status: sent.exchange.response.status, members: vec![member], expected }
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
    /// Digest of the unchanged response, which is the same for every mutant.
    digest: OnceLock<u64>,
    /// The breaches of the unchanged response.
    breaches: OnceLock<HashSet<BreachKey>>,
}

/// What identifies a breach of a response: rule, location, keyword.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct BreachKey(Rule, String, String);

impl BreachKey {
    /// The key of a breach.
    pub(crate) fn new(breach: &Breach) -> Self {
        Self(breach.rule, breach.location.to_string(), breach.keyword.clone())
    }
}

impl<'r> Member<'r> {
    fn new(sent: &'r Sent, story: (usize, usize), aligned: Aligned<'r>) -> Self {
        Self { sent, story, aligned, digest: OnceLock::new(), breaches: OnceLock::new() }
    }

    /// Digest of the unchanged response.
    pub(crate) fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| canonical::digest(&self.sent.exchange.response, self.sent.body.as_ref()))
    }

    /// The breaches of the unchanged response.
    pub(crate) fn breaches(&self, contract: &Contract) -> &HashSet<BreachKey> {
        self.breaches.get_or_init(|| {
            let Exchange { request, response, .. } = &self.sent.exchange;
            let operation = self.sent.operation.and_then(|index| contract.operations.get(index));
            let judged = operation.map(|operation| judge::response(contract, operation, &request.method, response));
            judged.iter().flat_map(|judged| &judged.breaches).map(BreachKey::new).collect()
        })
    }
}

/// Groups the exchanges of the first run; `runs` are all unmutated runs of `suite`.
pub(crate) fn groups<'r>(runs: &'r [UnmutatedRun], suite: &Suite) -> Vec<Group<'r>> {
    let cases = suite.stories.iter().flat_map(|story| story.every());
    let cases: HashMap<&str, &Case> = cases.map(|case| (case.id.as_str(), case)).collect();
    let mut groups: BTreeMap<(usize, u16), Vec<Member<'_>>> = BTreeMap::new();
    let Some(first) = runs.first() else { return Vec::new() };
    for (lane, stories) in first.lanes.iter().enumerate() {
        for (story, run) in stories.iter().enumerate() {
            for (position, sent) in run.sent.iter().enumerate() {
                let aligned = Aligned::new(runs, lane, story, position);
                let (Some(operation), Some(aligned)) = (sent.operation, aligned) else { continue };
                let member = Member::new(sent, (lane, story), aligned);
                groups.entry((operation, sent.exchange.response.status)).or_default().push(member);
            }
        }
    }
    let group = |((operation, status), members): (_, Vec<Member<'r>>)| {
        let mut expected = Expected::default();
        let received: BTreeSet<usize> = members.iter().map(|member| member.sent.case).collect();
        let ids = received.into_iter().filter_map(|case| first.cases.get(case));
        ids.filter_map(|id| cases.get(id.as_str())).for_each(|case| expected.add(case));
        Group { operation, status, members, expected }
    };
    groups.into_iter().map(group).collect()
}
