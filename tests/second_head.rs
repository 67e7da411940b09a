//! The second head of the default engine: syllables of real people by telephone, and of sound that is no speech.

use lingting::asr::{self, Abort, HeardSyllable, Recognition, Recognizer, Utterance};
use lingting::audio::{channel, wav};
use lingting::config::Models;
use lingting::event::{Expectation, ExpectedKind};
use lingting::mandarin::syllables;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

static ENGINE: LazyLock<Arc<dyn Recognizer>> =
    LazyLock::new(|| asr::load(&Models::default()).unwrap());

fn data(path: &str) -> PathBuf {
    let root =
        std::env::var_os("LINGTING_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from);
    root.join(path)
}

fn recognise(samples: Vec<f32>, kind: ExpectedKind) -> Recognition {
    let utterance = Utterance {
        samples: samples.into(),
        expectation: Expectation {
            kind,
            ..Expectation::default()
        },
        spelling: None,
        check: None,
        phrasing: None,
        readings: 3,
    };
    ENGINE.recognize(&utterance, &Abort::default()).unwrap()
}

fn by_telephone(file: &str) -> Vec<f32> {
    channel::phone(&wav::read_at(&data(file), asr::SAMPLE_RATE).unwrap())
}

/// The first lines of a kind of real speech, each with what was said.
fn lines(kind: &str, count: usize) -> Vec<(String, String)> {
    let table = std::fs::read_to_string(data("speech/aishell_s0252/text.tsv")).unwrap();
    let rows = table
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>());
    rows.filter(|row| row[2] == kind)
        .take(count)
        .map(|row| {
            (
                format!("speech/aishell_s0252/{}", row[0]),
                row[1].to_owned(),
            )
        })
        .collect()
}

fn plain(sound: &str) -> String {
    sound.replace("yao", "yi").replace("liang", "er")
}

fn sounds(heard: &[HeardSyllable]) -> Vec<String> {
    heard
        .iter()
        .map(|heard| plain(&heard.syllable.plain()))
        .collect()
}

/// Syllables of the one that have none of the other's in their order.
fn missing(said: &[String], heard: &[String]) -> usize {
    let mut common = vec![0; heard.len() + 1];
    for sound in said {
        let mut diagonal = 0;
        for (place, other) in heard.iter().enumerate() {
            let longest = if sound == other {
                diagonal + 1
            } else {
                common[place + 1].max(common[place])
            };
            diagonal = std::mem::replace(&mut common[place + 1], longest);
        }
    }
    said.len() - common[heard.len()]
}

#[test]
fn digits_of_a_real_caller_are_heard_by_telephone() {
    let (mut lost, mut all) = (0, 0);
    for (file, said) in lines("digits8", 10) {
        let said: Vec<String> = syllables(&said)
            .iter()
            .map(|s| plain(&s.syllable.plain()))
            .collect();
        let heard = recognise(by_telephone(&file), ExpectedKind::Open).syllables;
        lost += missing(&said, &sounds(&heard));
        all += said.len();
    }
    assert!(lost * 4 < all, "{lost} of {all} lost");
}

#[test]
fn every_syllable_has_its_place_in_the_recording() {
    for (file, _) in lines("poi_address", 3) {
        let sound = by_telephone(&file);
        let end_ms = sound.len() as u64 * 1000 / u64::from(asr::SAMPLE_RATE);
        let heard = recognise(sound, ExpectedKind::Open).syllables;
        assert!(heard.len() > 3);
        assert!(heard.windows(2).all(|pair| pair[0].at_ms < pair[1].at_ms));
        assert!(heard.last().unwrap().at_ms < end_ms);
        assert!(
            heard
                .iter()
                .all(|one| one.probability > 0.0 && one.probability <= 1.0)
        );
    }
}

#[test]
fn a_syllable_late_in_a_long_recording_is_late() {
    let (file, _) = lines("digits8", 1).remove(0);
    let mut sound = vec![0.0; 40 * asr::SAMPLE_RATE as usize];
    sound.extend(by_telephone(&file));
    let heard = recognise(sound, ExpectedKind::Open).syllables;
    assert!(heard.len() > 3);
    assert!(heard.iter().all(|one| one.at_ms > 39_000), "{heard:?}");
}

#[test]
fn noise_is_no_answer() {
    let mut sounds = vec![vec![0.0; asr::SAMPLE_RATE as usize]];
    for file in [
        "noise/office_8k/activecall_office.wav",
        "noise/speechbrain_noise/noise1.wav",
    ] {
        let noise = wav::read_at(&data(file), asr::SAMPLE_RATE).unwrap();
        sounds.extend(
            noise
                .chunks_exact(asr::SAMPLE_RATE as usize)
                .take(12)
                .map(<[f32]>::to_vec),
        );
    }
    for (place, sound) in sounds.into_iter().enumerate() {
        for kind in [ExpectedKind::YesNo, ExpectedKind::Digits { min: 1, max: 8 }] {
            let readings = recognise(sound.clone(), kind).hypotheses;
            let trusted: Vec<_> = readings.iter().filter(|r| r.confidence > 0.5).collect();
            assert!(trusted.is_empty(), "sound {place}: {trusted:?}");
        }
    }
}
