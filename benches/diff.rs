//! Time to compute the diff of a 5 MB body with three differences, compared with serde_json parsing that body once.
//!
//! `cargo bench --bench diff` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

use std::hint::black_box;
use std::time::Instant;

use serde_json::{Value, json};
use signoff::internals::{self, Change, Kind};
use signoff::pointer::Pointer;

const ROUNDS: usize = 9;
const ROWS: usize = 30_000;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let row = |id: usize| json!({ "id": id, "name": "n".repeat(40), "tags": ["a", "b"], "at": "2026-01-31T12:00:00Z" });
    let body = json!({ "rows": (0..ROWS).map(row).collect::<Vec<_>>() });
    let text = serde_json::to_string_pretty(&body).unwrap_or_default();
    let changes = [0, ROWS / 2, ROWS - 1].map(change);
    let places = || changes.iter().map(|change| &change.at);
    let excerpt = || internals::excerpt(&body, places(), usize::MAX).unwrap_or_default().to_string();
    let kept = excerpt();
    let lines = internals::lines(&body, &changes).len();
    println!("{:.1} MB, {} findings: {lines} lines", text.len() as f64 / 1e6, changes.len());
    report("limit: serde_json::Value of the body", || drop(black_box(read(&text))));
    report("lines of the body at hand", || drop(black_box(internals::lines(&body, &changes))));
    report("what the record keeps of it", || drop(black_box(excerpt())));
    report("lines from the record", || drop(black_box(internals::lines(&read(&kept), &changes))));
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn change(row: usize) -> Change {
    Change {
        at: ["rows", &row.to_string(), "name"].iter().fold(Pointer::root(), |at, token| at.join(token)),
        kind: Kind::Wrong,
        expected: "integer".to_owned(),
        literal: false,
        note: "body-schema: type".to_owned(),
        place: "a.yaml:1:1".to_owned(),
    }
}

/// A line of the table: the fastest of some rounds.
fn report(title: &str, work: impl Fn()) {
    let seconds = (0..ROUNDS).map(|_| {
        let start = Instant::now();
        work();
        start.elapsed().as_secs_f64()
    });
    println!("{title:<40} {:>8.1}ms", 1e3 * seconds.fold(f64::INFINITY, f64::min));
}
