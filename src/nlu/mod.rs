//! Meaning: a caller's sentence in, what is wanted and what was named out. Pure: the day is a parameter.
//!
//! In: the recogniser's readings of an utterance, and what was asked. Out: a [`Meaning`] with intents, slots and the
//! corrected text; [`Completeness`] for the end of a turn; read-backs and answers to common questions.
//!
//! Everything is matched on sound first, characters second: a recogniser on a telephone line writes 茶水费 for 查水费.
//! A pack's language is files that people edit: `intents.toml`, `lexicon.toml`, `faq.toml` and SRGS grammars in
//! `slots/*.gram`, beside `grammars/common/` that all packs share. [`Language::load`] names file, line and column
//! of a mistake and trains the classifier, so that an added example shows its effect at the next start.

mod commands;
mod completeness;
mod encoder;
mod english;
mod error;
mod explain;
mod faq;
mod files;
mod grammar;
mod intents;
mod joined;
mod lexicon;
mod meaning;
mod mended;
mod read_back;
mod respelling;
mod slots;
mod sounds;
mod units;
mod words;

pub use encoder::{Encoder, EncoderError};
pub use english::{Tongue, tongue_of};
pub use error::NluError;
pub use explain::{
    Correction, Explanation, FaqCandidate, RuleTaken, Scored, SlotFound, Sound, Span, TradeWord,
};
pub use faq::{FaqAnswer, FaqEntry};
pub use intents::CrossValidation;
pub(crate) use meaning::choose;
pub use meaning::{Context, Meaning, SlotReading};
pub use mended::{Denied, Mended, Trusted};
pub use slots::{SlotId, Slots};
pub use words::Standing;

use crate::event::{CheckRule, Completeness, Expectation, Hypothesis};
use crate::mandarin::{Phrasing, Spelling};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// What understanding works with. All of it, but in measurements of what each part brings.
#[derive(Debug, Clone)]
pub struct Senses {
    /// The sentence encoder.
    pub encoder: Option<Arc<Encoder>>,
    /// Whether sentences are compared by their syllables too.
    pub syllables: bool,
    /// Whether words of the trade are put right before a sentence is understood.
    pub correction: bool,
}

impl Senses {
    /// All of it.
    pub fn all(encoder: Arc<Encoder>) -> Senses {
        Senses {
            encoder: Some(encoder),
            syllables: true,
            correction: true,
        }
    }
}

/// What one pack understands. Loaded once, shared by all calls.
pub struct Language {
    slots: Arc<slots::Slots>,
    lexicon: Arc<lexicon::Lexicon>,
    examples: Arc<intents::Examples>,
    intents: Arc<intents::Intents>,
    respeller: Arc<respelling::Respeller>,
    faq: faq::Faq,
    commands: Arc<commands::Commands>,
    unfinished: Arc<completeness::Unfinished>,
    senses: Senses,
    tongue: Tongue,
}

impl Language {
    /// Reads a pack's folder and the folder that all packs share, and trains the classifier: about a second, and more where
    /// examples are new to the encoder. Errors name file, line and column.
    pub fn load(pack_folder: &Path, common: &Path, senses: &Senses) -> Result<Language, NluError> {
        Language::read(pack_folder, pack_folder, common, senses, Tongue::Mandarin)
    }

    /// Reads what a pack understands of English callers: words and examples of `english`, the slots of the pack itself.
    pub fn load_english(
        english: &Path,
        pack_folder: &Path,
        common: &Path,
        senses: &Senses,
    ) -> Result<Language, NluError> {
        Language::read(english, pack_folder, common, senses, Tongue::English)
    }

    fn read(
        words: &Path,
        pack_folder: &Path,
        common: &Path,
        senses: &Senses,
        tongue: Tongue,
    ) -> Result<Language, NluError> {
        let lexicon = lexicon::Lexicon::read(&words.join("lexicon.toml"))?;
        let library = slots::read_grammars(pack_folder, common)?;
        let faq_path = words.join("faq.toml");
        let faq = faq::Faq::read(&faq_path, &files::read(&faq_path)?)?;
        let examples = intents::Examples::read(words, common)?;
        let intents = intents::Intents::learn(&examples, &faq.questions(), &lexicon, senses)?;
        Ok(Language {
            slots: Arc::new(Slots::compile(&library, pack_folder, common)?),
            commands: Arc::new(commands::Commands::load(&library, common)?),
            unfinished: Arc::new(completeness::Unfinished::load(&library, common)?),
            lexicon: Arc::new(lexicon),
            intents: Arc::new(intents),
            respeller: Arc::new(respelling::Respeller::new(Arc::new(respelling::phrasing(
                examples.texts(),
            )))),
            examples: Arc::new(examples),
            faq,
            senses: senses.clone(),
            tongue,
        })
    }

    /// The same language with other common questions: `text`, the content of the file at `path`. The classifier learns anew
    /// only where questions differ; answers and dates cost nothing.
    pub fn with_faq(&self, path: &Path, text: &str) -> Result<Language, NluError> {
        let faq = faq::Faq::read(path, text)?;
        let intents = match faq.questions() == self.faq.questions() {
            true => Arc::clone(&self.intents),
            false => {
                let (questions, senses) = (faq.questions(), &self.senses);
                let learned =
                    intents::Intents::learn(&self.examples, &questions, &self.lexicon, senses)?;
                Arc::new(learned)
            }
        };
        Ok(Language {
            slots: Arc::clone(&self.slots),
            commands: Arc::clone(&self.commands),
            unfinished: Arc::clone(&self.unfinished),
            lexicon: Arc::clone(&self.lexicon),
            respeller: Arc::clone(&self.respeller),
            examples: Arc::clone(&self.examples),
            intents,
            faq,
            senses: self.senses.clone(),
            tongue: self.tongue,
        })
    }

    /// What a caller's utterance means. `hypotheses` are best first; none gives an empty meaning of intent `unknown`.
    pub fn understand(&self, hypotheses: &[Hypothesis], context: &Context) -> Meaning {
        meaning::understand(self, hypotheses, context)
    }

    /// Finds one slot's value in a text that may hold more (嗯我的户号是…). `slot` is a [`SlotId`]'s name; `None`
    /// where nothing usable was said or the slot is not known.
    pub fn slot(&self, slot: &str, text: &str, today: NaiveDate) -> Option<SlotReading> {
        let id = slot.parse().ok()?;
        match self.tongue {
            Tongue::English => self
                .slots
                .read(id, &english::as_read(text, Some(slot)), today),
            Tongue::Mandarin | Tongue::Other => self.slots.read(id, text, today),
        }
    }

    /// How a slot's value may be written, for a recogniser; `None` where no grammar says.
    pub fn spelling(&self, slot: &str) -> Option<&Arc<Spelling>> {
        self.slots.spelling(slot.parse().ok()?)
    }

    /// How the number that is asked for shows that it was heard right, for a recogniser; `None` where it cannot.
    pub fn check_rule(&self, slot: &str) -> Option<CheckRule> {
        self.slots.check_rule(slot.parse().ok()?)
    }

    /// What this pack's callers say, for a recogniser.
    pub fn phrasing(&self) -> &Arc<Phrasing> {
        self.respeller.phrasing()
    }

    /// Every value that a text names, and that of the slot that was asked for.
    fn named(
        &self,
        text: &str,
        expected: Option<&str>,
        today: NaiveDate,
    ) -> BTreeMap<String, SlotReading> {
        match self.tongue {
            Tongue::English => {
                let text = english::as_read(text, expected);
                self.slots.read_all(&text, expected, today)
            }
            Tongue::Mandarin | Tongue::Other => self.slots.read_all(text, expected, today),
        }
    }

    /// How near a text is to a whole answer.
    pub fn completeness(&self, text: &str, expectation: &Expectation) -> Completeness {
        completeness::completeness(self, text, expectation)
    }

    /// How a slot's value is spoken back: digits one by one in groups (幺零零八，六二三五), dates and amounts in words.
    /// Months of the year of `today` without it.
    pub fn read_back(&self, slot: &str, value: &str, today: NaiveDate) -> String {
        match self.tongue {
            Tongue::English => english::read_back(slot, value, today),
            Tongue::Mandarin | Tongue::Other => read_back::read_back(slot, value, today),
        }
    }

    /// All common questions, in the order of their file.
    pub fn faq_entries(&self) -> &[FaqEntry] {
        self.faq.entries()
    }

    /// The answer to a common question, where one is near enough and in force today.
    pub fn faq(&self, text: &str, today: NaiveDate) -> Option<FaqAnswer> {
        self.faq.answer(*self.asked(text).first()?, today)
    }

    /// The entries of the FAQ that a text asks for, likeliest first, with their scores.
    fn asked(&self, text: &str) -> Vec<(usize, f32)> {
        self.intents.asked(&self.meant(text), &self.lexicon)
    }

    /// The content of an FAQ's file with one entry replaced, or added; comments and all else stay as they are. An error
    /// names the line of `text`, the content of the file at `path`, or of what it would become.
    pub fn edit_faq(path: &Path, text: &str, entry: &FaqEntry) -> Result<String, NluError> {
        faq::Faq::edited(path, text, entry)
    }

    /// How a word stands in a text, if it does: 地址 in 暗地纸茶 by its sound.
    pub fn standing(&self, word: &str, text: &str) -> Option<Standing> {
        words::standing(word, text)
    }

    /// The language whose callers are understood.
    pub fn tongue(&self) -> Tongue {
        self.tongue
    }

    /// Words that help the recogniser with this pack's open questions.
    pub fn prompt_words(&self) -> &[String] {
        self.lexicon.prompt_words()
    }

    /// What completes 您是要…, for an intent of this pack: 查询水费.
    pub fn label(&self, intent: &str) -> Option<&str> {
        self.intents.label(intent)
    }

    /// Ids of all intents of this pack.
    pub fn intents(&self) -> impl Iterator<Item = &str> {
        self.intents.ids()
    }

    /// Whether a text stands among this pack's examples.
    pub fn is_example(&self, text: &str) -> bool {
        self.intents.is_example(text)
    }

    /// The text with words of the trade put right.
    fn correct(&self, text: &str) -> String {
        match self.senses.correction {
            true => self.lexicon.correct(text),
            false => text.to_owned(),
        }
    }

    /// The text in the characters that were probably meant: words of the trade put right, and the rest spelled as callers of
    /// this pack say it.
    fn meant(&self, text: &str) -> String {
        match self.senses.correction {
            true => self.respeller.respell(&self.lexicon.correct(text)),
            false => text.to_owned(),
        }
    }

    /// What the examples taught of a text, best first.
    fn learned(&self, text: &str) -> Vec<(String, f32)> {
        self.intents.classify(&self.meant(text), &self.lexicon)
    }

    /// How well the classifier told apart examples that it had not learned from, measured while the pack was loaded.
    pub fn cross_validation(&self) -> &CrossValidation {
        self.intents.cross_validation()
    }
}
