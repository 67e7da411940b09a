//! Yes and no.

use super::all;
use lingting::nlu::SlotId;

#[test]
fn the_last_yes_or_no_counts() {
    all(
        SlotId::YesNo,
        &[
            ("对", "yes"),
            ("对的没错", "yes"),
            ("不对", "no"),
            ("不是", "no"),
            ("没有", "no"),
            ("嗯", "yes"),
            ("没问题", "yes"),
            ("好的，不用了", "no"),
            ("不是，哦对的", "yes"),
            ("对不起", ""),
            ("队", "yes"),
            ("国权路", ""),
            ("", ""),
            ("勿要", "no"),
            ("覅", "no"),
            ("可不是嘛", "yes"),
            ("必须的", "yes"),
            ("我也不清楚是不是", ""),
        ],
    );
}

#[test]
fn a_yes_inside_another_word_is_none() {
    all(
        SlotId::YesNo,
        &[
            ("复兴中路1195弄", ""),
            ("不对，是复兴中路1195弄", "no"),
            ("行政路12号", ""),
            ("对面楼漏水", ""),
            ("好多水", ""),
            ("嗯我的户号是一零零八", ""),
            ("太好了", ""),
            ("行，那你登记吧", "yes"),
            ("行那你登记吧", "yes"),
            ("那好吧", "yes"),
            ("四的", "yes"),
        ],
    );
}
