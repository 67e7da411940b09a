//! One call's actor: carries sound, time and decisions between the core and the rooms below.

use super::core::Core;
use super::detector::Detector;
use super::ear::Ear;
use super::handoff::Handoff;
use super::house::{Edition, House};
use super::journal::Journal;
use super::latency::Stopwatch;
use super::mouth::{Mouth, MouthOutput, Tag};
use crate::acd;
use crate::asr::Abort;
use crate::event::{
    CallId, HangUpReason, Hypothesis, Input, LegId, Millis, Record, Reply, RequestId, UtteranceId,
};
use crate::store::Recorder;
use crate::telephony::{FRAME, IncomingCall, Leg, LegEvent, LegStats, Player};
use crate::tts::Phrase;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// What the actor's own tasks tell it.
pub(super) enum News {
    /// A decoding is done; `Err` says why not.
    Decoded {
        utterance: UtteranceId,
        until: Millis,
        outcome: Result<Decoded, String>,
    },
    /// A phrase's sound is there; `None` where it could not be made.
    Sound { tag: Tag, sound: Option<Phrase> },
    /// The back office answered.
    Replied { request: RequestId, reply: Reply },
    /// The desk has news.
    Desk(acd::Output),
    /// The agent's telephone has news.
    Dialled(super::handoff::Dialled),
    /// The next phrase for the agent alone; `None` where it could not be made.
    Whisper(Option<Phrase>),
    /// A stretch of talk was transcribed; `None` where no words were heard.
    Transcribed(Option<Record>),
}

/// Readings and what they took, in milliseconds.
pub(super) struct Decoded {
    pub(super) hypotheses: Vec<Hypothesis>,
    pub(super) queue_ms: u64,
    pub(super) decode_ms: u64,
}

/// One call at work.
pub(super) struct Actor {
    pub(super) id: CallId,
    pub(super) house: Arc<House>,
    /// What the call began with; later versions are for later calls.
    pub(super) edition: Edition,
    began: Instant,
    pub(super) core: Core,
    pub(super) journal: Journal,
    /// There until the call is closed.
    recorder: Option<Recorder>,
    leg: Leg,
    pub(super) player: Player,
    pub(super) ear: Ear,
    detector: Detector,
    pub(super) mouth: Mouth,
    pub(super) watch: Stopwatch,
    pub(super) decoding: Option<(UtteranceId, Abort)>,
    pub(super) preparing: tokio::task::JoinSet<()>,
    /// Answers of the back office and transcripts that are still to come.
    pub(super) due: usize,
    pub(super) handoff: Handoff,
    pub(super) hanging_up: Option<HangUpReason>,
    caller_is_here: bool,
    pub(super) news: mpsc::UnboundedSender<News>,
}

/// How long a finished call waits for the answers of the back office before it is closed.
const CLOSING: Duration = Duration::from_secs(15);

/// Answers a call and sees it through to its end.
pub(super) async fn answer(house: Arc<House>, incoming: IncomingCall) {
    let id = CallId(ulid::Ulid::generate());
    let edition = house.edition();
    let answered = Input::Answered {
        from: incoming.from.clone(),
        to: incoming.to.clone(),
        pack: edition.pack.name.clone(),
        pack_version: edition.pack.version.clone(),
        today: chrono::Local::now().date_naive(),
    };
    let leg = match incoming.answer().await {
        Ok(leg) => leg,
        Err(error) => {
            tracing::warn!(%error, "a call could not be answered");
            return;
        }
    };
    let (news, inbox) = mpsc::unbounded_channel();
    Actor::new(id, house, edition, leg, news)
        .run(answered, inbox)
        .await;
}

impl Actor {
    fn new(
        id: CallId,
        house: Arc<House>,
        edition: Edition,
        leg: Leg,
        news: mpsc::UnboundedSender<News>,
    ) -> Actor {
        let unix_ms = chrono::Utc::now().timestamp_millis();
        Actor {
            id,
            began: Instant::now(),
            core: Core::new(edition.pack.clone()),
            edition,
            journal: Journal::new(house.store.begin(id, unix_ms)),
            recorder: Some(house.store.recorder(id)),
            player: leg.player(),
            leg,
            ear: Ear::new(Millis(0)),
            detector: Detector::new(house.vad.clone()),
            mouth: Mouth::default(),
            watch: Stopwatch::default(),
            decoding: None,
            preparing: tokio::task::JoinSet::new(),
            due: 0,
            handoff: Handoff::default(),
            hanging_up: None,
            caller_is_here: true,
            news,
            house,
        }
    }

    #[tracing::instrument(name = "call", skip_all, fields(id = %self.id))]
    async fn run(mut self, answered: Input, mut inbox: mpsc::UnboundedReceiver<News>) {
        metrics::gauge!("lingting_calls_in_progress").increment(1.0);
        let codec = self.leg.codec.to_owned();
        let leg = LegId::Caller;
        self.journal
            .record(Millis(0), Record::LegStarted { leg, codec });
        self.feed(answered);
        while self.caller_is_here {
            tokio::select! {
                event = self.leg.events.recv() => self.on_caller(event),
                event = self.handoff.next() => self.on_agent(event),
                Some(news) = inbox.recv() => self.on_news(news),
            }
            if self.hanging_up.is_some() && self.mouth.is_silent() {
                break;
            }
        }
        self.close(inbox).await;
        metrics::gauge!("lingting_calls_in_progress").decrement(1.0);
    }

    /// Milliseconds since the call began.
    pub(super) fn now(&self) -> Millis {
        Millis(u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX))
    }

    /// Tells the core, notes it all, and carries out what was decided.
    pub(super) fn feed(&mut self, input: Input) {
        let at = self.now();
        let decisions = self.core.handle(at, &input);
        self.journal.input(at, input, &decisions);
        for decision in decisions {
            self.execute(at, decision);
        }
    }

    fn on_caller(&mut self, event: Option<LegEvent>) {
        match event {
            Some(LegEvent::Frame { heard, sent }) => self.on_frame(&heard, &sent),
            Some(LegEvent::Key(key)) => self.feed(Input::Key { key }),
            Some(LegEvent::Hold(held)) => self.feed(Input::Hold { held }),
            Some(LegEvent::PromptStarted(tag)) => {
                let outputs = self.mouth.started(tag);
                self.speak(outputs);
            }
            Some(LegEvent::PromptEnded {
                tag,
                played_ms,
                whole,
            }) => {
                let outputs = self.mouth.ended(tag, played_ms, whole);
                self.speak(outputs);
            }
            Some(LegEvent::Ended { reason }) => self.on_caller_left(&reason),
            Some(LegEvent::MediaLost) | None => self.on_caller_left("the line was lost"),
        }
    }

    fn on_frame(&mut self, heard: &[i16; FRAME], sent: &[i16; FRAME]) {
        if let Some(recorder) = &self.recorder {
            recorder.push(heard, sent);
        }
        if self.handoff.is_bridged() {
            self.hear_in_bridge(heard);
            return;
        }
        self.ear.hear(heard);
        while let Some((at, window)) = self.ear.window() {
            let speech = self.detector.speech(&window);
            let frame = Input::Frames {
                speech: vec![speech],
            };
            let decisions = self.core.handle(at, &frame);
            self.journal.frame(at, speech, &decisions);
            for decision in decisions {
                self.execute(at, decision);
            }
        }
    }

    /// The caller's sound while an agent talks with them: to the agent, and into the transcript.
    fn hear_in_bridge(&mut self, heard: &[i16; FRAME]) {
        self.ear.hear(heard);
        while self.ear.window().is_some() {}
        let stretches = self.handoff.hear_caller(heard, &mut self.detector);
        for stretch in stretches {
            self.transcribe(stretch);
        }
    }

    fn on_caller_left(&mut self, reason: &str) {
        self.caller_is_here = false;
        let (leg, reason) = (LegId::Caller, reason.to_owned());
        self.feed(Input::CallerLeft);
        let at = self.now();
        self.journal.record(at, Record::LegEnded { leg, reason });
        self.hanging_up.get_or_insert(HangUpReason::CallerLeft);
    }

    fn on_news(&mut self, news: News) {
        match news {
            News::Decoded {
                utterance,
                until,
                outcome,
            } => self.on_decoded(utterance, until, outcome),
            News::Sound { tag, sound } => {
                if sound.is_none() {
                    metrics::counter!("lingting_phrases_failed_total").increment(1);
                }
                let outputs = self.mouth.ready(tag, sound);
                self.speak(outputs);
            }
            News::Replied { request, reply } => {
                self.due -= 1;
                self.feed(Input::Replied { request, reply });
            }
            News::Desk(output) => self.on_desk(output),
            News::Dialled(dialled) => self.on_dialled(dialled),
            News::Whisper(sound) => self.on_whisper(sound),
            News::Transcribed(record) => {
                self.due -= 1;
                let at = self.now();
                if let Some(record) = record {
                    self.journal.record(at, record);
                }
            }
        }
    }

    fn on_decoded(
        &mut self,
        utterance: UtteranceId,
        until: Millis,
        outcome: Result<Decoded, String>,
    ) {
        match outcome {
            Ok(decoded) => {
                self.watch
                    .decoded(utterance, decoded.queue_ms, decoded.decode_ms);
                self.feed(Input::Decoded {
                    utterance,
                    until,
                    hypotheses: decoded.hypotheses,
                });
            }
            Err(reason) => self.feed(Input::NotHeard { utterance, reason }),
        }
    }

    /// Carries out what the mouth wants, and tells the core what it tells.
    pub(super) fn speak(&mut self, outputs: Vec<MouthOutput>) {
        for output in outputs {
            match output {
                MouthOutput::Fetch { tag, text } => self.fetch(tag, text),
                MouthOutput::Play { tag, sound } => self.player.play(tag, sound),
                MouthOutput::Stop { tag } => self.player.stop(tag),
                MouthOutput::Started { prompt } => {
                    self.feed(Input::PromptStarted { prompt });
                    self.on_first_sound();
                }
                MouthOutput::Ended {
                    prompt,
                    played_ms,
                    whole,
                } => self.feed(Input::PromptEnded {
                    prompt,
                    played_ms,
                    whole,
                }),
            }
        }
    }

    fn on_first_sound(&mut self) {
        let at = self.now();
        if let Some(latency) = self.watch.sounded(at) {
            super::meter::turn(&latency);
            self.journal.record(at, Record::TurnLatency(latency));
        }
    }

    /// Waits for what is still to come, so that no ticket and no last word is lost, and writes the end.
    async fn close(mut self, mut inbox: mpsc::UnboundedReceiver<News>) {
        self.preparing.abort_all();
        if let Some((_, abort)) = self.decoding.take() {
            abort.raise();
        }
        self.leave_queue();
        let deadline = tokio::time::Instant::now() + CLOSING;
        while self.due > 0 {
            match tokio::time::timeout_at(deadline, inbox.recv()).await {
                Ok(Some(news)) => self.on_news(news),
                Ok(None) | Err(_) => break,
            }
        }
        let stats = self.leg.stats();
        self.leg.hangup();
        if let Some(recorder) = self.recorder.take() {
            // What the disk refused has been traced by the recorder; the call is over all the same.
            let _ = tokio::task::spawn_blocking(move || recorder.finish()).await;
        }
        let reason = self.hanging_up.unwrap_or(HangUpReason::Fault);
        let at = self.now();
        self.journal.flush();
        self.media_stats(LegId::Caller, stats);
        let duration_ms = at.0;
        self.journal.record(
            at,
            Record::Ended {
                reason,
                duration_ms,
            },
        );
        super::meter::call(reason, duration_ms);
    }

    /// Notes a fault; the call goes on.
    pub(super) fn fault(&mut self, what: impl Into<String>) {
        let what = what.into();
        tracing::warn!(what, "a fault on a call");
        let at = self.now();
        self.journal.record(at, Record::Fault { what });
    }

    /// Notes how well a leg's sound came through.
    pub(super) fn media_stats(&mut self, leg: LegId, stats: LegStats) {
        super::meter::media(&stats);
        let at = self.now();
        self.journal.record(
            at,
            Record::MediaStats {
                leg,
                received: stats.received,
                lost: stats.lost,
                jitter_ms: stats.jitter_ms,
            },
        );
    }
}
