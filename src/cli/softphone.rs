//! The demo's agent: baresip, a softphone that is not ours, registered and answering by itself.

use crate::audio::{PHONE_RATE, wav};
use crate::config::Agent;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::Stdio;
use tokio::process::{Child, Command};

/// How long the agent listens before the greeting, in seconds: the summary takes about so long.
const LISTENS_S: usize = 9;
/// Silence after the greeting, in seconds; baresip hangs up at its end.
const STAYS_S: usize = 300;

/// A running softphone; dropping it hangs up and ends it.
pub(super) struct Softphone {
    _process: Child,
    folder: PathBuf,
}

impl Softphone {
    /// Starts baresip, registers it as `agent` at `registrar` and lets it answer every call and say `greeting` once it
    /// has listened to the summary.
    pub(super) async fn start(
        agent: &Agent,
        registrar: SocketAddr,
        greeting: &[i16],
    ) -> Result<Softphone, Box<dyn std::error::Error>> {
        let folder =
            std::env::temp_dir().join(format!("lingting-softphone-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let says = folder.join("says.wav");
        let mut samples = vec![0; LISTENS_S * PHONE_RATE as usize];
        samples.extend(greeting);
        samples.resize(samples.len() + STAYS_S * PHONE_RATE as usize, 0);
        wav::write(&says, PHONE_RATE, &samples)?;
        let config = format!("audio_source aufile,{}\n{CONFIG}", says.display());
        std::fs::write(folder.join("config"), config)?;
        std::fs::write(
            folder.join("accounts"),
            format!(
                "<sip:{id}@{registrar}>;auth_user={id};auth_pass={password};answermode=auto;regint=60\n",
                id = agent.id,
                password = agent.password,
            ),
        )?;
        std::fs::write(folder.join("contacts"), "")?;
        let process = Command::new("baresip")
            .arg("-f")
            .arg(&folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| match error.kind() {
                std::io::ErrorKind::NotFound => std::io::Error::other(
                    "the demo's softphone is missing; `apt-get install baresip-core` installs it",
                ),
                _ => error,
            })?;
        Ok(Softphone {
            _process: process,
            folder,
        })
    }
}

impl Drop for Softphone {
    fn drop(&mut self) {
        // The settings hold the demo's password only; what cannot be removed lies in the temporary folder.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// Loopback only, G.711.
const CONFIG: &str = "\
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
audio_player aubridge,agent
audio_alert aubridge,none
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
module_path /usr/lib/baresip/modules
module g711.so
module aufile.so
module aubridge.so
module_app account.so
module_app menu.so
";
