//! `lingting serve`: answers calls, serves the pages and the API.

use super::Outcome;
use crate::call::{House, receive};
use crate::config::Config;
use crate::http::{self, HttpState};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// Answers calls, serves the pages and the API.
#[derive(Debug, Args)]
pub struct Serve {
    /// Configuration file; without one, and without lingting.toml here, a demo of the water pack on loopback.
    #[arg(long)]
    config: Option<PathBuf>,
}

impl Serve {
    pub(super) fn run(self) -> Outcome {
        let config = Config::find(self.config.as_deref())?;
        super::runtime()?.block_on(async {
            let stop = CancellationToken::new();
            println!("opening; the first start makes the sound of every fixed prompt");
            let program = start(config, stop.clone()).await?;
            println!("calls: sip:{}", program.house.line.local_addr());
            println!("pages: http://{}", program.pages);
            until_told_to_stop().await?;
            println!("no new calls; waiting for those in progress");
            stop.cancel();
            program.done.await?;
            Ok(())
        })
    }
}

/// A running program.
pub(super) struct Program {
    pub(super) house: Arc<House>,
    /// Where the pages are.
    pub(super) pages: std::net::SocketAddr,
    /// Ends once it was told to stop and the last call is over.
    pub(super) done: tokio::task::JoinHandle<()>,
}

/// Opens everything, in the order in which it is needed, and answers calls until `stop`.
pub(super) async fn start(
    config: Config,
    stop: CancellationToken,
) -> Result<Program, Box<dyn std::error::Error>> {
    let metrics = http::install_metrics()?;
    let (house, incoming) = House::open(&config).await?;
    let house = Arc::new(house);
    let taking_calls = stop.clone();
    let state = HttpState {
        store: house.store.clone(),
        agents: house.desk.agents(),
        packs: house.packs.clone(),
        ready: Arc::new(move || match taking_calls.is_cancelled() {
            true => Err("no new calls are taken: the program is ending".into()),
            false => Ok(()),
        }),
        metrics,
    };
    let (packs, fresh_until) = (house.packs.clone(), stop.clone());
    tokio::spawn(async move { packs.keep_fresh(fresh_until).await });
    let pages_stop = CancellationToken::new();
    let serving = http::serve(config.http.listen, state, pages_stop.clone()).await?;
    let pages = serving.address;
    let calls = receive(house.clone(), incoming, stop);
    let done = tokio::spawn(async move {
        calls.await;
        pages_stop.cancel();
        serving.ended().await;
    });
    Ok(Program { house, pages, done })
}

async fn until_told_to_stop() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}
