//! Carries out the decisions of the core.

use super::actor::{Actor, Decoded, News};
use super::bridge::Stretch;
use crate::asr::SAMPLE_RATE;
use crate::asr::{Abort, AsrError, Recognition, Utterance};
use crate::audio::{PHONE_RATE, resample};
use crate::compute::Priority;
use crate::event::{
    Decision, Expectation, ExpectedKind, Millis, Pii, Record, Request, RequestId, UtteranceId,
};
use std::time::Duration;

/// Readings wanted of an utterance.
const READINGS: usize = 3;
/// Readings wanted of a number: its check rule finds the right one among them (`docs/measurements.md`).
const NUMBER_READINGS: usize = 8;

impl Actor {
    pub(super) fn execute(&mut self, at: Millis, decision: Decision) {
        match decision {
            Decision::Decode {
                utterance,
                from,
                until,
                expectation,
            } => self.decode(utterance, from, until, expectation),
            Decision::CancelDecode { utterance } => self.cancel_decoding(utterance),
            Decision::TurnEnded {
                utterance,
                speech_until,
            } => self.watch.turn_ended(at, utterance, speech_until),
            Decision::PausePrompt { .. } => self.player.pause(),
            Decision::ResumePrompt { .. } => self.player.resume(),
            Decision::StopPrompt { prompt } => {
                let outputs = self.mouth.stop(prompt);
                self.speak(outputs);
                self.player.resume();
            }
            Decision::Say { prompt, text, .. } => {
                self.watch.say(at);
                let phrases = self.edition.speaker.phrases(&text);
                let outputs = self.mouth.say(prompt, phrases);
                self.speak(outputs);
            }
            Decision::Prepare { texts } => self.prepare(texts),
            Decision::Ask {
                request_id,
                request,
            } => self.ask(request_id, request),
            Decision::FindAgent { skill, urgency } => self.find_agent(&skill, urgency),
            Decision::RingAgent { agent, whisper } => self.ring_agent(agent, whisper),
            Decision::Bridge { agent } => self.bridge_when_heard(agent),
            Decision::LeaveQueue => self.leave_queue(),
            Decision::HangUp { reason } => {
                self.hanging_up.get_or_insert(reason);
            }
            Decision::Understood { .. }
            | Decision::Step { .. }
            | Decision::Slot { .. }
            | Decision::Expect { .. }
            | Decision::Summary(_) => {}
        }
    }

    fn decode(
        &mut self,
        utterance: UtteranceId,
        from: Millis,
        until: Millis,
        expectation: Expectation,
    ) {
        if let Some((_, replaced)) = self.decoding.take() {
            replaced.raise();
        }
        let abort = Abort::default();
        self.decoding = Some((utterance, abort.clone()));
        let sound = self.ear.between(from, until);
        let recognizer = self.house.recognizer.clone();
        let flag = abort.clone();
        let readings = match expectation.kind {
            ExpectedKind::Digits { .. } => NUMBER_READINGS,
            _ => READINGS,
        };
        let slot = expectation.slot.as_deref();
        let spelling = slot
            .and_then(|slot| self.edition.pack.spelling(slot))
            .cloned();
        let check = slot.and_then(|slot| self.edition.pack.check_rule(slot));
        let phrasing = match expectation.kind {
            ExpectedKind::Open | ExpectedKind::YesNo => Some(self.edition.pack.phrasing().clone()),
            _ => None,
        };
        let job = self
            .house
            .pool
            .submit(Priority::Live, decode_estimate(&sound), move || {
                let utterance = Utterance {
                    samples: wide(&sound).into(),
                    expectation,
                    spelling,
                    check,
                    phrasing,
                    readings,
                };
                recognizer.recognize(&utterance, &flag)
            });
        let news = self.news.clone();
        tokio::spawn(async move {
            let outcome = match job {
                Err(full) => Err(full.to_string()),
                Ok(job) => match job.await {
                    Err(lost) => Err(lost.to_string()),
                    Ok(done) => match done.value {
                        Err(AsrError::Aborted) => return,
                        Err(error) => Err(error.to_string()),
                        Ok(recognition) => Ok(Decoded {
                            hypotheses: recognition.hypotheses,
                            queue_ms: millis(done.queued),
                            decode_ms: millis(done.ran),
                        }),
                    },
                },
            };
            // The actor may be gone: then nobody wants the text.
            let _ = news.send(News::Decoded {
                utterance,
                until,
                outcome,
            });
        });
    }

    fn cancel_decoding(&mut self, utterance: UtteranceId) {
        if let Some((_, abort)) = self.decoding.take_if(|(id, _)| *id == utterance) {
            abort.raise();
        }
    }

    /// Gets a phrase's sound: at once from the cache, else by a task.
    pub(super) fn fetch(&mut self, tag: u32, text: String) {
        if let Some(sound) = self.edition.speaker.cached(&text) {
            // Through the inbox, so that the order of outputs stays that of their causes.
            let _ = self.news.send(News::Sound {
                tag,
                sound: Some(sound),
            });
            return;
        }
        let (speaker, news) = (self.edition.speaker.clone(), self.news.clone());
        tokio::spawn(async move {
            let sound = speaker.fetch(&text, Priority::Live).await;
            if let Err(error) = &sound {
                tracing::error!(error, "a phrase could not be spoken");
            }
            let _ = news.send(News::Sound {
                tag,
                sound: sound.ok(),
            });
        });
    }

    /// Makes the beginnings of texts ahead; what was prepared before is no longer wanted.
    fn prepare(&mut self, texts: Vec<Pii<String>>) {
        self.preparing.abort_all();
        for text in texts {
            for phrase in self.edition.speaker.beginning(&text) {
                let speaker = self.edition.speaker.clone();
                self.preparing.spawn(async move {
                    if let Err(error) = speaker.fetch(&phrase, Priority::Prompt).await {
                        tracing::warn!(error, "speech could not be prepared");
                    }
                });
            }
        }
        while self.preparing.try_join_next().is_some() {}
    }

    fn ask(&mut self, request_id: RequestId, request: Request) {
        self.due += 1;
        let (backend, news) = (self.house.backend.clone(), self.news.clone());
        let key = format!("{}-{request_id}", self.id);
        tokio::spawn(async move {
            let reply = backend.ask(&request, &key).await;
            let _ = news.send(News::Replied {
                request: request_id,
                reply,
            });
        });
    }

    /// Transcribes a stretch of talk between people, when there is time.
    pub(super) fn transcribe(&mut self, stretch: Stretch) {
        let recognizer = self.house.recognizer.clone();
        let estimate = decode_estimate(&stretch.samples);
        let expectation = Expectation {
            language: self.core.language_of_talk(),
            ..Expectation::default()
        };
        let job = self.house.pool.submit(Priority::Prompt, estimate, move || {
            let utterance = Utterance {
                samples: wide(&stretch.samples).into(),
                expectation,
                spelling: None,
                check: None,
                phrasing: None,
                readings: 1,
            };
            let recognition = recognizer.recognize(&utterance, &Abort::default());
            (stretch, recognition)
        });
        let Ok(job) = job.map_err(|full| self.fault(full.to_string())) else {
            return;
        };
        self.due += 1;
        let news = self.news.clone();
        tokio::spawn(async move {
            let record = job.await.ok().and_then(|done| transcript(done.value));
            let _ = news.send(News::Transcribed(record));
        });
    }
}

/// The event of a transcribed stretch, if words were heard in it.
fn transcript((stretch, recognition): (Stretch, Result<Recognition, AsrError>)) -> Option<Record> {
    let best = recognition.ok()?.hypotheses.into_iter().next()?;
    Some(Record::Transcript {
        leg: stretch.leg,
        from: stretch.segment.from,
        until: stretch.segment.until,
        text: best.text,
    })
}

/// Telephone sound at the recogniser's rate.
fn wide(sound_8k: &[f32]) -> Vec<f32> {
    resample::whole(sound_8k, PHONE_RATE, SAMPLE_RATE)
}

/// Processor time to expect for a decoding: measured in `docs/measurements.md`.
fn decode_estimate(sound_8k: &[f32]) -> Duration {
    let seconds = sound_8k.len() as f32 / 8_000.0;
    Duration::from_secs_f32(0.05 + 0.03 * seconds)
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
