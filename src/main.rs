//! The `lingting` program.
#![forbid(unsafe_code)]

use clap::Parser;
use lingting::cli::Cli;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

fn main() -> ExitCode {
    trace();
    match Cli::parse().run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lingting: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Traces to stderr what `RUST_LOG` asks for, warnings where it asks for nothing.
fn trace() {
    // The SIP stack's own traces hold whole messages with callers' numbers.
    let quiet = "rsipstack=warn".parse();
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::WARN.into())
        .from_env_lossy();
    let filter = match quiet {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .init();
}
