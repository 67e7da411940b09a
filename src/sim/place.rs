//! Places a simulated caller's call over real SIP and RTP.

use super::{Action, Caller, Script, Wait};
use crate::telephony::{DialEvent, Leg, LegEvent, Line, Player};
use crate::tts::Phrase;

/// What a simulated call came to.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Placed {
    /// How long each answer took.
    pub waits: Vec<Wait>,
    /// Whether everything in the script was said and done.
    pub done: bool,
    /// How the call ended.
    pub ended: String,
}

/// Why a simulated call did not come about.
#[derive(Debug, thiserror::Error)]
pub enum PlaceError {
    /// The line refused.
    #[error(transparent)]
    Line(#[from] crate::telephony::LineError),
    /// Nobody answered.
    #[error("the call was not answered: {code} {reason}")]
    NotAnswered { code: u16, reason: String },
    /// The line closed while dialling.
    #[error("the line closed before the call was answered")]
    Closed,
}

/// Dials `uri` and plays the script. `sounds` holds the sound of each of [`Script::sentences`] at 8 kHz.
pub async fn place(
    line: &Line,
    uri: &str,
    script: &Script,
    sounds: &[Phrase],
) -> Result<Placed, PlaceError> {
    let mut dialing = line.dial(uri, &script.from)?;
    let leg = loop {
        match dialing.next().await {
            Some(DialEvent::Ringing) => {}
            Some(DialEvent::Answered(leg)) => break leg,
            Some(DialEvent::Failed { code, reason }) => {
                return Err(PlaceError::NotAnswered { code, reason });
            }
            None => return Err(PlaceError::Closed),
        }
    };
    Ok(talk(leg, Caller::new(script), sounds).await)
}

async fn talk(mut leg: Leg, mut caller: Caller, sounds: &[Phrase]) -> Placed {
    let player = leg.player();
    let ended = loop {
        match leg.events.recv().await {
            Some(LegEvent::Frame { heard, .. }) => {
                if let Some(action) = caller.hear(&heard)
                    && act(&player, action, sounds)
                {
                    leg.hangup();
                }
            }
            Some(LegEvent::PromptEnded { tag, .. }) => {
                let sound = sounds.get(tag as usize);
                caller.spoken(sound.map_or(0, |sound| silent_tail_ms(sound)));
            }
            Some(LegEvent::Ended { reason }) => break reason,
            Some(LegEvent::MediaLost) => break "no sound came any more".to_owned(),
            Some(LegEvent::Key(_) | LegEvent::Hold(_) | LegEvent::PromptStarted(_)) => {}
            None => break "the line closed".to_owned(),
        }
    };
    Placed {
        waits: caller.waits().to_vec(),
        done: caller.is_done(),
        ended,
    }
}

/// Carries out what the caller does; gives whether it is to hang up.
fn act(player: &Player, action: Action, sounds: &[Phrase]) -> bool {
    match action {
        Action::Speak { sentence } => {
            // The script and its sounds were made of the same sentences.
            if let (Ok(tag), Some(sound)) = (u32::try_from(sentence), sounds.get(sentence)) {
                player.play(tag, sound.clone());
            }
            false
        }
        Action::Press(keys) => {
            keys.chars().for_each(|key| {
                player.press(key);
            });
            false
        }
        Action::HangUp => true,
    }
}

/// Silence at the end of a sound: after its last sample above −46 dBFS.
fn silent_tail_ms(sound: &[i16]) -> u64 {
    const AUDIBLE: u16 = 160;
    let tail = sound
        .iter()
        .rev()
        .take_while(|sample| sample.unsigned_abs() < AUDIBLE)
        .count();
    tail as u64 / 8
}
