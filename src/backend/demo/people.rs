//! Invented customers. Names are drawn from common surnames and given names, telephones from the prefix 154,
//! which belongs to no operator; roads are real roads of Shanghai, the houses on them are drawn.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};

/// Customers of the demo utility.
pub const CUSTOMERS: u32 = 3_000;

/// A customer of the demo utility.
#[derive(Debug, Clone)]
pub(super) struct Customer {
    pub account_number: String,
    pub meter_number: String,
    pub name: String,
    pub district: &'static str,
    pub address: String,
    pub road: &'static str,
    pub phone: String,
}

/// Accounts that tests, the demo and the README rely on: the first customers, by hand.
/// Name, district, road, rest of the address.
const FIXED: [(&str, &str, &str, &str); 8] = [
    ("王建国", "杨浦区", "国权路", "525弄15号602室"),
    ("李秀英", "虹口区", "四平路", "1028弄7号301室"),
    ("张伟", "杨浦区", "政通路", "189弄3号1204室"),
    ("刘洋", "静安区", "延长路", "50号405室"),
    ("陈桂兰", "普陀区", "长寿路", "868弄2号902室"),
    ("赵敏", "徐汇区", "漕溪北路", "398号1105室"),
    ("黄志强", "黄浦区", "复兴中路", "1195弄4号201室"),
    ("周丽", "浦东新区", "世纪大道", "1500弄11号2103室"),
];

/// The digit that makes an account number whole: its first seven digits, weighted 3, 7, 1, 3, 7, 1, 3, summed, modulo 10.
pub(super) fn check_digit(first_seven: u32) -> u32 {
    let digits = (0..7).map(|place| first_seven / 10u32.pow(6 - place) % 10);
    digits
        .zip([3, 7, 1].into_iter().cycle())
        .map(|(d, w)| d * w)
        .sum::<u32>()
        % 10
}

/// The account number of the customer with this index: `10086230` for the first.
pub(super) fn account_number(index: u32) -> String {
    let first_seven = 1_008_623 + index * 2_617;
    format!("{first_seven}{}", check_digit(first_seven))
}

/// The telephone of the customer with this index: `15400000001` for the first.
pub(super) fn phone(index: u32) -> String {
    format!("154{:08}", index + 1)
}

/// All customers. The same ones each time.
pub(super) fn customers() -> Vec<Customer> {
    let mut rng = StdRng::seed_from_u64(0x11_57e2);
    let mut seen = std::collections::HashSet::new();
    let mut customers = Vec::with_capacity(CUSTOMERS as usize);
    for index in 0..CUSTOMERS {
        let (name, district, road, house) = match FIXED.get(index as usize) {
            Some(&(name, district, road, house)) => (name.to_owned(), district, road, house.into()),
            None => loop {
                let &(road, district) = ROADS.choose(&mut rng).expect("ROADS is not empty");
                let house = house(&mut rng);
                if seen.insert((road, house.clone())) {
                    break (name(&mut rng), district, road, house);
                }
            },
        };
        seen.insert((road, house.clone()));
        customers.push(Customer {
            account_number: account_number(index),
            meter_number: format!("SW{:07}", 2_600_001 + index * 31),
            name,
            district,
            address: format!("{road}{house}"),
            road,
            phone: phone(index),
        });
    }
    customers
}

fn house(rng: &mut StdRng) -> String {
    let room = rng.random_range(1..=18) * 100 + rng.random_range(1..=6);
    if rng.random_bool(0.7) {
        let (lane, building) = (rng.random_range(1..=160) * 10 + 5, rng.random_range(1..=40));
        format!("{lane}弄{building}号{room}室")
    } else {
        format!("{}号{room}室", rng.random_range(10..=1999))
    }
}

fn name(rng: &mut StdRng) -> String {
    let pick = |rng: &mut StdRng, from: &str| {
        let chars: Vec<char> = from.chars().collect();
        *chars.choose(rng).expect("the lists of names are not empty")
    };
    let mut name = pick(rng, SURNAMES).to_string();
    name.push(pick(rng, GIVEN));
    if rng.random_bool(0.75) {
        name.push(pick(rng, GIVEN));
    }
    name
}

/// Common surnames, the most common ones more than once.
const SURNAMES: &str = "王王王王李李李李张张张张刘刘刘陈陈陈杨杨赵赵黄黄周周吴吴徐徐孙孙胡胡朱朱高林何郭马罗梁宋郑谢韩唐冯于董\
    萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎";

/// Characters of given names.
const GIVEN: &str = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀兰霞平刚桂英华玉梅红建国志文辉力玲云龙凤琴斌波宁福荣海峰\
    婷雪琳晶欣怡浩宇轩博思佳俊楠倩颖悦晨阳春秋月珍珠凯鹏飞翔健康永德成家宝庆祥林森新立民安";

/// Roads of Shanghai with a district that they run through.
const ROADS: [(&str, &str); 64] = [
    ("国权路", "杨浦区"),
    ("政通路", "杨浦区"),
    ("邯郸路", "杨浦区"),
    ("四平路", "虹口区"),
    ("国定路", "杨浦区"),
    ("黄兴路", "杨浦区"),
    ("控江路", "杨浦区"),
    ("长阳路", "杨浦区"),
    ("平凉路", "杨浦区"),
    ("淞沪路", "杨浦区"),
    ("大连西路", "虹口区"),
    ("曲阳路", "虹口区"),
    ("四川北路", "虹口区"),
    ("东体育会路", "虹口区"),
    ("广中路", "虹口区"),
    ("欧阳路", "虹口区"),
    ("延长路", "静安区"),
    ("共和新路", "静安区"),
    ("平型关路", "静安区"),
    ("大宁路", "静安区"),
    ("江宁路", "静安区"),
    ("北京西路", "静安区"),
    ("新闸路", "静安区"),
    ("长寿路", "普陀区"),
    ("武宁路", "普陀区"),
    ("曹杨路", "普陀区"),
    ("金沙江路", "普陀区"),
    ("真北路", "普陀区"),
    ("兰溪路", "普陀区"),
    ("铜川路", "普陀区"),
    ("漕溪北路", "徐汇区"),
    ("肇嘉浜路", "徐汇区"),
    ("天钥桥路", "徐汇区"),
    ("龙华路", "徐汇区"),
    ("宜山路", "徐汇区"),
    ("田林路", "徐汇区"),
    ("钦州路", "徐汇区"),
    ("复兴中路", "黄浦区"),
    ("西藏南路", "黄浦区"),
    ("陆家浜路", "黄浦区"),
    ("瞿溪路", "黄浦区"),
    ("蒙自路", "黄浦区"),
    ("河南南路", "黄浦区"),
    ("世纪大道", "浦东新区"),
    ("张杨路", "浦东新区"),
    ("浦东南路", "浦东新区"),
    ("东方路", "浦东新区"),
    ("浦建路", "浦东新区"),
    ("杨高南路", "浦东新区"),
    ("锦绣路", "浦东新区"),
    ("上南路", "浦东新区"),
    ("虹桥路", "长宁区"),
    ("延安西路", "长宁区"),
    ("天山路", "长宁区"),
    ("仙霞路", "长宁区"),
    ("古北路", "长宁区"),
    ("芙蓉江路", "长宁区"),
    ("牡丹江路", "宝山区"),
    ("友谊路", "宝山区"),
    ("共康路", "宝山区"),
    ("七莘路", "闵行区"),
    ("沪闵路", "闵行区"),
    ("莘松路", "闵行区"),
    ("罗秀路", "徐汇区"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    /// The shared examples of the check rule; the grammar of account numbers is tested with the same ones.
    #[test]
    fn the_check_digit_follows_the_published_examples() {
        for whole in ["10086230", "10112405", "10138575", "10164749", "12345674"] {
            let first_seven: u32 = whole[..7].parse().unwrap();
            assert_eq!(format!("{first_seven}{}", check_digit(first_seven)), whole);
        }
    }

    #[test]
    fn no_two_customers_share_a_number_or_an_address() {
        let customers = customers();
        let unique = |field: fn(&Customer) -> &str| {
            customers.iter().map(field).collect::<HashSet<_>>().len() == customers.len()
        };
        assert!(unique(|c| &c.account_number));
        assert!(unique(|c| &c.meter_number));
        assert!(unique(|c| &c.address));
        assert!(unique(|c| &c.phone));
        assert!(customers.iter().all(|c| c.account_number.len() == 8));
        assert!(customers.iter().all(|c| c.phone.len() == 11));
    }

    #[test]
    fn a_wrong_or_swapped_digit_is_mostly_noticed() {
        assert_ne!(check_digit(1_008_623), check_digit(1_008_624));
        assert_ne!(check_digit(1_008_623), check_digit(1_008_632));
    }
}
