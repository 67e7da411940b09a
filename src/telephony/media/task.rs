//! The task of one leg's media: receives, paces, sends.

use super::jitter::{FRAME, JitterBuffer};
use super::key_event::KeyReceiver;
use super::latch::Latch;
use super::outbox::Outbox;
use super::playout::PlayNews;
use super::ports::Pair;
use super::reception::{LegStats, Reception};
use super::rtcp::{self, Sent};
use super::rtp::Packet;
use super::session::{Control, LegEvent, Player, Terms};
use crate::audio::conceal::Concealer;
use crate::audio::dtmf::Detector;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::net::UdpSocket;
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;

/// Time of one frame.
const FRAME_TIME: Duration = Duration::from_millis(20);
/// Longest datagram that is read; sound of 200 ms is 1,612 bytes.
const MOST_BYTES: usize = 2_048;
/// After a key heard in band, the same key as an event is the same press for so long.
const SAME_PRESS_MS: u64 = 500;

/// The state of a leg's media on its thread.
pub(super) struct Task {
    began: Instant,
    player: Player,
    stats: Arc<Mutex<LegStats>>,
    outbox: Outbox,
    no_media_timeout: Duration,
    running: Option<Running>,
    jitter: JitterBuffer,
    reception: Reception,
    keys: KeyReceiver,
    concealer: Concealer,
    tones: Detector,
    /// Key heard in band last, and when.
    tone_key: Option<(char, u64)>,
    /// Keys come as events: tones in the sound are their echo.
    keys_are_events: bool,
    heard_at_ms: u64,
    lost: bool,
    concealed: u64,
    sent: Sent,
    sequence: u16,
    /// The next packet of sound is the first after a pause.
    marker: bool,
}

/// The terms in force.
struct Running {
    terms: Terms,
    latch: Latch,
}

impl Task {
    pub fn new(
        player: Player,
        stats: Arc<Mutex<LegStats>>,
        events: mpsc::Sender<LegEvent>,
        no_media_timeout: Duration,
    ) -> Task {
        Task {
            began: Instant::now(),
            player,
            stats,
            outbox: Outbox::new(events),
            no_media_timeout,
            running: None,
            jitter: JitterBuffer::default(),
            reception: Reception::default(),
            keys: KeyReceiver::default(),
            concealer: Concealer::default(),
            tones: Detector::default(),
            tone_key: None,
            keys_are_events: false,
            heard_at_ms: 0,
            lost: false,
            concealed: 0,
            sent: Sent {
                ssrc: rand::random(),
                timestamp: rand::random(),
                packets: 0,
                bytes: 0,
            },
            sequence: rand::random(),
            marker: true,
        }
    }

    pub async fn run(mut self, pair: Pair, mut controls: mpsc::UnboundedReceiver<Control>) {
        let sockets = (
            UdpSocket::from_std(pair.rtp),
            UdpSocket::from_std(pair.rtcp),
        );
        let (rtp, rtcp) = match sockets {
            (Ok(rtp), Ok(rtcp)) => (rtp, rtcp),
            (Err(error), _) | (_, Err(error)) => {
                return self.outbox.put(LegEvent::Ended {
                    reason: error.to_string(),
                });
            }
        };
        let mut ticks = tokio::time::interval(FRAME_TIME);
        // The clock is the machine's: a tick that was missed is made up for.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut reports = tokio::time::interval(rtcp::INTERVAL);
        let mut bytes = [0; MOST_BYTES];
        let mut report_bytes = [0; MOST_BYTES];
        let reason: String = loop {
            tokio::select! {
                control = controls.recv() => match control {
                    Some(Control::Agree(terms)) => {
                        if self.running.is_none() {
                            ticks.reset();
                        }
                        self.agree(*terms);
                    }
                    Some(Control::End(reason)) => break reason,
                    None => break "the leg was given up".into(),
                },
                _ = ticks.tick(), if self.running.is_some() => self.tick(&rtp),
                Ok((length, source)) = rtp.recv_from(&mut bytes) => self.receive(&bytes[..length], source),
                _ = reports.tick(), if self.running.is_some() => self.report(&rtcp),
                // Reports of the far end are read so that they do not pile up; nobody needs them.
                Ok(_) = rtcp.recv_from(&mut report_bytes) => {}
            }
        };
        // The ports are free before the reader has read its last event.
        drop((rtp, rtcp));
        self.end(reason).await;
    }

    fn now_ms(&self) -> u64 {
        self.began.elapsed().as_millis() as u64
    }

    fn agree(&mut self, terms: Terms) {
        let now_ms = self.now_ms();
        let held = terms.agreed.held();
        let was_held = self
            .running
            .as_ref()
            .is_some_and(|running| running.terms.agreed.held());
        let moved = self
            .running
            .as_ref()
            .is_none_or(|running| running.terms.remote != terms.remote);
        let latch = match self.running.take() {
            Some(running) if !moved || held => running.latch,
            _ => Latch::new(terms.remote, terms.signalling, now_ms),
        };
        self.running = Some(Running { terms, latch });
        self.heard_at_ms = now_ms;
        if held != was_held {
            self.marker = true;
            self.outbox.put(LegEvent::Hold(held));
        }
    }

    /// 20 ms have passed: one frame in, one packet out.
    fn tick(&mut self, rtp: &UdpSocket) {
        let held = self
            .running
            .as_ref()
            .is_some_and(|running| running.terms.agreed.held());
        let heard = self.hear();
        self.watch_for_loss(held);
        let frame = match held {
            true => LegEvent::Frame {
                heard: [0; FRAME],
                sent: [0; FRAME],
            },
            false => LegEvent::Frame {
                heard,
                sent: self.send(rtp),
            },
        };
        self.outbox.put(frame);
        self.sent.timestamp = self.sent.timestamp.wrapping_add(FRAME as u32);
        let news = self.player.lock().playout.take_news();
        for piece in news {
            self.outbox.put(match piece {
                PlayNews::Started(tag) => LegEvent::PromptStarted(tag),
                PlayNews::Ended {
                    tag,
                    played_ms,
                    whole,
                } => LegEvent::PromptEnded {
                    tag,
                    played_ms,
                    whole,
                },
            });
        }
        let stats = self.reception.stats(self.concealed);
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner) = stats;
    }

    /// The next frame of the far end, mended where packets are missing, and the keys in it.
    fn hear(&mut self) -> [i16; FRAME] {
        let Some(frame) = self.jitter.pull() else {
            return [0; FRAME];
        };
        let mut samples = frame.samples;
        if frame.missing.contains(&true) {
            self.concealed += 1;
            let guess = self.concealer.lost(FRAME);
            for (index, sample) in samples
                .iter_mut()
                .enumerate()
                .filter(|(index, _)| frame.missing[*index])
            {
                *sample = guess[index];
            }
        }
        if frame.missing.contains(&false) {
            self.concealer.good(&mut samples);
        }
        if !self.keys_are_events {
            for key in self.tones.push(&samples) {
                self.tone_key = Some((key, self.now_ms()));
                self.outbox.put(LegEvent::Key(key));
            }
        }
        samples
    }

    fn watch_for_loss(&mut self, held: bool) {
        let silent_ms = self.now_ms().saturating_sub(self.heard_at_ms);
        if held {
            self.heard_at_ms = self.now_ms();
        } else if !self.lost && u128::from(silent_ms) >= self.no_media_timeout.as_millis() {
            self.lost = true;
            self.outbox.put(LegEvent::MediaLost);
        }
    }

    /// Sends what is due; gives the sound of it.
    fn send(&mut self, rtp: &UdpSocket) -> [i16; FRAME] {
        let Some(running) = &self.running else {
            return [0; FRAME];
        };
        let agreed = &running.terms.agreed;
        let target = running.latch.target();
        let mut outgoing = self.player.lock();
        if outgoing.keys.busy() {
            let event = outgoing.keys.next_packet().zip(agreed.event_type);
            drop(outgoing);
            self.marker = true;
            if let Some((event, payload_type)) = event {
                let age = u32::from(event.age_frames) * FRAME as u32;
                let timestamp = self.sent.timestamp.wrapping_sub(age);
                self.send_packet(
                    rtp,
                    target,
                    (payload_type, event.first, timestamp),
                    &event.payload,
                );
            }
            return [0; FRAME];
        }
        let frame = outgoing.playout.next_frame();
        drop(outgoing);
        let payload = agreed.law.encode_all(&frame);
        let marker = std::mem::take(&mut self.marker);
        let payload_type = agreed.payload_type;
        self.send_packet(
            rtp,
            target,
            (payload_type, marker, self.sent.timestamp),
            &payload,
        );
        frame
    }

    fn send_packet(
        &mut self,
        rtp: &UdpSocket,
        target: SocketAddr,
        (payload_type, marker, timestamp): (u8, bool, u32),
        payload: &[u8],
    ) {
        let packet = Packet {
            payload_type,
            marker,
            sequence: self.sequence,
            timestamp,
            ssrc: self.sent.ssrc,
            payload,
        };
        self.sequence = self.sequence.wrapping_add(1);
        self.sent.packets = self.sent.packets.wrapping_add(1);
        self.sent.bytes = self.sent.bytes.wrapping_add(payload.len() as u32);
        // A packet that cannot leave now is a lost packet; the far end conceals it.
        let _ = rtp.try_send_to(&packet.to_bytes(), target);
    }

    /// A datagram came. What is not RTP of this leg's far end is passed over.
    fn receive(&mut self, bytes: &[u8], source: SocketAddr) {
        let now_ms = self.now_ms();
        let Some(packet) = Packet::parse(bytes) else {
            return;
        };
        let Some(running) = &mut self.running else {
            return;
        };
        let agreed = &running.terms.agreed;
        let is_event = agreed.event_type == Some(packet.payload_type);
        let mut codings = agreed.receive.iter();
        let coding = codings
            .find(|(number, _)| *number == packet.payload_type)
            .map(|(_, law)| *law);
        if (!is_event && coding.is_none()) || !running.latch.accept(source, now_ms) {
            return;
        }
        self.heard_at_ms = now_ms;
        self.lost = false;
        let arrival_ms = self.began.elapsed().as_secs_f64() * 1000.0;
        let Packet {
            ssrc,
            sequence,
            timestamp,
            payload,
            ..
        } = packet;
        // Another stream's timestamps say nothing of this one's.
        if self.reception.note(ssrc, sequence, timestamp, arrival_ms) {
            self.jitter = JitterBuffer::default();
            self.keys = KeyReceiver::default();
        }
        match coding {
            Some(law) => {
                self.jitter.insert(timestamp, law.decode_all(payload));
            }
            None => self.key_event(timestamp, payload),
        }
    }

    fn key_event(&mut self, timestamp: u32, payload: &[u8]) {
        let Some(key) = self.keys.receive(timestamp, payload) else {
            return;
        };
        self.keys_are_events = true;
        let now_ms = self.now_ms();
        let echo = |(tone, at_ms)| tone == key && now_ms - at_ms < SAME_PRESS_MS;
        if !self.tone_key.take().is_some_and(echo) {
            self.outbox.put(LegEvent::Key(key));
        }
    }

    fn report(&mut self, rtcp: &UdpSocket) {
        let Some(running) = &self.running else { return };
        let mut target = running.latch.target();
        target.set_port(target.port().wrapping_add(1));
        let since_1970 = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let report = rtcp::sender_report(self.sent, since_1970, self.reception.report());
        // A report that cannot leave now is made up for by the next one.
        let _ = rtcp.try_send_to(&report, target);
    }

    /// The prompts that were cut, then the end, then nothing.
    async fn end(mut self, reason: String) {
        let news = {
            let mut outgoing = self.player.lock();
            outgoing.playout.clear();
            outgoing.playout.take_news()
        };
        for piece in news {
            if let PlayNews::Ended {
                tag,
                played_ms,
                whole,
            } = piece
            {
                self.outbox.put(LegEvent::PromptEnded {
                    tag,
                    played_ms,
                    whole,
                });
            }
        }
        *self.stats.lock().unwrap_or_else(PoisonError::into_inner) =
            self.reception.stats(self.concealed);
        self.outbox.put(LegEvent::Ended { reason });
        self.outbox.flush().await;
    }
}
