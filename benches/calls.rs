//! How long callers wait for an answer, and what a call costs: callers one after the other, over real SIP and RTP, against
//! `lingting serve` in a process of its own. Each is another customer, so that numbers, addresses and bills are spoken that
//! were never spoken before; what is fixed is in the cache, as it is after the first start. Prints a table; writes nothing.

use lingting::models::Folder;
use lingting::sim::{Placed, Script, place};
use lingting::telephony::{Line, LineConfig};
use lingting::tts::{Kokoro, Phrase, Synthesizer, Voice};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

/// Asks for the bill of the telephone that rings, and two questions more.
const KNOWN: &str = r#"
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
/// Asks for a bill by the account number.
const STRANGER: &str = r#"
[[turn]]
say = "你好，我要查水费。"
[[turn]]
say = "{account}"
[[turn]]
say = "是的，没错。"
[[turn]]
say = "不用了。"
[[turn]]
say = "不用了。"
[[turn]]
say = "没有了，谢谢。"
"#;
/// Reports a leak.
const LEAK: &str = r#"
voice = "zm_yunxia"
[[turn]]
say = "我们家水管爆了，到处都是水。"
[[turn]]
say = "{address}"
[[turn]]
say = "是的，没错。"
[[turn]]
say = "今天早上八点开始的。"
[[turn]]
say = "可以的。"
[[turn]]
say = "可以的。"
[[turn]]
say = "没有了，谢谢。"
"#;
/// The callers: a script with its place filled, and the number that rings. Accounts and addresses are the demo utility's.
const CALLERS: [(&str, &str, &str); 9] = [
    (KNOWN, "", "15400000001"),
    (KNOWN, "", "15400000002"),
    (STRANGER, "幺零零八，六二三零。", "13900000001"),
    (LEAK, "国权路五百二十五弄十五号六零二室。", "13900000002"),
    (KNOWN, "", "15400000003"),
    (STRANGER, "幺零幺六，四七四九。", "13900000003"),
    (LEAK, "政通路一百八十九弄三号。", "13900000004"),
    (STRANGER, "幺零二六，九四二六。", "13900000005"),
    (KNOWN, "", "15400000007"),
];

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let callers = CALLERS.map(|(text, value, from)| {
        let text = text.replace("{account}", value).replace("{address}", value);
        let script: Script = toml::from_str(&text).expect("the scripts above are good");
        let from = from.to_owned();
        let script = Script { from, ..script };
        let sounds = sounds(&script);
        (script, sounds)
    });
    let server = Server::start(folder.path());
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let mut waits = Vec::new();
    let (mut counted, mut seconds) = (0.0, 0.0);
    for (nth, (script, sounds)) in callers.iter().enumerate() {
        let before = server.cpu_seconds();
        let began = std::time::Instant::now();
        let placed = runtime.block_on(call(&server.uri, script, sounds));
        let cpu = server.cpu_seconds() - before;
        println!(
            "caller {nth}: {:.1} s, {cpu:.2} CPU s, waits {:?} ms{}",
            began.elapsed().as_secs_f32(),
            placed.waits.iter().map(|wait| wait.ms).collect::<Vec<_>>(),
            if placed.done { "" } else { ", ended early" }
        );
        // The first call finds cold caches of the operating system; it is not counted.
        if nth > 0 {
            counted += cpu;
            seconds += began.elapsed().as_secs_f64();
            waits.extend(placed.waits.iter().map(|wait| wait.ms));
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

async fn call(uri: &str, script: &Script, sounds: &[Phrase]) -> Placed {
    let (line, _incoming) = Line::open(LineConfig::for_dialling())
        .await
        .expect("a free port");
    let placed = place(&line, uri, script, sounds).await.expect("an answer");
    line.close().await;
    placed
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
        let mut told = |what| {
            lines
                .find_map(|line| line.strip_prefix(what).map(str::to_owned))
                .expect("the program says where it listens")
        };
        let (uri, pages) = (told("calls: "), told("pages: http://"));
        wait_for_quiet(&pages);
        // Whoever writes to a pipe that nobody reads is ended.
        std::thread::spawn(move || lines.for_each(drop));
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

/// Waits until the answers to common questions have been made, as they are once a house has been open for a while.
fn wait_for_quiet(pages: &str) {
    let mut quiet = 0;
    while quiet < 5 {
        std::thread::sleep(std::time::Duration::from_secs(1));
        let mut stream = TcpStream::connect(pages).expect("the pages");
        write!(stream, "GET /metrics HTTP/1.0\r\n\r\n").expect("a request");
        let mut metrics = String::new();
        stream.read_to_string(&mut metrics).expect("the metrics");
        let idle = metrics.contains("lingting_compute_running{priority=\"batch\"} 0");
        quiet = if idle { quiet + 1 } else { 0 };
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
