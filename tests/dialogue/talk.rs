//! The language that is listened for while the caller talks with an agent.

use crate::caller::water;
use lingting::dialogue::{Conversation, Stimulus};
use lingting::event::{Millis, Spoken};

/// A conversation with a caller who keyed this first.
fn after_keys(keys: &str) -> Conversation {
    let mut conversation = Conversation::new(water());
    let answered = Stimulus::Answered {
        from: &"13900000000".into(),
        to: "",
        today: "2026-11-23".parse().unwrap(),
    };
    conversation.handle(Millis(0), answered);
    conversation.handle(Millis(5_000), Stimulus::Keys(keys));
    conversation
}

#[test]
fn an_english_caller_and_an_agent_may_talk_in_either_language() {
    assert_eq!(after_keys("9").language_of_talk(), Spoken::Any);
}

#[test]
fn a_chinese_caller_and_an_agent_talk_in_chinese() {
    assert_eq!(after_keys("1").language_of_talk(), Spoken::Chinese);
}
