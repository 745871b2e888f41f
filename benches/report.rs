//! Time and memory to re-render a large run in each format, and the size of the report.
//!
//! The record has 20,000 outcomes, one in ten failing, multiplied from the repository's cases on the target `broken`. Each
//! measurement is a process that reads the record and writes one report; it is compared with serde_json parsing the record.
//! `cargo bench --bench report` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod process;

use std::fs;
use std::path::Path;
use std::process::Command;

use process::{Measured, Outcome, measure, median};
use serde_json::{Value, json};

const ROUNDS: usize = 5;
const ENTRIES: usize = 20_000;
/// One entry in so many fails.
const FAILING: usize = 10;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1..).unwrap_or_default() {
        [flag, file] if flag == "--read" => read(Path::new(file)),
        _ => table(),
    }
}

fn table() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let record = folder.path().join("large.json");
    fs::write(&record, large(&small(folder.path())?)?)?;
    let mut limit = Command::new(std::env::current_exe()?);
    limit.arg("--read").arg(&record);
    let (bare, peak) = middle(|| measure(clone(&limit))?.ended(0))?;
    println!("{:<24} {:>8} {:>8} {:>10} {:>10}", "20,000 outcomes", "time", "limit", "peak", "report");
    println!(
        "{:<24} {:>8} {:>6.0}ms {peak:>7.1} MB {:>7.1} MB",
        "the record, read bare",
        "",
        1e3 * bare,
        size(&record)?
    );
    let schema: Value = serde_json::from_str(include_str!("../schemas/config.json"))?;
    let names = schema["$defs"]["Report"]["enum"].as_array().into_iter().flatten().filter_map(Value::as_str);
    for format in names {
        let reports = folder.path().join(format);
        let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
        command.args(["--quiet", "report", "render", "--report", format, "--from"]).arg(&record);
        command.arg("--reports").arg(&reports);
        let (seconds, peak) = middle(|| measure(clone(&command))?.ended(0))?;
        let (time, ratio, written) = (1e3 * seconds, seconds / bare, size(&reports)?);
        println!("{:<24} {time:>6.0}ms {ratio:>7.2}x {peak:>7.1} MB {written:>7.1} MB", format);
    }
    Ok(())
}

/// Reads the record and nothing else.
fn read(file: &Path) -> Outcome<()> {
    let record: Value = serde_json::from_str(&fs::read_to_string(file)?)?;
    std::hint::black_box(&record);
    Ok(())
}

/// The record of the repository's cases on the target `broken`.
fn small(folder: &Path) -> Outcome<Value> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.args(["-C", env!("CARGO_MANIFEST_DIR"), "run", "--quiet", "--target", "broken", "--reports"]).arg(folder);
    measure(command)?;
    Ok(serde_json::from_str(&fs::read_to_string(folder.join("record.json"))?)?)
}

/// The record, repeated to the number of outcomes, each of a separate case.
fn large(small: &Value) -> Outcome<String> {
    let (failing, passing): (Vec<&Value>, Vec<&Value>) =
        small["outcomes"].as_array().into_iter().flatten().partition(|entry| entry["outcome"] == "failed");
    let mut failing = failing.into_iter().cycle();
    let mut passing = passing.into_iter().cycle();
    let entry = |n: usize| {
        let kind: &mut dyn Iterator<Item = &Value> =
            if n.is_multiple_of(FAILING) { &mut failing } else { &mut passing };
        let mut entry = kind.next().cloned().unwrap_or_default();
        for name in ["case", "name"] {
            entry[name] = format!("{} ({n})", entry[name].as_str().unwrap_or_default()).into();
        }
        entry["started_ms"] = json!(n);
        entry
    };
    let mut record = small.clone();
    record["seconds"] = json!(ENTRIES / 1000);
    record["outcomes"] = (0..ENTRIES).map(entry).collect();
    let failed = ENTRIES.div_ceil(FAILING);
    for (name, count) in [("cases", ENTRIES), ("passed", ENTRIES - failed), ("failed", failed)] {
        record["summary"][name] = json!(count);
    }
    for group in record["groups"].as_array_mut().into_iter().flatten() {
        group["cases"] = json!(failed / FAILING);
    }
    Ok(record.to_string())
}

/// The median seconds and megabytes of some rounds.
fn middle(run: impl Fn() -> Outcome<Measured>) -> Outcome<(f64, f64)> {
    let rounds = (0..ROUNDS).map(|_| run()).collect::<Outcome<Vec<Measured>>>()?;
    Ok((median(rounds.iter().map(|run| run.seconds)), median(rounds.iter().map(|run| run.peak_mb))))
}

fn clone(command: &Command) -> Command {
    let mut copy = Command::new(command.get_program());
    copy.args(command.get_args());
    copy
}

/// Megabytes of a file or of a directory.
fn size(path: &Path) -> Outcome<f64> {
    if path.is_file() {
        return Ok(path.metadata()?.len() as f64 / 1e6);
    }
    fs::read_dir(path)?.map(|entry| size(&entry?.path())).sum()
}
