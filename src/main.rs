//! The program: gathers arguments, environment and streams, and hands them to [`signoff::cli::run`].

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use signoff::cli::{self, Streams};

/// A run is very many small allocations; the C libraries' own allocators, musl's above all, are slow at these.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // What it says may hold a secret, so only the place is told.
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(io::stderr(), "signoff has a mistake at {place}: please report it with what you ran");
    }));
    let args: Vec<_> = std::env::args_os().collect();
    let env = std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?))).collect();
    let (out_terminal, err_terminal) = (io::stdout().is_terminal(), io::stderr().is_terminal());
    cli::run(&args, &env, Streams { out: &mut io::stdout(), err: &mut io::stderr(), out_terminal, err_terminal })
}
