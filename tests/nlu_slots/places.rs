//! Addresses and routes.

use super::{SLOTS, all, read, today};
use lingting::nlu::{SlotId, Slots};
use std::path::Path;

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
            ("万科花园二期五号楼", "万科花园2期5号楼"),
            ("国权路五百二十五弄15支弄3号", "国权路525弄15支弄3号"),
            ("东方路八百七十七号嘉兴大厦", "东方路877号嘉兴大厦"),
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
