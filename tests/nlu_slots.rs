//! Slots of the water pack: what callers say, and the value that is made of it.

use chrono::NaiveDate;
use lingting::nlu::{SlotId, Slots};
use proptest::prelude::*;
use std::path::Path;
use std::sync::LazyLock;

static SLOTS: LazyLock<Slots> = LazyLock::new(|| {
    Slots::load(Path::new("grammars/water"), Path::new("grammars/common")).unwrap()
});

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

/// The value of a whole reading, empty where there is none.
fn read(slot: SlotId, text: &str) -> String {
    let reading = SLOTS.read(slot, text, today()).filter(|r| r.complete);
    reading.map(|r| r.value.0).unwrap_or_default()
}

#[track_caller]
fn all(slot: SlotId, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .filter(|(text, value)| read(slot, text) != *value)
        .map(|(text, value)| format!("{text}: {:?} instead of {value:?}", read(slot, text)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

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
        ],
    );
}

#[test]
fn dates_are_counted_from_the_day_of_the_call() {
    all(
        SlotId::Date,
        &[
            ("今天", "2026-11-23"),
            ("大后天", "2026-11-26"),
            ("昨天晚上开始的", "2026-11-22"),
            ("十一月三十号", "2026-11-30"),
            ("11月30号", "2026-11-30"),
            ("2026-11-30", "2026-11-30"),
            ("2026年11月30日", "2026-11-30"),
            ("二零二六年十一月三十日", "2026-11-30"),
            ("上周五", "2026-11-20"),
            ("下周三", "2026-12-02"),
            ("这个星期天", "2026-11-29"),
            ("三天前", "2026-11-20"),
            ("下个月五号", "2026-12-05"),
            ("去年十二月三十一号", "2025-12-31"),
            ("月底", "2026-11-30"),
            ("二月三十号", ""),
            ("不知道", ""),
        ],
    );
}

#[test]
fn months_are_single_or_spans_and_lie_in_the_past() {
    all(
        SlotId::Month,
        &[
            ("这期", "2026-11"),
            ("上个月", "2026-10"),
            ("上上个月", "2026-09"),
            ("查一下我们家九月份的水费", "2026-09"),
            ("12月", "2025-12"),
            ("去年十二月", "2025-12"),
            ("二零二五年三月", "2025-03"),
            ("2026年3月", "2026-03"),
            ("一月到三月", "2026-01/2026-03"),
            ("1到3月", "2026-01/2026-03"),
            ("去年十一月到今年一月", "2025-11/2026-01"),
            ("十一月到一月", "2025-11/2026-01"),
            ("上半年", "2026-01/2026-06"),
            ("去年下半年", "2025-07/2025-12"),
            ("第三季度", "2026-07/2026-09"),
            ("最近三个月", "2026-09/2026-11"),
            ("十三月", ""),
        ],
    );
}

#[test]
fn times_are_of_the_24_hour_clock() {
    all(
        SlotId::Time,
        &[
            ("下午两点半", "14:30"),
            ("14:30", "14:30"),
            ("早上八点", "08:00"),
            ("晚上八点一刻", "20:15"),
            ("差五分九点", "08:55"),
            ("中午十二点半", "12:30"),
            ("凌晨一点", "01:00"),
            ("晚上十二点", "00:00"),
            ("八点零五分", "08:05"),
            ("二十五点", ""),
        ],
    );
}

#[test]
fn addresses_have_arabic_numbers_and_streets_are_found_by_their_sound() {
    all(
        SlotId::Address,
        &[
            ("国权路525弄15号602室", "国权路525弄15号602室"),
            ("国权路525栋15号6020", "国权路525弄15号602室"),
            ("延长路五十号四零五是", "延长路50号405室"),
            ("国权路五百二十五弄十五号六零二室", "国权路525弄15号602室"),
            ("国全路五二五弄十五号六零二", "国权路525弄15号602"),
            (
                "我家住在杨浦区四瓶路一零二八弄七号三零一室",
                "杨浦区四平路1028弄7号301室",
            ),
            ("阳光花园3号楼2单元501室", "阳光花园3号楼2单元501室"),
            ("建设路12号", "建设路12号"),
            (
                "浦东新区世纪大道1500弄11号2103室",
                "浦东新区世纪大道1500弄11号2103室",
            ),
        ],
    );
    let road = SLOTS
        .read(SlotId::Address, "在那个邯郸路上", today())
        .unwrap();
    assert_eq!((road.value.0.as_str(), road.complete), ("邯郸路", false));
}

#[test]
fn a_lane_is_understood_whatever_was_written_for_it() {
    for (text, value) in [
        ("复兴中路1195弩15", "复兴中路1195弄15"),
        ("复兴中路1195农15号", "复兴中路1195弄15号"),
        (
            "复兴中路一一九五龙十五号三零二室",
            "复兴中路1195弄15号302室",
        ),
        ("国权路五二五动十五号", "国权路525弄15号"),
        ("国权路525能15号", "国权路525弄15号"),
        ("阳光花园3栋502", "阳光花园3栋502"),
        ("国权路525栋3单元502室", "国权路525栋3单元502室"),
    ] {
        assert_eq!(read(SlotId::Address, text), value, "{text}");
    }
}

#[test]
fn a_place_that_no_gazetteer_holds_must_be_written() {
    let said = |text| {
        SLOTS
            .read(SlotId::Address, text, today())
            .map(|r| r.value.0)
    };
    for text in ["楼下着火了", "厨房漏水了", "冒烟了", "师傅快点来"] {
        assert_eq!(said(text), None, "{text}");
    }
    assert_eq!(said("青石桥路十八号").as_deref(), Some("青石桥路18号"));
    assert_eq!(
        said("靖宇中路二百零三弄一号").as_deref(),
        Some("靖宇中路203弄1号")
    );
    assert_eq!(said("漏水了四瓶路十号").as_deref(), Some("四平路10号"));
}

#[test]
fn a_corrected_part_of_an_address_leaves_the_others() {
    all(
        SlotId::Address,
        &[
            (
                "国年路二十五弄十二号不对是十三号二零幺室",
                "国年路25弄13号201室",
            ),
            ("国权路525弄15号602室，不对，603室", "国权路525弄15号603室"),
            ("国权路525弄15号，错了，是国定路", "国定路525弄15号"),
            ("国权路525弄15号，不对，四平路一千号", "四平路1000号"),
            ("嗯，就是，控江路六四五弄，呃，二十号", "控江路645弄20号"),
            (
                "武川路七十八弄二十六号四零二室，门口有棵大树",
                "武川路78弄26号402室",
            ),
        ],
    );
}

#[test]
fn names_are_introduced_or_stand_alone() {
    all(
        SlotId::Name,
        &[
            ("我叫王建国", "王建国"),
            ("我姓张", "张"),
            ("免贵姓欧阳", "欧阳"),
            ("我姓章", "章"),
            ("姓陈耳东陈", "陈"),
            ("弓长张", "张"),
            ("张先生", "张"),
            ("户主是李秀英", "李秀英"),
            ("王建国", "王建国"),
            ("我叫掌建国", "张建国"),
            ("王小红", "王小红"),
            ("户主叫冯家宝", "冯家宝"),
            ("我叫张和平住在国权路", "张和平"),
            ("我姓王停水了", "王"),
            ("慕容雪", "慕容雪"),
            ("叫我小李就行", "李"),
            ("刘阿姨", "刘"),
            ("我想查水费", ""),
            ("停水了", ""),
            ("我是邻居", ""),
            ("老百姓反映很大", ""),
            ("我就问一下", ""),
            ("户主不在家", ""),
            ("联系人是我老公", ""),
            ("我是国权路的居民", ""),
            ("户名登记的是王强", "王强"),
            ("性别女", ""),
            ("姓啥", ""),
            ("名字就写张伟吧", "张伟"),
            ("不方便，方便的话再说", ""),
        ],
    );
}

#[test]
fn names_are_written_as_the_caller_tells_their_characters_apart() {
    all(
        SlotId::Name,
        &[
            ("我姓张，立早章", "章"),
            ("弓长张秀芳", "张秀芳"),
            ("木子李李桂花", "李桂花"),
            ("王三横王", "王"),
            ("草字头的黄", "黄"),
            ("江伟，三点水江", "江伟"),
            ("我姓许，言午许，许文强", "许文强"),
            ("孙新月，喜悦的悦", "孙新悦"),
            ("孙新月喜悦的悦", "孙新悦"),
            ("王建国的建", "王建国"),
            ("我叫汪健国，建设的建，国家的国", "汪建国"),
            ("汪健国建设的建国家的国", "汪建国"),
            ("姓余，年年有余的余", "余"),
            ("文章的章", "章"),
            ("陈国庆，不对，程国庆", "程国庆"),
        ],
    );
}

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

#[test]
fn the_place_of_a_value_is_told_in_characters() {
    let reading = SLOTS
        .read(SlotId::AccountNumber, "嗯，户号10086235谢谢", today())
        .unwrap();
    assert!(
        reading.span.contains(&4) && reading.span.end == 12,
        "{:?}",
        reading.span
    );
}

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
        prop::sample::select(vec!["一", "两个", "三", "百", "不对", "点", "年", "月", "号", "弄", "路", "我姓", "块", "半", "上周", "12", ":", "-", "😀", "\u{0}"]), 0..30)
    ) {
        let text = words.concat();
        for &slot in SlotId::ALL {
            SLOTS.read(slot, &text, today());
        }
    }

    #[test]
    fn digits_said_in_any_way_come_back(number in "[0-9]{8,10}", spoken in any::<bool>()) {
        let said = match spoken {
            true => lingting::mandarin::digit_string(&number),
            false => number.clone(),
        };
        let reading = SLOTS.read(SlotId::AccountNumber, &said, today()).unwrap();
        prop_assert_eq!(reading.value.0, number);
    }

    #[test]
    fn every_day_comes_back(days in 0u32..2000) {
        let day = today() + chrono::Days::new(days.into());
        let written = day.format("%Y-%m-%d").to_string();
        prop_assert_eq!(read(SlotId::Date, &written), written.clone());
        let said = day.format("%Y年%-m月%-d号").to_string();
        prop_assert_eq!(read(SlotId::Date, &said), written);
    }

    #[test]
    fn every_time_comes_back(hour in 0u32..24, minute in 0u32..60) {
        let written = format!("{hour:02}:{minute:02}");
        prop_assert_eq!(read(SlotId::Time, &written), written);
    }

    #[test]
    fn every_amount_comes_back(fen in 1u64..10_000_000) {
        let written = format!("{}.{:02}", fen / 100, fen % 100);
        prop_assert_eq!(read(SlotId::Amount, &format!("{written}元")), written.clone());
        prop_assert_eq!(read(SlotId::Amount, &lingting::mandarin::yuan(fen)), written);
    }
}

#[test]
fn the_longest_line_is_read_in_bounded_work() {
    for text in [
        "一".repeat(10_000),
        "国权路525弄".repeat(2_000),
        "嗯".repeat(10_000),
        "王".repeat(3_000),
        "👩‍👩‍👧".repeat(2_000),
    ] {
        for &slot in SlotId::ALL {
            SLOTS.read(slot, &text, today());
        }
    }
}

#[test]
fn routes_are_numbers_with_their_letters_and_streets_are_none() {
    let bus = Slots::load(Path::new("grammars/bus"), Path::new("grammars/common")).unwrap();
    for (text, value) in [
        ("六十三路", "63"),
        ("我坐的是K五十九路", "K59"),
        ("幺零幺路车上", "101"),
        ("两百一十一", "211"),
        ("快速公交一号线", "BRT1"),
        ("好像是一一五吧", "115"),
        ("九十一路，哦是九十五路", "95"),
        ("经十路上的63路", "63"),
        ("在经十路", ""),
        ("一路上都在打电话", ""),
        ("昨天下午三点", ""),
    ] {
        let reading = bus.read(SlotId::Route, text, today());
        let heard = reading.map(|r| r.value.0).unwrap_or_default();
        assert_eq!(heard, value, "{text}");
    }
    assert!(!SLOTS.has(SlotId::Route) && SLOTS.read(SlotId::Route, "六十三路", today()).is_none());
}
