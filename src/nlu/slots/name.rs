//! Names of people.

use super::{covers, reading};
use crate::nlu::SlotReading;
use crate::nlu::grammar::{Automaton, Value};
use crate::nlu::units::Units;

/// A name that is introduced (我叫王建国), or one that is all that was said.
pub(super) fn read(introduced: &Automaton, any: &Automaton, units: &Units) -> Option<SlotReading> {
    let named = |value: &Value| (!value.text.is_empty()).then(|| value.text.clone());
    if let Some(found) = introduced
        .find_best(units)
        .filter(|found| !found.value.text.is_empty())
    {
        return Some(reading(named(&found.value)?, true, true, &found, units));
    }
    let found = any
        .find(units)
        .into_iter()
        .find(|found| covers(found, units))?;
    Some(reading(named(&found.value)?, true, true, &found, units))
}
