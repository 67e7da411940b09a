//! The pure core of a call: turn-taking and conversation, wired.
//!
//! The live call, the simulator and the replay all run [`Core::handle`].

use crate::dialogue::{Conversation, Pack, Stimulus};
use crate::event::{
    AgentNews, Decision, FRAME_MS, Hypothesis, Input, Millis, Pii, Spoken, UtteranceId,
};
use crate::turn::{Heard, Output, TurnTaking, is_backchannel};
use std::sync::Arc;

/// One call's core.
#[derive(Debug)]
pub struct Core {
    turns: TurnTaking,
    conversation: Conversation,
    /// Newest readings of the newest utterance.
    readings: (UtteranceId, Vec<Hypothesis>),
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// The bot talks with the caller.
    Bot,
    /// An agent talks with the caller; turn-taking rests.
    Agent,
    /// The core decided to hang up, or the caller left.
    Over,
}

impl Core {
    /// A core for a call that this pack answers.
    pub fn new(pack: Arc<Pack>) -> Self {
        Core {
            turns: TurnTaking::default(),
            conversation: Conversation::new(pack),
            readings: Default::default(),
            phase: Phase::Bot,
        }
    }

    /// The language to listen for in the talk between the caller and an agent.
    pub fn language_of_talk(&self) -> Spoken {
        self.conversation.language_of_talk()
    }

    /// Takes an input and gives the decisions, in the order in which they are to be carried out.
    pub fn handle(&mut self, at: Millis, input: &Input) -> Vec<Decision> {
        let mut decisions = Vec::new();
        match input {
            Input::Answered {
                from, to, today, ..
            } => {
                let today = *today;
                self.tell(at, Stimulus::Answered { from, to, today }, &mut decisions);
            }
            Input::Frames { speech } => self.frames(at, speech, &mut decisions),
            Input::Decoded {
                utterance,
                until,
                hypotheses,
            } => self.decoded(at, *utterance, *until, hypotheses, &mut decisions),
            Input::NotHeard { utterance, .. } => {
                let outputs = self.turns.not_heard(*utterance);
                self.take(at, outputs, &mut decisions);
            }
            Input::Key { key } if self.phase == Phase::Bot => {
                let outputs = self.turns.key(at, *key);
                self.take(at, outputs, &mut decisions);
            }
            Input::Key { .. } | Input::PromptStarted { .. } => {}
            Input::Hold { held } => self.turns.hold(*held),
            Input::PromptEnded { prompt, whole, .. } => {
                let (prompt, whole) = (*prompt, *whole);
                self.turns.prompt_ended(prompt);
                self.tell(at, Stimulus::PromptEnded { prompt, whole }, &mut decisions);
            }
            Input::Replied { request, reply } => {
                let request = *request;
                self.tell(at, Stimulus::Replied { request, reply }, &mut decisions);
            }
            Input::Agent(news) => {
                match news {
                    AgentNews::Bridged { .. } => self.phase = Phase::Agent,
                    AgentNews::Left { .. } => self.phase = Phase::Bot,
                    AgentNews::Found { .. }
                    | AgentNews::NoneFree { .. }
                    | AgentNews::Ringing { .. }
                    | AgentNews::PickedUp { .. }
                    | AgentNews::NotReached { .. } => {}
                }
                self.tell(at, Stimulus::Agent(news), &mut decisions);
            }
            Input::CallerLeft => {
                self.tell(at, Stimulus::CallerLeft, &mut decisions);
                self.phase = Phase::Over;
            }
        }
        decisions
    }

    fn frames(&mut self, first: Millis, speech: &[u8], decisions: &mut Vec<Decision>) {
        for (frame, &speech) in (0..).zip(speech) {
            if self.phase == Phase::Bot {
                let at = first + frame * FRAME_MS;
                let outputs = self.turns.frame(at, speech);
                self.take(at, outputs, decisions);
            }
        }
    }

    fn decoded(
        &mut self,
        at: Millis,
        utterance: UtteranceId,
        until: Millis,
        hypotheses: &[Hypothesis],
        decisions: &mut Vec<Decision>,
    ) {
        let heard = match hypotheses.first() {
            None => Heard::Nothing,
            Some(best) if is_backchannel(&best.text) => Heard::Backchannel,
            Some(best) => Heard::Words(self.conversation.completeness(best.meant())),
        };
        self.readings = (utterance, hypotheses.to_vec());
        let outputs = self.turns.decoded(utterance, until, heard);
        let goes_on = !outputs
            .iter()
            .any(|output| matches!(output, Output::Said { .. }));
        self.take(at, outputs, decisions);
        if goes_on && matches!(heard, Heard::Words(_)) {
            self.prepare(at, utterance, hypotheses, decisions);
        }
    }

    /// The turn may end with this reading: has the answer to it made into sound while the silence is waited for.
    fn prepare(
        &self,
        at: Millis,
        utterance: UtteranceId,
        hypotheses: &[Hypothesis],
        decisions: &mut Vec<Decision>,
    ) {
        let mut guess = self.conversation.clone();
        let said = Stimulus::Said {
            utterance,
            hypotheses,
        };
        let mut answer = String::new();
        for decision in guess.handle(at, said) {
            if let Decision::Say { text, .. } = decision {
                answer.push_str(&text);
            }
        }
        if !answer.is_empty() {
            let texts = vec![Pii(answer)];
            decisions.push(Decision::Prepare { texts });
        }
    }

    /// Carries what turn-taking gave out to the conversation.
    fn take(&mut self, at: Millis, outputs: Vec<Output>, decisions: &mut Vec<Decision>) {
        for output in outputs {
            match output {
                Output::Decide(decision) => decisions.push(decision),
                Output::Said { utterance } => {
                    let (_, hypotheses) = std::mem::take(&mut self.readings);
                    let stimulus = Stimulus::Said {
                        utterance,
                        hypotheses: &hypotheses,
                    };
                    self.tell(at, stimulus, decisions);
                }
                Output::Unclear { utterance } => {
                    self.tell(at, Stimulus::NotHeard { utterance }, decisions);
                }
                Output::Keys(keys) => self.tell(at, Stimulus::Keys(&keys), decisions),
                Output::Silent { ms } => self.tell(at, Stimulus::Silent { ms }, decisions),
            }
        }
    }

    /// Tells the conversation, and turn-taking what the conversation decided.
    fn tell(&mut self, at: Millis, stimulus: Stimulus<'_>, decisions: &mut Vec<Decision>) {
        if self.phase == Phase::Over {
            return;
        }
        let decided = self.conversation.handle(at, stimulus);
        for decision in &decided {
            match decision {
                Decision::Say {
                    prompt,
                    interruptible,
                    ..
                } => self.turns.say(*prompt, *interruptible),
                Decision::Expect { expectation } => self.turns.expect(expectation.clone()),
                Decision::HangUp { .. } => self.phase = Phase::Over,
                _ => {}
            }
        }
        decisions.extend(decided);
    }
}
