//! The default engine: Whisper by our own decode loop over ONNX Runtime.

use super::ctc::Posteriors;
use super::digits::{self, Digits};
use super::features::MelAnalyser;
use super::fusion::{AnswerSounds, Candidate, DigitSounds, Number, rank_sentence};
use super::guard::{self, Evidence};
use super::kept::Kept;
use super::network::{Decoding, Network};
use super::phrases::Phrases;
use super::search::{Constraint, Found, Plan, Reading, search};
use super::sentences::{Likeness, Sentences};
use super::syllables::{HeardSyllable, SyllableHead};
use super::trust::trust;
use super::vocabulary::{Texts, answer_words, digit_words, value_words, yes_no_words};
use super::words::Words;
use super::{
    Abort, AsrError, LoadError, Recognition, Recognizer, SAMPLE_RATE, Utterance, syllables, windows,
};
use crate::audio::resample;
use crate::event::{CheckRule, ExpectedKind, Hypothesis};
use crate::mandarin::{Phrasing, Spelling};
use crate::models::whisper_vocabulary::{Control, Vocabulary};
use cpu_time::ThreadTime;
use std::ops::RangeInclusive;
use std::path::Path;
use std::sync::Arc;

/// Silence behind the utterance that the encoder sees, in frames of 10 ms. With less, Whisper loops more often.
const MARGIN: usize = 128;
/// Samples of one frame of the encoder.
const FRAME: usize = SAMPLE_RATE as usize * syllables::FRAME_MS as usize / 1000;
/// Most text tokens: so many for each second, and some to begin with.
const TOKENS_PER_SECOND: f32 = 9.0;
const TOKENS_AT_LEAST: f32 = 10.0;
/// Most hypotheses that are followed at once.
const MOST_BEAMS: usize = 8;
/// How much likelier 是, 不对 and the words that work everywhere are after a question for yes or no.
const YES_NO_BONUS: f32 = 1.0;
/// How much likelier the rest of a domain word is once it has begun, in any sentence.
const DOMAIN_BONUS: f32 = 1.5;
/// Samples a second of a sound that is heard in a slower and deeper voice: seven in a hundred more, the best of those tried.
const OTHER_VOICE: u32 = SAMPLE_RATE * 107 / 100;
/// How much less likely a text is that leaves the grammar of what was asked for: 转人工 is still heard.
const GRAMMAR_PRICE: f32 = 6.0;
/// Grammars whose words are kept ready.
const MOST_GRAMMARS: usize = 64;
/// Packs whose sentences and words are kept ready, other versions of them included.
const MOST_PACKS: usize = 16;
/// Digits are believed down to this mean log-probability; below it the caller may have said something else.
const DIGITS_BELIEVED: f32 = -0.75;
/// Mean log-likelihood of the sounds of a phrase that is believed though the decoder wrote nothing.
const CLEARLY_SAID: f32 = -0.5;
/// A text that is so much likelier a token than the best number says that there was none: chosen on made
/// numbers and hotline sentences (`lingting eval numbers`).
const NO_NUMBER: f32 = 0.65;

/// The engine. One value serves any number of threads.
pub struct Whisper {
    network: Network,
    head: SyllableHead,
    digit_sounds: DigitSounds,
    answers: AnswerSounds,
    analyser: MelAnalyser,
    texts: Texts,
    control: Control,
    digits: Digits,
    digit_words: Words,
    yes_no: Words,
    domains: Kept<Domain>,
    grammars: Kept<Grammar>,
    phrases: Kept<Phrases>,
    likeness: Likeness,
}

/// Words of a pack's domain.
struct Domain {
    words: Vec<String>,
    tree: Words,
}

/// What may be said where a value was asked for.
struct Grammar {
    spelling: Arc<Spelling>,
    /// For the decoder, with the words around it.
    words: Words,
    /// For the head.
    sentences: Sentences,
}

impl Whisper {
    /// Loads the folder that the conversion wrote; `library` is ONNX Runtime's shared library.
    pub fn load(library: &Path, folder: &Path) -> Result<Whisper, LoadError> {
        let vocabulary = Vocabulary::read(&folder.join("vocabulary.json"))?;
        let texts = Texts::new(&vocabulary);
        let head = SyllableHead::load(library)?;
        Ok(Whisper {
            digit_sounds: DigitSounds::new(&head),
            answers: AnswerSounds::new(&head, answer_words()),
            likeness: Likeness::new(&head),
            head,
            network: Network::load(library, folder)?,
            analyser: MelAnalyser::default(),
            control: vocabulary.control,
            digits: Digits::new(texts.bytes()),
            digit_words: Words::new(digit_words(), texts.bytes()),
            yes_no: Words::new(yes_no_words(), texts.bytes()),
            domains: Kept::new(MOST_PACKS),
            grammars: Kept::new(MOST_GRAMMARS),
            phrases: Kept::new(MOST_PACKS),
            texts,
        })
    }

    /// Domain words as a tree; they are the same from utterance to utterance.
    fn domain(&self, words: &[String]) -> Arc<Domain> {
        let make = || Domain {
            words: words.to_vec(),
            tree: Words::anywhere(words.iter().map(String::as_str), self.texts.bytes()),
        };
        self.domains.or_make(|known| known.words == words, make)
    }

    fn grammar(&self, spelling: &Arc<Spelling>) -> Arc<Grammar> {
        let make = || Grammar {
            spelling: spelling.clone(),
            words: Words::new(value_words(), self.texts.bytes()).and_sentences(spelling),
            sentences: Sentences::new(spelling, &self.head),
        };
        let is_wanted = |known: &Grammar| Arc::ptr_eq(&known.spelling, spelling);
        self.grammars.or_make(is_wanted, make)
    }

    fn phrases(&self, phrasing: &Arc<Phrasing>) -> Arc<Phrases> {
        let is_wanted = |known: &Phrases| Arc::ptr_eq(known.phrasing(), phrasing);
        let make = || Phrases::new(phrasing, &self.head);
        self.phrases.or_make(is_wanted, make)
    }

    /// Adds to the best reading how callers of the pack would have said it, or what they said where the decoder wrote nothing.
    fn say_as_here(
        &self,
        hypotheses: &mut Vec<Hypothesis>,
        phrasing: &Arc<Phrasing>,
        heard: &Posteriors,
    ) {
        let texts = hypotheses.iter().map(|reading| reading.text.as_str());
        let said = self
            .phrases(phrasing)
            .best(heard, texts, &self.head, &self.likeness);
        match (hypotheses.first_mut(), said) {
            (Some(best), Some(said)) if said.text != *best.text => {
                best.as_said_here = Some(said.text.into());
            }
            (None, Some(said)) if said.sound > CLEARLY_SAID => {
                hypotheses.push(Hypothesis::new(said.text, said.sound.exp()));
            }
            _ => {}
        }
    }

    /// Readings of one window, best first, and its syllables.
    fn window(
        &self,
        samples: &[f32],
        utterance: &Utterance,
        readings: usize,
        abort: &Abort,
    ) -> Result<Heard, AsrError> {
        let expectation = &utterance.expectation;
        if abort.is_raised() {
            return Err(AsrError::Aborted);
        }
        let mel = self.analyser.analyse(samples, MARGIN);
        let frames = samples.len().div_ceil(FRAME);
        let (mut decoding, sound) = self.network.encode(mel, frames)?;
        let posteriors = self.head.listen(&sound)?;
        let seconds = samples.len() as f32 / SAMPLE_RATE as f32;
        let beams = readings.clamp(1, MOST_BEAMS);
        let mut pass = Pass {
            engine: self,
            samples,
            decoding: &mut decoding,
            seconds,
            beams,
            abort,
            posteriors: &posteriors,
        };
        let mut hypotheses = match expectation.kind {
            ExpectedKind::Digits { min, max } => {
                pass.digits(&(min.into()..=max.into()), utterance.check)
            }
            ExpectedKind::YesNo => pass.yes_no(),
            ExpectedKind::Open
            | ExpectedKind::Address
            | ExpectedKind::Name
            | ExpectedKind::Date
            | ExpectedKind::Message { .. } => match &utterance.spelling {
                Some(spelling) => pass.value(spelling),
                None => pass.open(&expectation.words),
            },
        }?;
        if let Some(phrasing) = &utterance.phrasing {
            self.say_as_here(&mut hypotheses, phrasing, &posteriors);
        }
        Ok(Heard {
            hypotheses,
            syllables: self.head.heard(&posteriors),
        })
    }
}

/// What was heard in one window.
struct Heard {
    /// Best first.
    hypotheses: Vec<Hypothesis>,
    syllables: Vec<HeardSyllable>,
}

impl Recognizer for Whisper {
    fn recognize(&self, utterance: &Utterance, abort: &Abort) -> Result<Recognition, AsrError> {
        let clock = ThreadTime::now();
        let parts = windows::split(&utterance.samples);
        let readings = if parts.len() > 1 {
            1
        } else {
            utterance.readings
        };
        let mut windows = Vec::with_capacity(parts.len());
        let mut syllables = Vec::new();
        for part in parts {
            let samples = &utterance.samples[part.clone()];
            let heard = self.window(samples, utterance, readings, abort)?;
            let began_ms = part.start as u64 * 1000 / u64::from(SAMPLE_RATE);
            syllables.extend(heard.syllables.into_iter().map(|syllable| HeardSyllable {
                at_ms: began_ms + syllable.at_ms,
                ..syllable
            }));
            windows.push(heard.hypotheses);
        }
        Ok(Recognition {
            hypotheses: windows::join(windows),
            syllables,
            decode_ms: clock.elapsed().as_millis() as u64,
        })
    }
}

/// The passes over one encoded window.
struct Pass<'a, 'n> {
    engine: &'n Whisper,
    samples: &'a [f32],
    decoding: &'a mut Decoding<'n>,
    seconds: f32,
    beams: usize,
    abort: &'a Abort,
    posteriors: &'a Posteriors,
}

impl Pass<'_, '_> {
    /// Any words, those of the domain a little sooner. They are no prompt: that costs twice the time, and makes loops.
    fn open(&mut self, words: &[String]) -> Result<Vec<Hypothesis>, AsrError> {
        if words.is_empty() {
            return self.believed(Constraint::Free);
        }
        let domain = self.engine.domain(words);
        self.believed(Constraint::Prefer(&domain.tree, DOMAIN_BONUS))
    }

    /// A value that a grammar describes, by both heads, or anything else, at a price.
    fn value(&mut self, spelling: &Arc<Spelling>) -> Result<Vec<Hypothesis>, AsrError> {
        let engine = self.engine;
        let grammar = engine.grammar(spelling);
        let found = self.found(Constraint::Stay(&grammar.words, GRAMMAR_PRICE))?;
        let candidates = self.weigh(found);
        let sentence = grammar.sentences.best(self.posteriors, &engine.likeness);
        let ranked = rank_sentence(candidates, sentence, self.posteriors, &engine.head);
        Ok(believed(ranked))
    }

    /// Digits and carrier words, in several readings, ranked by both heads. Where they are doubted, also what anybody could have said: behind
    /// them, or before them and without any number where it is far likelier.
    fn digits(
        &mut self,
        length: &RangeInclusive<usize>,
        check: Option<CheckRule>,
    ) -> Result<Vec<Hypothesis>, AsrError> {
        let engine = self.engine;
        let constraint = Constraint::Digits(&engine.digit_words, &engine.digits, length);
        let masked = self.found(constraint)?;
        let mean = likelihood(&masked);
        let candidates = self.weigh(masked);
        let sounds = &engine.digit_sounds;
        let mut ranked = sounds.rank(candidates.clone(), &[self.posteriors], length, check);
        if ranked.is_doubtful() && !self.abort.is_raised() {
            let again = self.hear_in_another_voice()?;
            ranked = sounds.rank(candidates, &[self.posteriors, &again], length, check);
        }
        let mut hypotheses = believed(ranked.candidates);
        if ranked.number == Number::Sure || mean > DIGITS_BELIEVED {
            return Ok(hypotheses);
        }
        self.decoding.forget()?;
        self.beams = 1;
        let free = self.found(Constraint::Free)?;
        let is_no_number = ranked.number == Number::None && likelihood(&free) - mean > NO_NUMBER;
        let mut free = believed(self.weigh(free));
        if is_no_number && !free.is_empty() {
            hypotheses.retain(|hypothesis| !digits::holds_digit(&hypothesis.text));
            std::mem::swap(&mut hypotheses, &mut free);
        }
        free.retain(|other| hypotheses.iter().all(|known| known.text != other.text));
        hypotheses.append(&mut free);
        Ok(hypotheses)
    }

    /// The syllables of the same sound in a slower and deeper voice.
    fn hear_in_another_voice(&self) -> Result<Posteriors, AsrError> {
        let samples = resample::whole(self.samples, SAMPLE_RATE, OTHER_VOICE);
        let mel = self.engine.analyser.analyse(&samples, MARGIN);
        let network = &self.engine.network;
        let (_, sound) = network.encode(mel, samples.len().div_ceil(FRAME))?;
        self.engine.head.listen(&sound)
    }

    /// A yes, a no, or anything else. A lone 对 is too little for the decoder to know a sentence by; its sound is enough.
    fn yes_no(&mut self) -> Result<Vec<Hypothesis>, AsrError> {
        let engine = self.engine;
        let found = self.found(Constraint::Prefer(&engine.yes_no, YES_NO_BONUS))?;
        let candidates = self.weigh(found);
        let ranked = engine
            .answers
            .rank(candidates, self.posteriors, &engine.head);
        Ok(believed(ranked))
    }

    fn believed(&mut self, constraint: Constraint) -> Result<Vec<Hypothesis>, AsrError> {
        let found = self.found(constraint)?;
        Ok(believed(self.weigh(found)))
    }

    fn found(&mut self, constraint: Constraint) -> Result<Found, AsrError> {
        let bytes = self.engine.texts.bytes();
        let plan = Plan {
            control: self.engine.control,
            texts: &bytes,
            seconds: self.seconds,
            limit: (self.seconds * TOKENS_PER_SECOND + TOKENS_AT_LEAST) as usize,
            beams: self.beams,
            constraint,
        };
        search(self.decoding, &plan, self.abort)
    }

    /// Readings that pass the guards, each text once.
    fn weigh(&self, found: Found) -> Vec<Candidate> {
        let mut candidates: Vec<Candidate> = Vec::new();
        for reading in found.readings {
            let Reading {
                tokens,
                mean,
                score,
            } = reading;
            let evidence = Evidence {
                mean_log_probability: mean,
                no_speech: found.no_speech,
                seconds: self.seconds,
            };
            let text = self.engine.texts.decode(&tokens);
            if let Ok(text) = guard::check(&text, &evidence, &[])
                && candidates.iter().all(|other| other.text != text)
            {
                candidates.push(Candidate {
                    text,
                    confidence: trust(mean),
                    score,
                });
            }
        }
        candidates
    }
}

fn believed(candidates: Vec<Candidate>) -> Vec<Hypothesis> {
    let each = candidates.into_iter();
    each.map(|candidate| Hypothesis::new(candidate.text, candidate.confidence))
        .collect()
}

/// Mean log-probability of the best text; nothing is less likely than no text.
fn likelihood(found: &Found) -> f32 {
    let best = found
        .readings
        .first()
        .filter(|best| !best.tokens.is_empty());
    best.map_or(f32::NEG_INFINITY, |best| best.mean)
}
