//! Numbers of a value that 64 bits do not represent exactly.

use std::borrow::Cow;

use crate::pointer::Pointer;

/// The numbers of a value that are not represented exactly.
#[derive(Debug, Default)]
pub struct InexactNumbers<'t> {
    /// Each with its location in the value and its text.
    pub listed: Vec<(Pointer, Cow<'t, str>)>,
    /// Whether there may be others.
    pub is_cut: bool,
}

impl InexactNumbers<'static> {
    /// Adds the numbers of the value at that location.
    pub fn add_at(&mut self, at: &Pointer, numbers: InexactNumbers<'_>) {
        let owned = |(within, text): (Pointer, Cow<'_, str>)| (at.concat(&within), text.into_owned().into());
        self.listed.extend(numbers.listed.into_iter().map(owned));
        self.is_cut |= numbers.is_cut;
    }
}
