//! `lingting call`: a simulated caller over real SIP and RTP.

use super::Outcome;
use crate::audio::{PHONE_RATE, to_i16, wav};
use crate::config::Config;
use crate::models::Folder;
use crate::sim::{Act, Placed, Script, Turn, place};
use crate::telephony::{Line, LineConfig};
use crate::tts::{Kokoro, Phrase, PhraseCache, Synthesizer, Voice};
use clap::Args;
use std::path::{Path, PathBuf};

/// Places a call and plays a caller's part: a script of turns, or a recording.
#[derive(Debug, Args)]
pub struct Call {
    /// Whom to call: sip:962740@127.0.0.1:5060.
    uri: String,
    /// A caller's script (TOML), or a WAV file that is spoken once the bot has finished its greeting.
    #[arg(long)]
    caller: PathBuf,
    /// Configuration file, for where the models and the phrase cache are.
    #[arg(long)]
    config: Option<PathBuf>,
    /// Prints one JSON object.
    #[arg(long)]
    json: bool,
}

impl Call {
    pub(super) fn run(self) -> Outcome {
        let config = Config::find(self.config.as_deref())?;
        let (script, sounds) = if self.caller.extension().is_some_and(|e| e == "wav") {
            recording(&self.caller)?
        } else {
            let script = Script::read(&self.caller)?;
            let sounds = sounds(&config, &script)?;
            (script, sounds)
        };
        let placed = super::runtime()?.block_on(async {
            let line = caller_line().await?;
            let placed = place(&line, &self.uri, &script, &sounds).await;
            line.close().await;
            placed.map_err(Box::<dyn std::error::Error>::from)
        })?;
        if self.json {
            println!("{}", serde_json::to_string(&placed)?);
        } else {
            print(&script, &placed);
        }
        match placed.done {
            true => Ok(()),
            false => Err("the call ended before the caller had finished".into()),
        }
    }
}

/// A line that only dials, on free ports of this machine.
pub(super) async fn caller_line() -> Result<Line, Box<dyn std::error::Error>> {
    let (line, _incoming) = Line::open(LineConfig::for_dialling()).await?;
    Ok(line)
}

/// The sound of each sentence of a script, out of the phrase cache where it has been made before.
pub(super) fn sounds(
    config: &Config,
    script: &Script,
) -> Result<Vec<Phrase>, Box<dyn std::error::Error>> {
    let cache = PhraseCache::open(&config.store.folder.join("phrases"))?;
    let models = Folder::locate(config.models.folder.as_deref());
    let voice = Voice {
        name: script.voice.clone(),
        speed: script.speed,
    };
    let mut kokoro = None;
    let mut sound = |text: &str| -> Result<Phrase, Box<dyn std::error::Error>> {
        if let Some(phrase) = cache.get(text, &voice) {
            return Ok(phrase);
        }
        let kokoro = match &kokoro {
            Some(kokoro) => kokoro,
            None => kokoro.insert(Kokoro::open(&models)?),
        };
        let phrase = kokoro.synthesize(text, &voice)?;
        cache.put(text, &voice, &phrase)?;
        Ok(phrase)
    };
    script.sentences().map(&mut sound).collect()
}

/// A caller who plays a recording as one sentence.
fn recording(path: &Path) -> Result<(Script, Vec<Phrase>), Box<dyn std::error::Error>> {
    let samples = wav::read_at(path, PHONE_RATE)?;
    let script = Script {
        voice: String::new(),
        speed: 1.0,
        from: String::new(),
        turns: vec![Turn {
            act: Act::Say(path.display().to_string()),
        }],
    };
    Ok((script, vec![to_i16(&samples).into()]))
}

fn print(script: &Script, placed: &Placed) {
    for (wait, sentence) in placed.waits.iter().zip(script.sentences()) {
        println!("{:>5} ms  {sentence}", wait.ms);
    }
    println!("ended: {}", placed.ended);
}
