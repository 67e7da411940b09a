//! Sound against data that is not ours: the ITU's vectors, keys by Q.24, real speech.

use lingting::audio::g711::Law;
use lingting::audio::vad::{Rate, Vad};
use lingting::audio::{channel, dtmf, resample, to_f32, to_i16, wav};
use lingting::models::Folder;
use ort::environment::Environment;
use ort::session::Session;
use std::path::PathBuf;
use std::sync::LazyLock;

fn data(path: &str) -> PathBuf {
    let root =
        std::env::var_os("LINGTING_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from);
    root.join(path)
}

/// Words of 16 bits of one of the ITU's files, least significant byte first.
fn words(name: &str) -> Vec<i16> {
    let path = data("suites/itu_g711_vectors/test_data").join(name);
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    bytes
        .as_chunks::<2>()
        .0
        .iter()
        .map(|&pair| i16::from_le_bytes(pair))
        .collect()
}

fn speech() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(data("speech/aishell_s0252")).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "wav"));
    paths.sort();
    paths
}

#[test]
fn g711_codes_as_the_itu_does() {
    let source = words("sweep.src");
    for (law, coded, decoded) in [
        (Law::A, "sweep-r.a", "sweep-r.a-a"),
        (Law::Mu, "sweep-r.u", "sweep-r.u-u"),
    ] {
        let (coded, decoded) = (words(coded), words(decoded));
        assert_eq!(coded.len(), source.len());
        for (i, &sample) in source.iter().enumerate() {
            let byte = law.encode(sample);
            assert_eq!(i16::from(byte), coded[i], "{law:?} of {sample}");
            assert_eq!(law.decode(byte), decoded[i], "{law:?} back to {byte:02x}");
        }
    }
}

#[test]
fn every_key_of_the_q24_suite_is_told_and_no_other() {
    let table = std::fs::read_to_string(data("suites/dtmf_q24/expected.tsv")).unwrap();
    let mut checked = 0;
    let mut wrong = Vec::new();
    for line in table.lines().skip(1) {
        let mut cells = line.split('\t');
        let (name, digits, why) = (
            cells.next().unwrap(),
            cells.next().unwrap(),
            cells.next().unwrap(),
        );
        let path = data("suites/dtmf_q24").join(name);
        // The table also names a file of speech that does not come with it; speech is tested below.
        if !path.exists() {
            continue;
        }
        let sound = wav::read(&path).unwrap();
        assert_eq!(sound.rate, 8_000, "{name}");
        let keys: String = dtmf::Detector::default()
            .push(&to_i16(&sound.samples))
            .iter()
            .collect();
        if keys != digits {
            wrong.push(format!("{name} ({why}): {keys:?} instead of {digits:?}"));
        }
        checked += 1;
    }
    assert!(checked >= 18, "{checked}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn speech_over_the_telephone_presses_no_key() {
    for path in speech().iter().take(200) {
        let line = channel::phone(&wav::read_at(path, 16_000).unwrap());
        let keys = dtmf::Detector::default().push(&to_i16(&resample::whole(&line, 16_000, 8_000)));
        assert!(keys.is_empty(), "{}: {keys:?}", path.display());
    }
}

static RUNTIME: LazyLock<Environment> = LazyLock::new(|| {
    let library = Folder::locate(None)
        .path("onnxruntime", "libonnxruntime.so")
        .unwrap();
    ort::init_from(library).unwrap().build().unwrap()
});

fn silero() -> Session {
    let path = Folder::locate(None)
        .path("silero-vad", "silero_vad.onnx")
        .unwrap();
    let builder = Session::builder(&RUNTIME).unwrap();
    builder
        .with_intra_threads(1)
        .unwrap()
        .commit_from_file(path)
        .unwrap()
}

/// Share of frames that are probably speech.
fn spoken(session: &mut Session, rate: Rate, samples: &[f32]) -> f32 {
    let mut vad = Vad::new(rate);
    let frames: Vec<f32> = samples
        .chunks_exact(rate.frame())
        .map(|frame| vad.frame(session, frame).unwrap())
        .collect();
    frames
        .iter()
        .filter(|&&probability| probability > 0.5)
        .count() as f32
        / frames.len() as f32
}

#[test]
fn speech_is_heard_at_both_rates_and_silence_is_not() {
    let mut session = silero();
    for path in speech().iter().take(5) {
        let wide = wav::read_at(path, 16_000).unwrap();
        let phone = resample::whole(&channel::phone(&wide), 16_000, 8_000);
        let shares = (
            spoken(&mut session, Rate::Wide, &wide),
            spoken(&mut session, Rate::Phone, &phone),
        );
        assert!(
            shares.0 > 0.5 && shares.1 > 0.5,
            "{}: {shares:?}",
            path.display()
        );
    }
    for rate in [Rate::Phone, Rate::Wide] {
        assert_eq!(
            spoken(&mut session, rate, &vec![0.0; rate.hz() as usize * 5]),
            0.0
        );
    }
}

#[test]
fn dial_tone_is_not_speech() {
    let tone: Vec<f32> = (0..40_000)
        .map(|i| (i as f32 * std::f32::consts::TAU * 450.0 / 8000.0).sin() * 0.3)
        .collect();
    assert!(spoken(&mut silero(), Rate::Phone, &tone) < 0.05);
}

#[test]
fn samples_survive_the_way_to_floats_and_back() {
    let all: Vec<i16> = (i16::MIN..=i16::MAX).collect();
    assert_eq!(to_i16(&to_f32(&all)), all);
}
