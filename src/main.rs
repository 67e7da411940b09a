//! The `lingting` program.
#![forbid(unsafe_code)]

use clap::Parser;
use lingting::cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lingting: {error}");
            ExitCode::FAILURE
        }
    }
}
