//! Time to load generated documents as large, as interlinked and as scattered as the worst real ones, compared with serde_json
//! parsing the large one.
//!
//! Each measurement is a whole process. `cargo bench --bench contract` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod made;
mod process;

/// The allocator of the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use process::{Measured, Outcome, measure, median};

const ROUNDS: usize = 5;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1..).unwrap_or_default() {
        [flag, file, operations] if flag == "--load" => load(Path::new(file), operations.parse()?),
        [flag, file] if flag == "--limit" => limit(Path::new(file)),
        _ => compare(),
    }
}

fn compare() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let large = made::large(folder.path())?;
    let others = [made::woven(folder.path())?, made::scattered(folder.path())?];
    row("limit: serde_json::Value of the first", || command(&["--limit".as_ref(), large.file.as_ref()]))?;
    for made in [large].iter().chain(&others) {
        row(&made.title, || command(&["--load".as_ref(), made.file.as_ref(), made.operations.to_string().as_ref()]))?;
    }
    Ok(())
}

/// A line of the table: the median of some rounds.
fn row(title: &str, made: impl Fn() -> Outcome<Command>) -> Outcome<()> {
    let rounds = (0..ROUNDS).map(|_| measure(made()?)?.ended(0)).collect::<Outcome<Vec<Measured>>>()?;
    let seconds = median(rounds.iter().map(|run| run.seconds));
    println!("{title:<40} {:>8.1}ms {:>9.1} MB", 1e3 * seconds, median(rounds.iter().map(|run| run.peak_mb)));
    Ok(())
}

fn command(args: &[&std::ffi::OsStr]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(args);
    Ok(command)
}

fn load(file: &Path, operations: usize) -> Outcome<()> {
    let contract = signoff::contract::load::load(Path::new("."), file).map_err(|problems| format!("{problems:?}"))?;
    let whole = contract.operations.len() == operations;
    // How soon it is ready is measured, not how soon it is gone.
    std::mem::forget(contract);
    whole.then_some(()).ok_or_else(|| "operations are missing".into())
}

fn limit(file: &Path) -> Outcome<()> {
    let value: Value = serde_json::from_slice(&fs::read(file)?)?;
    let whole = value.is_object();
    std::mem::forget(value);
    whole.then_some(()).ok_or_else(|| "not an object".into())
}
