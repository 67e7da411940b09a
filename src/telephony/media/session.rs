//! A leg's media as the other rooms see it: its events, its player, its port.

use super::engine::Engine;
use super::jitter::FRAME;
use super::key_event::KeySender;
use super::playout::Playout;
use super::ports::Ports;
use super::reception::LegStats;
use super::task::Task;
use crate::telephony::LineError;
use crate::telephony::sdp::Agreed;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::mpsc;

/// Events that wait for a slow reader before frames are merged into silence: 5 s.
const EVENT_QUEUE: usize = 256;

/// What happens on a leg.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "almost every event is a frame")]
pub enum LegEvent {
    /// 20 ms of sound at 8 kHz; exactly one for each 20 ms, silent where nothing came and during a hold.
    Frame {
        /// What the far end said.
        heard: [i16; FRAME],
        /// What was sent to it meanwhile.
        sent: [i16; FRAME],
    },
    /// A key was pressed: `0`–`9`, `*`, `#`, `A`–`D`.
    Key(char),
    /// The far end put us on hold, or took us back.
    Hold(bool),
    /// A prompt's first sound left.
    PromptStarted(u32),
    /// A prompt's last sound left, or it was stopped after `played_ms`.
    PromptEnded {
        tag: u32,
        played_ms: u64,
        whole: bool,
    },
    /// No sound has come for the time that the configuration allows; the leg still stands.
    MediaLost,
    /// The leg is over. The last event.
    Ended { reason: String },
}

/// Where sound goes and how it is coded, once the ends have agreed.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub agreed: Agreed,
    /// The described address, resolved.
    pub remote: SocketAddr,
    /// Where the signalling comes from.
    pub signalling: IpAddr,
}

/// What the signalling tells the media.
pub(super) enum Control {
    Agree(Box<Terms>),
    End(String),
}

/// The leg's media, held by its signalling.
pub(crate) struct MediaLeg {
    control: mpsc::UnboundedSender<Control>,
    player: Player,
    stats: Arc<Mutex<LegStats>>,
    port: u16,
}

/// Plays into a leg. Cheap to clone; after the leg's end it does nothing.
#[derive(Debug, Clone, Default)]
pub struct Player(Arc<Mutex<Outgoing>>);

#[derive(Debug, Default)]
pub(super) struct Outgoing {
    pub playout: Playout,
    pub keys: KeySender,
}

impl Player {
    pub(super) fn lock(&self) -> MutexGuard<'_, Outgoing> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Queues a prompt: mono at 8 kHz. Its first packet leaves within 20 ms when nothing is before it.
    /// [`LegEvent::PromptStarted`] and [`LegEvent::PromptEnded`] with this tag follow, in the order of queueing.
    pub fn play(&self, tag: u32, samples: Arc<[i16]>) {
        self.lock().playout.play(tag, samples);
    }

    /// Halts the prompts where they are.
    pub fn pause(&self) {
        self.lock().playout.pause();
    }

    /// Goes on where the prompts were halted.
    pub fn resume(&self) {
        self.lock().playout.resume();
    }

    /// Ends one prompt, playing or waiting; the one after it begins.
    pub fn stop(&self, tag: u32) {
        self.lock().playout.stop(tag);
    }

    /// Ends all prompts.
    pub fn clear(&self) {
        self.lock().playout.clear();
    }

    /// Sends a frame of the other leg, mixed with any prompt. At most 60 ms wait; the oldest give way.
    pub fn send_frame(&self, frame: &[i16; FRAME]) {
        self.lock().playout.bridge(*frame);
    }

    /// Presses a key for 100 ms; returns whether there is such a key. The far end hears it as a telephone event,
    /// or not at all where it knows none.
    pub fn press(&self, key: char) -> bool {
        self.lock().keys.press(key)
    }
}

impl MediaLeg {
    /// Binds a pair of ports; sound flows once terms are agreed.
    pub fn open(
        engine: &Engine,
        ports: &Ports,
        no_media_timeout: Duration,
    ) -> Result<(MediaLeg, mpsc::Receiver<LegEvent>), LineError> {
        let pair = ports.bind()?;
        let port = pair.port;
        let (control, controls) = mpsc::unbounded_channel();
        let (events, received) = mpsc::channel(EVENT_QUEUE);
        let player = Player::default();
        let stats = Arc::new(Mutex::new(LegStats::default()));
        let task = Task::new(player.clone(), stats.clone(), events, no_media_timeout);
        engine.handle().spawn(task.run(pair, controls));
        let leg = MediaLeg {
            control,
            player,
            stats,
            port,
        };
        Ok((leg, received))
    }

    /// The even port that sound comes to.
    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn player(&self) -> Player {
        self.player.clone()
    }

    pub fn stats(&self) -> Arc<Mutex<LegStats>> {
        self.stats.clone()
    }

    /// Begins, or goes on under other terms. A task that has ended needs none.
    pub fn agree(&self, terms: Terms) {
        let _ = self.control.send(Control::Agree(Box::new(terms)));
    }

    /// Ends the leg; [`LegEvent::Ended`] is its last event.
    pub fn end(&self, reason: String) {
        let _ = self.control.send(Control::End(reason));
    }
}
