//! Mandarin as sound: what text sounds like, how near two sounds are, how numbers are said.
//!
//! In: Chinese text as people and recognisers write it. Out: syllables with their places in the text, distances between
//! them, numbers written or spoken, simplified half-width text. Pure; tables are read once.

mod distance;
mod lexicon;
mod number;
mod phrasing;
mod plain;
mod reading;
mod sandhi;
mod spelling;
mod syllable;

pub use distance::{Match, distance, edit_distance, find};
pub use lexicon::{Lexicon, SpokenSyllable, Word, is_common_word, syllables};
pub use number::{
    DIGITS, MAX_CARDINAL, cardinal, decimal, digit_string, parse_cardinal, parse_decimal,
    parse_digits, parse_fen, yuan,
};
pub use phrasing::{Behind, Phrasing};
pub use plain::{half_width, is_han, simplify};
pub use sandhi::sandhi;
pub use spelling::{Spelling, State, Step};
pub use syllable::{Final, Initial, NotPinyin, Syllable};
