//! How long callers wait for an answer, and what a call costs: eight callers, one after the other, over real SIP and RTP, against
//! `lingting serve` in a process of its own. Each caller is another customer, so that bills are spoken that were never spoken
//! before; the fixed prompts are in the cache, as they are after the first start. Prints a table; writes nothing.

use lingting::models::Folder;
use lingting::sim::{Script, Wait, place};
use lingting::telephony::{Line, LineConfig};
use lingting::tts::{Kokoro, Phrase, Synthesizer, Voice};
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// What every caller says; the number that rings is a customer's.
const SCRIPT: &str = r#"
[[turn]]
say = "你好，我想查一下水费。"
[[turn]]
say = "对的。"
[[turn]]
say = "不用了。"
[[turn]]
say = "我家附近停水了吗？"
[[turn]]
say = "水费怎么收的？"
[[turn]]
say = "没有了，谢谢。"
"#;
const CALLERS: u32 = 8;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let script: Script = toml::from_str(SCRIPT).expect("the script above is good");
    let sounds = sounds(&script);
    let server = Server::start(folder.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut waits = Vec::new();
    let (mut counted, mut seconds) = (0.0, 0.0);
    // The first call finds cold caches of the operating system; it is not counted.
    for caller in 0..=CALLERS {
        let before = server.cpu_seconds();
        let began = std::time::Instant::now();
        let from = format!("154{:08}", caller + 1);
        let placed = runtime.block_on(call(&server.uri, &script, &from, &sounds));
        let cpu = server.cpu_seconds() - before;
        println!(
            "caller {caller}: {:.1} s, {cpu:.2} CPU s, waits {:?} ms",
            began.elapsed().as_secs_f32(),
            placed.iter().map(|wait| wait.ms).collect::<Vec<_>>()
        );
        if caller > 0 {
            counted += cpu;
            seconds += began.elapsed().as_secs_f64();
            waits.extend(placed.iter().map(|wait| wait.ms));
        }
    }
    waits.sort_unstable();
    let at = |share: usize| waits[(waits.len() - 1) * share / 100];
    println!("turns                     {}", waits.len());
    println!(
        "wait p50 / p95 / max      {} / {} / {} ms",
        at(50),
        at(95),
        at(100)
    );
    println!(
        "CPU s per minute of call  {:.2}",
        counted / (seconds / 60.0)
    );
}

async fn call(uri: &str, script: &Script, from: &str, sounds: &[Phrase]) -> Vec<Wait> {
    let (line, _incoming) = Line::open(LineConfig::for_dialling())
        .await
        .expect("a free port");
    let script = Script {
        from: from.to_owned(),
        ..script.clone()
    };
    let placed = place(&line, uri, &script, sounds).await.expect("an answer");
    line.close().await;
    assert!(
        placed.done,
        "the caller said it all; ended: {}",
        placed.ended
    );
    placed.waits
}

fn sounds(script: &Script) -> Vec<Phrase> {
    let kokoro = Kokoro::open(&Folder::locate(None)).expect("the voice model; run `make models`");
    let voice = Voice {
        name: script.voice.clone(),
        speed: script.speed,
    };
    let speak = |text| kokoro.synthesize(text, &voice).expect("a sentence");
    script.sentences().map(speak).collect()
}

/// `lingting serve` in a process of its own.
struct Server {
    process: Child,
    uri: String,
}

impl Server {
    fn start(folder: &std::path::Path) -> Server {
        let config = folder.join("lingting.toml");
        let text = format!(
            "[sip]\nlisten = \"127.0.0.1:0\"\n[http]\nlisten = \"127.0.0.1:0\"\n[store]\nfolder = {:?}\n",
            folder.join("data")
        );
        std::fs::write(&config, text).expect("a configuration");
        let mut process = Command::new(env!("CARGO_BIN_EXE_lingting"))
            .args(["serve", "--config"])
            .arg(&config)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program");
        let output = BufReader::new(process.stdout.take().expect("it is piped"));
        let mut lines = output.lines().map_while(Result::ok);
        let uri = lines
            .find_map(|line| line.strip_prefix("calls: ").map(str::to_owned))
            .expect("the program says where it listens");
        Server {
            process,
            uri: uri.replace("sip:", "sip:962740@"),
        }
    }

    /// Processor seconds of the program so far, user and system.
    fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.id()))
            .expect("the program runs");
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split(' ').collect();
        let ticks: f64 = [fields[12], fields[13]]
            .iter()
            .map(|field| field.parse::<f64>().expect("a number of ticks"))
            .sum();
        ticks / 100.0
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
