//! What the log reports once, however many requests it is true of.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

/// Maximum number of notices that are remembered, and so reported: clients cause them.
const MAX_NOTICES: usize = 1_000;

/// The notices that were reported.
#[derive(Debug, Default)]
pub(super) struct Notices(Mutex<HashSet<Box<str>>>);

impl Notices {
    /// Removes the notices that were reported before.
    pub(super) fn keep_new(&self, notices: &mut Vec<String>) {
        if notices.is_empty() {
            return;
        }
        let mut reported = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        notices.retain(|notice| {
            let is_new = !reported.contains(notice.as_str()) && reported.len() < MAX_NOTICES;
            is_new && reported.insert(notice.as_str().into())
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_is_reported_once_and_their_number_is_limited() {
        let (notices, mut reported) = (Notices::default(), 0);
        for round in 0..2 {
            for number in 0..MAX_NOTICES + 5 {
                let mut new = vec![number.to_string()];
                notices.keep_new(&mut new);
                assert!(round == 0 || new.is_empty());
                reported += new.len();
            }
        }
        assert_eq!(reported, MAX_NOTICES);
    }
}
