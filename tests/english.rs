//! English callers, by real models: what the bot says in English is heard as English, and Chinese stays Chinese.

use lingting::asr::{self, Abort, Utterance};
use lingting::audio::{channel, resample, to_f32, wav};
use lingting::config::Models;
use lingting::event::{Expectation, ExpectedKind, Spoken};
use lingting::models::Folder;
use lingting::nlu::{Tongue, tongue_of};
use lingting::tts::{Kokoro, Synthesizer, Voice};
use std::path::PathBuf;
use std::sync::{Arc, LazyLock};

static ENGINE: LazyLock<Arc<dyn asr::Recognizer>> =
    LazyLock::new(|| asr::load(&Models::default()).unwrap());
static KOKORO: LazyLock<Kokoro> = LazyLock::new(|| Kokoro::open(&Folder::locate(None)).unwrap());

/// Has a sound heard.
fn transcript(samples: Vec<f32>, kind: ExpectedKind, language: Spoken) -> (String, f32) {
    let utterance = Utterance {
        samples: samples.into(),
        expectation: Expectation {
            kind,
            language,
            ..Expectation::default()
        },
        spelling: None,
        check: None,
        phrasing: None,
        readings: 1,
    };
    let recognition = ENGINE.recognize(&utterance, &Abort::default()).unwrap();
    let best = recognition.hypotheses.into_iter().next();
    best.map_or((String::new(), 0.0), |best| (best.text.0, best.confidence))
}

/// Speaks a text and has it heard, over the telephone's band.
fn heard(text: &str, kind: ExpectedKind, language: Spoken) -> String {
    let voice = Voice {
        name: "zf_xiaobei".into(),
        speed: 0.9,
    };
    let sound = KOKORO.synthesize(text, &voice).unwrap();
    let narrow = to_f32(&sound);
    let samples = resample::whole(&narrow, 8_000, asr::SAMPLE_RATE);
    let best = transcript(samples, kind, language);
    println!("{text}: {best:?}");
    best.0
}

#[test]
fn english_is_noticed_where_any_language_may_be_spoken() {
    for (text, word) in [
        (
            "Hello, I want to check my water bill, please.",
            "water bill",
        ),
        ("Can I speak to someone in English?", "speak"),
        ("My water is off since this morning.", "water"),
        ("How much do I owe you?", "how much"),
        (
            "Hi, I am calling about the bill that I got last week.",
            "bill",
        ),
        (
            "There is a leak in my kitchen, can you send a plumber?",
            "kitchen",
        ),
    ] {
        let heard = heard(text, ExpectedKind::Open, Spoken::Any);
        assert_eq!(tongue_of(&heard), Tongue::English, "{text}: {heard}");
        assert!(heard.to_lowercase().contains(word), "{text}: {heard}");
    }
}

#[test]
fn chinese_stays_chinese_where_any_language_may_be_spoken() {
    for (text, word) in [
        ("我要查一下上个月的水费。", "上个月"),
        ("你好，我家厨房的水管漏水了。", "漏水"),
    ] {
        let heard = heard(text, ExpectedKind::Open, Spoken::Any);
        assert!(heard.contains(word), "{text}: {heard}");
    }
}

#[test]
fn a_road_and_a_short_question_are_said_in_english() {
    let text =
        "I will register this repair at Room 301, number 7, Lane 1028, Siping Road. Shall I?";
    let heard = heard(text, ExpectedKind::Open, Spoken::English).to_lowercase();
    for part in ["room 301", "1028", "siping", "shall i"] {
        assert!(heard.contains(part), "{heard}");
    }
}

#[test]
fn an_account_number_is_heard_in_english() {
    let kind = ExpectedKind::Digits { min: 8, max: 8 };
    let heard = heard(
        "My account number is one zero zero eight, six two three zero.",
        kind,
        Spoken::English,
    );
    let digits: String = heard.chars().filter(char::is_ascii_digit).collect();
    assert!(digits.contains("10086230"), "{heard}");
}

#[test]
fn chinese_callers_on_the_telephone_are_not_taken_for_foreigners() {
    let root = std::env::var_os("LINGTING_DATA").map_or("../shared/data".into(), PathBuf::from);
    let folder = root.join("speech/aishell_s0252");
    let table = std::fs::read_to_string(folder.join("text.tsv")).unwrap();
    let files = table
        .lines()
        .skip(1)
        .filter_map(|line| line.split('\t').next());
    let mut foreign = Vec::new();
    for file in files.step_by(8).take(40) {
        let sound = wav::read_at(&folder.join(file), asr::SAMPLE_RATE).unwrap();
        let (text, trust) = transcript(channel::phone(&sound), ExpectedKind::Open, Spoken::Any);
        println!("{file}: {text} {trust}");
        if tongue_of(&text) != Tongue::Mandarin {
            foreign.push((file, text));
        }
    }
    assert!(foreign.is_empty(), "{foreign:?}");
}
