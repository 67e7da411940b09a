//! Calls that come in, with baresip as the caller.

mod support;

use lingting::telephony::LegEvent;
use support::baresip::{Baresip, Setup};
use support::line::{config, open};
use support::{soon, sound};

fn caller(says: Vec<i16>) -> Setup<'static> {
    Setup {
        user: "13800138000",
        says,
        ..Setup::default()
    }
}

#[tokio::test]
async fn a_call_is_answered_and_both_sides_hear_each_other() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(sound::tone(440.0, 3_000).to_vec())).await;
    caller.command("dial", &line.uri).await;
    let call = line.call().await;
    assert_eq!(
        (call.from.as_str(), call.to.as_str()),
        ("13800138000", "95598")
    );
    assert!(!format!("{call:?}").contains("13800138000"));
    let mut leg = support::line::Listener::new(call.answer().await.unwrap());
    leg.leg.player().play(7, sound::tone(1_000.0, 1_500));
    assert_eq!(leg.news().await, LegEvent::PromptStarted(7));
    let whole = LegEvent::PromptEnded {
        tag: 7,
        played_ms: 1_500,
        whole: true,
    };
    assert_eq!(leg.news().await, whole);
    leg.listen(500).await;
    caller.command("hangup", "").await;
    assert_eq!(leg.end().await, "the far end hung up");
    assert!(
        sound::purity(&leg.heard, 440.0) > 0.99,
        "{}",
        sound::purity(&leg.heard, 440.0)
    );
    let echo = caller.heard();
    assert!(
        sound::purity(&echo, 1_000.0) > 0.99,
        "{}",
        sound::purity(&echo, 1_000.0)
    );
    assert_eq!(sound::loud_ms(&echo), 1_500);
    let stats = leg.leg.stats();
    assert!(stats.received > 80 && stats.lost == 0, "{stats:?}");
}

#[tokio::test]
async fn a_call_over_tcp_goes_the_same_way() {
    let mut line = open(config()).await;
    let tone = sound::tone(440.0, 3_000).to_vec();
    let mut caller = Baresip::start(Setup {
        transport: "tcp",
        ..caller(tone)
    })
    .await;
    caller
        .command("dial", &format!("{};transport=tcp", line.uri))
        .await;
    let mut leg = line.answer().await;
    leg.listen(1_000).await;
    leg.leg.hangup();
    assert_eq!(leg.end().await, "we hung up");
    caller.event("CALL_CLOSED").await;
    assert!(sound::purity(&leg.heard, 440.0) > 0.99);
}

#[tokio::test]
async fn keys_are_heard_once_each_and_in_order() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(Vec::new())).await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    caller.event("CALL_ESTABLISHED").await;
    caller.press("1123580*#").await;
    assert_eq!(leg.keys(9).await, "1123580*#");
}

#[tokio::test]
async fn keys_that_are_only_tones_are_heard_too() {
    let mut line = open(config()).await;
    let mut says = vec![0; 8_000];
    for (low, high) in [(697.0, 1_209.0), (852.0, 1_477.0)] {
        let (low, high) = (sound::tone(low, 120), sound::tone(high, 120));
        says.extend(low.iter().zip(high.iter()).map(|(a, b)| a / 2 + b / 2));
        says.extend([0; 1_600]);
    }
    let mut caller = Baresip::start(caller(says)).await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    assert_eq!(leg.keys(2).await, "19");
}

#[tokio::test]
async fn a_held_call_keeps_its_time_and_its_prompt() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(sound::tone(440.0, 20_000).to_vec())).await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    leg.leg.player().play(1, sound::tone(1_000.0, 2_000));
    assert_eq!(leg.news().await, LegEvent::PromptStarted(1));
    leg.listen(400).await;
    caller.command("hold", "").await;
    assert_eq!(leg.news().await, LegEvent::Hold(true));
    let before = leg.heard.len();
    leg.listen(1_000).await;
    assert!(leg.heard[before..].iter().all(|&sample| sample == 0));
    caller.command("resume", "").await;
    assert_eq!(leg.news().await, LegEvent::Hold(false));
    let whole = LegEvent::PromptEnded {
        tag: 1,
        played_ms: 2_000,
        whole: true,
    };
    assert_eq!(leg.news().await, whole);
    let after = leg.heard.len();
    leg.listen(500).await;
    assert!(sound::purity(&leg.heard[after..], 440.0) > 0.99);
}

#[tokio::test]
async fn a_prompt_that_is_spoken_over_pauses_resumes_and_stops() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(Vec::new())).await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    let player = leg.leg.player();
    player.play(1, sound::tone(1_000.0, 60_000));
    player.play(2, sound::tone(1_000.0, 100));
    assert_eq!(leg.news().await, LegEvent::PromptStarted(1));
    leg.listen(200).await;
    player.pause();
    leg.listen(400).await;
    player.resume();
    leg.listen(200).await;
    player.stop(1);
    let LegEvent::PromptEnded {
        tag: 1,
        played_ms,
        whole: false,
    } = leg.news().await
    else {
        panic!("the prompt did not stop");
    };
    // 400 ms by the leg's clock, give or take the frames that were under way.
    assert!((340..=460).contains(&played_ms), "{played_ms}");
    assert_eq!(leg.news().await, LegEvent::PromptStarted(2));
}

#[tokio::test]
async fn a_caller_who_gives_up_before_the_answer_is_gone() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(Vec::new())).await;
    caller.command("dial", &line.uri).await;
    let mut call = line.call().await;
    call.ring();
    caller.event("CALL_RINGING").await;
    caller.command("hangup", "").await;
    soon("the cancellation", call.cancelled()).await;
    assert!(call.answer().await.is_err());
    assert_eq!(line.line.calls(), 0);
}

#[tokio::test]
async fn a_rejected_caller_hears_why() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(Vec::new())).await;
    caller.command("dial", &line.uri).await;
    line.call().await.reject(486, None);
    let closed = caller.event("CALL_CLOSED").await;
    assert!(
        closed["param"].as_str().unwrap().contains("486"),
        "{closed}"
    );
}

#[tokio::test]
async fn two_calls_at_once_do_not_hear_each_other() {
    let mut line = open(config()).await;
    let mut one = Baresip::start(caller(sound::tone(440.0, 5_000).to_vec())).await;
    let mut other = Baresip::start(caller(sound::tone(660.0, 5_000).to_vec())).await;
    one.command("dial", &line.uri).await;
    let mut first = line.answer().await;
    other.command("dial", &line.uri).await;
    let mut second = line.answer().await;
    first.leg.player().play(1, sound::tone(1_000.0, 1_000));
    second.leg.player().play(1, sound::tone(1_500.0, 1_000));
    first.listen(1_500).await;
    second.listen(1_500).await;
    first.leg.hangup();
    second.leg.hangup();
    one.event("CALL_CLOSED").await;
    other.event("CALL_CLOSED").await;
    assert!(sound::purity(&first.heard, 440.0) > 0.99);
    assert!(sound::purity(&second.heard, 660.0) > 0.99);
    assert!(sound::purity(&one.heard(), 1_000.0) > 0.99);
    assert!(sound::purity(&other.heard(), 1_500.0) > 0.99);
}

#[tokio::test]
async fn a_leg_that_is_dropped_and_a_line_that_closes_hang_up() {
    let mut line = open(config()).await;
    let mut caller = Baresip::start(caller(Vec::new())).await;
    for _ in 0..2 {
        caller.command("dial", &line.uri).await;
        let leg = line.answer().await;
        caller.event("CALL_ESTABLISHED").await;
        drop(leg);
        caller.event("CALL_CLOSED").await;
    }
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    caller.event("CALL_ESTABLISHED").await;
    line.line.close().await;
    caller.event("CALL_CLOSED").await;
    assert_eq!(leg.end().await, "we hung up");
}
