//! The second engine: any Whisper in ggml's form, by whisper.cpp.
//!
//! For sites that choose another model. It costs three times the default engine's time, has no token masks (its
//! grammars crash), one reading only, and cannot be stopped inside a window of up to 28 s: whisper.cpp's abort
//! callback needs unsafe code, so the flag is looked at before each window.

use super::guard::{self, Evidence, Refusal};
use super::trust::trust;
use super::voice::Voice;
use super::{Abort, AsrError, Recognition, Recognizer, SAMPLE_RATE, Utterance, windows};
use crate::event::Hypothesis;
use cpu_time::ThreadTime;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use whisper_rs::{
    FullParams, SamplingStrategy, WhisperContext, WhisperContextParameters, WhisperError,
    WhisperState,
};

/// Frames of the encoder in a second.
const FRAMES_PER_SECOND: f32 = 50.0;
/// Frames that the encoder sees behind the utterance. With less, Whisper loops more often.
const MARGIN: f32 = 128.0;
/// Frames of the whole context, 30 s.
const MOST_FRAMES: f32 = 1500.0;
/// Most text tokens: so many for each second, and some to begin with.
const TOKENS_PER_SECOND: f32 = 9.0;
const TOKENS_AT_LEAST: f32 = 10.0;
/// Languages by their names in Whisper.
const CHINESE: &str = "zh";
const ENGLISH: &str = "en";
/// Probability from which English is believed, and from which another language is: of them there are many, and a dialect
/// may sound like one.
const CLEARLY_ENGLISH: f32 = 0.5;
const CLEARLY_OTHER: f32 = 0.8;
/// Most tokens of a prompt; each costs a little of every utterance.
const MOST_PROMPT: usize = 60;

/// The engine. One value serves any number of threads; each thread at work holds a state of some 100 MB.
pub struct Ggml {
    context: WhisperContext,
    voice: Voice,
    /// Made once for each language: setting it leaks a string.
    params: Mutex<BTreeMap<&'static str, FullParams<'static, 'static>>>,
    states: Mutex<Vec<WhisperState>>,
}

/// Text of one window, before it is believed.
struct Found {
    text: String,
    evidence: Evidence,
}

impl Ggml {
    /// Loads a ggml file; `voice` keeps from it what it would write a sentence for.
    pub fn load(model: &Path, voice: Voice) -> Result<Ggml, AsrError> {
        whisper_rs::install_logging_hooks();
        let mut settings = WhisperContextParameters::default();
        // With a bounded context flash attention would attend to what the state held before: another caller's sound.
        settings.flash_attn(false);
        let context = WhisperContext::new_with_params(model, settings).map_err(|error| {
            let name = model.display();
            AsrError::Engine(format!(
                "cannot load {name}: {error}: run 'lingting models verify'"
            ))
        })?;
        Ok(Ggml {
            context,
            voice,
            params: Mutex::default(),
            states: Mutex::default(),
        })
    }

    fn window(&self, samples: &[f32], words: &[String]) -> Result<Vec<Hypothesis>, AsrError> {
        let found = self.decode(CHINESE, samples, words)?;
        let text = match guard::check(&found.text, &found.evidence, words) {
            Err(Refusal::Echo) => {
                let found = self.decode(CHINESE, samples, &[])?;
                guard::check(&found.text, &found.evidence, &[]).map(|text| (text, found.evidence))
            }
            checked => checked.map(|text| (text, found.evidence)),
        };
        let hypothesis = text
            .map(|(text, evidence)| Hypothesis::new(text, trust(evidence.mean_log_probability)));
        Ok(hypothesis.into_iter().collect())
    }

    /// One sentence as an English one; where its sound is of another language (Chinese apart), as one of that.
    /// `is_sure`: it is known to be English. Nothing where it is Chinese, or nothing is believed.
    pub(super) fn foreign(
        &self,
        samples: &[f32],
        is_sure: bool,
    ) -> Result<Option<Hypothesis>, AsrError> {
        if !self.voice.speaks(samples)? {
            return Ok(None);
        }
        let found = self.with_state(|state| {
            let english = self.decode_with(state, ENGLISH, samples, &[])?;
            let language = match is_sure {
                true => Some(ENGLISH),
                false => language(state)?,
            };
            Ok(match language {
                Some(ENGLISH) => Some(english),
                Some(CHINESE) | None => None,
                Some(other) => Some(self.decode_with(state, other, samples, &[])?),
            })
        })?;
        let Some(found) = found else {
            return Ok(None);
        };
        let text = guard::check_foreign(&found.text, &found.evidence).ok();
        let trust = trust(found.evidence.mean_log_probability);
        Ok(text.map(|text| Hypothesis::new(text, trust)))
    }

    fn decode(
        &self,
        language: &'static str,
        samples: &[f32],
        words: &[String],
    ) -> Result<Found, AsrError> {
        self.with_state(|state| self.decode_with(state, language, samples, words))
    }

    /// Does something with a state that no other thread uses meanwhile; the one that was used last, where it is free.
    fn with_state<T>(
        &self,
        work: impl FnOnce(&mut WhisperState) -> Result<T, WhisperError>,
    ) -> Result<T, AsrError> {
        let free = self.lock().pop();
        let mut state = match free {
            Some(state) => state,
            None => self.context.create_state().map_err(engine)?,
        };
        let done = work(&mut state).map_err(engine);
        self.lock().push(state);
        done
    }

    fn decode_with(
        &self,
        state: &mut WhisperState,
        language: &'static str,
        samples: &[f32],
        words: &[String],
    ) -> Result<Found, WhisperError> {
        let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
        let prompt = self.prompt(words)?;
        let mut params: FullParams<'static, '_> = {
            let mut made = self.params.lock().unwrap_or_else(PoisonError::into_inner);
            made.entry(language)
                .or_insert_with(|| params_of(language))
                .clone()
        };
        params.set_tokens(&prompt);
        params.set_audio_ctx((seconds * FRAMES_PER_SECOND + MARGIN).min(MOST_FRAMES) as i32);
        params.set_max_tokens((seconds * TOKENS_PER_SECOND + TOKENS_AT_LEAST) as i32);
        state.full(params, samples)?;

        let (mut bytes, mut logs, mut no_speech) = (Vec::new(), Vec::new(), 0.0_f32);
        for segment in state.as_iter() {
            bytes.extend_from_slice(segment.to_bytes()?);
            no_speech = no_speech.max(segment.no_speech_probability());
            let tokens = (0..segment.n_tokens()).filter_map(|i| segment.get_token(i));
            let spoken = tokens.filter(|token| token.token_id() < self.context.token_eot());
            logs.extend(spoken.map(|token| token.token_data().plog));
        }
        let mean_log_probability = match logs.len() {
            0 => f32::NEG_INFINITY,
            count => logs.iter().sum::<f32>() / count as f32,
        };
        Ok(Found {
            text: String::from_utf8_lossy(&bytes).into_owned(),
            evidence: Evidence {
                mean_log_probability,
                no_speech,
                seconds,
            },
        })
    }

    /// Tokens of the words with commas between them.
    fn prompt(&self, words: &[String]) -> Result<Vec<i32>, WhisperError> {
        let text = words.join(",");
        // A token has a byte at least. With less room than tokens the library would read beyond its buffer.
        let mut tokens = self.context.tokenize(&text, text.len() + 1)?;
        tokens.truncate(MOST_PROMPT);
        Ok(tokens)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<WhisperState>> {
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recognizer for Ggml {
    fn recognize(&self, utterance: &Utterance, abort: &Abort) -> Result<Recognition, AsrError> {
        let clock = ThreadTime::now();
        let words = &utterance.expectation.words;
        let mut parts = Vec::new();
        for range in windows::split(&utterance.samples) {
            if abort.is_raised() {
                return Err(AsrError::Aborted);
            }
            let samples = &utterance.samples[range];
            if self.voice.speaks(samples)? {
                parts.push(self.window(samples, words)?);
            }
        }
        Ok(Recognition {
            hypotheses: windows::join(parts),
            syllables: Vec::new(),
            decode_ms: clock.elapsed().as_millis() as u64,
        })
    }
}

/// The language of the sound that a state has just decoded; nothing where that is not clear.
fn language(state: &mut WhisperState) -> Result<Option<&'static str>, WhisperError> {
    let (best, probabilities) = state.lang_detect(0, 1)?;
    let probability = usize::try_from(best)
        .ok()
        .and_then(|best| probabilities.get(best));
    let probability = probability.copied().unwrap_or(0.0);
    Ok(match whisper_rs::get_lang_str(best) {
        Some(ENGLISH) => (probability >= CLEARLY_ENGLISH).then_some(ENGLISH),
        // Cantonese is written like Chinese.
        Some(CHINESE | "yue") => Some(CHINESE),
        other => other.filter(|_| probability >= CLEARLY_OTHER),
    })
}

fn params_of(language: &'static str) -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some(language));
    params.set_n_threads(1);
    params.set_no_context(true);
    // One window, one segment: else what follows its last timestamp would be decoded once more.
    params.set_single_segment(true);
    // One pass: trust says how good it is, a second one at a higher temperature would double the time.
    params.set_temperature_inc(0.0);
    params.set_suppress_nst(true);
    params.set_print_special(false);
    params.set_print_progress(false);
    params.set_print_realtime(false);
    params.set_print_timestamps(false);
    params
}

fn engine(error: WhisperError) -> AsrError {
    AsrError::Engine(error.to_string())
}
