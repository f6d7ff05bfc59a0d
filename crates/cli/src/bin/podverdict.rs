//! The `podverdict` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(podverdict_cli::run(std::env::args_os()))
}
