//! What a conversation is told.

use crate::event::{AgentNews, Hypothesis, Pii, PromptId, Reply, RequestId, UtteranceId};
use chrono::NaiveDate;

/// One thing that a conversation is told by the call's core.
#[derive(Debug, Clone, Copy)]
pub enum Stimulus<'a> {
    /// The call was answered. First stimulus of every conversation.
    Answered {
        /// The caller's number as the line gave it; may be empty.
        from: &'a Pii<String>,
        /// The number that was rung.
        to: &'a str,
        /// The day, for 昨天 and 这个月.
        today: NaiveDate,
    },
    /// The caller's turn is over.
    Said {
        /// Which stretch of speech.
        utterance: UtteranceId,
        /// Its readings, best first.
        hypotheses: &'a [Hypothesis],
    },
    /// The caller spoke and nothing usable came of it.
    NotHeard {
        /// Which stretch of speech.
        utterance: UtteranceId,
    },
    /// Keys of one answer, as turn-taking collected them; a closing `#` may be left on.
    Keys(&'a str),
    /// The caller has been silent for so long since our last prompt ended. Sent at about 6 s and again every 6 s.
    Silent {
        /// Milliseconds.
        ms: u64,
    },
    /// A prompt's last sound left, or it was stopped.
    PromptEnded {
        /// Which prompt.
        prompt: PromptId,
        /// Whether all of it was heard.
        whole: bool,
    },
    /// The back office answered.
    Replied {
        /// Which question.
        request: RequestId,
        /// Its answer.
        reply: &'a Reply,
    },
    /// News of the search for a person.
    Agent(&'a AgentNews),
    /// The caller hung up or the line was lost.
    CallerLeft,
}
