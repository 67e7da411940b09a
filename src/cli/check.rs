//! `lingting check`: what is wrong, where, and what mends it.

use super::Outcome;
use crate::config::Config;
use crate::dialogue::Pack;
use crate::models::{Folder, Manifest};
use crate::nlu::Encoder;
use crate::store::Store;
use crate::telephony::LineConfig;
use clap::Args;
use std::error::Error;
use std::net::{TcpListener, UdpSocket};
use std::path::PathBuf;

/// Checks configuration, pack, models, database and ports; ends with an error if any is bad.
#[derive(Debug, Args)]
pub struct Check {
    /// Configuration file; without one, lingting.toml here, else the defaults.
    #[arg(long)]
    config: Option<PathBuf>,
}

type Finding = Result<(), Box<dyn Error>>;

impl Check {
    pub(super) fn run(self) -> Outcome {
        let config = Config::find(self.config.as_deref())?;
        println!("good  configuration");
        let findings: [(&str, Finding); 5] = [
            ("pack", pack(&config)),
            ("models", models(&config)),
            ("line", line(&config)),
            ("pages", pages(&config)),
            ("store", store(&config)),
        ];
        let mut bad = 0;
        for (what, finding) in findings {
            match finding {
                Ok(()) => println!("good  {what}"),
                Err(error) => {
                    bad += 1;
                    println!("bad   {what}: {error}");
                }
            }
        }
        match bad {
            0 => Ok(()),
            count => Err(format!("{count} of 6 checks are bad").into()),
        }
    }
}

fn pack(config: &Config) -> Finding {
    let folder = &config.pack.folder;
    let encoder = Encoder::open(&Folder::locate(config.models.folder.as_deref()))?;
    let name = &config.pack.name;
    Pack::load(&folder.join(name), &folder.join("common"), &encoder)?;
    Ok(())
}

fn models(config: &Config) -> Finding {
    let folder = Folder::locate(config.models.folder.as_deref());
    for model in Manifest::shipped().choose(&[])? {
        folder.verify(model)?;
    }
    Ok(())
}

fn line(config: &Config) -> Finding {
    LineConfig::new(config)?;
    let listen = config.sip.listen;
    UdpSocket::bind(listen)
        .map_err(|error| format!("cannot listen on sip.listen {listen} over UDP: {error}"))?;
    TcpListener::bind(listen)
        .map_err(|error| format!("cannot listen on sip.listen {listen} over TCP: {error}"))?;
    Ok(())
}

fn pages(config: &Config) -> Finding {
    let listen = config.http.listen;
    TcpListener::bind(listen)
        .map_err(|error| format!("cannot listen on http.listen {listen}: {error}"))?;
    Ok(())
}

fn store(config: &Config) -> Finding {
    super::runtime()?.block_on(Store::open(&config.store.folder))?;
    Ok(())
}
