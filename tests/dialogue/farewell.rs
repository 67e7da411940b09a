//! Who takes leave is let go, and nobody else.

use crate::caller::ring_water;
use lingting::event::HangUpReason;

/// How the call stands after this was said to 对吗?
async fn after(said: &str) -> Option<HangUpReason> {
    let mut caller = ring_water("13900000000", Vec::new()).await;
    caller.says(&["我要查水费"]).await;
    caller.says(&["一零零八六二三零"]).await;
    caller.says(&[said]).await;
    caller.ended
}

#[tokio::test(flavor = "multi_thread")]
async fn thanks_for_a_question_end_no_call() {
    for said in ["谢谢", "谢谢你啊", "麻烦了"] {
        assert_eq!(after(said).await, None, "{said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_farewell_at_a_question_ends_the_call() {
    assert_eq!(after("再见").await, Some(HangUpReason::Done));
}
