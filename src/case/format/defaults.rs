//! Values that need not be written.

/// Whether `value` is what an absent key means.
pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
