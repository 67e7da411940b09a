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
    /// Answers calls, serves the pages and the API.
    Serve(serve::Serve),
    /// Lets three callers ring by real SIP, and shows every turn.
    Demo(demo::Demo),
    /// Checks a configuration file.
    Check(check::Check),
    /// Places a call and plays a caller's part.
    Call(call::Call),
    /// Re-runs a recorded call's decisions and prints what would differ.
    Replay(replay::Replay),
    /// Finds one slot's value in each line of text.
    Parse(parse::Parse),
    /// Says what each line of text means.
    Understand(understand::Understand),
    /// Writes down what is said in WAV files.
    Transcribe(transcribe::Transcribe),
    /// Scores against labelled data.
    Eval(eval::Eval),
    /// Talks with a domain pack in the terminal.
    Talk(talk::Talk),
    /// Gets, lists and checks the models.
    Models(models::Models),
    /// Speaks a text into a file.
    Say(say::Say),
}

mod call;
mod check;
mod demo;
mod eval;
mod lines;
mod models;
mod parse;
mod replay;
mod say;
mod serve;
mod softphone;
mod talk;
mod transcribe;
mod understand;

/// What every command returns: a failure is one clear line on stderr and a non-zero exit.
pub type Outcome = Result<(), Box<dyn std::error::Error>>;

impl Cli {
    /// Runs the command that was asked for.
    pub fn run(self) -> Outcome {
        match self.command {
            Command::Serve(serve) => serve.run(),
            Command::Demo(demo) => demo.run(),
            Command::Check(check) => check.run(),
            Command::Call(call) => call.run(),
            Command::Replay(replay) => replay.run(),
            Command::Parse(parse) => parse.run(),
            Command::Understand(understand) => understand.run(),
            Command::Transcribe(transcribe) => transcribe.run(),
            Command::Eval(eval) => eval.run(),
            Command::Talk(talk) => talk.run(),
            Command::Models(models) => models.run(),
            Command::Say(say) => say.run(),
        }
    }
}

/// The async runtime of commands that talk over the network.
fn runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
}
