//! The way of events to a leg's reader.

use super::jitter::FRAME;
use super::session::LegEvent;
use std::collections::VecDeque;
use tokio::sync::mpsc::{self, error::TrySendError};

/// A frame whose sound was lost on the way to a slow reader.
const SILENCE: LegEvent = LegEvent::Frame {
    heard: [0; FRAME],
    sent: [0; FRAME],
};

/// The queue to a reader who may be slow. Nothing but sound is ever left out, and lost sound keeps its time.
pub struct Outbox {
    events: mpsc::Sender<LegEvent>,
    waiting: VecDeque<Waiting>,
}

enum Waiting {
    /// So many frames, silent now.
    Frames(u32),
    Event(Box<LegEvent>),
}

impl Outbox {
    pub fn new(events: mpsc::Sender<LegEvent>) -> Outbox {
        Outbox {
            events,
            waiting: VecDeque::new(),
        }
    }

    /// Hands an event over, or keeps it until the reader has room.
    pub fn put(&mut self, event: LegEvent) {
        match (event, self.waiting.back_mut()) {
            (LegEvent::Frame { .. }, Some(Waiting::Frames(count))) => *count += 1,
            (LegEvent::Frame { .. }, Some(Waiting::Event(_))) => {
                self.waiting.push_back(Waiting::Frames(1))
            }
            (event, Some(_)) => self.waiting.push_back(Waiting::Event(Box::new(event))),
            (event, None) => {
                if let Err(TrySendError::Full(event)) = self.events.try_send(event) {
                    tracing::warn!("a leg's events are not read in time");
                    self.waiting.push_back(match event {
                        LegEvent::Frame { .. } => Waiting::Frames(1),
                        other => Waiting::Event(Box::new(other)),
                    });
                }
                return;
            }
        }
        self.hand_over();
    }

    fn hand_over(&mut self) {
        while let Some(first) = self.waiting.front_mut() {
            let event = match first {
                Waiting::Frames(_) => SILENCE,
                Waiting::Event(event) => (**event).clone(),
            };
            if let Err(TrySendError::Full(_)) = self.events.try_send(event) {
                return;
            }
            match first {
                Waiting::Frames(count) if *count > 1 => *count -= 1,
                Waiting::Frames(_) | Waiting::Event(_) => {
                    self.waiting.pop_front();
                }
            }
        }
    }

    /// Waits until the reader has taken all, or is gone.
    pub async fn flush(mut self) {
        for waiting in std::mem::take(&mut self.waiting) {
            let events = match waiting {
                Waiting::Frames(count) => vec![SILENCE; count as usize],
                Waiting::Event(event) => vec![*event],
            };
            for event in events {
                if self.events.send(event).await.is_err() {
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEARD: LegEvent = LegEvent::Frame {
        heard: [1; FRAME],
        sent: [0; FRAME],
    };

    #[tokio::test]
    async fn a_slow_reader_loses_sound_but_neither_time_nor_news() {
        let (sender, mut events) = mpsc::channel(2);
        let mut outbox = Outbox::new(sender);
        for _ in 0..5 {
            outbox.put(HEARD);
        }
        outbox.put(LegEvent::Key('5'));
        outbox.put(HEARD);
        let flush = tokio::spawn(outbox.flush());
        let mut read = Vec::new();
        while let Some(event) = events.recv().await {
            read.push(event);
        }
        flush.await.unwrap();
        let (heard, silent) = (HEARD, SILENCE);
        let first = [
            heard.clone(),
            heard,
            silent.clone(),
            silent.clone(),
            silent.clone(),
        ];
        assert_eq!(read[..5], first);
        assert_eq!(read[5..], [LegEvent::Key('5'), silent]);
    }
}
