//! `kill -9` in the middle of a call: a real child process, killed while it writes.

use lingting::event::{CallId, Input, Kind, Millis, Record};
use lingting::store::{Archive, Outcome, RATE, Store, recording_path};
use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;
use ulid::Ulid;

const FOLDER: &str = "LINGTING_TEST_FOLDER";
/// The child says so after each tenth of a second of sound that it recorded, as a telephone line would bring it.
const TICK: &str = "tick";

fn the_call() -> CallId {
    CallId(Ulid::from_parts(1_795_435_200_000, 9))
}

/// The child: not a test of its own.
#[tokio::test]
#[ignore = "run by the test below, which kills it"]
async fn a_process_that_records_until_it_is_killed() {
    let folder = std::env::var_os(FOLDER).unwrap();
    let store = Store::open(folder.as_ref()).await.unwrap();
    let log = store.begin(the_call(), 1_795_435_200_000);
    let recorder = store.recorder(the_call());
    let mut line = tokio::time::interval(Duration::from_millis(100));
    for tenth in 0u64.. {
        line.tick().await;
        let sound = vec![1000; RATE as usize / 10];
        recorder.push(&sound, &sound);
        log.append(Millis(tenth * 100), Kind::Input(Input::Key { key: '5' }));
        println!("\n{TICK}");
    }
}

#[tokio::test]
async fn a_call_cut_by_kill_9_keeps_its_events_and_its_sound_but_for_the_last_second() {
    const TENTHS: usize = 35;
    let folder = tempfile::tempdir().unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--nocapture", "--exact"])
        .arg("a_process_that_records_until_it_is_killed")
        .env(FOLDER, folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ticks = lines.filter(|line| line.as_ref().is_ok_and(|line| line == TICK));
    assert_eq!(ticks.take(TENTHS).count(), TENTHS);
    child.kill().unwrap();
    child.wait().unwrap();

    let wav = hound::WavReader::open(recording_path(folder.path(), the_call())).unwrap();
    let heard_ms = u64::from(wav.duration()) * 1000 / u64::from(RATE);
    // A second may be unsaved, and a tenth on its way to the thread.
    assert!(heard_ms >= TENTHS as u64 * 100 - 1100, "{heard_ms} ms");

    let store = Store::open(folder.path()).await.unwrap();
    let events = store.archive().events(the_call()).await.unwrap();
    let (last, kept) = events.split_last().unwrap();
    assert!(kept.len() >= TENTHS - 10, "{} events", kept.len());
    assert!((0..).zip(&events).all(|(seq, event)| event.seq == seq));
    assert_eq!(last.kind, Kind::Record(Record::Interrupted));
    assert!(last.at.0 >= heard_ms);

    let read_only = Archive::open(folder.path()).await.unwrap();
    let summary = read_only.summary(the_call()).await.unwrap().unwrap();
    assert_eq!(summary.outcome, Outcome::Interrupted);
    assert_eq!(summary.duration_ms, Some(last.at.0));
}
