//! A simulated caller as a pure machine: what it hears, 20 ms at a time, in; what it does, out.

use super::script::{Act, Script};

/// Milliseconds of one step.
pub const STEP_MS: u64 = 20;
/// Loudness (RMS of 16-bit samples) above which a step is speech: −46 dBFS.
const LOUD: f64 = 160.0;
/// Silence after which the bot is taken to have finished, in milliseconds. Longer than the pauses within a sentence.
const FINISHED_MS: u64 = 1_000;
/// How long after the bot began a caller who interrupts begins to speak, in milliseconds.
const OVER_MS: u64 = 1_000;
/// Silence after the last act that makes the caller hang up, in milliseconds.
const PATIENCE_MS: u64 = 60_000;

/// What the caller does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Speaks the sentence with this place among [`Script::sentences`].
    Speak { sentence: usize },
    /// Presses keys.
    Press(String),
    /// Hangs up.
    HangUp,
}

/// How long one answer let the caller wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Wait {
    /// The sentence that was answered, by its place among [`Script::sentences`].
    pub sentence: usize,
    /// From the end of the caller's last syllable to the first sound of the answer, in milliseconds.
    pub ms: u64,
}

/// A caller at work.
#[derive(Debug)]
pub struct Caller {
    acts: std::vec::IntoIter<Act>,
    next: Option<Act>,
    now_ms: u64,
    /// When the bot began to speak, since the caller's own last act.
    bot_began: Option<u64>,
    bot_last_loud: u64,
    sentence: usize,
    speaking: bool,
    /// When and with which sentence the caller's last syllable ended.
    asked: Option<(usize, u64)>,
    waits: Vec<Wait>,
    last_act: u64,
}

impl Caller {
    /// A caller who was just answered.
    pub fn new(script: &Script) -> Self {
        let acts: Vec<Act> = script.turns.iter().map(|turn| turn.act.clone()).collect();
        let mut acts = acts.into_iter();
        Caller {
            next: acts.next(),
            acts,
            now_ms: 0,
            bot_began: None,
            bot_last_loud: 0,
            sentence: 0,
            speaking: false,
            asked: None,
            waits: Vec::new(),
            last_act: 0,
        }
    }

    /// Takes 20 ms of what the caller hears.
    pub fn hear(&mut self, samples: &[i16]) -> Option<Action> {
        self.now_ms += STEP_MS;
        if loudness(samples) >= LOUD {
            self.bot_began.get_or_insert(self.now_ms);
            self.bot_last_loud = self.now_ms;
            if let Some((sentence, ended)) = self.asked.take() {
                let ms = self.now_ms.saturating_sub(STEP_MS + ended);
                self.waits.push(Wait { sentence, ms });
            }
        }
        if self.speaking {
            return None;
        }
        self.act()
    }

    /// The line played a sentence to its end; its last syllable ended `tail_ms` before that.
    pub fn spoken(&mut self, tail_ms: u64) {
        self.speaking = false;
        self.last_act = self.now_ms;
        let interrupted = self.bot_began.is_some_and(|_| self.bot_is_on());
        if !interrupted {
            self.asked = Some((self.sentence - 1, self.now_ms.saturating_sub(tail_ms)));
        }
        self.bot_began = None;
    }

    /// How long each answer took.
    pub fn waits(&self) -> &[Wait] {
        &self.waits
    }

    /// Whether everything has been said and done.
    pub fn is_done(&self) -> bool {
        self.next.is_none() && !self.speaking
    }

    fn bot_is_on(&self) -> bool {
        self.now_ms - self.bot_last_loud < FINISHED_MS
    }

    fn act(&mut self) -> Option<Action> {
        let bot_finished = self.bot_began.is_some() && !self.bot_is_on();
        let over = self
            .bot_began
            .is_some_and(|began| self.now_ms - began >= OVER_MS);
        let due = match self.next.as_ref() {
            Some(Act::Say(_) | Act::Keys(_) | Act::HangUp(_)) => bot_finished,
            Some(Act::SayOver(_)) => over,
            Some(Act::WaitMs(ms)) => self.now_ms - self.last_act >= *ms,
            None => self.now_ms - self.last_act.max(self.bot_last_loud) >= PATIENCE_MS,
        };
        if !due {
            return None;
        }
        let act = std::mem::replace(&mut self.next, self.acts.next());
        self.last_act = self.now_ms;
        match act {
            Some(Act::Say(_) | Act::SayOver(_)) => {
                self.speaking = true;
                self.sentence += 1;
                Some(Action::Speak {
                    sentence: self.sentence - 1,
                })
            }
            Some(Act::Keys(keys)) => {
                self.bot_began = None;
                Some(Action::Press(keys))
            }
            Some(Act::WaitMs(_)) => {
                // Whoever has waited goes on as soon as it is quiet, though nobody has said anything.
                self.bot_began.get_or_insert(self.now_ms);
                None
            }
            Some(Act::HangUp(_)) | None => Some(Action::HangUp),
        }
    }
}

fn loudness(samples: &[i16]) -> f64 {
    let energy: f64 = samples
        .iter()
        .map(|&sample| f64::from(sample).powi(2))
        .sum();
    (energy / samples.len().max(1) as f64).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOUD_STEP: [i16; 160] = [3_000; 160];
    const QUIET_STEP: [i16; 160] = [0; 160];

    fn caller(script: &str) -> Caller {
        Caller::new(&toml::from_str(script).unwrap())
    }

    fn hears(caller: &mut Caller, ms: u64, step: &[i16]) -> Vec<Action> {
        (0..ms / STEP_MS)
            .filter_map(|_| caller.hear(step))
            .collect()
    }

    #[test]
    fn a_caller_waits_for_the_bot_to_finish() {
        let mut caller = caller("[[turn]]\nsay = \"查水费\"");
        assert!(hears(&mut caller, 3_000, &QUIET_STEP).is_empty());
        assert!(hears(&mut caller, 3_000, &LOUD_STEP).is_empty());
        let speak = Action::Speak { sentence: 0 };
        assert_eq!(hears(&mut caller, 1_500, &QUIET_STEP), [speak]);
    }

    #[test]
    fn a_caller_who_interrupts_speaks_while_the_bot_does() {
        let mut caller = caller("[[turn]]\nsay_over = \"转人工\"");
        assert_eq!(hears(&mut caller, 1_500, &LOUD_STEP).len(), 1);
    }

    #[test]
    fn a_caller_who_has_waited_goes_on_though_nobody_spoke() {
        let mut caller = caller("[[turn]]\nwait_ms = 2000\n[[turn]]\nhang_up = true");
        assert_eq!(hears(&mut caller, 1_900, &QUIET_STEP), []);
        assert_eq!(hears(&mut caller, 200, &QUIET_STEP), [Action::HangUp]);
    }

    #[test]
    fn the_wait_runs_from_the_last_syllable_to_the_first_sound() {
        let mut caller = caller("[[turn]]\nsay = \"查水费\"");
        hears(&mut caller, 500, &LOUD_STEP);
        hears(&mut caller, 1_500, &QUIET_STEP);
        caller.spoken(100);
        hears(&mut caller, 400, &QUIET_STEP);
        hears(&mut caller, 20, &LOUD_STEP);
        assert_eq!(
            caller.waits(),
            [Wait {
                sentence: 0,
                ms: 500
            }]
        );
    }

    #[test]
    fn a_caller_with_nothing_left_to_say_hangs_up_in_the_end() {
        let mut caller = caller("[[turn]]\nkeys = \"1\"");
        hears(&mut caller, 500, &LOUD_STEP);
        assert_eq!(
            hears(&mut caller, 2_000, &QUIET_STEP),
            [Action::Press("1".into())]
        );
        assert_eq!(
            hears(&mut caller, 70_000, &QUIET_STEP).first(),
            Some(&Action::HangUp)
        );
    }
}
