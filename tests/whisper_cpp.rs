//! The ggml engine on real speech, with the file that `lingting models pull` makes.

use lingting::asr::{Abort, AsrError, Ggml, Recognizer, Utterance};
use lingting::audio::wav;
use lingting::event::Expectation;
use lingting::models::Folder;
use std::path::PathBuf;
use std::sync::LazyLock;

static ENGINE: LazyLock<Ggml> = LazyLock::new(|| {
    Ggml::load(
        &Folder::locate(None)
            .path("whisper-base", "ggml-q8_0.bin")
            .unwrap(),
    )
    .unwrap()
});

fn data(path: &str) -> PathBuf {
    let root =
        std::env::var_os("LINGTING_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from);
    root.join(path)
}

fn utterance(samples: Vec<f32>) -> Utterance {
    Utterance {
        samples: samples.into(),
        expectation: Expectation::default(),
        readings: 1,
    }
}

fn heard(utterance: &Utterance) -> Option<(String, f32)> {
    let recognition = ENGINE.recognize(utterance, &Abort::default()).unwrap();
    recognition
        .hypotheses
        .into_iter()
        .next()
        .map(|best| (best.text.0, best.confidence))
}

/// What was said, from the data's own table: file name and characters.
fn references() -> Vec<(String, String)> {
    let table = std::fs::read_to_string(data("speech/aishell_s0252/text.tsv")).unwrap();
    let rows = table
        .lines()
        .skip(1)
        .map(|line| line.split('\t').map(str::to_owned));
    rows.map(|mut row| (row.next().unwrap(), row.next().unwrap()))
        .collect()
}

fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &b) in other.iter().enumerate() {
            let best = (diagonal + usize::from(a != b))
                .min(row[j] + 1)
                .min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[other.len()]
}

#[test]
fn read_mandarin_is_mostly_written_as_it_was_said() {
    let (mut wrong, mut all) = (0, 0);
    for (name, said) in references().into_iter().step_by(50) {
        let samples = wav::read_at(&data("speech/aishell_s0252").join(&name), 16_000).unwrap();
        let (text, trust) = heard(&utterance(samples)).unwrap_or_default();
        assert!((0.0..=1.0).contains(&trust), "{name}: {trust}");
        let text: String = text.chars().filter(|c| c.is_alphanumeric()).collect();
        wrong += distance(&text, &said);
        all += said.chars().count();
    }
    assert!(wrong * 100 < all * 50, "{wrong} of {all}");
}

#[test]
fn silence_a_tone_and_an_office_give_nothing() {
    let tone: Vec<f32> = (0..160_000)
        .map(|i| (i as f32 * std::f32::consts::TAU * 450.0 / 16_000.0).sin() * 0.2)
        .collect();
    assert_eq!(heard(&utterance(vec![0.0; 80_000])), None);
    assert_eq!(heard(&utterance(tone)), None);
    let mut offices: Vec<_> = std::fs::read_dir(data("noise/office_8k"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    offices.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    offices.sort();
    for path in offices.iter().take(3) {
        let samples = wav::read_at(path, 16_000).unwrap();
        let length = samples.len().min(160_000);
        assert_eq!(
            heard(&utterance(samples[..length].to_vec())),
            None,
            "{}",
            path.display()
        );
    }
}

#[test]
fn one_call_does_not_hear_another() {
    let (first, second) = (&references()[0].0, &references()[1].0);
    let read = |name: &str| {
        utterance(wav::read_at(&data("speech/aishell_s0252").join(name), 16_000).unwrap())
    };
    let alone = heard(&read(first));
    heard(&read(second));
    assert_eq!(heard(&read(first)), alone);
}

#[test]
fn an_aborted_decoding_does_not_begin() {
    let abort = Abort::default();
    abort.raise();
    let result = ENGINE.recognize(&utterance(vec![0.0; 16_000]), &abort);
    assert!(matches!(result, Err(AsrError::Aborted)));
}

#[test]
fn a_truncated_model_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ggml-q8_0.bin");
    let whole = Folder::locate(None)
        .path("whisper-base", "ggml-q8_0.bin")
        .unwrap();
    std::fs::write(&path, &std::fs::read(whole).unwrap()[..1_000_000]).unwrap();
    let error = Ggml::load(&path).err().unwrap().to_string();
    assert!(
        error.contains("ggml-q8_0.bin") && error.contains("models verify"),
        "{error}"
    );
}
