//! The decode loop: a small beam (one for greedy) over the network's steps, with the rules of Whisper's timestamps.

use super::digits::{self, Digits};
use super::network::{Decoding, Logits};
use super::repetition::{self, Cycle};
use super::words::{Place, Words};
use super::{Abort, AsrError};
use crate::models::whisper_vocabulary::Control;
use std::ops::RangeInclusive;

/// Seconds between two neighbouring timestamps.
const TIMESTAMP_STEP: f32 = 0.02;
/// A text is not followed that is so much less likely than one that is whole (natural logarithm).
const HOPELESS: f32 = 6.0;
/// How much less likely a number of the wrong length is than its sound says: loops and dropped twins are commoner than
/// callers who say too much or stop early (natural logarithm).
const WRONG_LENGTH: f32 = 4.0;
/// A closing timestamp this near to the end of the sound ends the text, in seconds.
const END_SLACK: f32 = 0.6;

/// What may be written.
#[derive(Clone, Copy)]
pub enum Constraint<'a> {
    /// Anything.
    Free,
    /// Only these words, in which digits are looked for, so many of them.
    Digits(&'a Words, &'a Digits, &'a RangeInclusive<usize>),
    /// These words are likelier than the network thinks, by so much log-probability a token.
    Prefer(&'a Words, f32),
    /// A text that leaves these words, or ends within one, is less likely than the network thinks, by so much
    /// log-probability, once.
    Stay(&'a Words, f32),
}

/// How to decode one utterance.
pub struct Plan<'a> {
    /// Control tokens.
    pub control: Control,
    /// Bytes of the text tokens.
    pub texts: &'a [Vec<u8>],
    /// Length of the sound in seconds, the margin not counted.
    pub seconds: f32,
    /// Most text tokens.
    pub limit: usize,
    /// Hypotheses that are followed at once.
    pub beams: usize,
    /// What may be written.
    pub constraint: Constraint<'a>,
}

/// One text that was found.
#[derive(Debug, Clone)]
pub struct Reading {
    /// Text tokens.
    pub tokens: Vec<usize>,
    /// Mean log-probability of the text tokens among all tokens, whatever was allowed; of a digit, that of all its
    /// ways of writing where digits are looked for. 0 for an empty text.
    pub mean: f32,
    /// What readings are ranked by: the log-likelihood of the whole where digits are looked for, else its mean.
    pub score: f32,
}

/// All that was found, best first, and the network's belief that nobody spoke.
pub struct Found {
    /// Best first; no two say the same.
    pub readings: Vec<Reading>,
    /// Probability of no speech, 0..1.
    pub no_speech: f32,
}

/// Decodes; looks at `abort` before each step.
pub fn search(decoding: &mut Decoding, plan: &Plan, abort: &Abort) -> Result<Found, AsrError> {
    let control = &plan.control;
    let opening = [
        control.start,
        control.chinese,
        control.transcribe,
        control.first_timestamp,
    ];
    let mut logits = decoding.read(&opening)?;
    let no_speech = log_softmax(logits.at(0, 0))[control.no_speech].exp();
    let mut position = opening.len() - 1;
    let mut live = vec![Hypothesis::new(plan)];
    let mut ended = Vec::new();
    while !live.is_empty() && !plan.is_enough(&ended) {
        if abort.is_raised() {
            return Err(AsrError::Aborted);
        }
        let candidates = candidates(&live, &logits, position, plan);
        let (next, rows) = advance(&live, candidates, plan, &mut ended);
        live = next;
        if live.is_empty() || plan.is_enough(&ended) {
            break;
        }
        decoding.select(&rows)?;
        let last: Vec<usize> = live.iter().map(|hypothesis| hypothesis.last).collect();
        logits = decoding.read(&last)?;
        position = 0;
    }
    let mut readings: Vec<Reading> = ended
        .into_iter()
        .map(|hypothesis| hypothesis.reading(plan))
        .collect();
    readings.sort_by(|a, b| b.score.total_cmp(&a.score));
    Ok(Found {
        readings,
        no_speech,
    })
}

impl Plan<'_> {
    /// What two texts that say the same have in common.
    fn meaning(&self, tokens: &[usize]) -> String {
        match self.constraint {
            Constraint::Digits(_, digits, _) => digits.meaning(tokens),
            Constraint::Free | Constraint::Prefer(..) | Constraint::Stay(..) => {
                let bytes = tokens.iter().flat_map(|&token| &self.texts[token]);
                let bytes: Vec<u8> = bytes.copied().collect();
                String::from_utf8_lossy(&bytes).into_owned()
            }
        }
    }

    /// Whether nothing more needs to be found. Texts of a wrong length do not count.
    fn is_enough(&self, ended: &[Hypothesis]) -> bool {
        let counting = ended
            .iter()
            .map(|hypothesis| hypothesis.meaning.as_str())
            .filter(|meaning| !self.lacks(meaning) && !self.has_surplus(meaning));
        counting.count() >= self.beams
    }

    /// Whether more digits were written than were asked for.
    fn has_surplus(&self, meaning: &str) -> bool {
        match self.constraint {
            Constraint::Digits(_, _, length) => digits::count(meaning) > *length.end(),
            Constraint::Free | Constraint::Prefer(..) | Constraint::Stay(..) => false,
        }
    }

    /// Whether digits were written, and fewer than were asked for.
    fn lacks(&self, meaning: &str) -> bool {
        match self.constraint {
            Constraint::Digits(_, _, length) => {
                (1..*length.start()).contains(&digits::count(meaning))
            }
            Constraint::Free | Constraint::Prefer(..) | Constraint::Stay(..) => false,
        }
    }
}

#[derive(Clone)]
struct Hypothesis {
    tokens: Vec<usize>,
    meaning: String,
    /// Sum of the text tokens' log-probabilities.
    text_sum: f32,
    /// Sum of the weights of all tokens, and their number: what hypotheses are ranked by.
    sum: f32,
    count: usize,
    /// The token that the network reads next.
    last: usize,
    /// Index of the last timestamp, from 0.00 s.
    timestamp: usize,
    segment: Segment,
    /// Where the text stands among the words of the constraint; `None` once it has left them.
    place: Option<Place>,
}

/// Whisper writes `<0.00> text <1.20> <1.20> text <2.40>`.
#[derive(Clone, Copy, PartialEq)]
enum Segment {
    /// After an opening timestamp.
    Opened,
    /// Within the text.
    Text,
    /// After a closing timestamp.
    Closed,
}

struct Candidate {
    from: usize,
    token: usize,
    /// What the network thinks.
    log_probability: f32,
    /// The same with what is preferred.
    weight: f32,
    score: f32,
}

/// The likeliest continuations of all hypotheses, best first.
fn candidates(
    live: &[Hypothesis],
    logits: &Logits,
    position: usize,
    plan: &Plan,
) -> Vec<Candidate> {
    let mut all = Vec::new();
    for (from, hypothesis) in live.iter().enumerate() {
        let log_probabilities = log_softmax(logits.at(from, position));
        let weighted = hypothesis.weigh(&log_probabilities, plan);
        // One more than there are beams: one of them may end.
        for (token, weight) in best(&weighted, plan.beams + 1) {
            let log_probability = match plan.constraint {
                Constraint::Digits(..) => weight,
                Constraint::Free | Constraint::Prefer(..) | Constraint::Stay(..) => {
                    log_probabilities[token]
                }
            };
            all.push(Candidate {
                from,
                token,
                log_probability,
                weight,
                score: hypothesis.sum + weight,
            });
        }
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all
}

/// Splits the candidates into hypotheses that go on, with the row each came from, and those that have ended. Of those
/// that say the same only the likeliest is followed, and none that is much less likely than one that has ended.
fn advance(
    live: &[Hypothesis],
    candidates: Vec<Candidate>,
    plan: &Plan,
    ended: &mut Vec<Hypothesis>,
) -> (Vec<Hypothesis>, Vec<usize>) {
    let mut next: Vec<Hypothesis> = Vec::with_capacity(plan.beams);
    let mut rows = Vec::with_capacity(plan.beams);
    let best = ended.iter().map(|h| h.sum).fold(f32::MIN, f32::max);
    for candidate in candidates {
        if next.len() == plan.beams || plan.is_enough(ended) || candidate.score < best - HOPELESS {
            break;
        }
        let mut hypothesis = live[candidate.from].clone();
        let goes_on = hypothesis.take(&candidate, plan);
        let same = |other: &Hypothesis| {
            other.meaning == hypothesis.meaning && (!goes_on || other.segment == hypothesis.segment)
        };
        if goes_on && !next.iter().any(same) {
            rows.push(candidate.from);
            next.push(hypothesis);
        } else if !goes_on && !ended.iter().any(same) {
            ended.push(hypothesis);
        }
    }
    (next, rows)
}

impl Hypothesis {
    fn new(plan: &Plan) -> Hypothesis {
        Hypothesis {
            tokens: Vec::new(),
            meaning: String::new(),
            text_sum: 0.0,
            sum: 0.0,
            count: 0,
            last: plan.control.first_timestamp,
            timestamp: 0,
            segment: Segment::Opened,
            place: match plan.constraint {
                Constraint::Free => None,
                Constraint::Digits(words, ..)
                | Constraint::Prefer(words, _)
                | Constraint::Stay(words, _) => Some(words.start()),
            },
        }
    }

    /// The log-probabilities with everything that may not come now at minus infinity.
    fn weigh(&self, log_probabilities: &[f32], plan: &Plan) -> Vec<f32> {
        let control = &plan.control;
        let mut weighted = vec![f32::NEG_INFINITY; log_probabilities.len()];
        if self.may_end(plan) {
            weighted[control.end] = log_probabilities[control.end] - self.price_of_ending(plan);
        }
        if self.segment != Segment::Closed {
            self.weigh_texts(log_probabilities, plan, &mut weighted[..control.end]);
        }
        let text_best = weighted[..control.end]
            .iter()
            .copied()
            .fold(f32::MIN, f32::max);
        let first = control.first_timestamp + self.timestamp;
        match self.segment {
            Segment::Opened => {}
            Segment::Closed => {
                weighted[first..].copy_from_slice(&log_probabilities[first..]);
            }
            Segment::Text if self.may_end(plan) => {
                weighted[first + 1..].copy_from_slice(&log_probabilities[first + 1..]);
                // Whisper's own rule: all timestamps together against the likeliest word.
                let together: f32 = weighted[first + 1..].iter().map(|lp| lp.exp()).sum();
                if together.ln() > text_best {
                    weighted[..control.end].fill(f32::NEG_INFINITY);
                }
            }
            Segment::Text => {}
        }
        weighted
    }

    fn weigh_texts(&self, log_probabilities: &[f32], plan: &Plan, texts: &mut [f32]) {
        let source = &log_probabilities[..texts.len()];
        match (plan.constraint, &self.place) {
            (Constraint::Digits(words, digits, _), Some(place)) => {
                let allowed = words.allowed(place);
                for ((to, &from), &allowed) in texts.iter_mut().zip(source).zip(allowed.iter()) {
                    if allowed {
                        *to = from;
                    }
                }
                digits.gather(source, texts);
            }
            (Constraint::Prefer(words, bonus), Some(place)) => {
                let preferred = words.allowed(place);
                for ((to, &from), &preferred) in texts.iter_mut().zip(source).zip(preferred.iter())
                {
                    *to = if preferred { from + bonus } else { from };
                }
            }
            (Constraint::Stay(words, price), Some(place)) if !place.is_lost() => {
                let allowed = words.allowed(place);
                for ((to, &from), &allowed) in texts.iter_mut().zip(source).zip(allowed.iter()) {
                    *to = if allowed { from } else { from - price };
                }
            }
            _ => texts.copy_from_slice(source),
        }
        if self.tokens.is_empty() {
            for (to, bytes) in texts.iter_mut().zip(plan.texts) {
                if bytes
                    .iter()
                    .all(|byte| !byte.is_ascii_alphanumeric() && byte.is_ascii())
                {
                    *to = f32::NEG_INFINITY;
                }
            }
        }
    }

    fn may_end(&self, plan: &Plan) -> bool {
        match (plan.constraint, &self.place) {
            (Constraint::Digits(words, ..), Some(place)) => words.may_end(place),
            _ => true,
        }
    }

    /// What an end within a word costs.
    fn price_of_ending(&self, plan: &Plan) -> f32 {
        match (plan.constraint, &self.place) {
            (Constraint::Stay(words, price), Some(place))
                if !place.is_lost() && !words.may_end(place) =>
            {
                price
            }
            _ => 0.0,
        }
    }

    /// Appends a token; `false` if the text is over with it.
    fn take(&mut self, candidate: &Candidate, plan: &Plan) -> bool {
        let control = &plan.control;
        self.last = candidate.token;
        self.sum += candidate.weight;
        self.count += 1;
        if candidate.token == control.end {
            return false;
        }
        if candidate.token >= control.first_timestamp {
            return self.take_timestamp(candidate.token - control.first_timestamp, plan);
        }
        self.segment = Segment::Text;
        self.text_sum += candidate.log_probability;
        self.tokens.push(candidate.token);
        self.place = match (plan.constraint, &self.place) {
            (
                Constraint::Digits(words, ..)
                | Constraint::Prefer(words, _)
                | Constraint::Stay(words, _),
                Some(place),
            ) => Some(words.after(place, candidate.token)),
            _ => None,
        };
        let goes_on = match repetition::cycle(&self.tokens, plan.texts) {
            Some(Cycle { keep }) => {
                self.tokens.truncate(keep);
                false
            }
            None => self.tokens.len() < plan.limit,
        };
        let meaning = plan.meaning(&self.tokens);
        if plan.has_surplus(&meaning) && !plan.has_surplus(&self.meaning) {
            self.sum -= WRONG_LENGTH;
        }
        self.meaning = meaning;
        goes_on
    }

    fn take_timestamp(&mut self, timestamp: usize, plan: &Plan) -> bool {
        self.timestamp = timestamp;
        if self.segment == Segment::Closed {
            self.segment = Segment::Opened;
            return true;
        }
        self.segment = Segment::Closed;
        (timestamp as f32) * TIMESTAMP_STEP < plan.seconds - END_SLACK
    }

    fn reading(self, plan: &Plan) -> Reading {
        let score = match plan.constraint {
            // The average flatters loops: each round of one is more certain.
            Constraint::Digits(..) if plan.lacks(&self.meaning) => self.sum - WRONG_LENGTH,
            Constraint::Digits(..) => self.sum,
            Constraint::Free | Constraint::Prefer(..) | Constraint::Stay(..) => {
                self.sum / self.count.max(1) as f32
            }
        };
        Reading {
            mean: self.text_sum / self.tokens.len().max(1) as f32,
            score,
            tokens: self.tokens,
        }
    }
}

fn log_softmax(logits: &[f32]) -> Vec<f32> {
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|logit| (logit - largest).exp()).sum();
    let shift = largest + sum.ln();
    logits.iter().map(|logit| logit - shift).collect()
}

/// The `count` largest finite weights, largest first.
fn best(weights: &[f32], count: usize) -> Vec<(usize, f32)> {
    let mut best: Vec<(usize, f32)> = Vec::with_capacity(count + 1);
    for (token, &weight) in weights.iter().enumerate() {
        let full = best.len() == count;
        if weight == f32::NEG_INFINITY || (full && weight <= best[count - 1].1) {
            continue;
        }
        let place = best.partition_point(|&(_, other)| other >= weight);
        best.insert(place, (token, weight));
        best.truncate(count);
    }
    best
}
