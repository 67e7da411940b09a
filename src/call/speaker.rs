//! Phrases to sound for all calls: from the cache, or made on the compute pool, once for all who want them.

use crate::compute::{Job, Pool, Priority};
use crate::tts::{Openings, Phrase, PhraseCache, PhrasePiece, Synthesizer, Voice};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;

/// Processor time to expect for a phrase, per character; about half a second for each second of speech.
const PER_CHARACTER: Duration = Duration::from_millis(120);

/// Characters of speech that cover the making of what follows: about 3 s.
const COVER: usize = 15;

/// A phrase's sound, or the sentence that says why there is none.
type Made = Result<Phrase, String>;

/// A phrase being made.
type Making = watch::Receiver<Option<Made>>;

/// Speaks for all calls.
pub struct Speaker {
    voice: Voice,
    synthesizer: Arc<dyn Synthesizer>,
    cache: Arc<PhraseCache>,
    pool: Arc<Pool>,
    openings: Openings,
    /// Phrases being made, so that who asks for one a second time waits for the first.
    making: Mutex<HashMap<String, Making>>,
}

impl Speaker {
    /// A speaker with one voice; `openings` are the words that stand before values in what it says.
    pub fn new(
        voice: Voice,
        synthesizer: Arc<dyn Synthesizer>,
        cache: Arc<PhraseCache>,
        pool: Arc<Pool>,
        openings: Openings,
    ) -> Self {
        Speaker {
            voice,
            synthesizer,
            cache,
            pool,
            openings,
            making: Mutex::default(),
        }
    }

    /// Cuts a text into the phrases that are made and kept one by one.
    pub fn phrases(&self, text: &str) -> Vec<PhrasePiece> {
        self.openings.phrases(text)
    }

    /// The phrases at the beginning of a text that must be made for it to be spoken without a wait: the rest is made
    /// while these are heard, and for nothing where the text is never said.
    pub fn beginning(&self, text: &str) -> Vec<String> {
        let pieces = self.phrases(text).into_iter().map(|piece| piece.text);
        let mut missing = pieces.skip_while(|text| self.cached(text).is_some());
        let (mut beginning, mut characters) = (Vec::new(), 0);
        while characters < COVER
            && let Some(text) = missing.next()
        {
            characters += text.chars().count();
            beginning.push(text);
        }
        beginning
    }

    /// The phrases before values.
    pub fn openings(&self) -> impl Iterator<Item = String> {
        self.openings.pieces()
    }

    /// The sound of a phrase, if it is in the cache.
    pub fn cached(&self, text: &str) -> Option<Phrase> {
        self.cache.get(text, &self.voice)
    }

    /// The sound of a phrase, made if need be. Dropping the future cancels the work unless it has begun.
    ///
    /// The error is a sentence for the log.
    pub async fn fetch(&self, text: &str, priority: Priority) -> Made {
        loop {
            if let Some(phrase) = self.cached(text) {
                return Ok(phrase);
            }
            let (mut made, _job) = self.make(text, priority)?;
            let outcome = made
                .wait_for(Option::is_some)
                .await
                .map(|made| made.clone());
            self.forget(text, &made);
            // Without an outcome, whoever had the phrase made no longer wants it: have it made again.
            if let Ok(Some(outcome)) = outcome {
                return outcome;
            }
        }
    }

    /// Joins the phrase's making, or begins it.
    fn make(&self, text: &str, priority: Priority) -> Result<(Making, Option<Job<()>>), String> {
        let mut making = self.making();
        if let Some(made) = making.get(text) {
            return Ok((made.clone(), None));
        }
        let (sender, made) = watch::channel(None);
        let (owned, voice) = (text.to_owned(), self.voice.clone());
        let (synthesizer, cache) = (self.synthesizer.clone(), self.cache.clone());
        let work = move || {
            let phrase = synthesizer.synthesize(&owned, &voice);
            if let Ok(phrase) = &phrase
                && let Err(error) = cache.put(&owned, &voice, phrase)
            {
                tracing::warn!(%error, "a phrase was not kept");
            }
            sender.send_replace(Some(phrase.map_err(|error| error.to_string())));
        };
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let job = self
            .pool
            .submit(priority, PER_CHARACTER.saturating_mul(characters), work)
            .map_err(|full| full.to_string())?;
        making.insert(text.to_owned(), made.clone());
        Ok((made, Some(job)))
    }

    fn forget(&self, text: &str, made: &Making) {
        let mut making = self.making();
        if making
            .get(text)
            .is_some_and(|current| current.same_channel(made))
        {
            making.remove(text);
        }
    }

    fn making(&self) -> MutexGuard<'_, HashMap<String, Making>> {
        self.making.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
