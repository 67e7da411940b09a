//! Syllables folded to what a telephone line and the dialects leave of them.

use super::units::Units;
use crate::mandarin::{Final, Initial, Syllable};

/// The syllable's name without tone, with the sounds that callers and lines mix up made one: z/zh, c/ch, s/sh, n/l/r,
/// f/h, and finals in n and ng.
pub(super) fn folded(sound: Syllable) -> String {
    let initial = match sound.initial {
        Initial::Zh => Initial::Z,
        Initial::Ch => Initial::C,
        Initial::Sh => Initial::S,
        Initial::N | Initial::R => Initial::L,
        Initial::F => Initial::H,
        other => other,
    };
    let last = match sound.last {
        Final::Ang => Final::An,
        Final::Eng => Final::En,
        Final::Ing => Final::In,
        Final::Iang => Final::Ian,
        Final::Uang => Final::Uan,
        Final::Ueng | Final::Un => Final::Ong,
        other => other,
    };
    format!("{}{}", initial.as_str(), last.as_str())
}

/// The folded syllables of a text; letters and what cannot be read stand for themselves, fillers are left out.
pub(super) fn folded_units(units: &Units) -> Vec<String> {
    let spoken = units.units.iter().filter(|unit| !unit.is_filler());
    spoken
        .map(|unit| unit.sound.map_or_else(|| unit.char.to_string(), folded))
        .collect()
}
