//! The target of the sample run.

use crate::record::TargetUsed;

/// The target of the run.
pub(super) fn target() -> TargetUsed {
    TargetUsed {
        name: "broken".to_owned(),
        partner: Some("Example Bank".to_owned()),
        url: "http://127.0.0.1:4010".to_owned(),
        mock: false,
    }
}
