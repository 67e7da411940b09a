//! The second engine: any Whisper in ggml's form, by whisper.cpp.
//!
//! For sites that choose another model. It costs three times the default engine's time, has no token masks (its
//! grammars crash), one reading only, and cannot be stopped inside a window of up to 28 s: whisper.cpp's abort
//! callback needs unsafe code, so the flag is looked at before each window.

use super::guard::{self, Evidence, Refusal};
use super::trust::trust;
use super::voice::Voice;
use super::{Abort, AsrError, Recognition, Recognizer, SAMPLE_RATE, Utterance, windows};
use crate::event::{Hypothesis, Pii};
use cpu_time::ThreadTime;
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
/// Most tokens of a prompt; each costs a little of every utterance.
const MOST_PROMPT: usize = 60;

/// The engine. One value serves any number of threads; each thread at work holds a state of some 100 MB.
pub struct Ggml {
    context: WhisperContext,
    voice: Voice,
    /// Made once: setting the language leaks a string.
    params: FullParams<'static, 'static>,
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
            params: params(),
            states: Mutex::default(),
        })
    }

    fn window(&self, samples: &[f32], words: &[String]) -> Result<Vec<Hypothesis>, AsrError> {
        let found = self.decode(samples, words)?;
        let text = match guard::check(&found.text, &found.evidence, words) {
            Err(Refusal::Echo) => {
                let found = self.decode(samples, &[])?;
                guard::check(&found.text, &found.evidence, &[]).map(|text| (text, found.evidence))
            }
            checked => checked.map(|text| (text, found.evidence)),
        };
        let hypothesis = text.map(|(text, evidence)| Hypothesis {
            text: Pii(text),
            confidence: trust(evidence.mean_log_probability),
        });
        Ok(hypothesis.into_iter().collect())
    }

    fn decode(&self, samples: &[f32], words: &[String]) -> Result<Found, AsrError> {
        let free = self.lock().pop();
        let mut state = match free {
            Some(state) => state,
            None => self.context.create_state().map_err(engine)?,
        };
        let found = self.decode_with(&mut state, samples, words).map_err(engine);
        self.lock().push(state);
        found
    }

    fn decode_with(
        &self,
        state: &mut WhisperState,
        samples: &[f32],
        words: &[String],
    ) -> Result<Found, WhisperError> {
        let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
        let prompt = self.prompt(words)?;
        let mut params: FullParams<'static, '_> = self.params.clone();
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

fn params() -> FullParams<'static, 'static> {
    let mut params = FullParams::new(SamplingStrategy::Greedy { best_of: 1 });
    params.set_language(Some("zh"));
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
