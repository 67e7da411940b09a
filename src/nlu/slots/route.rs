//! Bus routes.

use super::{DOUBT, covers, reading};
use crate::nlu::grammar::{Automaton, Found, Library};
use crate::nlu::units::Units;
use crate::nlu::{NluError, SlotReading};
use std::path::Path;

/// The grammars of routes.
pub(super) struct Routes {
    /// Words say that it is one: 六十三路, K五十九.
    named: Automaton,
    any: Automaton,
}

impl Routes {
    /// Compiles `route.gram` and its rule `named`.
    pub(super) fn compile(library: &Library, file: &Path) -> Result<Routes, NluError> {
        Ok(Routes {
            named: library.compile(file, Some("named"))?,
            any: library.compile(file, None)?,
        })
    }

    /// What a route is.
    pub(super) fn grammar(&self) -> &Automaton {
        &self.any
    }

    /// The best route that is named; else a number that is all that was said. What has no value (经十路 is no 十路) takes
    /// its words away from the others.
    pub(super) fn read(&self, units: &Units) -> Option<SlotReading> {
        // 改线 sounds like 拐线, line 7: most of it must be as it is written.
        let has_value = |found: &Found| {
            !found.value.text.is_empty()
                && found.cost < DOUBT
                && 2 * found.written > found.units.len()
        };
        let found = self.named.find_apart(units).find(has_value).or_else(|| {
            let mut alone = self.any.find(units);
            alone.find(|found| covers(found, units) && has_value(found))
        })?;
        let value = found.value.text.clone();
        Some(reading(value, true, true, &found, units))
    }
}
