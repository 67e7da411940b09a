//! `lingting check`: what is wrong, where, and what mends it.

use super::Outcome;
use crate::config::Config;
use clap::Args;
use std::path::PathBuf;

/// Checks a configuration file.
#[derive(Debug, Args)]
pub struct Check {
    /// Configuration file.
    #[arg(long, default_value = "lingting.toml")]
    config: PathBuf,
}

impl Check {
    pub(super) fn run(self) -> Outcome {
        Config::read(&self.config)?;
        println!("{}: good", self.config.display());
        Ok(())
    }
}
