//! Numbers of accounts, meters, tickets and telephones, and amounts.

use super::{SLOTS, all, read, today};
use lingting::nlu::SlotId;

#[test]
fn account_numbers_are_heard_with_carriers_fillers_groups_and_repeats() {
    all(
        SlotId::AccountNumber,
        &[
            ("10086235", "10086235"),
            ("1008 6235", "10086235"),
            ("我的户号是一零零八六二三五", "10086235"),
            ("嗯我的户号是 幺零零八 嗯 六二三五", "10086235"),
            ("一零零，八六，二三五。", "10086235"),
            ("就是幺零零八六二三零", "10086230"),
            ("一零两个八三个零六", "10880006"),
            ("户号一零零八，后面是六二三五", "10086235"),
            ("１００８６２３５", "10086235"),
            ("后四位六二三五前四位一零零八", "10086235"),
            (
                "我手机号一三八零零一三八零零零户号一零零八六二三五",
                "10086235",
            ),
            ("一零零八六二", ""),
            ("我想查水费", ""),
            ("", ""),
        ],
    );
}

#[test]
fn wrong_characters_of_the_right_sound_are_digits_among_digits() {
    all(
        SlotId::AccountNumber,
        &[
            ("一灵灵把六二三五", "10086235"),
            ("腰零零八溜二三武", "10086235"),
            ("一零零八六二三就", "10086239"),
            ("一零零八六二气五", "10086275"),
        ],
    );
}

#[test]
fn the_callers_own_correction_wins() {
    all(
        SlotId::AccountNumber,
        &[
            ("一二三四 不对 一二三五 六七八九", "12356789"),
            ("一零零八六二三四 哦不对 是六二三五", "10086235"),
            ("10086234错了应该是10086230", "10086230"),
            ("一零零八六二三四 最后一位是零", "10086230"),
        ],
    );
    all(SlotId::Amount, &[("三十不对四十块", "40.00")]);
    all(SlotId::Date, &[("明天 不对 后天", "2026-11-25")]);
}

#[test]
fn repeats_ends_fronts_and_corrections_work_in_every_number() {
    for (slot, text, value) in [
        (SlotId::AccountNumber, "一零两个八三个零六", "10880006"),
        (SlotId::AccountNumber, "双一双二零零幺幺", "11220011"),
        (
            SlotId::AccountNumber,
            "一零零八六二，最后两位是三五",
            "10086235",
        ),
        (
            SlotId::AccountNumber,
            "一零零八六二三四，最后两位是三五",
            "10086235",
        ),
        (
            SlotId::AccountNumber,
            "一零零八六二三四，不对，是六二三五",
            "10086235",
        ),
        (
            SlotId::AccountNumber,
            "一零零八六二三四不是三四是三五",
            "10086235",
        ),
        (
            SlotId::AccountNumber,
            "零八六二三五，前面还有一零",
            "10086235",
        ),
        (SlotId::MeterNumber, "三三个零四七", "300047"),
        (
            SlotId::MeterNumber,
            "A一二三四五六，不对，是五七",
            "A123457",
        ),
        (
            SlotId::MeterNumber,
            "一零四五九二，最后两位是九三",
            "104593",
        ),
        (
            SlotId::TicketNumber,
            "二零二六幺幺二三，三个零一",
            "202611230001",
        ),
        (
            SlotId::TicketNumber,
            "二零二六幺幺二三零一，不对，是零二",
            "2026112302",
        ),
        (
            SlotId::TicketNumber,
            "二零二六幺幺二三零一，最后两位是零二",
            "2026112302",
        ),
        (SlotId::Phone, "幺三八两个零幺三八，三个零", "13800138000"),
        (
            SlotId::Phone,
            "幺三八零零幺三八零，最后两位是零六",
            "13800138006",
        ),
        (
            SlotId::Phone,
            "幺三八零零幺三八零零零，不对，是零零六",
            "13800138006",
        ),
    ] {
        assert_eq!(read(slot, text), value, "{text}");
    }
}

#[test]
fn a_number_that_breaks_its_check_rule_is_told_apart() {
    let reading = |text| SLOTS.read(SlotId::AccountNumber, text, today()).unwrap();
    assert!(reading("10086230").checked);
    assert!(reading("10086235").complete && !reading("10086235").checked);
    assert!(!reading("1008").complete);
}

#[test]
fn telephone_numbers_are_whole_or_nothing() {
    all(
        SlotId::Phone,
        &[
            ("13800138000", "13800138000"),
            ("我的手机是幺三八零零幺三八零零零", "13800138000"),
            ("一三八 零零一三 八千", "13800138000"),
            ("138-0013-8000", "13800138000"),
            ("+86 13800138000", "13800138000"),
            ("021-65123456", "02165123456"),
            ("零二幺六五幺二三四五六", "02165123456"),
            ("0571 88888888", "057188888888"),
            ("65123456", ""),
            ("1380013800", ""),
        ],
    );
}

#[test]
fn amounts_are_yuan_with_two_decimals_and_vague_ones_nothing() {
    all(
        SlotId::Amount,
        &[
            ("三十六块五", "36.50"),
            ("36.5元", "36.50"),
            ("36.50", "36.50"),
            ("我欠了一百零五块钱", "105.00"),
            ("五毛", "0.50"),
            ("三百六十五块八毛二", "365.82"),
            ("两百", "200.00"),
            ("￥36.5", "36.50"),
            ("三四十块", ""),
            ("一百多", ""),
            ("一百多块钱", ""),
            ("大概两百", ""),
            ("两百左右", ""),
            ("几十块", ""),
            ("三十六块五，三十六块五", "36.50"),
            ("1,560.75元", "1560.75"),
            ("先交个两百好了", "200.00"),
        ],
    );
}
