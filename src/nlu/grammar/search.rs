//! Walks an automaton along a sentence: the best ways through it, wherever they begin and end.
//!
//! A path's score is what it explains: each unit that it takes adds 1 less three times its distance from what the grammar
//! says, so a path over more of the sentence wins, and one that has to bend the sounds loses. Work is bounded: a grammar or
//! a line that would need more than [`MOST_STEPS`] is searched as far as they reach.

use super::automaton::{Automaton, Edge, Kind, Label};
use crate::mandarin;
use crate::nlu::units::{Unit, Units};
use std::ops::Range;

/// Edges that are looked at in one search.
pub(super) const MOST_STEPS: usize = 3_000_000;
/// Distance of sounds beyond which another word was said: blurred pairs lie below, other words above.
const REACH: f32 = 0.3;
/// What a distance takes from a unit's worth: enough that a value does not reach out for words that merely resemble it.
const BENDING: f32 = 3.0;
/// What another character of the same sound costs: the written one is right more often than not.
const OTHER_CHARACTER: f32 = 0.02;
/// What it costs to read a function word or a number as something else (要 as 幺, 就 as 九, 十 as 时): more than a unit is worth, so that it
/// happens within a value and never at its edge.
const FUNCTION_WORD: f32 = 0.5;
/// What a unit that is kept as written is worth: less than any that the grammar knows.
const KEPT: f32 = 0.05;
/// Function words that stand within names of places: 共和新路, 周家嘴路, 成都路, 什刹海.
const WITHIN_PLACES: &str = "和家上下来好都什";
/// What keeping one of them costs: more than one unit beside it is worth, so that a name does not begin with it by chance.
const KEPT_LINK: f32 = 0.06;
/// What it costs to keep a unit as written across a pause: names do not go on behind one.
const ACROSS_PAUSE: f32 = 0.3;
/// Characters that stand in no given name. Other function words do: 冯家宝, 张和平.
const NOT_IN_NAMES: &str = "的了是就我你他她它吗嘛呢吧们这那哪啊呀没不要您谁什么怎把个给跟也都请问查住上下别拜六七八零幺两";
/// What a unit of garbage costs.
const GARBAGE: f32 = 0.01;

/// A way through the automaton.
pub(super) struct Path {
    pub(super) score: f32,
    /// Sum of the distances that had to be bridged.
    pub(super) cost: f32,
    /// Units that are written as the grammar has them, or kept.
    pub(super) written: usize,
    pub(super) units: Range<usize>,
    /// Edges taken, with the unit that each took.
    pub(super) steps: Vec<(u32, u32, Option<usize>)>,
}

#[derive(Clone, Copy)]
struct Trace {
    before: u32,
    state: u32,
    edge: u32,
    /// Unit that the edge took, or [`NONE`].
    unit: u32,
}

const NONE: u32 = u32::MAX;

/// States that are alive at one place of the sentence.
struct Front {
    /// Place in `alive` of each state, or [`NONE`].
    places: Vec<u32>,
    alive: Vec<Alive>,
}

#[derive(Clone, Copy)]
struct Alive {
    state: u32,
    score: f32,
    cost: f32,
    begin: u32,
    trace: u32,
}

impl Front {
    fn new(states: usize) -> Front {
        Front {
            places: vec![NONE; states],
            alive: Vec::new(),
        }
    }

    /// Keeps the better of two ways to a state; true if this one was.
    fn offer(&mut self, next: Alive) -> bool {
        let place = &mut self.places[next.state as usize];
        if *place == NONE {
            *place = self.alive.len() as u32;
            self.alive.push(next);
            return true;
        }
        let known = &mut self.alive[*place as usize];
        let better = next.score > known.score + 1e-6;
        if better {
            *known = next;
        }
        better
    }

    fn clear(&mut self) {
        for alive in &self.alive {
            self.places[alive.state as usize] = NONE;
        }
        self.alive.clear();
    }
}

/// A walk along a sentence, and where the grammar ended on it.
pub(super) struct Search<'a> {
    automaton: &'a Automaton,
    traces: Vec<Trace>,
    /// Edges that were looked at.
    steps: usize,
    /// Best score first.
    ends: Vec<End>,
}

/// The best way to a place where the grammar ends.
#[derive(Clone, Copy)]
pub(super) struct End {
    alive: Alive,
    place: usize,
}

impl End {
    /// The units between its begin and its end.
    pub(super) fn units(&self) -> Range<usize> {
        self.alive.begin as usize..self.place
    }
}

/// Walks a grammar along a sentence.
pub(super) fn search<'a>(automaton: &'a Automaton, units: &Units) -> Search<'a> {
    let mut search = Search {
        automaton,
        traces: Vec::new(),
        steps: 0,
        ends: Vec::new(),
    };
    let mut now = Front::new(automaton.edges.len());
    let mut next = Front::new(automaton.edges.len());
    for place in 0..=units.units.len() {
        let pause = units.pause_before(place);
        now.offer(Alive {
            state: automaton.start,
            score: 0.0,
            cost: 0.0,
            begin: place as u32,
            trace: NONE,
        });
        search.follow_free_edges(&mut now, pause);
        search.note_end(&now, place);
        let Some(unit) = units.units.get(place) else {
            break;
        };
        search.take(unit, (place, pause), &now, &mut next);
        now.clear();
        std::mem::swap(&mut now, &mut next);
        if search.steps > MOST_STEPS {
            break;
        }
    }
    // A path that bends more than it explains has found nothing.
    search.ends.retain(|end| end.alive.score > 0.0);
    let best_first = |a: &End, b: &End| {
        let score = b.alive.score.total_cmp(&a.alive.score);
        score.then(a.place.cmp(&b.place))
    };
    search.ends.sort_by(best_first);
    search
}

impl<'a> Search<'a> {
    fn edges(&self, state: u32) -> &'a [Edge] {
        &self.automaton.edges[state as usize]
    }

    fn trace(&mut self, before: u32, state: u32, edge: usize, unit: u32) -> u32 {
        self.traces.push(Trace {
            before,
            state,
            edge: edge as u32,
            unit,
        });
        (self.traces.len() - 1) as u32
    }

    fn note_end(&mut self, now: &Front, place: usize) {
        let at = now.places[self.automaton.end as usize];
        if at != NONE && (now.alive[at as usize].begin as usize) < place {
            let alive = now.alive[at as usize];
            self.ends.push(End { alive, place });
        }
    }

    fn follow_free_edges(&mut self, front: &mut Front, pause: bool) {
        let mut waiting: Vec<u32> = front.alive.iter().map(|alive| alive.state).collect();
        while let Some(state) = waiting.pop() {
            let alive = front.alive[front.places[state as usize] as usize];
            for (index, edge) in self.edges(state).iter().enumerate() {
                self.steps += 1;
                if self.steps > MOST_STEPS {
                    return;
                }
                let is_free = match edge.label {
                    Label::Free | Label::Enter(..) | Label::Leave | Label::Tag(_) => true,
                    Label::Pause => pause,
                    _ => false,
                };
                if !is_free {
                    continue;
                }
                let better = front.offer(Alive {
                    state: edge.to,
                    score: alive.score - edge.penalty,
                    ..alive
                });
                if better {
                    let trace = self.trace(alive.trace, state, index, NONE);
                    let place = front.places[edge.to as usize] as usize;
                    front.alive[place].trace = trace;
                    waiting.push(edge.to);
                }
            }
        }
    }

    fn take(&mut self, unit: &Unit, (place, pause): (usize, bool), now: &Front, next: &mut Front) {
        for alive in &now.alive {
            for (index, edge) in self.edges(alive.state).iter().enumerate() {
                self.steps += 1;
                if self.steps > MOST_STEPS {
                    return;
                }
                let Some((gain, cost)) = fit(&edge.label, unit) else {
                    continue;
                };
                let goes_on = pause && (alive.begin as usize) < place;
                let across = match edge.label {
                    Label::Kept(Kind::Han) if goes_on => ACROSS_PAUSE,
                    _ => 0.0,
                };
                let score = alive.score + gain - edge.penalty - across;
                let better = next.offer(Alive {
                    state: edge.to,
                    score,
                    cost: alive.cost + cost,
                    ..*alive
                });
                if better {
                    let trace = self.trace(alive.trace, alive.state, index, place as u32);
                    let place = next.places[edge.to as usize] as usize;
                    next.alive[place].trace = trace;
                }
            }
            // A filler may stand anywhere within.
            if unit.is_filler() && alive.trace != NONE && (alive.begin as usize) < place {
                next.offer(Alive {
                    score: alive.score - GARBAGE,
                    ..*alive
                });
            }
        }
    }

    fn is_written(&self, (state, edge, unit): &(u32, u32, Option<usize>), units: &Units) -> bool {
        let unit = unit.and_then(|unit| units.units.get(unit));
        match self.edges(*state)[*edge as usize].label {
            Label::Sound(char, _) | Label::Exact(char) => unit.is_some_and(|u| u.char == char),
            Label::Kept(_) => true,
            _ => false,
        }
    }

    /// The ends, best score first.
    pub(super) fn ends(&self) -> &[End] {
        &self.ends
    }

    /// Edges that were looked at.
    #[cfg(test)]
    pub(super) fn steps(&self) -> usize {
        self.steps
    }

    /// The way to an end.
    pub(super) fn path(&self, end: &End, units: &Units) -> Path {
        let mut steps = Vec::new();
        let mut at = end.alive.trace;
        while let Some(trace) = self.traces.get(at as usize) {
            let unit = (trace.unit != NONE).then_some(trace.unit as usize);
            steps.push((trace.state, trace.edge, unit));
            at = trace.before;
        }
        steps.reverse();
        let written = steps.iter().filter(|step| self.is_written(step, units));
        Path {
            written: written.count(),
            score: end.alive.score,
            cost: end.alive.cost,
            units: end.units(),
            steps,
        }
    }
}

/// What a unit adds to the score on an edge and what bridging costs; `None` where it does not fit.
fn fit(label: &Label, unit: &Unit) -> Option<(f32, f32)> {
    match label {
        Label::Sound(char, _) | Label::Exact(char) if *char == unit.char => Some((1.0, 0.0)),
        Label::Sound(char, Some(sound)) if !unit.arabic && !unit.is_filler() => {
            let mut cost = mandarin::distance(*sound, unit.sound?) + OTHER_CHARACTER;
            if cost > REACH {
                return None;
            }
            if unit.is_function_word() || (is_numeral(unit.char) && !is_numeral(*char)) {
                cost += FUNCTION_WORD;
            }
            Some((1.0 - BENDING * cost, cost))
        }
        Label::Kept(Kind::Han) => {
            let can_stand = mandarin::is_han(unit.char) && !unit.is_filler() && !unit.arabic;
            let gain = match unit.is_function_word() {
                false => Some(KEPT),
                true => WITHIN_PLACES.contains(unit.char).then_some(-KEPT_LINK),
            };
            gain.filter(|_| can_stand).map(|gain| (gain, 0.0))
        }
        Label::Kept(Kind::Given) => (mandarin::is_han(unit.char)
            && !unit.is_filler()
            && !unit.arabic
            && !NOT_IN_NAMES.contains(unit.char))
        .then_some((KEPT, 0.0)),
        Label::Kept(Kind::Letter) => unit.char.is_ascii_alphabetic().then_some((1.0, 0.0)),
        Label::Garbage => Some((-GARBAGE, 0.0)),
        Label::Sound(..)
        | Label::Exact(_)
        | Label::Free
        | Label::Pause
        | Label::Enter(..)
        | Label::Leave
        | Label::Tag(_) => None,
    }
}

fn is_numeral(c: char) -> bool {
    "零〇一二两三四五六七八九十百千万幺".contains(c)
}
