//! Waivers: findings that do not fail the run until a date.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::place::Place;

use super::fingerprint::Fingerprint;

/// Why a finding fails nothing, who says so, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// Its owner.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day on which it holds: `2027-01-31`.
    pub expires: String,
    /// Its location.
    pub place: Place,
}

/// The waivers that hold in a run, by the finding that each is about.
#[derive(Debug, Clone, Default)]
pub(crate) struct Waivers(BTreeMap<Fingerprint, Arc<Waiver>>);

impl Waivers {
    /// Whether nothing is waived, so that no finding need be looked at.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The waiver of a finding.
    pub(crate) fn of(&self, finding: Fingerprint) -> Option<&Arc<Waiver>> {
        self.0.get(&finding)
    }
}

impl FromIterator<(Fingerprint, Waiver)> for Waivers {
    fn from_iter<I: IntoIterator<Item = (Fingerprint, Waiver)>>(waivers: I) -> Self {
        Self(waivers.into_iter().map(|(finding, waiver)| (finding, Arc::new(waiver))).collect())
    }
}
