//! The water pack as a whole: what callers want, how text is put right, when a turn is over.

use chrono::NaiveDate;
use lingting::event::{Completeness, Expectation, ExpectedKind, Hypothesis};
use lingting::models::Folder;
use lingting::nlu::{Context, Encoder, Language, Meaning, Senses};
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

static WATER: LazyLock<Language> = LazyLock::new(|| {
    let encoder = Encoder::open(&Folder::locate(None)).unwrap();
    let (water, common) = (Path::new("grammars/water"), Path::new("grammars/common"));
    Language::load(water, common, &Senses::all(encoder)).unwrap()
});

fn hypothesis(text: &str) -> Hypothesis {
    Hypothesis::new(text, 1.0)
}

fn context(expected_slot: Option<&str>) -> Context {
    Context {
        today: today(),
        expected_slot: expected_slot.map(str::to_owned),
    }
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

fn understand(text: &str) -> Meaning {
    WATER.understand(&[hypothesis(text)], &context(None))
}

/// Sentences written before any result was seen, in none of the examples.
fn test_set() -> Vec<(String, String)> {
    let text = std::fs::read_to_string("fixtures/intents/water.tsv").unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once('\t'))
        .map(|(text, intent)| (text.to_owned(), intent.to_owned()))
        .collect()
}

#[test]
fn a_call_for_a_person_is_heard_in_a_second_reading_whatever_was_asked() {
    let readings = [hypothesis("把我窄人府"), hypothesis("帮我转人工服务")];
    let meaning = WATER.understand(&readings, &context(Some("yes_no")));
    assert_eq!(meaning.intent().0, "agent");
}

#[test]
fn most_sentences_that_nobody_tuned_to_are_understood() {
    let set = test_set();
    let right = |(text, intent): &&(String, String)| understand(text).intent().0 == intent;
    let count = set.iter().filter(right).count();
    let cross = WATER.cross_validation();
    println!(
        "test set: {count} of {}; cross-validation: {} of {}",
        set.len(),
        cross.right,
        cross.examples
    );
    for (text, intent, got) in &cross.wrong {
        println!("  held out: {text} is {intent}, got {got}");
    }
    assert!(count * 100 >= set.len() * 85, "{count} of {}", set.len());
    assert!(
        cross.right * 100 >= cross.examples * 70,
        "{} of {}",
        cross.right,
        cross.examples
    );
}

#[test]
fn a_probability_means_what_it_says() {
    let set = test_set();
    let judged: Vec<(f32, bool)> = set
        .iter()
        .map(|(text, intent)| {
            let meaning = understand(text);
            (meaning.intent().1, meaning.intent().0 == intent)
        })
        .collect();
    let mean = judged.iter().map(|(p, _)| p).sum::<f32>() / judged.len() as f32;
    let share = judged.iter().filter(|(_, right)| *right).count() as f32 / judged.len() as f32;
    println!("mean probability {mean:.3}, share right {share:.3}");
    assert!((mean - share).abs() < 0.15, "{mean} {share}");
    let sum: f32 = understand("我要查水费")
        .intents
        .iter()
        .map(|(_, p)| p)
        .sum();
    assert!((sum - 1.0).abs() < 1e-3, "{sum}");
}

#[test]
fn words_that_work_everywhere_are_certain_whatever_was_written() {
    for (text, intent) in [
        ("转人工", "agent"),
        ("专人工", "agent"),
        ("财人公", "agent"),
        ("帮我寨人公府", "agent"),
        ("麻烦转人工谢谢", "agent"),
        ("有没有人工服务啊", "agent"),
        ("找人", "agent"),
        ("接个人", "agent"),
        ("让人来听", "agent"),
        ("我不跟你说了给我转人工", "agent"),
        ("再说一遍", "repeat"),
        ("在说一遍", "repeat"),
        ("没有了谢谢", "goodbye"),
        ("再见", "goodbye"),
        ("对对对", "affirm"),
        ("不用了", "deny"),
    ] {
        let meaning = understand(text);
        assert_eq!(meaning.intent().0, intent, "{text}");
        assert!(meaning.intent().1 > 0.9, "{text} {:?}", meaning.intent());
    }
    assert_eq!(understand("不要转人工我要查水费").intent().0, "bill_lookup");
    for text in [
        "街道工作人员态度恶劣",
        "你们工作人员说今天来",
        "找个人来修水管",
    ] {
        let meaning = understand(text);
        let agent = meaning.intents.iter().find(|(id, _)| id == "agent");
        let probability = agent.map_or(0.0, |(_, probability)| *probability);
        assert!(probability < 0.7, "{text} {:?}", meaning.intents);
    }
}

#[test]
fn what_was_misheard_is_put_right_and_what_fits_stays() {
    for (raw, corrected) in [
        ("茶水费", "查水费"),
        ("我要茶水费", "我要查水费"),
        ("帮我看看互号", "帮我看看户号"),
        ("我要头诉", "我要投诉"),
        ("专人工", "转人工"),
        ("我要保修", "我要报修"),
        ("我要查水费", "我要查水费"),
        ("我要查电费", "我要查电费"),
        ("我交费了", "我交费了"),
        ("今天天气很好", "今天天气很好"),
        // Another word in one syllable is another word, however well the rest fits.
        ("水管破了", "水管破了"),
        // Words are put right, not parts of words.
        ("听水了", "停水了"),
        ("冯，两点水加个马", "冯，两点水加个马"),
        ("", ""),
    ] {
        let meaning = understand(raw);
        assert_eq!(
            (meaning.text.as_str(), meaning.corrected.as_str()),
            (raw, corrected)
        );
    }
}

#[test]
fn values_that_were_named_unasked_fill_their_slots() {
    let meaning = understand("查一下10086235上个月的水费");
    let value = |slot: &str| {
        meaning
            .slots
            .get(slot)
            .map(|reading| reading.value.as_str())
    };
    assert_eq!(value("account_number"), Some("10086235"));
    assert_eq!(value("month"), Some("2026-10"));
    assert_eq!(meaning.slots.len(), 2, "{:?}", meaning.slots.keys());
    let repair = understand("国权路525弄15号水管爆了我电话13800138000");
    assert_eq!(repair.slots["address"].value.as_str(), "国权路525弄15号");
    assert_eq!(repair.slots["phone"].value.as_str(), "13800138000");
    assert_eq!(repair.intent().0, "repair.burst");
    assert!(understand("我想查水费").slots.is_empty());
}

#[test]
fn the_number_of_a_house_is_no_day() {
    let slots = |text: &str| {
        let slots = understand(text).slots.into_keys();
        slots.collect::<Vec<String>>().join(" ")
    };
    assert_eq!(slots("国权路525弄15号"), "address");
    assert_eq!(slots("国权路15号停水"), "address");
    assert_eq!(slots("阳光花园15号停水"), "address date");
    assert_eq!(slots("国权路525弄15号从20号起停水"), "address date");
    assert_eq!(slots("国权路525弄15号停水，我5号报的"), "address date");
}

#[test]
fn a_bare_answer_fills_the_slot_that_was_asked_for() {
    let meaning = WATER.understand(&[hypothesis("张")], &context(Some("name")));
    assert_eq!(meaning.slots["name"].value.as_str(), "张");
    assert!(
        WATER
            .understand(&[hypothesis("张")], &context(None))
            .slots
            .is_empty()
    );
}

#[test]
fn the_reading_whose_number_keeps_its_check_rule_is_taken() {
    let readings = [
        hypothesis("一零零八六二三五"),
        hypothesis("一零零八六二三零"),
    ];
    let meaning = WATER.understand(&readings, &context(Some("account_number")));
    assert_eq!(meaning.slots["account_number"].value.as_str(), "10086230");
    assert_eq!(meaning.text.as_str(), "一零零八六二三零");
}

#[test]
fn nothing_heard_is_unknown() {
    assert_eq!(
        WATER.understand(&[], &context(None)).intent(),
        ("unknown", 1.0)
    );
    assert_eq!(understand("").intent().0, "unknown");
}

#[test]
fn anger_is_heard_in_words_and_not_in_a_complaint() {
    assert!(understand("你们这帮骗子气死我了").angry);
    assert!(!understand("我要投诉你们服务态度不好").angry);
    assert!(!understand("我要查水费").angry);
}

#[test]
fn common_questions_are_answered_however_they_are_written() {
    for (text, id) in [
        ("水费多少钱一吨啊", "price"),
        ("请问营业厅几点上班", "hours"),
        ("过户要什么材料", "transfer"),
        ("怎么开通自动口款", "auto_pay"),
        ("阶梯水价是怎么算的", "price_tiers"),
    ] {
        assert_eq!(
            WATER.faq(text, today()).map(|answer| answer.id),
            Some(id.to_owned()),
            "{text}"
        );
    }
    for text in ["我家没水了", "转人工", "", "今天天气怎么样"] {
        assert_eq!(WATER.faq(text, today()), None, "{text}");
    }
}

#[test]
fn a_whole_answer_is_complete_and_half_of_one_is_partial() {
    use Completeness::{Complete, Open, Partial};
    let digits = ExpectedKind::Digits { min: 8, max: 10 };
    let phone = ExpectedKind::Digits { min: 11, max: 12 };
    for (kind, text, expected) in [
        (digits, "一零零八", Partial),
        (digits, "我的户号是", Partial),
        (digits, "一零零八六二三零", Complete),
        (digits, "一零零八六二三五", Open),
        (digits, "一零零八六二三五一一", Complete),
        (digits, "一零零八六二三零 不对", Partial),
        (digits, "一零零八六二三零，最后一位是", Partial),
        (digits, "我不知道", Open),
        (phone, "一三八零零", Partial),
        (phone, "一三八零零一三八零零零", Complete),
        (ExpectedKind::YesNo, "对", Complete),
        (ExpectedKind::YesNo, "不是", Complete),
        (ExpectedKind::YesNo, "我想", Partial),
        (ExpectedKind::Address, "国权路", Partial),
        (ExpectedKind::Address, "国权路五百二十五弄", Partial),
        (ExpectedKind::Address, "国权路五百二十五弄十五号", Open),
        (ExpectedKind::Address, "国权路525弄15号602室", Complete),
        (ExpectedKind::Address, "我家住", Partial),
        (ExpectedKind::Name, "我叫", Partial),
        (ExpectedKind::Name, "我叫王建国", Complete),
        (ExpectedKind::Date, "上个月", Complete),
        (ExpectedKind::Date, "不记得了", Open),
        (ExpectedKind::Open, "我要查水费", Complete),
        (ExpectedKind::Open, "转人工", Complete),
        (ExpectedKind::Open, "我想查一下", Partial),
        (ExpectedKind::Open, "我们家那个", Partial),
        (ExpectedKind::Open, "水管爆了然后", Partial),
        (ExpectedKind::Open, "", Open),
        (
            ExpectedKind::Message { limit_ms: 60_000 },
            "请给我回电话",
            Open,
        ),
    ] {
        let expectation = Expectation {
            kind,
            ..Expectation::default()
        };
        assert_eq!(
            WATER.completeness(text, &expectation),
            expected,
            "{kind:?} {text}"
        );
    }
}

#[test]
fn the_recogniser_is_told_the_words_of_the_trade() {
    assert!(WATER.prompt_words().contains(&"水费".to_owned()));
    assert_eq!(WATER.label("bill_lookup"), Some("查询水费"));
    assert!(WATER.intents().count() >= 20);
}

#[test]
fn every_example_file_is_as_rich_as_it_should_be() {
    assert!(WATER.cross_validation().examples >= 25 * 20);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_text_makes_understanding_panic(text in any::<String>(), expected in prop::sample::select(vec![None, Some("address"), Some("what"), Some("account_number")])) {
        let meaning = WATER.understand(&[hypothesis(&text)], &context(expected));
        prop_assert!(!meaning.intents.is_empty());
        prop_assert!(meaning.intents.iter().all(|(_, p)| (0.0..=1.001).contains(p)));
        WATER.completeness(&text, &Expectation::default());
        WATER.faq(&text, today());
    }

    #[test]
    fn correcting_keeps_the_length(text in "[我要查茶水费飞户互号专转人工报修保抱]{0,12}") {
        prop_assert_eq!(understand(&text).corrected.chars().count(), text.chars().count());
    }
}

/// Prints the processor time of one understanding; the bound is generous, for machines that do other work.
#[test]
fn understanding_a_sentence_is_quick() {
    let sentences: Vec<String> = test_set().into_iter().map(|(text, _)| text).collect();
    understand("你好");
    let start = cpu_ms();
    for text in &sentences {
        understand(text);
    }
    println!(
        "{:.2} ms of processor time a sentence",
        (cpu_ms() - start) / sentences.len() as f64
    );
}

/// Processor milliseconds of this process so far.
fn cpu_ms() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat
        .rsplit_once(')')
        .unwrap()
        .1
        .split_whitespace()
        .collect();
    let ticks: f64 = fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap();
    ticks * 10.0
}
