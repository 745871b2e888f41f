//! Faults on purpose, for clients that must survive them: what may go wrong, how often, and with which requests.
//!
//! They are written alike on the command line and in a rule: `reset`, `latency=100ms..2s, probability=0.1`. Whether one strikes
//! derives from the seed and the request, as everything random does, so that a client's failure can be had again.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use sha2::{Digest, Sha256};

use crate::http::Response;
use crate::quantity::parse_duration;

use crate::mock::problem_details;

/// How faults are written, by their names.
const FORMS: [(&str, &str); 10] = [
    ("latency", "latency=TIME or latency=TIME..TIME"),
    ("stall", "stall"),
    ("reset", "reset"),
    ("reset-body", "reset-body"),
    ("truncate", "truncate"),
    ("wrong-length", "wrong-length"),
    ("garbage", "garbage"),
    ("media-type", "media-type=TYPE"),
    ("error", "error=STATUS or error=STATUSxTIMES with a status from 400 to 599"),
    ("rate-limit", "rate-limit=REQUESTS/TIME"),
];

/// A fault that may strike.
#[derive(Debug)]
pub struct Fault {
    /// As it was written.
    text: String,
    kind: Kind,
    /// 0 to 1; always where it is not written.
    probability: Option<f64>,
    operation: Option<String>,
    memory: Mutex<Memory>,
}

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Latency(Duration, Duration),
    Stall,
    Broken(Breakage),
    MediaType(String),
    /// A status, and how often in a row: once and for all where it would always strike.
    Error(u16, Option<u32>),
    /// So many requests in so much time.
    RateLimit(u32, Duration),
}

/// What happens to an answer on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breakage {
    /// The connection is reset before the answer.
    Reset,
    /// The connection is reset halfway through the body.
    ResetBody,
    /// The connection ends halfway through the body.
    Truncate,
    /// The body is longer than its announced length.
    WrongLength,
    /// Something that is not HTTP comes.
    Garbage,
}

/// What a fault knows of the requests before.
#[derive(Debug, Default)]
struct Memory {
    /// How many more of a burst are to come.
    left: u32,
    /// Whether there will be no other burst.
    is_over: bool,
    /// When the window of a rate limit began, in microseconds, and how many requests it has seen.
    window: (i64, u32),
}

/// What chance derives from.
#[derive(Debug)]
pub(crate) struct Chance {
    pub(crate) seed: u64,
    /// The request, and how often it came.
    pub(crate) label: String,
    /// Microseconds since the start.
    pub(crate) elapsed: i64,
}

impl Chance {
    /// A number from 0 up to 1.
    fn luck(&self, purpose: &str) -> f64 {
        let digest = Sha256::digest(format!("{}\n{}\n{purpose}", self.seed, self.label));
        let number = digest.iter().take(4).fold(0, |number: u32, byte| number << 8 | u32::from(*byte));
        f64::from(number) / (f64::from(u32::MAX) + 1.0)
    }
}

/// What faults do to one answer.
#[derive(Debug, Default)]
pub(crate) struct Damage {
    pub(crate) delay: Duration,
    /// Never an answer at all.
    pub(crate) stall: bool,
    /// An answer instead of what the request deserves, which then changes nothing.
    pub(crate) refusal: Option<Response>,
    pub(crate) media_type: Option<String>,
    pub(crate) breakage: Option<Breakage>,
    /// The faults that struck, as they are written.
    pub(crate) struck: Vec<String>,
}

impl Fault {
    /// Reads `KIND[=VALUE][, probability=P][, operation=NAME]`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.split(',').map(str::trim);
        let kind = kind(parts.next().unwrap_or_default())?;
        let (mut probability, mut operation) = (None, None);
        for part in parts {
            match part.split_once('=').map(|(key, value)| (key.trim(), value.trim())) {
                Some(("probability", value)) => {
                    let read = value.parse().ok().filter(|chance: &f64| (0.0..=1.0).contains(chance));
                    let wrong = || format!("expected a probability from 0 to 1, found `{value}`");
                    probability = Some(read.ok_or_else(wrong)?);
                }
                Some(("operation", name)) => operation = Some(name.to_owned()),
                _ => return Err(format!("expected `probability=P` or `operation=NAME`, found `{part}`")),
            }
        }
        Ok(Self { text: text.to_owned(), kind, probability, operation, memory: Mutex::default() })
    }

    /// The operation that it is for; every one without.
    pub fn operation(&self) -> Option<&str> {
        self.operation.as_deref()
    }

    /// Does its damage, if it strikes. Of faults that spoil an answer the first wins; latencies add up.
    pub(crate) fn strike(&self, chance: &Chance, damage: &mut Damage) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let goes_on = memory.left > 0;
        let is_lucky = || self.probability.is_some_and(|probability| chance.luck(&self.text) >= probability);
        if memory.is_over || !goes_on && is_lucky() || damage.is_done() && !self.is_latency() {
            return;
        }
        match &self.kind {
            Kind::Latency(least, most) => {
                damage.delay +=
                    *least + most.saturating_sub(*least).mul_f64(chance.luck(&format!("{} how long", self.text)));
            }
            Kind::Stall => damage.stall = true,
            Kind::Broken(breakage) => damage.breakage = Some(*breakage),
            Kind::MediaType(media_type) => damage.media_type = Some(media_type.clone()),
            Kind::Error(status, times) => {
                memory.left = if goes_on { memory.left - 1 } else { times.unwrap_or(1) - 1 };
                memory.is_over = memory.left == 0 && times.is_some() && self.probability.is_none();
                damage.refusal = Some(problem_details::problem(
                    *status,
                    "Fault",
                    &format!("the mock was told to: {}", self.text),
                    &[],
                ));
            }
            Kind::RateLimit(most, per) => match memory.wait(*most, *per, chance.elapsed) {
                Some(seconds) => damage.refusal = Some(self.too_many(seconds)),
                None => return,
            },
        }
        damage.struck.push(self.text.clone());
    }

    fn is_latency(&self) -> bool {
        matches!(self.kind, Kind::Latency(..))
    }

    fn too_many(&self, seconds: i64) -> Response {
        let detail = format!("the mock was told to: {}", self.text);
        let mut answer = problem_details::problem(429, "Too Many Requests", &detail, &[]);
        answer.headers.set("retry-after", seconds.to_string());
        answer
    }
}

impl Damage {
    fn is_done(&self) -> bool {
        self.stall || self.refusal.is_some() || self.media_type.is_some() || self.breakage.is_some()
    }
}

impl Memory {
    /// Counts a request; the whole seconds until the next is welcome, where this one is not.
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

fn kind(text: &str) -> Result<Kind, String> {
    let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name.trim(), Some(value.trim())));
    let kind = match (name, value) {
        ("latency", Some(value)) => latency(value),
        ("stall", None) => Some(Kind::Stall),
        ("reset", None) => Some(Kind::Broken(Breakage::Reset)),
        ("reset-body", None) => Some(Kind::Broken(Breakage::ResetBody)),
        ("truncate", None) => Some(Kind::Broken(Breakage::Truncate)),
        ("wrong-length", None) => Some(Kind::Broken(Breakage::WrongLength)),
        ("garbage", None) => Some(Kind::Broken(Breakage::Garbage)),
        ("media-type", Some(value)) => value.contains('/').then(|| Kind::MediaType(value.to_owned())),
        ("error", Some(value)) => error(value),
        ("rate-limit", Some(value)) => rate_limit(value),
        _ => None,
    };
    kind.ok_or_else(|| {
        let meant = FORMS.iter().find(|(form, _)| *form == name).map(|(_, form)| (*form).to_owned());
        let expected = meant.unwrap_or_else(|| FORMS.map(|(name, _)| name).join(", "));
        format!("expected {expected}, found `{text}`")
    })
}

fn latency(value: &str) -> Option<Kind> {
    let (least, most) = value.split_once("..").unwrap_or((value, value));
    let (least, most) = (parse_duration(least).ok()?, parse_duration(most).ok()?);
    (least <= most).then_some(Kind::Latency(least, most))
}

fn error(value: &str) -> Option<Kind> {
    let (status, times) = value.split_once('x').map_or((value, None), |(status, times)| (status, Some(times)));
    let (status, times) = (status.parse().ok()?, times.map(str::parse).transpose().ok()?);
    ((400..600).contains(&status) && times != Some(0)).then_some(Kind::Error(status, times))
}

/// `5/s`, `5/10s`.
fn rate_limit(value: &str) -> Option<Kind> {
    let (requests, per) = value.split_once('/')?;
    let per = if per.starts_with(|c: char| c.is_ascii_digit()) { per.to_owned() } else { format!("1{per}") };
    let (requests, per) = (requests.trim().parse().ok()?, parse_duration(&per).ok()?);
    (per > Duration::ZERO).then_some(Kind::RateLimit(requests, per))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind_of(text: &str) -> Result<Kind, String> {
        Fault::parse(text).map(|fault| fault.kind)
    }

    #[test]
    fn faults_are_read() {
        let millis = Duration::from_millis;
        assert_eq!(kind_of("latency=100ms"), Ok(Kind::Latency(millis(100), millis(100))));
        assert_eq!(kind_of("latency=100ms..2s"), Ok(Kind::Latency(millis(100), millis(2000))));
        assert_eq!(kind_of("error=503"), Ok(Kind::Error(503, None)));
        assert_eq!(kind_of("error=503x3 , probability=0.5"), Ok(Kind::Error(503, Some(3))));
        assert_eq!(kind_of("rate-limit=5/s"), Ok(Kind::RateLimit(5, millis(1000))));
        assert_eq!(kind_of("rate-limit=5/10s"), Ok(Kind::RateLimit(5, millis(10_000))));
        assert_eq!(kind_of("media-type=text/html"), Ok(Kind::MediaType("text/html".to_owned())));
        let fault = Fault::parse("reset, operation=POST /a, probability=0.25").unwrap();
        assert_eq!((fault.operation(), fault.probability), (Some("POST /a"), Some(0.25)));
        for wrong in
            ["", "latency", "latency=2", "error=99", "error=503x0", "rate-limit=1/0s", "rate-limit=-1/s", "reset=1"]
        {
            assert!(kind_of(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_no_fault_is_told_what_it_may_be() {
        let why = |text: &str| kind_of(text).expect_err("no fault");
        assert_eq!(why("latency=2"), "expected latency=TIME or latency=TIME..TIME, found `latency=2`");
        assert_eq!(
            why("lag"),
            "expected latency, stall, reset, reset-body, truncate, wrong-length, garbage, media-type, error, rate-limit, found `lag`"
        );
    }

    #[test]
    fn a_burst_without_a_probability_comes_once() {
        let strikes = |text: &str| {
            let fault = Fault::parse(text).unwrap();
            let strike = |elapsed: i64| {
                let mut damage = Damage::default();
                fault.strike(&Chance { seed: 1, label: elapsed.to_string(), elapsed }, &mut damage);
                damage.refusal.is_some()
            };
            (0..20).map(strike).collect::<Vec<_>>()
        };
        assert_eq!(strikes("error=503x2"), [vec![true; 2], vec![false; 18]].concat());
        assert_eq!(strikes("error=503"), vec![true; 20]);
        assert_eq!(strikes("error=503x2, probability=1"), vec![true; 20]);
        let some = strikes("error=503x2, probability=0.2");
        assert!(some.split(|struck| !struck).all(|burst| burst.len() % 2 == 0) && some.contains(&true), "{some:?}");
    }

    #[test]
    fn a_rate_limit_opens_again_with_its_next_window() {
        let fault = Fault::parse("rate-limit=2/10s").unwrap();
        let wait = |elapsed: i64| {
            let (mut damage, label) = (Damage::default(), String::new());
            fault.strike(&Chance { seed: 1, label, elapsed }, &mut damage);
            damage.refusal.map(|refusal| refusal.headers.get("retry-after").unwrap_or_default().to_owned())
        };
        let second = 1_000_000;
        let waits = [0, 1, 2 * second, 9 * second + 1, 10 * second, 11 * second, 12 * second].map(wait);
        let told = |seconds: &str| Some(seconds.to_owned());
        assert_eq!(waits, [None, None, told("8"), told("1"), None, None, told("8")]);
    }
}
