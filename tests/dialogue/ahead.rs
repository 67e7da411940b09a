//! What comes next is looked up and prepared while the caller still thinks.

use crate::caller::ring_water;
use lingting::event::Decision;
use lingting::packs::scripted::Caller;

async fn caller() -> Caller {
    ring_water("13900000000", Vec::new()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bill_is_known_and_prepared_before_the_number_is_confirmed() {
    let mut caller = caller().await;
    caller.says(&["我要查水费"]).await;
    caller.take();
    caller.says(&["一零零八六二三零"]).await;
    let read_back = caller.take();
    assert_eq!(read_back.look_ups, ["account_by_number", "bill"]);
    assert!(read_back.effects.is_empty());

    caller.says(&["对"]).await;
    let answer = caller.take();
    assert!(answer.look_ups.is_empty(), "{:?}", answer.look_ups);
    let amount = answer
        .said
        .iter()
        .find(|text| text.contains("17.25元"))
        .unwrap();
    assert!(
        read_back.prepared.iter().any(|text| text.contains(amount)),
        "{:?}",
        read_back.prepared
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn both_answers_of_a_question_are_prepared() {
    let mut caller = caller().await;
    caller.says(&["我要查水费"]).await;
    caller.says(&["一零零八六二三零"]).await;
    let prepared = caller.take().prepared;
    assert!(
        prepared.iter().any(|text| text.contains("还没交")),
        "{prepared:?}"
    );
    assert!(
        prepared.iter().any(|text| text.contains("前四位")),
        "{prepared:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_callers_own_account_is_looked_up_while_the_greeting_plays() {
    let mut caller = caller().await;
    assert_eq!(caller.take().look_ups, ["account_by_phone"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reading_that_exists_is_offered_when_the_first_one_is_refused() {
    let mut caller = caller().await;
    caller.says(&["我要查水费"]).await;
    // Both readings pass the check rule; the caller has the second one.
    caller.says(&["一零一一二四零五", "一零零八六二三零"]).await;
    caller.take();
    caller.says(&["不对"]).await;
    assert_eq!(caller.slots["account_number"], "10086230");
    let said = caller.take().said.join("");
    assert!(said.contains("对吗"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_notice_of_the_recording_cannot_be_talked_over() {
    let caller = caller().await;
    let interruptible: Vec<bool> = caller
        .heard
        .iter()
        .filter_map(|decision| match decision {
            Decision::Say { interruptible, .. } => Some(*interruptible),
            _ => None,
        })
        .collect();
    assert_eq!(interruptible, [true, false, true]);
}
