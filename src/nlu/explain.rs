//! What a sentence means and why, for the authors of a pack.

use super::faq::NEAR;
use super::units::{Numerals, Units};
use super::{Context, Language, SlotReading};
use crate::event::Hypothesis;
use serde::Serialize;
use std::ops::Range;
use utoipa::ToSchema;

/// Intents and common questions that are shown.
const MOST_SHOWN: usize = 6;

/// What a sentence means and why. Spans are characters of the text, the end excluded.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Explanation {
    /// The sentence.
    pub text: String,
    /// In the characters that were probably meant: words of the trade put right, the rest as callers of the pack would
    /// spell it.
    pub corrected: String,
    /// What was put right.
    pub corrections: Vec<Correction>,
    /// How it sounds.
    pub syllables: Vec<Sound>,
    /// Words of the trade that sound in it.
    pub words: Vec<TradeWord>,
    /// The word that works everywhere, where a grammar heard one; it goes before what was learned.
    pub command: Option<Scored>,
    /// What is wanted, likeliest first.
    pub intents: Vec<Scored>,
    /// What is wanted besides in the same breath.
    pub further: Vec<Scored>,
    /// What was named.
    pub slots: Vec<SlotFound>,
    /// Common questions, likeliest first.
    pub faq: Vec<FaqCandidate>,
    /// Score below which none of them is answered.
    pub faq_threshold: f32,
    /// Whether the words are those of an angry caller.
    pub angry: bool,
}

/// Part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Span {
    /// First character.
    pub start: usize,
    /// Behind the last one.
    pub end: usize,
}

/// Characters that were put right.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Correction {
    /// Where.
    pub span: Span,
    /// As it was written.
    pub from: String,
    /// As it was meant.
    pub to: String,
}

/// One syllable of a sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Sound {
    /// The character, for an Arabic digit the one that is said.
    pub char: char,
    /// Pinyin with the tone's number, `zhuan3`; null for letters and what no dictionary knows.
    pub pinyin: Option<String>,
    /// Where.
    pub span: Span,
}

/// A word of the trade that sounds in a sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TradeWord {
    /// As the lexicon writes it.
    pub text: String,
    /// Its class in the lexicon.
    pub class: String,
    /// Where it sounds.
    pub span: Span,
    /// How far the sounds are apart; 0: written just so.
    pub distance: f32,
}

/// An intent and its probability.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Scored {
    /// The intent's id.
    pub intent: String,
    /// What completes 您是要…
    pub label: Option<String>,
    /// 0..1.
    pub probability: f32,
}

/// A slot's value and the way it was found.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SlotFound {
    /// The slot.
    pub slot: String,
    /// Its normal form.
    pub value: String,
    /// The characters that hold it.
    pub span: Span,
    /// What had to be bent to hear it so: 0 nothing, 1 one syllable mistaken whole.
    pub cost: f32,
    /// Whether the value is whole.
    pub complete: bool,
    /// Whether a number keeps its check rule.
    pub checked: bool,
    /// Rules of the grammar that took part, the outer before the inner.
    pub path: Vec<RuleTaken>,
}

/// A rule of a grammar and what it took of the sentence.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct RuleTaken {
    /// Its name.
    pub rule: String,
    /// Rules around it.
    pub depth: usize,
    /// Where.
    pub span: Span,
}

/// A common question that may have been asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FaqCandidate {
    /// The entry's id.
    pub id: String,
    /// Its first question.
    pub question: String,
    /// About 1 for a question as it stands in the file, about 0 for what has nothing to do with it.
    pub score: f32,
    /// Whether today lies within its dates.
    pub in_force: bool,
    /// Whether it is the one that would be answered.
    pub answers: bool,
}

impl Language {
    /// What a sentence means and why.
    pub fn explain(&self, text: &str, context: &Context) -> Explanation {
        let hypothesis = Hypothesis::new(text, 1.0);
        let meaning = self.understand(&[hypothesis], context);
        let corrected = self.meant(text);
        let units = Units::hear(text, Numerals::Singly);
        let scored = |(intent, probability): &(String, f32)| self.scored(intent, *probability);
        let command = self.commands.hear(&units);
        let slots = meaning.slots.iter();
        Explanation {
            text: text.to_owned(),
            corrections: corrections(text, &corrected),
            corrected,
            syllables: units.units.iter().map(Sound::of).collect(),
            words: self.trade_words(&units),
            command: command.map(|(intent, certainty)| self.scored(intent, certainty)),
            intents: meaning
                .intents
                .iter()
                .take(MOST_SHOWN)
                .map(scored)
                .collect(),
            further: meaning.further.iter().map(scored).collect(),
            slots: slots
                .map(|(slot, found)| self.slot_found(slot, found, text))
                .collect(),
            faq: self.faq_candidates(&meaning.corrected, context),
            faq_threshold: NEAR,
            angry: meaning.angry,
        }
    }

    /// Every intent with its label and how many examples its author gave it.
    pub fn intent_examples(&self) -> Vec<(&str, &str, usize)> {
        self.examples.counts()
    }

    fn scored(&self, intent: &str, probability: f32) -> Scored {
        Scored {
            intent: intent.to_owned(),
            label: self.label(intent).map(str::to_owned),
            probability,
        }
    }

    fn trade_words(&self, units: &Units) -> Vec<TradeWord> {
        let heard = self.lexicon.heard(units).into_iter();
        let words = heard.map(|heard| TradeWord {
            text: heard.word.text.clone(),
            class: heard.word.class.clone(),
            span: units.chars(&heard.units).into(),
            distance: if heard.exact { 0.0 } else { heard.distance },
        });
        words.collect()
    }

    fn slot_found(&self, slot: &str, found: &SlotReading, text: &str) -> SlotFound {
        let path = slot
            .parse()
            .map(|slot| self.slots.trace(slot, text, &found.span));
        let rules = path.unwrap_or_default().into_iter();
        SlotFound {
            slot: slot.to_owned(),
            value: found.value.0.clone(),
            span: found.span.clone().into(),
            cost: found.cost,
            complete: found.complete,
            checked: found.checked,
            path: rules
                .map(|(taken, span)| RuleTaken {
                    rule: taken.rule,
                    depth: taken.depth,
                    span: span.into(),
                })
                .collect(),
        }
    }

    fn faq_candidates(&self, text: &str, context: &Context) -> Vec<FaqCandidate> {
        let answer = self.faq(text, context.today);
        let asked = self.asked(text).into_iter();
        let candidates = asked.take(MOST_SHOWN).flat_map(|(group, score)| {
            let entries = self.faq.group(group);
            entries.map(move |entry| (entry, score))
        });
        candidates
            .map(|(entry, score)| FaqCandidate {
                id: entry.id.clone(),
                question: entry.questions.first().cloned().unwrap_or_default(),
                score,
                in_force: entry.is_in_force(context.today),
                answers: answer.as_ref().is_some_and(|answer| answer.id == entry.id),
            })
            .collect()
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Span {
        Span {
            start: range.start,
            end: range.end,
        }
    }
}

impl Sound {
    fn of(unit: &super::units::Unit) -> Sound {
        Sound {
            char: unit.char,
            pinyin: unit.sound.map(|sound| sound.to_string()),
            span: unit.place.clone().into(),
        }
    }
}

/// Runs of characters in which two texts of the same length differ.
fn corrections(text: &str, corrected: &str) -> Vec<Correction> {
    let mut corrections: Vec<Correction> = Vec::new();
    for (place, (from, to)) in text.chars().zip(corrected.chars()).enumerate() {
        if from == to {
            continue;
        }
        match corrections.last_mut() {
            Some(last) if last.span.end == place => {
                last.span.end += 1;
                last.from.push(from);
                last.to.push(to);
            }
            _ => corrections.push(Correction {
                span: Span {
                    start: place,
                    end: place + 1,
                },
                from: from.into(),
                to: to.into(),
            }),
        }
    }
    corrections
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_characters_are_put_right_together() {
        let found = corrections("我要茶水费和飞户", "我要查水费和费户");
        let said: Vec<_> = found
            .iter()
            .map(|c| (c.span.start, c.from.as_str(), c.to.as_str()))
            .collect();
        assert_eq!(said, [(2, "茶", "查"), (6, "飞", "费")]);
        assert_eq!(corrections("水飞户", "水费互")[0].to, "费互");
    }
}
