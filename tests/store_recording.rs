//! Recordings: both sides in one file that any player reads.

use lingting::event::CallId;
use lingting::store::{RATE, Store};
use std::os::unix::fs::PermissionsExt;
use ulid::Ulid;

fn call() -> CallId {
    CallId(Ulid::from_parts(1_795_435_200_000, 3))
}

#[tokio::test]
async fn the_caller_is_on_the_left_and_who_answers_on_the_right() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let recorder = store.recorder(call());
    recorder.push(&[1, 2, 3], &[-1, -2]);
    recorder.push(&[], &[-4]);
    recorder.finish().unwrap();
    let path = store.archive().recording(call()).unwrap();
    assert!(
        path.ends_with(format!("recordings/2026-11-23/{}.wav", call())),
        "{path:?}"
    );
    let mut wav = hound::WavReader::open(path).unwrap();
    assert_eq!((wav.spec().channels, wav.spec().sample_rate), (2, RATE));
    let samples: Vec<i16> = wav.samples().map(Result::unwrap).collect();
    assert_eq!(samples, [1, -1, 2, -2, 3, 0, 0, -4]);
}

#[tokio::test]
async fn a_recording_without_sound_is_still_a_wav_file() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    store.recorder(call()).finish().unwrap();
    let path = store.archive().recording(call()).unwrap();
    assert_eq!(hound::WavReader::open(&path).unwrap().duration(), 0);
}

#[tokio::test]
async fn nobody_else_on_the_machine_can_look_into_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let _store = Store::open(&data).await.unwrap();
    assert_eq!(data.metadata().unwrap().permissions().mode() & 0o077, 0);
}

#[tokio::test]
async fn a_disk_that_takes_no_recording_is_named_and_the_call_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("recordings"), "in the way").unwrap();
    let store = Store::open(folder.path()).await.unwrap();
    let recorder = store.recorder(call());
    recorder.push(&[1], &[1]);
    let error = recorder.finish().unwrap_err().to_string();
    assert!(error.contains("recordings"), "{error}");
    assert_eq!(store.archive().recording(call()), None);
}
