//! Deterministic mutation of sample inputs: quickly in every test run, for as long as wanted with `--ignored`.

use std::io::Write as _;
use std::time::{Duration, Instant};

use super::*;

/// A fuzz target: its name, body, sample inputs, and pieces to insert, separated by spaces.
struct Target {
    name: &'static str,
    run: fn(&str),
    samples: &'static [&'static str],
    pieces: &'static str,
}

/// Blanks to insert into the inputs of every target.
const BLANKS: [&str; 4] = [" ", "\n", "\t", "\r\n"];
/// Pieces to insert into the inputs of every target: what several grammars use.
const PIECES: &str = "| ( ) [ ] { } ' \" . .. : , - é \\ true $ * ? \\u && +";

const TARGETS: [Target; 4] = [
    Target {
        name: "expression",
        run: expression,
        samples: &[
            "response.body.items | map(attribute='id') | unique | length == 2",
            "\"%05.2f %s %(a)d\" | format(1, 'x')",
            "(list | sort)[0:3] + [1, 2] if status is number else text ~ 'x' * 2",
            "text | replace('a', 'bb') | indent(4) | upper | split(' ') | join(',')",
            "x.body | merge({'a': 1}) | pick(['a', 'id']) | items",
            "list | batch(2, 'f') | list | slice(3) | first | default(1)",
            "today(3) < time('2025-01-01T00:00:00Z') or now() - 5 ** 2 // 3 % 7",
            "list | select('number') | sum | round(2, 'ceil') | int | abs",
            "body.items | groupby('id') | dictsort | tojson | pprint",
            "[[1], [2]] | map('join', '-') | zip([1]) | chain([2]) | reverse | string | title",
        ],
        pieces: "% %( %99d ~ ** // 999999999999 -9223372036854775808 1e308 0.1 \\u00 is defined not in if else format \
             indent slice batch replace join map select round int text list body x omit none ${ random_int(1,2) \
             uuid() today",
    },
    Target {
        name: "overlay path",
        run: overlay_path,
        samples: &[
            "$.body.items[?@.id == 1].name",
            "$..items[*]['id', 'name']",
            "$['list'][1:5:2]",
            "$[?(@.a && !@.b) || length(@.items) > 2]",
            "$[\"\\uD83D\\uDE00\\n\"]",
            "$.body[?match(@.id, '[0-9]+') && count(@.*) >= 1.5e3]",
            "$[?search(@, 'a.*b')][-1]",
        ],
        pieces: "@ \\ud83d || ! == < 99999999999999999999 -0 1e999 length( count( value( match( null (? {9999}",
    },
    Target {
        name: "media type",
        run: media_type,
        samples: &[
            "application/json; charset=utf-8",
            "multipart/form-data; boundary=\"a b\\\"c\"; x=1",
            "application/vnd.api+json;profile=\"https://example.com/a;b\"",
            "*/*;q=0.5, text/html",
        ],
        pieces: "/ ; = \u{0} charset q=1 boundary=",
    },
    Target {
        name: "pattern",
        run: pattern,
        samples: &[
            "^[a-z]{2,5}(?:-[0-9]+)?$\nab-12",
            "^(?=.*[A-Z])(?!.*\\s)\\p{L}+\\u00e9\\x41\\cA$\nAbc",
            "(?<y>\\d{4})-\\k<y>|[\\w\\-\\]^]\\b.\\B[^\\S]\n2020",
            "^(a+)+$\naaaaaaaaaaaaaaaaaaaaaaaa!",
            "[\\b\\0\\uD83D\\uDE00-\\uD83D\\uDE4F]*?\n\u{1F600}",
        ],
        pieces: "{0,262144} {99999} ^ \\b \\u{1F600} \\p{L} \\P{Lu} \\x \\c \\1 \\k<a> (?<a> (?: (?= (?<! (?i) a 0 [^ \
             [:alpha:] \\d \\S \u{2028}",
    },
];

/// Maximum time of one input: more is a hang.
const TOO_LONG: Duration = Duration::from_secs(10);

/// SplitMix64.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % (end.max(1) as u64)).unwrap_or_default()
    }
}

/// Changes a sample a few times: inserts, removes, repeats, or takes a part of another sample.
fn mutated(target: &Target, random: &mut Random) -> String {
    let sample = |random: &mut Random| target.samples[random.below(target.samples.len())].chars().collect::<Vec<_>>();
    let words = PIECES.split(' ').chain(target.pieces.split(' '));
    let pieces: Vec<_> = words.chain(BLANKS).collect();
    let mut text = sample(random);
    for _ in 0..=random.below(6) {
        let at = random.below(text.len() + 1);
        let end = (at + 1 + random.below(8)).min(text.len());
        match random.below(6) {
            0 | 1 => {
                text.splice(at..at, pieces[random.below(pieces.len())].chars());
            }
            2 => drop(text.drain(at..end)),
            3 => {
                let part = text[at..end].repeat(1 + random.below(12));
                text.splice(at..at, part);
            }
            4 => {
                let other = sample(random);
                let from = random.below(other.len());
                text.splice(at..end, other[from..].iter().copied());
            }
            _ => {
                let other = random.below(text.len() + 1);
                if at < text.len() && other < text.len() {
                    text.swap(at, other);
                }
            }
        }
    }
    text.into_iter().collect()
}

fn run(target: &Target, random: &mut Random) {
    let text = mutated(target, random);
    let began = Instant::now();
    let ended = std::panic::catch_unwind(|| (target.run)(&text));
    assert!(ended.is_ok(), "the {} {text:?} panics", target.name);
    assert!(began.elapsed() < TOO_LONG, "the {} {text:?} takes {:?}", target.name, began.elapsed());
}

#[test]
fn mutated_inputs_do_not_panic() {
    for target in &TARGETS {
        target.samples.iter().for_each(|sample| (target.run)(sample));
        let mut random = Random(7);
        (0..300).for_each(|_| run(target, &mut random));
    }
}

/// Runs half a minute per target, or as many seconds as `SIGNOFF_FUZZ_SECONDS` says; prints the number of inputs.
#[test]
#[ignore = "takes two minutes"]
fn mutated_inputs_do_not_panic_for_long() {
    let text = std::env::var("SIGNOFF_FUZZ_SECONDS").unwrap_or_default();
    let time = Duration::from_secs(text.parse().unwrap_or(30));
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).map_or(1, |now| now.as_secs());
    for target in &TARGETS {
        let (began, mut random, mut inputs) = (Instant::now(), Random(seed), 0_u64);
        while began.elapsed() < time {
            run(target, &mut random);
            inputs += 1;
        }
        writeln!(std::io::stdout(), "{}: {inputs} inputs, seed {seed}", target.name).expect("written");
    }
}
