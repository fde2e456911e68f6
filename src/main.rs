//! The program: reads the arguments and the time once, and hands both to the command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(|panic| {
        // The message of a panic may hold a customer's words: only the place is told.
        let place =
            panic.location().map_or_else(String::new, |at| format!(" at {}:{}", at.file(), at.line()));
        eprintln!(
            "kesu: stopped by a mistake of its own{place}. What was saved is safe; please report this place"
        );
    }));
    kesu::cli::main(std::env::args_os(), jiff::Timestamp::now())
}
