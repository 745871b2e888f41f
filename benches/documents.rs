//! Time and memory for the largest real documents: loading only, and reporting all problems.
//!
//! The documents are in the directory `SIGNOFF_DATA`. Each measurement is a whole process.
//! `cargo bench --bench documents` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod process;

use std::path::{Path, PathBuf};
use std::process::Command;

use process::{Measured, Outcome, measure, median};

use signoff::contract::load::{Options, load_with};
use signoff::internals::lint;

const ROUNDS: usize = 5;
const LARGEST: usize = 10;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1..).unwrap_or_default() {
        [flag, file] if flag == "--load" => load(Path::new(file), false),
        [flag, file] if flag == "--check" => load(Path::new(file), true),
        _ => table(),
    }
}

fn table() -> Outcome<()> {
    let Some(data) = std::env::var_os("SIGNOFF_DATA").map(PathBuf::from) else {
        println!("nothing to measure: SIGNOFF_DATA names no folder");
        return Ok(());
    };
    let mut documents = Vec::new();
    collect(&data.join("corpus"), &mut documents)?;
    documents.sort_by_key(|(size, _)| std::cmp::Reverse(*size));
    println!("{:<60} {:>9} {:>17} {:>19}", "document", "kB", "loaded", "and everything told");
    for (size, path) in documents.iter().take(LARGEST) {
        let name = path.strip_prefix(&data).unwrap_or(path).display().to_string();
        let [loaded, told] = ["--load", "--check"].map(|flag| measured(flag, path));
        println!("{name:<60} {:>9} {:>17} {:>19}", size / 1000, loaded?, told?);
    }
    Ok(())
}

/// `12.3 ms 20.1 MB`, the median of some rounds.
fn measured(flag: &str, path: &Path) -> Outcome<String> {
    let run = || {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg(flag).arg(path);
        measure(command)?.ended(0)
    };
    let rounds = (0..ROUNDS).map(|_| run()).collect::<Outcome<Vec<Measured>>>()?;
    let seconds = median(rounds.iter().map(|run| run.seconds));
    Ok(format!("{:.1} ms {:.1} MB", 1e3 * seconds, median(rounds.iter().map(|run| run.peak_mb))))
}

/// Loads the document; invalid documents are measured too.
fn load(file: &Path, structure: bool) -> Outcome<()> {
    let contract = load_with(Path::new("."), file, &Options { structure, ..Options::default() });
    if let (Ok(contract), true) = (contract, structure) {
        lint(&contract);
    }
    Ok(())
}

fn collect(folder: &Path, found: &mut Vec<(u64, PathBuf)>) -> Outcome<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json" || extension == "yaml" || extension == "yml")
        {
            found.push((path.metadata()?.len(), path));
        }
    }
    Ok(())
}
