//! The decode loop: a small beam (one for greedy) over the network's steps, with the rules of Whisper's timestamps.

use super::network::{Decoding, Logits};
use super::repetition::{self, Cycle};
use super::words::{Place, Words};
use super::{Abort, AsrError};
use crate::models::whisper_vocabulary::Control;

/// Seconds between two neighbouring timestamps.
const TIMESTAMP_STEP: f32 = 0.02;
/// A closing timestamp this near to the end of the sound ends the text, in seconds.
const END_SLACK: f32 = 0.6;

/// What may be written.
#[derive(Clone, Copy)]
pub enum Constraint<'a> {
    /// Anything.
    Free,
    /// Only these words.
    Only(&'a Words),
    /// These words are likelier than the network thinks, by so much log-probability a token.
    Prefer(&'a Words, f32),
}

/// How to decode one utterance.
pub struct Plan<'a> {
    /// Control tokens.
    pub control: Control,
    /// Bytes of the text tokens.
    pub texts: &'a [Vec<u8>],
    /// Tokens of the prompt; empty for none.
    pub prompt: &'a [usize],
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
    /// Mean log-probability of the text tokens among all tokens, whatever was allowed. 0 for an empty text.
    pub mean: f32,
    /// What readings are ranked by.
    score: f32,
}

/// All that was found, best first, and the network's belief that nobody spoke.
pub struct Found {
    /// Best first; at most as many as there were beams.
    pub readings: Vec<Reading>,
    /// Probability of no speech, 0..1.
    pub no_speech: f32,
}

/// Decodes; looks at `abort` before each step.
pub fn search(decoding: &mut Decoding, plan: &Plan, abort: &Abort) -> Result<Found, AsrError> {
    let control = &plan.control;
    let mut opening = Vec::with_capacity(plan.prompt.len() + 5);
    if !plan.prompt.is_empty() {
        opening.push(control.previous);
        opening.extend(plan.prompt);
    }
    let start = opening.len();
    opening.extend([
        control.start,
        control.chinese,
        control.transcribe,
        control.first_timestamp,
    ]);
    let mut logits = decoding.read(&opening)?;
    let no_speech = log_softmax(logits.at(0, start))[control.no_speech].exp();
    let mut position = opening.len() - 1;
    let mut live = vec![Hypothesis::new(plan)];
    let mut ended = Vec::new();
    while !live.is_empty() && ended.len() < plan.beams {
        if abort.is_raised() {
            return Err(AsrError::Aborted);
        }
        let candidates = candidates(&live, &logits, position, plan);
        let (next, rows) = advance(&live, candidates, plan, &mut ended);
        live = next;
        if live.is_empty() || ended.len() >= plan.beams {
            break;
        }
        decoding.select(&rows)?;
        let last: Vec<usize> = live.iter().map(|hypothesis| hypothesis.last).collect();
        logits = decoding.read(&last)?;
        position = 0;
    }
    let mut readings: Vec<Reading> = ended.into_iter().map(Hypothesis::reading).collect();
    readings.sort_by(|a, b| b.score.total_cmp(&a.score));
    readings.truncate(plan.beams);
    Ok(Found {
        readings,
        no_speech,
    })
}

#[derive(Clone)]
struct Hypothesis {
    tokens: Vec<usize>,
    /// Sum of the text tokens' log-probabilities.
    text_sum: f32,
    /// Sum over all tokens, and their number: what hypotheses are ranked by.
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
    log_probability: f32,
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
            all.push(Candidate {
                from,
                token,
                log_probability: log_probabilities[token],
                score: hypothesis.sum + weight,
            });
        }
    }
    all.sort_by(|a, b| b.score.total_cmp(&a.score));
    all
}

/// Splits the candidates into hypotheses that go on, with the row each came from, and those that have ended.
fn advance(
    live: &[Hypothesis],
    candidates: Vec<Candidate>,
    plan: &Plan,
    ended: &mut Vec<Hypothesis>,
) -> (Vec<Hypothesis>, Vec<usize>) {
    let mut next = Vec::with_capacity(plan.beams);
    let mut rows = Vec::with_capacity(plan.beams);
    for candidate in candidates {
        if next.len() == plan.beams || ended.len() >= plan.beams {
            break;
        }
        let mut hypothesis = live[candidate.from].clone();
        if hypothesis.take(&candidate, plan) {
            rows.push(candidate.from);
            next.push(hypothesis);
        } else {
            ended.push(hypothesis);
        }
    }
    (next, rows)
}

impl Hypothesis {
    fn new(plan: &Plan) -> Hypothesis {
        Hypothesis {
            tokens: Vec::new(),
            text_sum: 0.0,
            sum: 0.0,
            count: 0,
            last: plan.control.first_timestamp,
            timestamp: 0,
            segment: Segment::Opened,
            place: match plan.constraint {
                Constraint::Free => None,
                Constraint::Only(words) | Constraint::Prefer(words, _) => Some(words.start()),
            },
        }
    }

    /// The log-probabilities with everything that may not come now at minus infinity.
    fn weigh(&self, log_probabilities: &[f32], plan: &Plan) -> Vec<f32> {
        let control = &plan.control;
        let mut weighted = vec![f32::NEG_INFINITY; log_probabilities.len()];
        if self.may_end(plan) {
            weighted[control.end] = log_probabilities[control.end];
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
            (Constraint::Only(words), Some(place)) => {
                let allowed = words.allowed(place);
                for ((to, &from), &allowed) in texts.iter_mut().zip(source).zip(allowed.iter()) {
                    if allowed {
                        *to = from;
                    }
                }
            }
            (Constraint::Prefer(words, bonus), Some(place)) => {
                let preferred = words.allowed(place);
                for ((to, &from), &preferred) in texts.iter_mut().zip(source).zip(preferred.iter())
                {
                    *to = if preferred { from + bonus } else { from };
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
            (Constraint::Only(words), Some(place)) => words.may_end(place),
            _ => true,
        }
    }

    /// Appends a token; `false` if the text is over with it.
    fn take(&mut self, candidate: &Candidate, plan: &Plan) -> bool {
        let control = &plan.control;
        self.last = candidate.token;
        self.sum += candidate.log_probability;
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
            (Constraint::Only(words) | Constraint::Prefer(words, _), Some(place)) => {
                Some(words.after(place, candidate.token))
            }
            _ => None,
        };
        match repetition::cycle(&self.tokens, plan.texts) {
            Some(Cycle { keep }) => {
                self.tokens.truncate(keep);
                false
            }
            None => self.tokens.len() < plan.limit,
        }
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

    fn reading(self) -> Reading {
        Reading {
            mean: self.text_sum / self.tokens.len().max(1) as f32,
            score: self.sum / self.count.max(1) as f32,
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
