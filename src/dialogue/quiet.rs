//! A caller who says nothing: 在吗, the question again, a polite close.

use super::conversation::{Conversation, Waiting};
use crate::event::HangUpReason;
use std::sync::Arc;

impl Conversation {
    /// The caller has been silent for another while.
    pub(super) fn silent(&mut self) {
        let pack = Arc::clone(&self.pack);
        let says = &pack.settings.says;
        match self.waiting {
            Waiting::Answer | Waiting::Over => {}
            Waiting::Person | Waiting::Queue => self.comfort(),
            Waiting::Reply(id) | Waiting::LastTicket(id) => {
                self.silences += 1;
                if self.silences < 3 {
                    self.say_text(&says.looking);
                } else {
                    self.silences = 0;
                    self.give_reply_up(id);
                }
            }
            Waiting::Open { .. }
            | Waiting::Clarify { .. }
            | Waiting::Slot
            | Waiting::YesNo
            | Waiting::Consent
            | Waiting::Choice
            | Waiting::Repair(_) => {
                self.silences += 1;
                match self.silences {
                    1 => self.say_text(&says.are_you_there),
                    2 => self.ask_again(),
                    _ => self.close(),
                }
            }
        }
    }

    /// A word now and then while nobody is free.
    fn comfort(&mut self) {
        use super::person::Person;
        let pack = Arc::clone(&self.pack);
        let waits = matches!(
            self.person,
            Person::Searching | Person::Queued | Person::Ringing(_)
        );
        let settings = &pack.settings;
        if waits && self.now.since(self.comforted) >= settings.limits.comfort_ms {
            self.comforted = self.now;
            self.silences += 1;
            let text = settings
                .says
                .comfort
                .of_try(self.silences % settings.says.comfort.len());
            self.say_text(text);
        }
    }

    /// Closes, with a ticket if enough is known for one.
    fn close(&mut self) {
        match self.ticket_under_way() {
            Some(request) => {
                self.silences = 0;
                self.waiting = Waiting::LastTicket(self.ask_office(request));
            }
            None => self.close_silent(false),
        }
    }

    pub(super) fn close_silent(&mut self, with_ticket: bool) {
        let pack = Arc::clone(&self.pack);
        let says = &pack.settings.says;
        self.say_text(if with_ticket {
            &says.close_ticket
        } else {
            &says.close_silent
        });
        self.hang_up(HangUpReason::Silence);
    }
}
