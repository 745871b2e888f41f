//! Whole processes, measured from outside.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// What can go wrong is only printed.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// A whole process: wall time from start to exit, and the highest resident memory that was seen.
pub struct Measured {
    /// Seconds from start to exit.
    pub seconds: f64,
    /// The highest resident memory, in MB.
    pub peak_mb: f64,
    /// The exit code; none when a signal ended it.
    pub code: Option<i32>,
    /// What it wrote to standard error.
    pub complaints: String,
}

impl Measured {
    /// The same, if it ended with `code`; an error with what it complained of otherwise.
    pub fn ended(self, code: i32) -> Outcome<Self> {
        match self.code {
            Some(seen) if seen == code => Ok(self),
            code => Err(format!("it ended with {code:?}:\n{}", self.complaints).into()),
        }
    }
}

/// Runs `command` to its end.
pub fn measure(mut command: Command) -> Outcome<Measured> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let status_file = format!("/proc/{}/status", child.id());
    // The kernel keeps the high-water mark, so a look now and then is enough; where there is no /proc it stays 0.
    let watcher = std::thread::spawn(move || {
        let mut peak = 0.0_f64;
        while let Some(seen) = high_water_mark(&status_file) {
            peak = peak.max(seen);
            std::thread::sleep(Duration::from_millis(2));
        }
        peak
    });
    let mut complaints = String::new();
    if let Some(mut stderr) = child.stderr.take() {
        std::io::Read::read_to_string(&mut stderr, &mut complaints)?;
    }
    let code = child.wait()?.code();
    let seconds = start.elapsed().as_secs_f64();
    Ok(Measured { seconds, peak_mb: watcher.join().unwrap_or_default(), code, complaints })
}

/// The highest resident memory so far, in MB, as the kernel keeps it.
pub fn high_water_mark(status_file: &str) -> Option<f64> {
    let status = fs::read_to_string(status_file).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok().map(|kb| kb / 1024.0)
}

/// The middle one.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
