//! The model itself speaks here; `lingting models pull kokoro` fetches it.

use super::*;
use std::sync::LazyLock;

static KOKORO: LazyLock<Kokoro> = LazyLock::new(|| Kokoro::open(&Folder::locate(None)).unwrap());

fn voice(name: &str, speed: f32) -> Voice {
    Voice {
        name: name.into(),
        speed,
    }
}

fn seconds(phrase: &Phrase) -> f32 {
    phrase.len() as f32 / SAMPLE_RATE as f32
}

#[test]
fn a_sentence_is_spoken_at_a_natural_rate() {
    let spoken = KOKORO
        .synthesize("您好，请问有什么可以帮您？", &voice("zf_xiaobei", 1.0))
        .unwrap();
    // Twelve syllables; people speak four to six in a second.
    let length = seconds(&spoken);
    assert!((1.5..4.5).contains(&length), "{length} s");
}

#[test]
fn a_slower_voice_takes_longer() {
    let text = "您的水费已经缴清";
    let quick = KOKORO.synthesize(text, &voice("zm_yunxi", 1.0)).unwrap();
    let slow = KOKORO.synthesize(text, &voice("zm_yunxi", 0.8)).unwrap();
    assert!(seconds(&slow) > 1.1 * seconds(&quick));
}

#[test]
fn an_unknown_voice_is_told_with_those_that_exist() {
    let error = KOKORO.synthesize("您好", &voice("lili", 1.0)).unwrap_err();
    let told = error.to_string();
    assert!(
        told.contains("\"lili\"") && told.contains("zf_xiaobei, "),
        "{told}"
    );
}

#[test]
fn a_rate_that_is_no_rate_is_refused() {
    for speed in [0.0, -1.0, 9.0, f32::NAN] {
        assert!(matches!(
            KOKORO.synthesize("您好", &voice("zf_xiaobei", speed)),
            Err(TtsError::Speed(_))
        ));
    }
}

#[test]
fn nothing_to_say_is_no_sound() {
    assert!(
        KOKORO
            .synthesize("，。", &voice("zf_xiaobei", 1.0))
            .unwrap()
            .is_empty()
    );
}

#[test]
fn the_model_knows_every_symbol_of_every_syllable() {
    use pinyin::ToPinyin;
    let characters: String = ('\u{4e00}'..'\u{9fff}')
        .filter(|c| c.to_pinyin().is_some())
        .collect();
    for symbol in pronounce::symbols(&characters)
        .chars()
        .chain(pronounce::symbols("，。！？；：、…").chars())
    {
        assert!(KOKORO.vocabulary.contains_key(&symbol), "{symbol:?}");
    }
}
