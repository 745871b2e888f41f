//! Injected faults, for testing how clients cope with them: what may happen, how often, and to which requests.
//!
//! Command line and mock rules share one grammar: `reset`, `latency=100ms..2s, probability=0.1`. Whether a fault applies derives
//! from the seed and the request, so that a failure of the client can be reproduced.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::http::Response;
use crate::mock::problem_details;

use super::effect::FaultEffect;
use super::kind::FaultKind;

/// A fault that may apply to a response.
#[derive(Debug)]
pub struct Fault {
    /// As it was written.
    text: String,
    kind: FaultKind,
    /// 0 to 1; without it the fault always applies.
    probability: Option<f64>,
    operation: Option<String>,
    history: Mutex<History>,
}

/// What a fault remembers of earlier requests.
#[derive(Debug, Default)]
struct History {
    /// Remaining responses of the current burst.
    remaining: u32,
    /// Whether the only burst is over.
    is_over: bool,
    /// Start of the current window of a rate limit, in microseconds, and the requests received in it.
    window: (i64, u32),
}

/// One request, as far as faults depend on it.
#[derive(Debug)]
pub(crate) struct FaultContext {
    pub(crate) seed: u64,
    /// Identifies the request and how often it was received.
    pub(crate) label: String,
    /// Microseconds since the start.
    pub(crate) elapsed: i64,
}

impl FaultContext {
    /// A random number in [0, 1).
    fn random(&self, purpose: &str) -> f64 {
        let digest = Sha256::digest(format!("{}\n{}\n{purpose}", self.seed, self.label));
        let number = digest.iter().take(4).fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
        f64::from(number) / (f64::from(u32::MAX) + 1.0)
    }
}

impl Fault {
    /// Parses `KIND[=VALUE][, probability=P][, operation=NAME]`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim);
        let kind = FaultKind::parse(parts.next().unwrap_or_default())?;
        let (mut probability, mut operation) = (None, None);
        for part in parts {
            match part.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
                Some(("probability", value)) => {
                    let parsed = value.parse().ok().filter(|number: &f64| (0.0..=1.0).contains(number));
                    let invalid = || format!("expected a probability from 0 to 1, found `{value}`");
                    probability = Some(parsed.ok_or_else(invalid)?);
                }
                Some(("operation", name)) => operation = Some(name.to_owned()),
                _ => return Err(format!("expected `probability=P` or `operation=NAME`, found `{part}`")),
            }
        }
        Ok(Self { text: text.to_owned(), kind, probability, operation, history: Mutex::default() })
    }

    /// The operation that it is limited to, if any.
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Adds its effect, if it applies to the request. Latencies add up; of other faults the first one counts.
    pub(crate) fn apply(&self, context: &FaultContext, effect: &mut FaultEffect) {
        let mut history = self.history.lock().unwrap_or_else(PoisonError::into_inner);
        let in_burst = history.remaining > 0;
        let is_spared = || self.probability.is_some_and(|probability| context.random(&self.text) >= probability);
        if history.is_over || !in_burst && is_spared() || effect.is_decided() && !self.is_latency() {
            return;
        }
        match &self.kind {
            FaultKind::Latency(least, most) => {
                // The purpose is part of the seed: another text would change the delays.
                let random = context.random(&format!("{} how long", self.text));
                effect.delay += *least + most.saturating_sub(*least).mul_f64(random);
            }
            FaultKind::Stall => effect.stall = true,
            FaultKind::Transmission(fault) => effect.transmission = Some(*fault),
            FaultKind::MediaType(media_type) => effect.media_type = Some(media_type.clone()),
            FaultKind::Error(status, times) => {
                history.remaining = if in_burst { history.remaining - 1 } else { times.unwrap_or(1) - 1 };
                history.is_over = history.remaining == 0 && times.is_some() && self.probability.is_none();
                effect.replacement = Some(problem_details::problem(*status, "Fault", &self.detail(), &[]));
            }
            FaultKind::RateLimit(most, per) => match history.wait(*most, *per, context.elapsed) {
                Some(seconds) => effect.replacement = Some(self.too_many_requests(seconds)),
                None => return,
            },
        }
        effect.applied.push(self.text.clone());
    }

    /// Forgets earlier requests.
    pub(crate) fn reset(&mut self) {
        self.history = Mutex::default();
    }

    fn is_latency(&self) -> bool {
        matches!(self.kind, FaultKind::Latency(..))
    }

    fn detail(&self) -> String {
        format!("injected fault: {}", self.text)
    }

    fn too_many_requests(&self, seconds: i64) -> Response {
        let mut response = problem_details::problem(429, "Too Many Requests", &self.detail(), &[]);
        response.headers.set("retry-after", seconds.to_string());
        response
    }
}

impl History {
    /// Counts a request. If it exceeds the limit, returns the whole seconds until the next window.
    fn wait(&mut self, most: u32, per: Duration, elapsed: i64) -> Option<i64> {
        let per = i64::try_from(per.as_micros()).unwrap_or(i64::MAX);
        let (began, count) = self.window;
        let end = began.saturating_add(per);
        if count == 0 || elapsed >= end {
            self.window = (elapsed, 1);
            return (most == 0).then_some(1);
        }
        self.window.1 = count.saturating_add(1);
        let left = end.saturating_sub(elapsed);
        (count >= most).then(|| (left / 1_000_000 + i64::from(left % 1_000_000 > 0)).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modifiers_are_parsed() {
        let fault = Fault::parse("reset, operation=POST /a, probability=0.25").unwrap();
        assert_eq!((fault.operation(), fault.probability), (Some("POST /a"), Some(0.25)));
        let fault = Fault::parse("error=503x3 , probability=0.5").unwrap();
        assert_eq!((fault.kind, fault.probability), (FaultKind::Error(503, Some(3)), Some(0.5)));
    }

    #[test]
    fn a_burst_without_a_probability_happens_once() {
        let applications = |text: &str| {
            let fault = Fault::parse(text).unwrap();
            let applies = |elapsed: i64| {
                let mut effect = FaultEffect::default();
                fault.apply(&FaultContext { seed: 1, label: elapsed.to_string(), elapsed }, &mut effect);
                effect.replacement.is_some()
            };
            (0..20).map(applies).collect::<Vec<_>>()
        };
        assert_eq!(applications("error=503x2"), [vec![true; 2], vec![false; 18]].concat());
        assert_eq!(applications("error=503"), vec![true; 20]);
        assert_eq!(applications("error=503x2, probability=1"), vec![true; 20]);
        let some = applications("error=503x2, probability=0.2");
        assert!(some.split(|applied| !applied).all(|burst| burst.len() % 2 == 0) && some.contains(&true), "{some:?}");
    }

    #[test]
    fn a_rate_limit_starts_again_with_its_next_window() {
        let fault = Fault::parse("rate-limit=2/10s").unwrap();
        let wait = |elapsed: i64| {
            let (mut effect, label) = (FaultEffect::default(), String::new());
            fault.apply(&FaultContext { seed: 1, label, elapsed }, &mut effect);
            effect.replacement.map(|response| response.headers.get("retry-after").unwrap_or_default().to_owned())
        };
        let second = 1_000_000;
        let waits = [0, 1, 2 * second, 9 * second + 1, 10 * second, 11 * second, 12 * second].map(wait);
        let after = |seconds: &str| Some(seconds.to_owned());
        assert_eq!(waits, [None, None, after("8"), after("1"), None, None, after("8")]);
    }
}
