//! Preparing ahead: while the caller thinks about a question of yes or no, both answers are played through on a
//! copy of the conversation. What it would look up is looked up now, and the beginning of what it would say is spoken into
//! the cache.
//! Nothing with an effect is done ahead.

use super::conversation::{Conversation, Waiting};
use crate::event::{Decision, Request};

impl Conversation {
    /// Plays both answers of a question of yes or no, and prepares what they lead to.
    pub(super) fn look_ahead(&mut self) {
        if !matches!(self.waiting, Waiting::YesNo | Waiting::Consent) {
            return;
        }
        let mut texts = Vec::new();
        for yes in [true, false] {
            let mut answer = String::new();
            for decision in self.imagine(yes) {
                match decision {
                    Decision::Say { text, .. } => answer.push_str(&text),
                    Decision::Ask { request, .. } => self.ask_ahead(request),
                    _ => {}
                }
            }
            texts.push(answer);
        }
        self.prepare(texts);
    }

    /// What would be decided on this answer.
    fn imagine(&self, yes: bool) -> Vec<Decision> {
        let mut future = self.clone();
        future.out.clear();
        future.answer_yes_no(yes);
        future.out
    }

    fn ask_ahead(&mut self, request: Request) {
        let is_new = !self.asked_ahead.contains(&request) && !self.is_asked(&request);
        if is_new && !request.has_effect() {
            self.asked_ahead.push(request.clone());
            self.ask_office(request);
        }
    }
}
