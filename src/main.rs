//! The program: gathers arguments, environment and streams, and hands them to [`signoff::cli::run`].

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use signoff::cli::{self, LogStreams, Process};

/// A run makes many small allocations, for which the allocators of C libraries are slow, especially musl's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // The message may contain a secret, so only the location is printed.
        let location = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(io::stderr(), "internal error at {location}: please report it with the command you ran");
    }));
    let args: Vec<_> = std::env::args_os().collect();
    let env = cli::environment(std::env::vars_os());
    let (out_terminal, err_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
    let (out, err) = (&mut io::stdout(), &mut io::stderr());
    let log = Some(LogStreams { out: Box::new(io::stdout()), err: Box::new(io::stderr()) });
    cli::run(&args, &env, Process { out, err, out_terminal, err_terminal, exit: Some(std::process::exit), log })
}
