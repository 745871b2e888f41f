//! A large run and its reports, compared with Hurl if it is on the PATH.
//!
//! Both send the same 20,000 requests to the same local server with default options, and expect a property of every response; one
//! expectation in ten is wrong. The cost of a report is, for Hurl, the difference to a run without it, since Hurl cannot re-render a
//! run; for signoff, a process that renders the record. `cargo bench --bench hurl` prints a table; nothing is asserted.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod process;
mod target;

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use process::{Measured, Outcome, measure, median};

const ROUNDS: usize = 3;
const FILES: usize = 200;
const CASES_OF_A_FILE: usize = 100;
/// One case in so many fails.
const FAILING: usize = 10;
/// The exit code of Hurl when an assertion failed.
const FAILED_IN_HURL: i32 = 4;

fn main() -> Outcome<()> {
    let url = target::serve(Duration::ZERO)?;
    let folder = tempfile::tempdir()?;
    let folder = folder.path();
    write_cases(folder)?;
    write_hurl(folder, &url)?;
    println!("{:<47} {:>8} {:>12} {:>10}", "20,000 cases, 2,000 failing", "time", "peak", "reports");
    let reports = folder.join("reports");
    row("signoff: run with record, JUnit, page, Markdown", &reports, 1, || signoff(folder, &url))?;
    for format in ["junit", "html"] {
        let rendered = folder.join(format);
        row(&format!("signoff: {format} from the record"), &rendered, 0, || render(folder, &rendered, format))?;
    }
    if let Err(error) = Command::new("hurl").arg("--version").output() {
        println!("hurl: absent ({error})");
        return Ok(());
    }
    let (plain, junit, html) = (folder.join("none"), folder.join("hurl.xml"), folder.join("hurl.html"));
    row("hurl: run without a report", &plain, FAILED_IN_HURL, || hurl(folder, None))?;
    row("hurl: run with JUnit", &junit, FAILED_IN_HURL, || hurl(folder, Some(("--report-junit", &junit))))?;
    row("hurl: run with HTML", &html, FAILED_IN_HURL, || hurl(folder, Some(("--report-html", &html))))?;
    Ok(())
}

/// Measures some rounds, each without the report of the last, and prints the medians.
fn row(title: &str, report: &Path, code: i32, command: impl Fn() -> Command) -> Outcome<()> {
    let mut rounds: Vec<Measured> = Vec::new();
    for _ in 0..ROUNDS {
        remove(report)?;
        rounds.push(measure(command())?.ended(code)?);
    }
    println!(
        "{title:<47} {:>6.2} s {:>9.1} MB {:>7.1} MB",
        median(rounds.iter().map(|run| run.seconds)),
        median(rounds.iter().map(|run| run.peak_mb)),
        size(report)?,
    );
    Ok(())
}

fn signoff(folder: &Path, url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.current_dir(folder).env("BENCH_KEY", "a-key-for-the-bench");
    command.args(["run", "--quiet", "--no-baseline", "--target", url, "--auth", "bearerAuth=env:BENCH_KEY"]);
    command
}

fn render(folder: &Path, reports: &Path, format: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_signoff"));
    command.args(["--quiet", "report", "render", "--report", format, "--from"]);
    command.arg(folder.join("reports/record.json")).arg("--reports").arg(reports);
    command
}

fn hurl(folder: &Path, report: Option<(&str, &Path)>) -> Command {
    let mut command = Command::new("hurl");
    command.current_dir(folder).args(["--test", "--continue-on-error"]);
    if let Some((option, file)) = report {
        command.arg(option).arg(file);
    }
    command.arg("hurl");
    command
}

/// The property that case `number` expects; most responses have it.
fn expected(number: usize) -> &'static str {
    if number.is_multiple_of(FAILING) { "ANOTHER" } else { "PARTNER" }
}

fn write_cases(folder: &Path) -> Outcome<()> {
    fs::create_dir_all(folder.join("cases"))?;
    fs::write(folder.join("spec.yaml"), include_str!("../specs/imprint.yaml"))?;
    fs::write(folder.join("signoff.yaml"), "spec: spec.yaml\ncases: cases\nreports: reports\n")?;
    for file in 0..FILES {
        let mut text = String::from("operation: linkCustomerAccount\nindependent: true\ncases:\n");
        for case in file * CASES_OF_A_FILE..(file + 1) * CASES_OF_A_FILE {
            writeln!(text, "  - name: links customer {case}")?;
            writeln!(
                text,
                "    request: {{ path: {{ customer_id: C_{case} }}, body: {{ partner_customer_id: P_{case} }} }}"
            )?;
            writeln!(text, "    expect: {{ status: 200, body: {{ partner_customer_id: {} }} }}", expected(case))?;
        }
        fs::write(folder.join(format!("cases/{file:03}.yaml")), text)?;
    }
    Ok(())
}

fn write_hurl(folder: &Path, url: &str) -> Outcome<()> {
    fs::create_dir_all(folder.join("hurl"))?;
    for file in 0..FILES {
        let mut text = String::new();
        for case in file * CASES_OF_A_FILE..(file + 1) * CASES_OF_A_FILE {
            writeln!(text, "POST {url}/v2/customers/C_{case}/link\nAuthorization: Bearer a-key-for-the-bench")?;
            writeln!(text, "Content-Type: application/json\n{{ \"partner_customer_id\": \"P_{case}\" }}")?;
            writeln!(text, "HTTP 200\n[Asserts]\njsonpath \"$.partner_customer_id\" == \"{}\"\n", expected(case))?;
        }
        fs::write(folder.join(format!("hurl/{file:03}.hurl")), text)?;
    }
    Ok(())
}

fn remove(report: &Path) -> Outcome<()> {
    match report {
        folder if folder.is_dir() => fs::remove_dir_all(folder)?,
        file if file.is_file() => fs::remove_file(file)?,
        _ => {}
    }
    Ok(())
}

/// Megabytes of a file or of a directory; `None` if it does not exist.
fn size(path: &Path) -> Outcome<f64> {
    match path {
        folder if folder.is_dir() => fs::read_dir(folder)?.map(|entry| size(&entry?.path())).sum(),
        file if file.is_file() => Ok(file.metadata()?.len() as f64 / 1e6),
        _ => Ok(0.0),
    }
}
