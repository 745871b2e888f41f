//! Measures whole processes.

use std::error::Error;
use std::fs;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Errors are only printed.
pub type Outcome<T> = Result<T, Box<dyn Error>>;

/// Measurement of a process: wall time from start to exit, and peak resident memory.
pub struct Measured {
    /// Seconds from start to exit.
    pub seconds: f64,
    /// Peak resident memory in MB.
    pub peak_mb: f64,
    /// The exit code; `None` if a signal ended the process.
    pub code: Option<i32>,
    /// Its stderr.
    pub complaints: String,
}

impl Measured {
    /// Returns the measurement if the exit code is `code`, otherwise an error with its stderr.
    pub fn ended(self, code: i32) -> Outcome<Self> {
        match self.code {
            Some(seen) if seen == code => Ok(self),
            code => Err(format!("it ended with {code:?}:\n{}", self.complaints).into()),
        }
    }
}

/// Runs `command` until it exits.
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

/// Peak resident memory so far in MB, from the kernel.
pub fn high_water_mark(status_file: &str) -> Option<f64> {
    let status = fs::read_to_string(status_file).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<f64>().ok().map(|kb| kb / 1024.0)
}

/// The median.
pub fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
