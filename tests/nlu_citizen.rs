//! The citizen pack: neighbouring questions, two wishes in a breath, whatever else is said.

use chrono::NaiveDate;
use lingting::event::Hypothesis;
use lingting::models::Folder;
use lingting::nlu::{Context, Encoder, Language, Meaning, Senses};
use std::path::Path;
use std::sync::LazyLock;

static CITIZEN: LazyLock<Language> = LazyLock::new(|| {
    let encoder = Encoder::open(&Folder::locate(None)).unwrap();
    let (citizen, common) = (Path::new("grammars/citizen"), Path::new("grammars/common"));
    Language::load(citizen, common, &Senses::all(encoder)).unwrap()
});

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn understand(text: &str) -> Meaning {
    let hypothesis = Hypothesis::new(text, 1.0);
    CITIZEN.understand(&[hypothesis], &Context::default())
}

#[test]
fn neighbours_do_not_get_each_others_answers() {
    let answer = |text| CITIZEN.faq(text, today()).map(|answer| answer.id);
    let lost = [
        ("我护照弄丢了怎么办呀", "护照丢了怎么办"),
        ("我身份证弄丢了怎么办呀", "身份证丢了怎么办"),
        ("户口本找不到了要怎么补", "户口本丢了怎么办"),
        ("结婚证不见了去哪补", "结婚证丢了怎么办"),
        ("驾驶证遗失了怎么补", "驾照丢了怎么办"),
        ("医保卡不见了怎么补", "医保卡丢了怎么办"),
    ];
    for (text, known) in lost {
        let expected = answer(known);
        println!(
            "{text}: {:?}",
            CITIZEN.faq(text, today()).map(|a| (a.id, a.confidence))
        );
        assert!(expected.is_some(), "{known}");
        assert_eq!(answer(text), expected, "{text}");
    }
    for text in ["毕业证丢了怎么办", "记者证丢了怎么补办", "钱包丢了怎么办"]
    {
        println!(
            "{text}: {:?}",
            CITIZEN.faq(text, today()).map(|a| (a.id, a.confidence))
        );
        assert_eq!(answer(text), None, "{text}");
    }
}

#[test]
fn two_wishes_in_one_breath_are_both_kept() {
    let meaning = understand("楼上半夜装修太吵我要投诉顺便查一下我上次那个工单");
    assert!(meaning.intent().0.starts_with("complaint"), "{meaning:?}");
    assert_eq!(meaning.further[0].0, "ticket_status");
    assert!(meaning.further[0].1 > 0.5);
    for one in [
        "我要投诉楼上半夜还有人装修",
        "查一下我上次那个工单",
        "转人工",
    ] {
        assert!(understand(one).further.is_empty(), "{one}");
    }
}

#[test]
fn a_familys_probability_is_that_of_all_its_intents() {
    let meaning = understand("楼上天天半夜吵得我睡不着");
    let families = meaning.intents.iter().map(|(id, _)| id.split('.').next());
    let count = families.clone().count();
    let distinct: std::collections::BTreeSet<_> = families.collect();
    assert_eq!(distinct.len(), count);
    let sum: f32 = meaning.intents.iter().map(|(_, p)| p).sum();
    assert!((sum - 1.0).abs() < 1e-3, "{sum}");
}

#[test]
fn whatever_is_said_gets_an_answer() {
    let long = "喂".repeat(10_000);
    let foreign = "Ћао свете שלום नमस्ते";
    for text in [
        "",
        " ",
        "😀😀",
        "\u{0}\u{7}\u{1b}[31m",
        &long,
        foreign,
        "？！…",
    ] {
        let meaning = understand(text);
        assert!(!meaning.intents.is_empty());
        CITIZEN.faq(text, today());
    }
    assert_eq!(understand("😀😀").intent().0, "unknown");
}
