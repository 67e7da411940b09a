//! A person on the telephone: baresip speaks and presses keys, and the log of the call is followed.

use super::baresip::{Baresip, Setup};
use super::house::{house, spoken};
use lingting::call::replay;
use lingting::event::{
    AgentNews, CallId, Decision, Event, HangUpReason, Input, Kind, PromptId, Record, Reply,
    Request, RequestId, TicketDraft,
};
use lingting::store::News;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;

/// No single thing takes longer on a call; a test that waits so long has failed.
const PATIENCE: Duration = Duration::from_secs(60);

/// A caller whom the utility does not know.
pub const STRANGER: &str = "13900000000";
/// Telephone of 王建国, whose account is 10086230.
pub const WANG: &str = "15400000001";
/// A yes, in more than one way.
pub const CORRECT: Act = Act::Says(&["对", "对的，没错", "是的"]);
/// The end of a call.
pub const NOTHING_ELSE: Act = Act::Says(&["没有了", "没有了，谢谢"]);

/// What a caller does.
#[derive(Debug, Clone, Copy)]
pub enum Act {
    /// Says this; asked the same again, the next one, as people do who were not understood.
    Says(&'static [&'static str]),
    Presses(&'static str),
}

/// What a caller does when a question holds some words. The first one that fits counts.
pub type Answers = [(&'static str, Act)];

/// What a call that hangs in the air is asked; the caller does the last thing again.
const STILL_THERE: &str = "您还在吗";

/// A call, seen from both ends.
pub struct Call {
    pub phone: Baresip,
    pub id: CallId,
    news: broadcast::Receiver<News>,
    pub events: Vec<Event>,
    /// Prompts that were decided and have not ended.
    speaking: BTreeSet<PromptId>,
    /// Requests that have not been answered.
    asked: BTreeSet<RequestId>,
}

impl Call {
    /// Calls and is answered.
    pub async fn dial(from: &str) -> Call {
        // Each call rings another number, so that its log is told from those of other tests.
        static CALLS: AtomicUsize = AtomicUsize::new(0);
        let rung = format!("9627{:04}", CALLS.fetch_add(1, Ordering::Relaxed));
        let house = house().await;
        let (_, mut news) = house.store.watch();
        let mut phone = Baresip::start(Setup {
            user: from,
            ..Setup::default()
        })
        .await;
        let uri = format!("sip:{rung}@{}", house.line.local_addr());
        phone.command("dial", &uri).await;
        let (id, answered) = answered(&mut news, &rung).await;
        Call {
            phone,
            id,
            news,
            events: vec![answered],
            speaking: BTreeSet::new(),
            asked: BTreeSet::new(),
        }
    }

    /// Says a sentence.
    pub async fn says(&mut self, text: &str) {
        let sound = tokio::task::block_in_place(|| spoken(text));
        self.phone.says(&sound).await;
    }

    async fn does(&mut self, act: Act, times: usize) {
        match act {
            Act::Says(ways) => self.says(ways[times.min(ways.len() - 1)]).await,
            Act::Presses(keys) => self.phone.press(keys).await,
        }
    }

    /// Waits for an event.
    pub async fn until(&mut self, what: &str, wanted: impl Fn(&Kind) -> bool) {
        let waiting = async { while !wanted(self.next().await) {} };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("{what} did not happen; the call so far:\n{}", self.told());
        }
    }

    /// Waits until the bot has been heard to the end of what it wanted to say; gives its last sentence, or none where
    /// the call ended.
    pub async fn question(&mut self) -> Option<String> {
        let waiting = async {
            let mut spoken = false;
            loop {
                match self.next().await {
                    Kind::Input(Input::PromptEnded { .. }) => spoken = true,
                    Kind::Record(Record::Ended { .. }) => return false,
                    _ => {}
                }
                if spoken && self.speaking.is_empty() && self.asked.is_empty() {
                    return true;
                }
            }
        };
        match tokio::time::timeout(PATIENCE, waiting).await {
            Ok(true) => self.sentences().last().cloned(),
            Ok(false) => None,
            Err(_) => panic!("no question came; the call so far:\n{}", self.told()),
        }
    }

    /// Waits for the question that holds these words; what is asked before must be nothing.
    pub async fn asked(&mut self, words: &str) {
        let question = self.question().await.unwrap_or_default();
        assert!(
            question.contains(words),
            "{words} was not asked; the call so far:\n{}",
            self.told()
        );
    }

    /// Answers what is asked until the call is over; an answer that was not understood is said again, but not for ever.
    pub async fn answers(&mut self, answers: &Answers) -> HangUpReason {
        let mut times = vec![0; answers.len()];
        let mut last = 0;
        while times.iter().sum::<usize>() < 2 * answers.len() + 2 {
            let Some(question) = self.question().await else {
                return self.ending().await;
            };
            if self.is_hanging_up() {
                return self.end().await;
            }
            if !question.contains(STILL_THERE) {
                let fits = |(words, _): &(&str, Act)| question.contains(words);
                last = answers.iter().position(fits).unwrap_or_else(|| {
                    panic!(
                        "no answer to “{question}”; the call so far:\n{}",
                        self.told()
                    )
                });
            }
            self.does(answers[last].1, times[last]).await;
            times[last] += 1;
        }
        panic!("the call goes round in circles:\n{}", self.told());
    }

    /// Waits for the end of the call and checks that a replay decides the same.
    pub async fn end(&mut self) -> HangUpReason {
        self.until("the end", |kind| {
            matches!(kind, Kind::Record(Record::Ended { .. }))
        })
        .await;
        self.ending().await
    }

    async fn ending(&self) -> HangUpReason {
        let house = house().await;
        let (_, events) = house.store.call(self.id).await.unwrap().unwrap();
        let events: Vec<Event> = events.iter().map(|event| (**event).clone()).collect();
        let replayed = replay(&events, house.edition().pack);
        assert_eq!(replayed.differences, [], "a replay decides the same");
        match events.last().map(|event| &event.kind) {
            Some(Kind::Record(Record::Ended { reason, .. })) => *reason,
            other => panic!("the last event is {other:?}"),
        }
    }

    /// Waits until so many milliseconds of the call have passed.
    pub async fn passes(&mut self, ms: u64) {
        let now = |call: &Call| call.events.last().map_or(0, |event| event.at.0);
        let end = now(self) + ms;
        let passing = async {
            while now(self) < end {
                self.next().await;
            }
        };
        tokio::time::timeout(PATIENCE, passing).await.unwrap();
    }

    /// Waits until the bot says something with these words, and is heard beginning to.
    pub async fn begins_to_say(&mut self, words: &str) {
        loop {
            let said = self.events.iter().find_map(|event| match &event.kind {
                Kind::Decision(Decision::Say { prompt, text, .. }) if text.contains(words) => {
                    Some(*prompt)
                }
                _ => None,
            });
            let began = |kind: &Kind| match kind {
                Kind::Input(Input::PromptStarted { prompt }) => Some(*prompt) == said,
                _ => false,
            };
            if self.events.iter().any(|event| began(&event.kind)) {
                return;
            }
            self.until(words, |kind| {
                matches!(kind, Kind::Input(Input::PromptStarted { .. }))
            })
            .await;
        }
    }

    /// The caller puts the receiver down; gives why the call ended.
    pub async fn hangs_up(&mut self) -> HangUpReason {
        self.phone.command("hangup", "").await;
        self.end().await
    }

    /// Waits for news of the search for a person.
    pub async fn until_agent(&mut self, what: &str, wanted: impl Fn(&AgentNews) -> bool) {
        self.until(what, |kind| match kind {
            Kind::Input(Input::Agent(news)) => wanted(news),
            _ => false,
        })
        .await;
    }

    async fn next(&mut self) -> &Kind {
        let event = loop {
            let News { call, event } = self.news.recv().await.unwrap();
            if call == self.id {
                break event;
            }
        };
        match &event.kind {
            Kind::Decision(Decision::Say { prompt, .. }) => {
                self.speaking.insert(*prompt);
            }
            Kind::Input(Input::PromptEnded { prompt, .. }) => {
                self.speaking.remove(prompt);
            }
            Kind::Decision(Decision::Ask { request_id, .. }) => {
                self.asked.insert(*request_id);
            }
            Kind::Input(Input::Replied { request, .. }) => {
                self.asked.remove(request);
            }
            _ => {}
        }
        self.events.push((*event).clone());
        &self.events[self.events.len() - 1].kind
    }

    fn is_hanging_up(&self) -> bool {
        self.decisions()
            .any(|decision| matches!(decision, Decision::HangUp { .. }))
    }

    fn decisions(&self) -> impl Iterator<Item = &Decision> {
        self.events.iter().filter_map(|event| match &event.kind {
            Kind::Decision(decision) => Some(decision),
            Kind::Input(_) | Kind::Record(_) => None,
        })
    }

    /// What the bot decided to say so far.
    pub fn sentences(&self) -> Vec<String> {
        let sentence = |decision: &Decision| match decision {
            Decision::Say { text, .. } => Some(text.0.clone()),
            _ => None,
        };
        self.decisions().filter_map(sentence).collect()
    }

    /// Whether the bot said these words.
    pub fn was_told(&self, words: &str) -> bool {
        self.sentences().iter().any(|text| text.contains(words))
    }

    /// Intents understood so far.
    pub fn intents(&self) -> Vec<String> {
        let intent = |decision: &Decision| match decision {
            Decision::Understood { intent, .. } => Some(intent.clone()),
            _ => None,
        };
        self.decisions().filter_map(intent).collect()
    }

    /// Requests with an effect that were made and answered.
    pub fn effects(&self) -> Vec<(Request, Reply)> {
        let reply = |wanted: &RequestId| {
            self.events.iter().find_map(|event| match &event.kind {
                Kind::Input(Input::Replied { request, reply }) if request == wanted => {
                    Some(reply.clone())
                }
                _ => None,
            })
        };
        let effect = |decision: &Decision| match decision {
            Decision::Ask {
                request_id,
                request,
            } if request.has_effect() => Some((request.clone(), reply(request_id)?)),
            _ => None,
        };
        self.decisions().filter_map(effect).collect()
    }

    /// The one ticket that was opened.
    pub fn ticket(&self) -> TicketDraft {
        match self.effects().as_slice() {
            [(Request::CreateTicket(draft), Reply::Ticket(_))] => draft.clone(),
            other => panic!("{other:?} is not one ticket; the call:\n{}", self.told()),
        }
    }

    /// The call so far, for a failure's message.
    pub fn told(&self) -> String {
        let line = |event: &Event| match &event.kind {
            Kind::Decision(Decision::Say { text, .. }) => format!("{} bot: {}\n", event.at, text.0),
            Kind::Decision(Decision::Understood {
                text,
                corrected,
                intent,
                confidence,
                ..
            }) => {
                let (text, corrected) = (&text.0, &corrected.0);
                format!(
                    "{} caller: {text} → {corrected} [{intent} {confidence:.2}]\n",
                    event.at
                )
            }
            Kind::Input(Input::Frames { .. }) | Kind::Decision(Decision::Prepare { .. }) => {
                String::new()
            }
            other => format!("{} {other:?}\n", event.at),
        };
        self.events.iter().map(line).collect()
    }
}

async fn answered(news: &mut broadcast::Receiver<News>, rung: &str) -> (CallId, Event) {
    let answered = async {
        loop {
            let News { call, event } = news.recv().await.unwrap();
            if let Kind::Input(Input::Answered { to, .. }) = &event.kind
                && to == rung
            {
                return (call, (*event).clone());
            }
        }
    };
    super::soon("an answer", answered).await
}
