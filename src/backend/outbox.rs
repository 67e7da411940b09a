//! Tickets that the back office could not take wait on disk and are delivered once it answers again.

use super::Backend;
use crate::event::{Reply, Request};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::future::Future;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often delivery is tried while something waits.
const TRY_EVERY: Duration = Duration::from_secs(10);

/// A back office in front of which no ticket is lost.
///
/// A ticket that the office could not take is still answered [`Reply::Unavailable`], because it has no number yet;
/// it keeps its idempotency key, so that one that did arrive after all is not opened twice.
pub struct Outbox {
    office: Arc<dyn Backend>,
    shelf: Arc<Shelf>,
}

/// A ticket that waits.
#[derive(Debug, Serialize, Deserialize)]
struct Letter {
    idempotency_key: String,
    request: Request,
}

impl Outbox {
    /// Puts an outbox in front of `office`; what waits lies in `folder/outbox.jsonl` and outlives the program.
    pub fn new(folder: &Path, office: Arc<dyn Backend>) -> Outbox {
        let shelf = Shelf {
            path: folder.join("outbox.jsonl"),
            file: Mutex::new(()),
        };
        Outbox {
            office,
            shelf: Arc::new(shelf),
        }
    }

    /// Delivers what waits, again and again, until `stop`.
    pub async fn keep_delivering(&self, stop: CancellationToken) {
        let mut tick = tokio::time::interval(TRY_EVERY);
        while stop.run_until_cancelled(tick.tick()).await.is_some() {
            if let Err(error) = self.deliver().await {
                tracing::error!(path = %self.shelf.path.display(), %error, "the outbox cannot be read or written");
            }
        }
    }

    /// Tries once to deliver what waits, in its order. Returns how many tickets still wait.
    pub async fn deliver(&self) -> io::Result<usize> {
        let letters = self.on_shelf(|shelf| shelf.read()).await?;
        let mut done = Vec::new();
        for letter in &letters {
            let key = &letter.idempotency_key;
            match self.office.ask(&letter.request, key).await {
                Reply::Unavailable { .. } => break,
                Reply::Ticket(ticket) => {
                    tracing::info!(
                        key,
                        ticket = ticket.ticket,
                        "a waiting ticket was delivered"
                    );
                }
                other => tracing::error!(key, ?other, "a waiting ticket was not accepted"),
            }
            done.push(key.clone());
        }
        let waiting = letters.len() - done.len();
        if !done.is_empty() {
            self.on_shelf(move |shelf| shelf.remove(&done)).await?;
        }
        metrics::gauge!("lingting_outbox_tickets").set(waiting as f64);
        Ok(waiting)
    }

    async fn ask_or_keep(&self, request: &Request, idempotency_key: &str) -> Reply {
        let reply = self.office.ask(request, idempotency_key).await;
        let (Reply::Unavailable { reason }, Request::CreateTicket(_)) = (&reply, request) else {
            return reply;
        };
        let letter = Letter {
            idempotency_key: idempotency_key.to_owned(),
            request: request.clone(),
        };
        match self.on_shelf(move |shelf| shelf.add(&letter)).await {
            Ok(()) => Reply::Unavailable {
                reason: format!("{reason}; the ticket waits in the outbox"),
            },
            Err(error) => {
                tracing::error!(key = idempotency_key, %error, "a ticket can be neither delivered nor kept");
                reply
            }
        }
    }

    /// Works on the file where waiting for the disk holds nobody up.
    async fn on_shelf<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Shelf) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let shelf = self.shelf.clone();
        let working = tokio::task::spawn_blocking(move || work(&shelf));
        working.await.map_err(io::Error::other)?
    }
}

impl Backend for Outbox {
    fn ask<'a>(
        &'a self,
        request: &'a Request,
        idempotency_key: &'a str,
    ) -> Pin<Box<dyn Future<Output = Reply> + Send + 'a>> {
        Box::pin(self.ask_or_keep(request, idempotency_key))
    }
}

/// `outbox.jsonl`: a letter a line.
struct Shelf {
    path: PathBuf,
    /// Held while the file is read or written, never while the office is asked.
    file: Mutex<()>,
}

impl Shelf {
    fn add(&self, letter: &Letter) -> io::Result<()> {
        let _held = self.hold();
        let mut line = serde_json::to_vec(letter)?;
        line.push(b'\n');
        let mut file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(&self.path)?;
        file.write_all(&line)?;
        file.sync_data()
    }

    fn read(&self) -> io::Result<Vec<Letter>> {
        let _held = self.hold();
        self.letters()
    }

    /// Takes these letters out; those that came meanwhile stay.
    fn remove(&self, keys: &[String]) -> io::Result<()> {
        let _held = self.hold();
        let mut letters = self.letters()?;
        letters.retain(|letter| !keys.contains(&letter.idempotency_key));
        let fresh = self.path.with_extension("jsonl.new");
        let mut file = File::create(&fresh)?;
        for letter in &letters {
            serde_json::to_writer(&mut file, letter)?;
            file.write_all(b"\n")?;
        }
        file.sync_data()?;
        fs::rename(fresh, &self.path)
    }

    fn letters(&self) -> io::Result<Vec<Letter>> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut letters = Vec::new();
        for (number, line) in (1..).zip(BufReader::new(file).split(b'\n')) {
            match serde_json::from_slice(&line?) {
                Ok(letter) => letters.push(letter),
                Err(error) => tracing::error!(
                    path = %self.path.display(), line = number, %error, "a waiting ticket is damaged"
                ),
            }
        }
        Ok(letters)
    }

    fn hold(&self) -> MutexGuard<'_, ()> {
        self.file.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
