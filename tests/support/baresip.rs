//! baresip as caller and as agent: a process with its own folder, driven over its control port.

use super::{PATIENCE, free_port, sound};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// How a telephone is set up.
#[derive(Default)]
pub struct Setup<'a> {
    /// User part of its address.
    pub user: &'a str,
    /// Registrar as `host:port` and password; without it the telephone does not register.
    pub register: Option<(String, &'a str)>,
    /// Sound that it sends; silence where empty.
    pub says: Vec<i16>,
    /// Picks up by itself.
    pub answers: bool,
    /// `udp` or `tcp`; empty for `udp`.
    pub transport: &'a str,
}

/// A running telephone. Dropping it ends the process.
pub struct Baresip {
    process: Child,
    control: TcpStream,
    unread: Vec<u8>,
    /// Events that came while an answer was waited for.
    events: VecDeque<Value>,
    /// How many sentences were spoken.
    sentences: usize,
    folder: tempfile::TempDir,
    pub port: u16,
}

/// Seconds of silence after what is said.
const PADDING_S: usize = 120;

impl Baresip {
    /// Starts a telephone and waits until it can be driven.
    pub async fn start(setup: Setup<'_>) -> Baresip {
        let folder = tempfile::tempdir().unwrap();
        let (port, control_port) = (free_port(), free_port());
        sound::write(&folder.path().join("says.wav"), &padded(&setup.says));
        std::fs::write(
            folder.path().join("config"),
            config(folder.path(), port, control_port),
        )
        .unwrap();
        std::fs::write(folder.path().join("accounts"), account(&setup, port)).unwrap();
        std::fs::write(folder.path().join("contacts"), "").unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let process = Command::new("baresip")
            .arg("-f")
            .arg(folder.path())
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .expect("baresip is installed (apt package baresip-core)");
        let control = connect(control_port, folder.path()).await;
        Baresip {
            process,
            control,
            unread: Vec::new(),
            events: VecDeque::new(),
            sentences: 0,
            folder,
            port,
        }
    }

    /// Gives a command: `dial`, `accept`, `hangup`, `hold`, `resume`, `reginfo` …; returns its answer.
    pub async fn command(&mut self, command: &str, parameters: &str) -> Value {
        let message =
            json!({"command": command, "params": parameters, "token": "test"}).to_string();
        let netstring = format!("{}:{message},", message.len());
        self.control.write_all(netstring.as_bytes()).await.unwrap();
        loop {
            let answer = self.read().await;
            if answer["response"] == true {
                assert_eq!(answer["ok"], true, "{command} {parameters}: {answer}");
                return answer;
            }
            self.events.push_back(answer);
        }
    }

    /// Speaks in the middle of a call: from now on this is heard, then silence.
    pub async fn says(&mut self, sound: &[i16]) {
        self.sentences += 1;
        let path = self.folder.path().join(format!("{}.wav", self.sentences));
        sound::write(&path, &padded(sound));
        let source = format!("aufile,{}", path.display());
        self.command("ausrc", &source).await;
    }

    /// Presses keys, one after the other.
    pub async fn press(&mut self, keys: &str) {
        for key in keys.chars() {
            self.command("sndcode", &key.to_string()).await;
        }
    }

    /// Waits for an event such as `CALL_RINGING`, `CALL_ESTABLISHED`, `CALL_CLOSED`, `REGISTER_OK`.
    pub async fn event(&mut self, kind: &str) -> Value {
        let wanted = async {
            loop {
                let message = match self.events.pop_front() {
                    Some(message) => message,
                    None => self.read().await,
                };
                if message["event"] == true && message["type"] == kind {
                    return message;
                }
            }
        };
        let found = tokio::time::timeout(PATIENCE, wanted).await;
        found.unwrap_or_else(|_| panic!("no {kind}; baresip said:\n{}", log(self.folder.path())))
    }

    async fn read(&mut self) -> Value {
        loop {
            if let Some(message) = self.take_message() {
                return message;
            }
            let mut bytes = [0; 4096];
            let count = self.control.read(&mut bytes).await.unwrap();
            assert!(count > 0, "baresip ended:\n{}", log(self.folder.path()));
            self.unread.extend(&bytes[..count]);
        }
    }

    fn take_message(&mut self) -> Option<Value> {
        let colon = self.unread.iter().position(|&byte| byte == b':')?;
        let length: usize = std::str::from_utf8(&self.unread[..colon])
            .ok()?
            .parse()
            .ok()?;
        let end = colon + 1 + length;
        let message = serde_json::from_slice(self.unread.get(colon + 1..end)?).unwrap();
        self.unread.drain(..=end);
        Some(message)
    }

    /// What the telephone heard, once its call is over.
    pub fn heard(&self) -> Vec<i16> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        let mut dumps: Vec<PathBuf> = files.map(|file| file.unwrap().path()).collect();
        dumps.retain(|path| path.to_string_lossy().ends_with("-dec.wav"));
        dumps.sort();
        let newest = dumps
            .last()
            .unwrap_or_else(|| panic!("nothing was heard:\n{}", log(self.folder.path())));
        sound::read(newest)
    }

    /// Waits until baresip has printed a text.
    pub async fn prints(&self, text: &str) {
        let printed = async {
            while !log(self.folder.path()).contains(text) {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        super::soon(text, printed).await;
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The sound with silence behind it, as baresip hangs up at its end.
fn padded(sound: &[i16]) -> Vec<i16> {
    let mut padded = sound.to_vec();
    padded.resize(sound.len() + PADDING_S * 8000, 0);
    padded
}

async fn connect(port: u16, folder: &Path) -> TcpStream {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Ok(stream) = TcpStream::connect(("127.0.0.1", port)).await {
            return stream;
        }
        assert!(
            Instant::now() < deadline,
            "baresip does not listen:\n{}",
            log(folder)
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

fn log(folder: &Path) -> String {
    std::fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn config(folder: &Path, port: u16, control_port: u16) -> String {
    let folder = folder.display();
    let modules = if Path::new("/usr/lib/baresip/modules").exists() {
        "/usr/lib/baresip/modules"
    } else {
        "/usr/local/lib/baresip/modules"
    };
    format!(
        "poll_method epoll\n\
         sip_listen 127.0.0.1:{port}\n\
         net_interface 127.0.0.1\n\
         rtp_ports 30000-39998\n\
         module_path {modules}\n\
         module g711.so\nmodule aufile.so\nmodule sndfile.so\nmodule ctrl_tcp.so\n\
         module_app account.so\nmodule_app menu.so\n\
         ctrl_tcp_listen 127.0.0.1:{control_port}\n\
         snd_path {folder}\n\
         audio_source aufile,{folder}/says.wav\n"
    )
}

fn account(setup: &Setup<'_>, port: u16) -> String {
    let transport = if setup.transport.is_empty() {
        "udp"
    } else {
        setup.transport
    };
    let mode = if setup.answers { "auto" } else { "manual" };
    let user = setup.user;
    match &setup.register {
        Some((registrar, password)) => {
            format!(
                "<sip:{user}@{registrar};transport={transport}>;auth_pass={password};answermode={mode};regint=60\n"
            )
        }
        None => format!(
            "<sip:{user}@127.0.0.1:{port};transport={transport}>;answermode={mode};regint=0\n"
        ),
    }
}
