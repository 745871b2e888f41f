//! What follows an attempt of a case.

use std::time::Duration;

use super::outcome::Repetition;

/// What follows an attempt.
#[derive(Clone, Copy, Default)]
pub(super) enum Next {
    /// Nothing: the attempt decides the case.
    #[default]
    Done,
    /// Nothing: the target asks to retry after this time, which is longer than the run can wait.
    GiveUp(Duration),
    /// Another attempt, because the expectations are not met yet.
    Poll(Duration),
    /// Another attempt, because the target asked for it.
    Retry(Duration),
    /// Another attempt on a new connection, because the target closed a kept one just as it was used again.
    SendAgain,
    /// Another attempt with a new access token, because the target refused the one that was sent.
    RenewToken,
}

impl Next {
    /// Why another attempt follows.
    pub(super) fn repetition(self) -> Option<Repetition> {
        match self {
            Self::Done | Self::GiveUp(_) => None,
            Self::Poll(_) => Some(Repetition::Poll),
            Self::Retry(_) => Some(Repetition::Retry),
            Self::SendAgain => Some(Repetition::Connection),
            Self::RenewToken => Some(Repetition::Token),
        }
    }
}
