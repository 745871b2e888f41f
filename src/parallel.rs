//! Runs work on all processors.

use std::num::NonZero;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::thread;

/// Number of threads to use.
pub(crate) fn workers() -> usize {
    thread::available_parallelism().map_or(1, NonZero::get)
}

/// Maps every item with `each`, in the order of the items. A worker takes the next item when it has finished one;
/// the calling thread is one of the workers.
pub(crate) fn map<T: Send, R: Send>(items: impl IntoIterator<Item = T>, each: impl Fn(T) -> R + Sync) -> Vec<R> {
    let items: Vec<T> = items.into_iter().collect();
    let helpers = workers().min(items.len()).saturating_sub(1);
    let waiting = Mutex::new(items.into_iter().enumerate());
    let next = || waiting.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || std::iter::from_fn(next).map(|(index, item)| (index, each(item))).collect::<Vec<_>>();
    let mut done = thread::scope(|scope| {
        let helpers: Vec<_> = (0..helpers).map(|_| scope.spawn(work)).collect();
        let mut done = work();
        for helper in helpers {
            done.extend(helper.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        done
    });
    done.sort_unstable_by_key(|(index, _)| *index);
    done.into_iter().map(|(_, made)| made).collect()
}

/// Runs `here` and `there` concurrently, the second on its own thread, and returns both results.
pub(crate) fn both<A, B: Send>(here: impl FnOnce() -> A, there: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let there = scope.spawn(there);
        (here(), there.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_items() {
        let expect: Vec<u32> = (0..1000).map(|n| n * 2).collect();
        assert_eq!(map(0..1000, |n| n * 2), expect);
        assert_eq!(map(Vec::new(), |n: u32| n), Vec::<u32>::new());
        assert_eq!(both(|| 1, || 2), (1, 2));
    }
}
