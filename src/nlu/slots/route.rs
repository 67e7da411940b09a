//! Bus routes: taken anywhere where words say what they are (六十三路), and bare only as the whole answer.

use super::{apart, covers, reading};
use crate::nlu::SlotReading;
use crate::nlu::grammar::{Automaton, Found};
use crate::nlu::units::Units;

/// The best route that is `named`; else one that is all that was said. What has no value (经十路 is no 十路) takes its
/// words away from the others.
pub(super) fn read(named: &Automaton, any: &Automaton, units: &Units) -> Option<SlotReading> {
    let has_value = |found: &Found| !found.value.text.is_empty();
    let found = apart(named.find(units)).find(has_value).or_else(|| {
        let mut alone = any.find(units).into_iter();
        alone.find(|found| covers(found, units) && has_value(found))
    })?;
    Some(reading(found.value.text.clone(), true, true, &found, units))
}
