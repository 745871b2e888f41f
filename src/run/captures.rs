//! Takes the values that a case captures.

use std::sync::Arc;

use crate::case::{Capture, Case};
use crate::check::{self, Context, NoValue};
use crate::expression;

use super::outcome::Captured;

/// Maximum size of a captured value in bytes.
const MAX_CAPTURED: usize = 64 * 1024;

/// Maximum size of all values that a story has captured in bytes, since it keeps them until it ends.
pub(super) const MAX_CAPTURED_BY_STORY: usize = 512 * 1024;

/// The captured values; the reason if one of them is too large to be kept, has too many digits, or has no room.
pub(super) fn captures<'s>(
    case: &'s Case,
    context: &Context<'_>,
    mut room: usize,
) -> Result<Vec<Captured<'s>>, String> {
    let take = |capture: &'s Capture| {
        let value = match check::captured(capture, context) {
            Ok(value) => value,
            Err(NoValue::Missing(_)) => return None,
            Err(NoValue::Inexact(reason)) => return Some(Err(reason)),
        };
        let size = expression::size(&value);
        if size > MAX_CAPTURED {
            let most = MAX_CAPTURED / 1024;
            return Some(Err(format!("the value to capture as {} is larger than {most} kB", capture.name)));
        }
        let Some(left) = room.checked_sub(size) else {
            let most = MAX_CAPTURED_BY_STORY / 1024;
            let reason = format!("with {}, the values that the story captures are larger than {most} kB", capture.name);
            return Some(Err(reason));
        };
        room = left;
        Some(Ok(Captured { name: &capture.name, value: Arc::new(value.into_owned()) }))
    };
    case.capture.iter().filter_map(take).collect()
}
