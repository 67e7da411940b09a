//! Commands: one small file each. Everything they do is done by the rooms below.

use clap::{Parser, Subcommand};

/// A speech-driven front desk for public-utility hotlines.
#[derive(Debug, Parser)]
#[command(name = "lingting", version, about, arg_required_else_help = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Checks a configuration file.
    Check(check::Check),
    /// Finds one slot's value in each line of text.
    Parse(parse::Parse),
    /// Says what each line of text means.
    Understand(understand::Understand),
    /// Writes down what is said in WAV files.
    Transcribe(transcribe::Transcribe),
    /// Scores against labelled data.
    Eval(eval::Eval),
    /// Gets, lists and checks the models.
    Models(models::Models),
    /// Speaks a text into a file.
    Say(say::Say),
}

mod check;
mod eval;
mod lines;
mod models;
mod parse;
mod say;
mod transcribe;
mod understand;

/// What every command returns: a failure is one clear line on stderr and a non-zero exit.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

impl Cli {
    /// Runs the command that was asked for.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Check(check) => check.run(),
            Command::Parse(parse) => parse.run(),
            Command::Understand(understand) => understand.run(),
            Command::Transcribe(transcribe) => transcribe.run(),
            Command::Eval(eval) => eval.run(),
            Command::Models(models) => models.run(),
            Command::Say(say) => say.run(),
        }
    }
}
