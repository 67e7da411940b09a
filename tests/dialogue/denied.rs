//! A number to which the caller said no is not read back a second time.

use crate::caller::ring_water;

#[tokio::test(flavor = "multi_thread")]
async fn what_no_account_has_is_not_put_together_from_its_groups() {
    let mut caller = ring_water("13900000000", Vec::new()).await;
    caller.says(&["我要查水费"]).await;
    // Both readings keep the check rule; there is no account with the second one.
    caller.says(&["一零一一二四零五", "一零一一二四一八"]).await;
    caller.says(&["不对"]).await;
    let said = caller.take().said.join("");
    assert!(said.contains("前四位"), "{said}");
    caller.says(&["对"]).await;
    caller.says(&["二四一八", "二四三四"]).await;
    assert_eq!(caller.slots["account_number"], "10112434");
}
