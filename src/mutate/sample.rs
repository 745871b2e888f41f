//! Bounds the work for the responses of one operation with one status, for the behaviour of one operation, and for all together: of too
//! many mutants, a sample is tried.

use std::collections::BTreeMap;

use super::groups::Group;
use super::subject::Subject;
use super::unmutated::{Sent, StoryRun};

/// Maximum number of mutants of one response.
const MAX_MUTANTS: usize = 4_000;

/// Minimum number of mutants that are tried, however large the responses are.
const MIN_MUTANTS: usize = 200;

/// Bytes of responses that are changed and validated again: number of mutants times size of the responses that they change.
const MAX_WORK: u64 = 64 << 20;

/// The same of all responses together. Every operation and status has the same share, so that the sample depends on no order.
const MAX_WORK_TOGETHER: u64 = 16 << 30;

/// Maximum number of mutants of all responses together.
const MAX_MUTANTS_TOGETHER: usize = 200_000;

/// Number of mutants of all responses together that are tried in any case.
const MIN_MUTANTS_TOGETHER: usize = 20_000;

/// Maximum number of behaviour mutants of all operations together. Every operation has the same share.
const MAX_BEHAVIOUR_TOGETHER: usize = 50_000;

/// Number of behaviour mutants of all operations together that are tried in any case.
const MIN_BEHAVIOUR_TOGETHER: usize = 5_000;

/// Maximum number of requests that the cases send to all behaviour mutants together: as many as the mock handles in a few minutes.
const MAX_REQUESTS_TOGETHER: usize = 5_000_000;

/// Size of a body from which it counts for every mutant of its story, in bytes: the story is replayed and checked as a whole.
const LARGE: usize = 256 << 10;

/// What an exchange costs apart from its body, in bytes.
const EXCHANGE: usize = 1024;

/// The number of mutants that are tried for the responses of a group, one of so many.
pub(crate) fn limit(group: &Group<'_>, groups: usize) -> usize {
    let size = |sent: &Sent| sent.exchange.response.body.len();
    let changed: usize = group.members.iter().map(|member| size(member.sent) + EXCHANGE).sum();
    let members = group.members.iter();
    let stories: BTreeMap<_, &StoryRun> =
        members.filter_map(|member| Some((member.story, member.aligned.runs().first()?.1))).collect();
    let large: usize = stories.values().flat_map(|story| &story.sent).map(size).filter(|size| *size >= LARGE).sum();
    limit_of(changed + large, groups)
}

/// The same for responses of so many bytes.
fn limit_of(bytes: usize, groups: usize) -> usize {
    let groups = groups.max(1);
    let work = MAX_WORK.min(MAX_WORK_TOGETHER / groups as u64) / (bytes as u64).max(1);
    let most = MAX_MUTANTS.min(MAX_MUTANTS_TOGETHER / groups).max(1);
    let least = MIN_MUTANTS.min(MIN_MUTANTS_TOGETHER / groups).clamp(1, most);
    usize::try_from(work).unwrap_or(most).clamp(least, most)
}

/// The number of behaviour mutants that are tried of one operation, one of so many, if each of them makes the cases send so many
/// requests.
pub(crate) fn behaviour_limit(requests: usize, operations: usize) -> usize {
    let operations = operations.max(1);
    let most = (MAX_BEHAVIOUR_TOGETHER / operations).max(1);
    let least = MIN_MUTANTS.min(MIN_BEHAVIOUR_TOGETHER / operations).clamp(1, most);
    (MAX_REQUESTS_TOGETHER / operations / requests.max(1)).clamp(least, most)
}

/// Splits `mutants` into at most `most` that are tried, and those that are left out. Every operator has the same share, and the
/// sample depends on nothing but the mutants, which `subject` identifies.
pub(crate) fn sample<M>(mutants: Vec<M>, most: usize, subject: impl Fn(&M) -> Subject<'_>) -> (Vec<M>, Vec<M>) {
    if mutants.len() <= most {
        return (mutants, Vec::new());
    }
    let mut by_operator: BTreeMap<&str, Vec<(u64, usize)>> = BTreeMap::new();
    for (index, mutant) in mutants.iter().enumerate() {
        let subject = subject(mutant);
        by_operator.entry(subject.operator).or_default().push((subject.digest(), index));
    }
    let mut ranked: Vec<(usize, usize)> = Vec::with_capacity(mutants.len());
    for mut of_operator in by_operator.into_values() {
        of_operator.sort_unstable();
        ranked.extend(of_operator.into_iter().enumerate().map(|(rank, (_, index))| (rank, index)));
    }
    ranked.sort_unstable();
    let mut is_kept = vec![false; mutants.len()];
    ranked.into_iter().take(most).for_each(|(_, index)| is_kept[index] = true);
    let (kept, left_out): (Vec<_>, Vec<_>) = mutants.into_iter().zip(is_kept).partition(|(_, is_kept)| *is_kept);
    let mutants = |pairs: Vec<(M, bool)>| pairs.into_iter().map(|(mutant, _)| mutant).collect();
    (mutants(kept), mutants(left_out))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::facts::Facts;
    use super::super::operator::ALL;
    use super::super::pattern::{Pattern, Token};
    use super::super::response_mutant::{Location, ResponseMutant};
    use super::*;

    fn mutant(operator: usize, name: String) -> ResponseMutant {
        let at = Location::Body(Pattern(vec![Token::Name(name)]));
        let (variant, phrase, facts) = (String::new(), String::new(), Arc::new(Facts::default()));
        ResponseMutant { operator: &ALL[operator], operation: 0, status: 200, at, variant, phrase, facts }
    }

    #[test]
    fn all_responses_together_have_a_limit() {
        // Small responses, and large ones: of one operation, of many, and of very many.
        let limits = |groups: usize| [1_500, 40_000, 10_000_000].map(|bytes| limit_of(bytes, groups));
        assert_eq!(limits(1), [4_000, 1_677, 200]);
        assert_eq!(limits(500), [400, 400, 40]);
        assert_eq!(limits(5_000), [40, 40, 4]);
        assert_eq!(limits(1_000_000), [1, 1, 1]);
    }

    #[test]
    fn behaviour_of_all_operations_together_has_a_limit() {
        // Cases that send few requests to the operation, many, and very many.
        let limits = |operations: usize| [3, 2_000, 10_000_000].map(|requests| behaviour_limit(requests, operations));
        assert_eq!(limits(1), [50_000, 2_500, 200]);
        assert_eq!(limits(100), [500, 50, 50]);
        assert_eq!(limits(5_000), [10, 1, 1]);
        assert_eq!(limits(1_000_000), [1, 1, 1]);
    }

    #[test]
    fn every_operator_keeps_its_share_and_the_sample_is_always_the_same() {
        let mutants = || {
            let of_first = (0..1000).map(|n| mutant(0, format!("p{n}")));
            of_first.chain((0..10).map(|n| mutant(1, format!("p{n}")))).collect::<Vec<_>>()
        };
        let names = |mutants: &[ResponseMutant]| {
            mutants.iter().map(|one| format!("{} {}", one.operator.id, one.at)).collect::<Vec<_>>()
        };
        let (kept, left_out) = sample(mutants(), 50, |mutant| Subject::new(mutant));
        assert_eq!((kept.len(), left_out.len()), (50, 960));
        assert_eq!(kept.iter().filter(|one| one.operator.id == ALL[1].id).count(), 10);
        assert_eq!(names(&kept), names(&sample(mutants(), 50, |mutant| Subject::new(mutant)).0));
        let position = |name: &String| names(&mutants()).iter().position(|one| one == name);
        assert!(names(&kept).iter().map(position).is_sorted());
        assert_eq!(sample(mutants(), 5000, |mutant| Subject::new(mutant)).1.len(), 0);
    }
}
