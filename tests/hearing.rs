//! Both engines on real speech and on sound that is none, with the models that `lingting models pull` makes.

use lingting::asr::{self, Abort, AsrError, Recognizer, Utterance, repeats};
use lingting::audio::wav;
use lingting::config::{AsrEngine, Models};
use lingting::event::{Expectation, ExpectedKind, Hypothesis};
use lingting::mandarin::Phrasing;
use lingting::models::Folder;
use lingting::nlu::{Language, Senses};
use std::f32::consts::TAU;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, LazyLock};

const RATE: usize = asr::SAMPLE_RATE as usize;

fn loaded(engine: AsrEngine) -> Arc<dyn Recognizer> {
    let settings = Models {
        engine,
        ..Models::default()
    };
    asr::load(&settings).unwrap()
}

fn data(path: &str) -> PathBuf {
    let root =
        std::env::var_os("LINGTING_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from);
    root.join(path)
}

fn utterance(samples: Vec<f32>, kind: ExpectedKind, words: &[&str]) -> Utterance {
    Utterance {
        samples: samples.into(),
        expectation: Expectation {
            kind,
            words: words.iter().map(|&word| word.to_owned()).collect(),
            ..Expectation::default()
        },
        spelling: None,
        check: None,
        phrasing: None,
        readings: 1,
    }
}

fn readings(engine: &dyn Recognizer, utterance: &Utterance) -> Vec<Hypothesis> {
    let recognition = engine.recognize(utterance, &Abort::default());
    recognition.unwrap().hypotheses
}

/// What callers of the water pack say.
static PHRASING: LazyLock<Arc<Phrasing>> = LazyLock::new(|| {
    let senses = Senses {
        encoder: None,
        syllables: false,
        correction: false,
    };
    let (water, common) = (Path::new("grammars/water"), Path::new("grammars/common"));
    let water = Language::load(water, common, &senses).unwrap();
    Arc::clone(water.phrasing())
});

/// As an answer to an open question of the water pack.
fn heard(engine: &dyn Recognizer, samples: Vec<f32>) -> Option<(String, f32)> {
    let utterance = Utterance {
        phrasing: Some(Arc::clone(&PHRASING)),
        ..utterance(samples, ExpectedKind::Open, &[])
    };
    let best = readings(engine, &utterance).into_iter().next();
    best.map(|best| (best.text.0, best.confidence))
}

fn aishell(name: &str) -> Vec<f32> {
    wav::read_at(&data("speech/aishell_s0252").join(name), asr::SAMPLE_RATE).unwrap()
}

/// What was said, from the data's own table: file name, characters and kind.
fn references() -> Vec<[String; 3]> {
    let table = std::fs::read_to_string(data("speech/aishell_s0252/text.tsv")).unwrap();
    let rows = table.lines().skip(1).map(|line| line.split('\t'));
    rows.map(|mut row| std::array::from_fn(|_| row.next().unwrap().to_owned()))
        .collect()
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).collect()
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

/// A second of the tone of 450 Hz, four seconds of nothing, as Chinese exchanges ring.
fn ring_back(seconds: usize) -> Vec<f32> {
    let rings = |place: usize| (place / RATE).is_multiple_of(5);
    let tone = |place: usize| (place as f32 * TAU * 450.0 / RATE as f32).sin() * 0.2;
    (0..seconds * RATE)
        .map(|place| if rings(place) { tone(place) } else { 0.0 })
        .collect()
}

/// Chords of three notes that change each second, a melody over them, four overtones each: music on hold.
fn music(seconds: usize) -> Vec<f32> {
    let roots = [220.0, 174.6, 261.6, 196.0_f32];
    let melody = [659.3, 587.3, 523.3, 493.9, 523.3, 587.3, 659.3, 784.0_f32];
    let voice = |place: usize, hertz: f32| -> f32 {
        let phase = place as f32 * TAU * hertz / RATE as f32;
        (1..=4).map(|n| (phase * n as f32).sin() / n as f32).sum()
    };
    (0..seconds * RATE)
        .map(|place| {
            let root = roots[place / RATE % roots.len()];
            let chord: f32 = [1.0, 1.25, 1.5]
                .iter()
                .map(|r| voice(place, root * r))
                .sum();
            let note = melody[place / (RATE / 2) % melody.len()];
            let fading = 1.0 - (place % (RATE / 2)) as f32 / RATE as f32;
            0.05 * chord + 0.1 * fading * voice(place, note)
        })
        .collect()
}

fn read_mandarin_is_mostly_written_as_it_was_said(engine: &dyn Recognizer) {
    let (mut wrong, mut all) = (0, 0);
    for [name, said, _] in references().into_iter().step_by(50) {
        let (text, trust) = heard(engine, aishell(&name)).unwrap_or_default();
        assert!((0.0..=1.0).contains(&trust), "{name}: {trust}");
        assert!(!repeats(&text), "{name}: {text}");
        wrong += distance(&plain(&text), &said);
        all += said.chars().count();
    }
    assert!(wrong * 100 < all * 40, "{wrong} of {all}");
}

fn silence_gives_nothing(engine: &dyn Recognizer) {
    assert_eq!(heard(engine, Vec::new()), None);
    assert_eq!(heard(engine, vec![0.0; 5 * RATE]), None);
}

fn a_tone_ringing_and_music_give_nothing(engine: &dyn Recognizer) {
    let tone: Vec<f32> = (0..10 * RATE)
        .map(|place| (place as f32 * TAU * 450.0 / RATE as f32).sin() * 0.2)
        .collect();
    assert_eq!(heard(engine, tone), None);
    assert_eq!(heard(engine, ring_back(20)), None);
    assert_eq!(heard(engine, music(20)), None);
}

fn a_minute_of_an_office_gives_nothing(engine: &dyn Recognizer) {
    let office = wav::read_at(
        &data("noise/office_8k/activecall_office.wav"),
        asr::SAMPLE_RATE,
    )
    .unwrap();
    let minute: Vec<f32> = office.into_iter().cycle().take(60 * RATE).collect();
    assert_eq!(heard(engine, minute), None);
}

fn one_call_does_not_hear_another(engine: &dyn Recognizer) {
    let [first, second] = [&references()[0][0], &references()[1][0]].map(|name| aishell(name));
    let alone = heard(engine, first.clone());
    heard(engine, second);
    assert_eq!(heard(engine, first), alone);
}

fn an_aborted_decoding_ends_without_a_text(engine: &dyn Recognizer) {
    let abort = Abort::default();
    abort.raise();
    let utterance = utterance(vec![0.0; RATE], ExpectedKind::Open, &[]);
    let result = engine.recognize(&utterance, &abort);
    assert!(matches!(result, Err(AsrError::Aborted)));
}

/// A minute takes several windows of several steps; the flag goes up as soon as the first has begun.
fn a_decoding_is_aborted_on_its_way(engine: &dyn Recognizer) {
    let speech: Vec<f32> = references()
        .iter()
        .take(20)
        .flat_map(|[name, ..]| aishell(name))
        .collect();
    let utterance = utterance(speech, ExpectedKind::Open, &[]);
    let abort = Abort::default();
    std::thread::scope(|scope| {
        let decoding = scope.spawn(|| engine.recognize(&utterance, &abort));
        abort.raise();
        assert!(matches!(decoding.join().unwrap(), Err(AsrError::Aborted)));
    });
}

fn the_prompts_words_are_not_returned_for_other_sounds(engine: &dyn Recognizer) {
    let words = ["查水费", "缴水费", "报修", "停水通知", "转人工", "补账单"];
    let prompt = words.concat();
    let sounds = [ring_back(6), music(6), aishell(&references()[7][0])];
    for (place, sound) in sounds.into_iter().enumerate() {
        let readings = readings(engine, &utterance(sound, ExpectedKind::Open, &words));
        for reading in readings {
            let text = plain(&reading.text);
            let copied = text.chars().count() > 3 && prompt.contains(&text);
            assert!(!copied, "sound {place}: {text}");
        }
    }
}

/// The same tests on each engine.
macro_rules! on_both_engines {
    ($($test:ident),* $(,)?) => {
        on_both_engines!(@ onnx, AsrEngine::Onnx; $($test),*);
        on_both_engines!(@ ggml, AsrEngine::Ggml; $($test),*);
    };
    (@ $engine:ident, $variant:expr; $($test:ident),*) => {
        mod $engine {
            use super::*;
            static ENGINE: LazyLock<Arc<dyn Recognizer>> = LazyLock::new(|| loaded($variant));
            $(#[test] fn $test() { super::$test(ENGINE.as_ref()); })*
        }
    };
}

on_both_engines!(
    read_mandarin_is_mostly_written_as_it_was_said,
    silence_gives_nothing,
    a_tone_ringing_and_music_give_nothing,
    a_minute_of_an_office_gives_nothing,
    one_call_does_not_hear_another,
    an_aborted_decoding_ends_without_a_text,
    a_decoding_is_aborted_on_its_way,
    the_prompts_words_are_not_returned_for_other_sounds,
);

#[test]
fn a_number_comes_in_distinct_readings_and_in_characters() {
    let engine = loaded(AsrEngine::Onnx);
    let numbers = references().into_iter().filter(|[_, _, k]| k == "digits8");
    let (mut right, mut all) = (0, 0);
    for [name, said, _] in numbers.step_by(3) {
        let mut number = utterance(aishell(&name), ExpectedKind::Digits { min: 8, max: 8 }, &[]);
        number.readings = 8;
        let readings = readings(engine.as_ref(), &number);
        let texts: Vec<String> = readings
            .iter()
            .map(|r| {
                r.text
                    .replace('幺', "一")
                    .replace('两', "二")
                    .replace(' ', "")
            })
            .collect();
        for (place, text) in texts.iter().enumerate() {
            assert!(!texts[..place].contains(text), "{name}: {texts:?}");
        }
        let said = said.replace('幺', "一");
        right += usize::from(texts.contains(&said));
        all += 1;
    }
    assert!(right * 2 > all, "{right} of {all}");
}

#[test]
fn a_sentence_is_heard_where_a_number_was_asked_for() {
    let engine = loaded(AsrEngine::Onnx);
    let news = references()
        .into_iter()
        .filter(|[_, _, k]| k == "news_sentence");
    for [name, said, _] in news.step_by(80) {
        let sentence = utterance(aishell(&name), ExpectedKind::Digits { min: 8, max: 8 }, &[]);
        let readings = readings(engine.as_ref(), &sentence);
        let text = plain(&readings[0].text);
        let most = said.chars().count() / 2;
        assert!(distance(&text, &said) <= most, "{name}: {text}");
    }
}

#[test]
fn a_truncated_model_gives_one_clear_error() {
    let whole = Folder::locate(None);
    for (engine, model, file) in [
        (AsrEngine::Ggml, "whisper-base", "ggml-q8_0.bin"),
        (AsrEngine::Onnx, "whisper-base", "decoder.onnx"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        for model in [model, "onnxruntime"] {
            copy_links(&whole.root().join(model), &folder.path().join(model));
        }
        let path = folder.path().join(model).join(file);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, &bytes[..1_000_000]).unwrap();
        let settings = Models {
            engine,
            folder: Some(folder.path().to_owned()),
            ..Models::default()
        };
        let error = asr::load(&settings).err().unwrap().to_string();
        assert!(error.contains(file), "{error}");
        assert!(error.contains("lingting models "), "{error}");
    }
}

/// A folder of links to the files of another one.
fn copy_links(from: &Path, to: &Path) {
    std::fs::create_dir(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        std::os::unix::fs::symlink(file.path(), to.join(file.file_name())).unwrap();
    }
}

#[test]
fn a_file_that_is_no_sound_gives_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("note.wav");
    std::fs::write(&path, "这不是录音").unwrap();
    let run = Command::new(env!("CARGO_BIN_EXE_lingting"))
        .arg("transcribe")
        .arg(&path)
        .output()
        .unwrap();
    let said = String::from_utf8(run.stderr).unwrap();
    assert!(!run.status.success());
    assert!(run.stdout.is_empty());
    assert!(said.contains("note.wav"), "{said}");
    assert_eq!(said.trim_end().lines().count(), 1, "{said}");
}
