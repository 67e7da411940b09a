//! Numbers written ⇄ spoken.
//!
//! Writing to speech: [`cardinal`], [`digit_string`], [`decimal`], [`yuan`]. Speech to writing: the `parse_` functions; they take
//! what callers say (两百三, 一万二, 三十六块五, 幺三八) and Arabic digits mixed in by a recogniser (3万2, 36块5).

mod parse;
mod speak;

pub use parse::{parse_cardinal, parse_decimal, parse_digits, parse_fen};
pub use speak::{DIGITS, MAX_CARDINAL, cardinal, decimal, digit_string, yuan};

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_spoken_number_is_the_written_one(n in 0u64..=100_000_000) {
            prop_assert_eq!(parse_cardinal(&cardinal(n)), Some(n));
        }

        #[test]
        fn so_is_a_very_large_one(n in 0u64..=MAX_CARDINAL) {
            prop_assert_eq!(parse_cardinal(&cardinal(n)), Some(n));
        }

        #[test]
        fn a_spoken_amount_is_the_written_one(fen in 0u64..=10_000_000_000) {
            prop_assert_eq!(parse_fen(&yuan(fen)), Some(fen), "{}", yuan(fen));
        }

        #[test]
        fn spoken_digits_are_the_written_ones(digits in "[0-9]{1,20}") {
            prop_assert_eq!(parse_digits(&digit_string(&digits)), Some(digits));
        }

        #[test]
        fn a_spoken_decimal_is_the_written_one(whole in 0u64..=100_000_000, part in "[0-9]{1,6}") {
            let written = format!("{whole}.{part}");
            prop_assert_eq!(parse_decimal(&decimal(&written)), Some(written));
        }

        #[test]
        fn no_text_upsets_a_parser(text in "[零一二两三四五六七八九十百千万亿点块毛分元角半幺0-9.]{0,24}|.{0,12}") {
            let _ = (parse_cardinal(&text), parse_decimal(&text), parse_digits(&text), parse_fen(&text));
        }
    }

    #[test]
    fn small_numbers_make_the_round_trip_one_by_one() {
        for n in 0..=30_000 {
            assert_eq!(parse_cardinal(&cardinal(n)), Some(n), "{}", cardinal(n));
        }
    }
}
