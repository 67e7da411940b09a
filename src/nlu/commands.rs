//! Words that work everywhere, by grammar: 转人工, 再说一遍, 没有了, yes and no.

use super::NluError;
use super::grammar::{Automaton, Library};
use super::units::Units;
use std::path::Path;

/// Rules of `common/commands.gram` with the intent that each stands for, most urgent first.
const COMMANDS: [(&str, &str); 6] = [
    (AGENT, "agent"),
    ("agent_alone", "agent"),
    ("repeat", "repeat"),
    ("goodbye", "goodbye"),
    ("deny", "deny"),
    ("affirm", "affirm"),
];
/// The rule that is heard within a longer sentence too.
const AGENT: &str = "agent";
/// Probability of an intent whose words are all that was said.
pub(super) const CERTAIN: f32 = 0.99;
/// Probability of 转人工 within a longer sentence.
const WITHIN: f32 = 0.95;
/// Score of a call for a person that is believed within a longer sentence: three syllables, heard well.
const SPOTTED: f32 = 2.7;
/// Mean cost of a syllable up to which a command is believed.
const NEAR: f32 = 0.13;

/// The grammars of the commands.
pub(super) struct Commands {
    /// Rule, intent, grammar.
    grammars: Vec<(&'static str, &'static str, Automaton)>,
}

impl Commands {
    pub(super) fn load(library: &Library, common: &Path) -> Result<Commands, NluError> {
        let file = common.join("commands.gram");
        let compiled = COMMANDS
            .iter()
            .map(|(rule, intent)| Ok((*rule, *intent, library.compile(&file, Some(rule))?)));
        Ok(Commands {
            grammars: compiled.collect::<Result<_, NluError>>()?,
        })
    }

    /// Whether the caller says that no person is wanted: 不要转人工.
    pub(super) fn is_person_refused(&self, units: &Units) -> bool {
        let agent = self.grammars.iter().find(|(rule, ..)| *rule == AGENT);
        let found = agent.and_then(|(_, _, grammar)| grammar.find_best(units));
        found.is_some_and(|found| found.score >= SPOTTED && is_refused(units, found.units.start))
    }

    /// The command that a sentence is, with its probability.
    pub(super) fn hear(&self, units: &Units) -> Option<(&'static str, f32)> {
        let spoken = units.spoken();
        for (rule, intent, grammar) in &self.grammars {
            let Some(found) = grammar.find_best(units) else {
                continue;
            };
            let taken = units.units[found.units.clone()]
                .iter()
                .filter(|unit| !unit.is_filler())
                .count();
            if found.cost > NEAR * taken as f32 {
                continue;
            }
            if taken == spoken || (spoken == 0 && !found.units.is_empty()) {
                return Some((intent, CERTAIN));
            }
            if *rule == AGENT && found.score >= SPOTTED && !is_refused(units, found.units.start) {
                return Some((intent, WITHIN));
            }
        }
        None
    }
}

/// 不要转人工, 别转人工; but not 有没有人工.
fn is_refused(units: &Units, start: usize) -> bool {
    let before = |back: usize| {
        let unit = start.checked_sub(back).and_then(|at| units.units.get(at));
        unit.map(|unit| unit.char)
    };
    let asks = [before(3), before(2), before(1)] == [Some('有'), Some('没'), Some('有')];
    let refuses = |c: Option<char>| c.is_some_and(|c| "不别没".contains(c));
    !asks && (refuses(before(1)) || refuses(before(2)))
}
