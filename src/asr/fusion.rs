//! Decides by both heads: the decoder, which knows what people write, and the syllables, which are what was heard.
//!
//! They err differently. The decoder drops twins, repeats, and makes a sentence of a lone 对; the syllables confuse
//! sounds that are alike. Each gives a log-likelihood to every candidate, and their weighted sum decides.

use super::ctc::Posteriors;
use super::digits;
use super::sentences::HeardSentence;
use super::syllables::SyllableHead;
use super::trust::trust;
use crate::event::CheckRule;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;

// Weights and bounds were chosen on synthetic voices that the head had never heard, by telephone (`models/train`).

/// Weight of the syllables' log-likelihood beside the decoder's.
const HEAD_WEIGHT: f32 = 2.0;
/// How much less likely a number is of a length that was not asked for (natural logarithm).
const WRONG_LENGTH: f32 = 8.0;
/// A number whose digits are at least so likely each by their sound is clearly heard (mean natural logarithm).
const SOUNDS_SAID: f32 = -0.5;
/// A number of which another one is so likely beside it is doubtful.
const RIVAL: f32 = 0.05;
/// Below this likelihood of each digit something else was said: of 60 numbers of unseen voices none was below −3.7, of 59 other
/// sentences none above −4.7.
const SOUNDS_LIKELY: f32 = -4.2;
/// How much less likely a number is than the decoder's last one where the decoder did not find it (natural logarithm).
const NOT_FOUND: f32 = 1.0;
/// What is left of the probability of a syllable that is no digit: carrier words around a number, and digits that were
/// heard as something else.
const OTHER_WORDS: f32 = 0.03;
/// Prefixes of each length that the search for numbers follows.
const NUMBER_BEAMS: usize = 96;
/// Least likelihood of an answer that the decoder did not write (natural logarithm).
const ANSWER_HEARD: f32 = -3.0;
/// How much likelier it must be than the sound of what the decoder wrote (natural logarithm).
const ANSWER_MARGIN: f32 = 1.5;
/// A sentence of a grammar is taken whose syllables are so likely each against what was heard best (natural logarithm).
const SENTENCE_HEARD: f32 = -1.2;
/// How much less likely than the sound of what the decoder wrote it may be: the decoder does not know what was asked.
const SENTENCE_MARGIN: f32 = 4.0;
/// Trust of the best number where the decoder has none: what is nothing cannot be compared.
const LEAST_TRUST: f32 = 0.01;
/// Most numbers of its own that the head adds.
const MOST_NUMBERS: usize = 24;
/// Most of them that keep the check rule of what was asked for.
const MOST_CHECKED: usize = 16;
/// A number that is so much less likely than the best is not passed on (natural logarithm).
const HOPELESS: f32 = 24.0;

/// A candidate as the decoder judges it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// As it would be passed on.
    pub text: String,
    /// Trust of the decoder alone, 0..1.
    pub confidence: f32,
    /// The decoder's log-likelihood of the whole text.
    pub score: f32,
}

/// Candidates by both heads, best first.
pub struct Ranked {
    /// Best first.
    pub candidates: Vec<Candidate>,
    /// Whether the best is a number of the length asked for.
    pub number: Number,
}

impl Ranked {
    /// Whether it is worth its cost to hear the sound in another way too.
    pub fn is_doubtful(&self) -> bool {
        let trust = |place: usize| self.candidates.get(place).map_or(0.0, |c| c.confidence);
        self.number != Number::Sure || trust(1) > RIVAL * trust(0)
    }
}

/// Whether a number was said, by its sounds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Number {
    /// Clearly.
    Sure,
    /// It was, if not every digit of it is sure, whatever a free text would be.
    Likely,
    /// None of the length asked for, or something else was said.
    None,
}

/// The sounds of digits among the head's classes.
pub struct DigitSounds {
    /// Classes of each digit, 0 to 9, and of the words that tell how often one is meant.
    classes: Vec<Vec<usize>>,
}

impl DigitSounds {
    /// Of the characters that digits are written with.
    pub fn new(head: &SyllableHead) -> DigitSounds {
        let classes_of = |characters: &[&str]| {
            let sounds = characters.iter().filter_map(|text| head.classes(text));
            sounds.flatten().collect()
        };
        let digits = digits::CHARACTERS.iter().map(|c| classes_of(c));
        let times = TIMES.iter().map(|word| {
            let mut buffer = [0; 4];
            classes_of(&[word.encode_utf8(&mut buffer)])
        });
        DigitSounds {
            classes: digits.chain(times).collect(),
        }
    }

    /// Ranks the decoder's readings by both heads and adds numbers that only the syllables hold, of the length asked for. The
    /// syllables may have been heard several times; each hearing counts as much.
    pub fn rank(
        &self,
        mut candidates: Vec<Candidate>,
        heard: &[&Posteriors],
        length: &RangeInclusive<usize>,
        check: Option<CheckRule>,
    ) -> Ranked {
        let heard = Hearings(
            heard
                .iter()
                .map(|heard| heard.grouped(&self.classes, OTHER_WORDS))
                .collect(),
        );
        let lowest = candidates.iter().map(|c| c.score).fold(0.0, f32::min);
        let own = heard.best(longest(*length.end())).into_iter();
        let own = own.map(|(number, likelihood)| (text_of(&number), likelihood));
        let whole = own.filter(|(text, _)| length.contains(&digits::count_said(text)));
        let mut checked = 0;
        for (place, (text, likelihood)) in whole.enumerate() {
            let keeps_rule = check.is_some_and(|rule| rule.keeps(&digits::meant(&text)));
            checked += usize::from(keeps_rule);
            if place >= MOST_NUMBERS && (!keeps_rule || checked > MOST_CHECKED) {
                continue;
            }
            let number = classes(&text);
            if candidates
                .iter()
                .all(|known| classes(&known.text) != number)
            {
                candidates.push(Candidate {
                    text,
                    confidence: trust(likelihood / number.len() as f32),
                    score: lowest - NOT_FOUND,
                });
            }
        }
        for candidate in &mut candidates {
            let number = classes(&candidate.text);
            candidate.score += HEAD_WEIGHT * heard.log_likelihood(&number);
            let count = digits::count_said(&candidate.text);
            if count > 0 && !length.contains(&count) {
                candidate.score -= WRONG_LENGTH;
            }
        }
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score));
        trust_as_scored(&mut candidates);
        Ranked {
            number: candidates
                .first()
                .map_or(Number::None, |best| said(&best.text, &heard, length)),
            candidates,
        }
    }
}

/// The sounds of digits in each hearing of the same sound.
struct Hearings(Vec<Posteriors>);

impl Hearings {
    /// Mean log-likelihood of a sequence.
    fn log_likelihood(&self, sequence: &[usize]) -> f32 {
        let each = self.0.iter().map(|heard| heard.log_likelihood(sequence));
        each.sum::<f32>() / self.0.len() as f32
    }

    /// What each hearing holds for likeliest, by all of them, best first.
    fn best(&self, longest: usize) -> Vec<(Vec<usize>, f32)> {
        let each = self.0.iter();
        let found = each.flat_map(|heard| heard.best(NUMBER_BEAMS, longest));
        let sequences: BTreeSet<Vec<usize>> = found.map(|(sequence, _)| sequence).collect();
        let mut best: Vec<_> = sequences
            .into_iter()
            .map(|sequence| {
                let likelihood = self.log_likelihood(&sequence);
                (sequence, likelihood)
            })
            .collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1));
        best
    }
}

/// Trusts each candidate beside the best as the scores tell, and gives up those that are hopeless.
fn trust_as_scored(candidates: &mut Vec<Candidate>) {
    let Some(best) = candidates.first().cloned() else {
        return;
    };
    candidates.retain(|candidate| candidate.score > best.score - HOPELESS);
    let trust = best.confidence.max(LEAST_TRUST);
    for candidate in candidates {
        let behind = (candidate.score - best.score) / (1.0 + HEAD_WEIGHT);
        candidate.confidence = trust * behind.exp();
    }
}

/// Most classes of a number of so many digits: 两个八 are three.
fn longest(digits: usize) -> usize {
    digits + digits.div_ceil(2)
}

/// Whether a text is a number of the length asked for, and how clearly it was heard.
fn said(text: &str, heard: &Hearings, length: &RangeInclusive<usize>) -> Number {
    if !length.contains(&digits::count_said(text)) {
        return Number::None;
    }
    let number = classes(text);
    let each = heard.log_likelihood(&number) / number.len() as f32;
    match each {
        _ if each > SOUNDS_SAID => Number::Sure,
        _ if each > SOUNDS_LIKELY => Number::Likely,
        _ => Number::None,
    }
}

/// Puts a sentence of the grammar that was asked for first where it was heard about as well as what the decoder wrote.
pub fn rank_sentence(
    mut candidates: Vec<Candidate>,
    sentence: Option<HeardSentence>,
    heard: &Posteriors,
    head: &SyllableHead,
) -> Vec<Candidate> {
    let Some(sentence) = sentence else {
        return candidates;
    };
    let written = candidates.first().and_then(|best| head.classes(&best.text));
    let written = written.map_or(f32::NEG_INFINITY, |classes| {
        heard.log_likelihood(&classes) - heard.highest()
    });
    let each = sentence.score / sentence.text.chars().count().max(1) as f32;
    if each > SENTENCE_HEARD && sentence.score > written - SENTENCE_MARGIN {
        candidates.retain(|known| known.text != sentence.text);
        let first = Candidate {
            text: sentence.text,
            confidence: each.exp(),
            score: sentence.score,
        };
        candidates.insert(0, first);
    }
    candidates
}

/// Words that tell how often a digit is meant, in the order of their classes.
const TIMES: [char; 2] = [digits::TIMES, digits::TWIN];

/// The digits of a text, and how often they are meant, as classes of the grouped posteriors: digit n is class n + 1.
fn classes(text: &str) -> Vec<usize> {
    let times = |c| TIMES.iter().position(|word| *word == c);
    let place = |c| digits::digit(c).or_else(|| Some(digits::CHARACTERS.len() + times(c)?));
    text.chars().filter_map(place).map(|p| p + 1).collect()
}

/// The text of classes.
fn text_of(classes: &[usize]) -> String {
    let mut text = String::new();
    for class in classes {
        match digits::CHARACTERS.get(class - 1) {
            Some(characters) => text.push_str(characters[0]),
            None => text.push(TIMES[class - 1 - digits::CHARACTERS.len()]),
        }
    }
    text
}

/// Short answers that can be told by their syllables alone.
pub struct AnswerSounds {
    /// The answer and the head's classes; of answers that sound alike, the first.
    answers: Vec<(&'static str, Vec<usize>)>,
}

impl AnswerSounds {
    /// Of the words that are listened for; what the head cannot hear is left out.
    pub fn new(head: &SyllableHead, words: impl Iterator<Item = &'static str>) -> AnswerSounds {
        let mut answers: Vec<(&'static str, Vec<usize>)> = Vec::new();
        for word in words {
            if let Some(classes) = head.classes(word)
                && answers.iter().all(|(_, known)| *known != classes)
            {
                answers.push((word, classes));
            }
        }
        AnswerSounds { answers }
    }

    /// Puts the likeliest answer first where the syllables hold it, nothing else, and not what the decoder wrote.
    pub fn rank(
        &self,
        mut candidates: Vec<Candidate>,
        heard: &Posteriors,
        head: &SyllableHead,
    ) -> Vec<Candidate> {
        let each = self.answers.iter();
        let likely = each.map(|(word, classes)| (*word, heard.log_likelihood(classes)));
        let Some((answer, likelihood)) = likely.max_by(|a, b| a.1.total_cmp(&b.1)) else {
            return candidates;
        };
        let written = candidates.first().and_then(|best| head.classes(&best.text));
        let written = written.map_or(f32::NEG_INFINITY, |classes| heard.log_likelihood(&classes));
        if likelihood > ANSWER_HEARD && likelihood > written + ANSWER_MARGIN {
            let answer = Candidate {
                text: answer.to_owned(),
                confidence: likelihood.exp(),
                score: likelihood,
            };
            candidates.insert(0, answer);
        }
        candidates
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asr::vocabulary::answer_words;

    fn written(text: &str, score: f32) -> Candidate {
        Candidate {
            text: text.to_owned(),
            confidence: 0.6,
            score,
        }
    }

    fn texts(candidates: &[Candidate]) -> Vec<&str> {
        candidates
            .iter()
            .map(|candidate| candidate.text.as_str())
            .collect()
    }

    #[test]
    fn a_twin_that_the_decoder_dropped_is_found_by_its_sound() {
        let head = SyllableHead::loaded();
        let sounds = DigitSounds::new(&head);
        let candidates = vec![written("三八四五", -1.0), written("三八四", -2.0)];
        let ranked = sounds.rank(
            candidates,
            &[&head.as_if("三八八四五", 0.95)],
            &(5..=5),
            None,
        );
        assert_eq!(texts(&ranked.candidates)[0], "三八八四五");
        assert_eq!(ranked.number, Number::Sure);
    }

    #[test]
    fn what_one_hearing_leaves_open_another_settles() {
        let head = SyllableHead::loaded();
        let sounds = DigitSounds::new(&head);
        let candidates = vec![written("三四四五", -1.0)];
        let (first, again) = (head.as_if("三四四五", 0.5), head.as_if("三八四五", 0.95));
        let once = sounds.rank(candidates.clone(), &[&first], &(4..=4), None);
        assert!(once.is_doubtful());
        let twice = sounds.rank(candidates, &[&first, &again], &(4..=4), None);
        assert_eq!(texts(&twice.candidates)[0], "三八四五");
    }

    #[test]
    fn a_digit_told_by_its_number_is_as_many() {
        let head = SyllableHead::loaded();
        let sounds = DigitSounds::new(&head);
        let candidates = vec![written("五三二六零", -1.0), written("五三两个六零", -1.5)];
        let ranked = sounds.rank(
            candidates,
            &[&head.as_if("五三两个六零", 0.95)],
            &(5..=5),
            None,
        );
        assert_eq!(texts(&ranked.candidates)[0], "五三两个六零");
        assert_eq!(ranked.number, Number::Sure);
    }

    #[test]
    fn words_around_a_number_and_another_name_of_one_do_not_matter() {
        let head = SyllableHead::loaded();
        let sounds = DigitSounds::new(&head);
        let candidates = vec![written("我的户号是一三八", -1.0), written("一三七", -1.5)];
        let ranked = sounds.rank(
            candidates,
            &[&head.as_if("我的户号是幺三八", 0.95)],
            &(3..=3),
            None,
        );
        assert_eq!(texts(&ranked.candidates)[0], "我的户号是一三八");
    }

    #[test]
    fn a_sentence_without_digits_stays_one() {
        let head = SyllableHead::loaded();
        let sounds = DigitSounds::new(&head);
        let candidates = vec![written("不知道", -1.0), written("不一道", -4.0)];
        let ranked = sounds.rank(candidates, &[&head.as_if("不知道", 0.95)], &(8..=8), None);
        assert_eq!(texts(&ranked.candidates)[0], "不知道");
        assert_eq!(ranked.number, Number::None);
    }

    #[test]
    fn a_lone_answer_that_the_decoder_lost_comes_first() {
        let head = SyllableHead::loaded();
        let answers = AnswerSounds::new(&head, answer_words());
        for lost in [vec![], vec![written("追", -0.4)]] {
            let ranked = answers.rank(lost, &head.as_if("对", 0.95), &head);
            assert_eq!(texts(&ranked)[0], "对");
        }
    }

    #[test]
    fn what_sounds_as_it_was_written_is_left_alone() {
        let head = SyllableHead::loaded();
        let answers = AnswerSounds::new(&head, answer_words());
        for text in ["我想查水费", "对不起打错了", "是不是停水了"] {
            let heard = head.as_if(text, 0.95);
            let ranked = answers.rank(vec![written(text, -0.4)], &heard, &head);
            assert_eq!(texts(&ranked), [text]);
        }
    }
}
