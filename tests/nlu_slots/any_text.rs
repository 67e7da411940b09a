//! No text upsets a slot.

use super::{SLOTS, today};
use lingting::nlu::SlotId;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_makes_a_slot_panic(text in any::<String>()) {
        for &slot in SlotId::ALL {
            let reading = SLOTS.read(slot, &text, today());
            if let Some(reading) = reading {
                prop_assert!(reading.span.end <= text.chars().count());
            }
        }
    }

    #[test]
    fn no_mixture_of_telling_words_makes_a_slot_panic(words in prop::collection::vec(
        prop::sample::select(vec!["一", "两个", "三", "百", "不对", "点", "年", "月", "号", "弄", "路", "我姓", "块", "半", "上周", "不是", "是", "的", "第三位", "尾号", "，", "12", ":", "-", "😀", "\u{0}"]), 0..30)
    ) {
        let text = words.concat();
        for &slot in SlotId::ALL {
            SLOTS.read(slot, &text, today());
        }
    }
}

#[test]
fn the_longest_line_is_read_in_bounded_work() {
    for text in [
        "一".repeat(10_000),
        "国权路525弄".repeat(2_000),
        "嗯".repeat(10_000),
        "王".repeat(3_000),
        "不是王".repeat(2_000),
        "不是九十路，".repeat(1_000),
        "👩‍👩‍👧".repeat(2_000),
    ] {
        for &slot in SlotId::ALL {
            SLOTS.read(slot, &text, today());
        }
    }
}
