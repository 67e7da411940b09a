//! Each flow of the water pack by voice: what was said is recognised, and ends in what the caller wanted.

use crate::support::caller::Act::{self, Says};
use crate::support::caller::{Answers, CORRECT, Call, NOTHING_ELSE, STRANGER, WANG};
use crate::support::house::{run, spoken};
use lingting::event::{HangUpReason, Reply, Request, Urgency};

/// Rings, answers what is asked until the bot says goodbye, and gives the call.
async fn talk(from: &str, answers: &Answers) -> Call {
    let ways = answers.iter().flat_map(|(_, act)| match act {
        Says(ways) => *ways,
        Act::Presses(_) => &[],
    });
    // A caller does not hesitate because a voice is being made.
    tokio::task::block_in_place(|| ways.for_each(|way| drop(spoken(way))));
    let mut call = Call::dial(from).await;
    let reason = call.answers(answers).await;
    assert_eq!(reason, HangUpReason::Done, "{}", call.told());
    call
}

fn assert_intent(call: &Call, intent: &str) {
    let understood = call.intents();
    assert!(understood.iter().any(|it| it == intent), "{}", call.told());
}

/// The one effect is a payment link to the number that rings.
fn assert_link_sent(call: &Call) {
    let effects = call.effects();
    let [(Request::SendPaymentLink { phone, .. }, Reply::Sent { .. })] = effects.as_slice() else {
        panic!("{effects:?}\n{}", call.told());
    };
    assert_eq!(phone.as_str(), WANG);
}

/// `2026-10`.
fn last_month() -> String {
    let today = chrono::Local::now().date_naive();
    (today - chrono::Months::new(1)).format("%Y-%m").to_string()
}

#[test]
fn a_customer_hears_the_bill_and_gets_the_link() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["我要查水费"])),
            ("尾号六二三零", CORRECT),
            ("发到", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(WANG, answers).await;
        assert_intent(&call, "bill_lookup");
        assert!(call.was_told("水费17.25元，还没交"), "{}", call.told());
        assert_link_sent(&call);
    });
}

#[test]
fn a_stranger_says_the_account_number_and_hears_its_bill() {
    run(async {
        let number: Act = Says(&[
            "幺零零八，六二三零",
            "幺零零八六二三零",
            "一零零八，六二三零",
        ]);
        let answers: &Answers = &[
            ("要办什么", Says(&["我要查水费"])),
            ("户号是幺零零八，六二三零", CORRECT),
            ("对吗", Says(&["不对"])),
            ("再说一遍前四位", Says(&["幺零零八"])),
            ("再说一遍后四位", Says(&["六二三零"])),
            ("户号", number),
            ("发到", Says(&["不用了"])),
            ("别的手机", Says(&["不用了"])),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert!(call.was_told("水费17.25元，还没交"), "{}", call.told());
        assert!(call.effects().is_empty(), "{:?}", call.effects());
    });
}

#[test]
fn an_account_is_found_by_its_address() {
    run(async {
        let address: Act = Says(&["延长路五十号四零五室", "普陀区延长路五十号四零五室"]);
        let answers: &Answers = &[
            ("要办什么", Says(&["我不知道户号是多少，帮我查一下户号"])),
            ("按地址查", Says(&["按地址查"])),
            ("或者水表号", Says(&["按我家的地址查"])),
            ("是延长路50号405室", CORRECT),
            ("对吗", address),
            ("地址", address),
            ("路名", address),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "account_lookup");
        assert!(call.was_told("户号是幺零幺六，四七四九"), "{}", call.told());
    });
}

#[test]
fn who_wants_to_pay_is_sent_the_link_and_pays_nothing_by_voice() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["我想交水费"])),
            ("尾号六二三零", CORRECT),
            ("发到", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(WANG, answers).await;
        assert_intent(&call, "payment");
        assert!(call.was_told("电话里不收钱"));
        assert_link_sent(&call);
    });
}

#[test]
fn a_bill_that_did_not_come_is_sent_again() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["上个月的账单没收到，给我补一张"])),
            ("尾号六二三零", CORRECT),
            ("哪个月", Says(&["上个月", "我要补上个月的"])),
            ("请说月份", Says(&["上个月的账单"])),
            ("您现在这个电话", CORRECT),
            ("发到尾号", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(WANG, answers).await;
        assert_intent(&call, "bill_reissue");
        let effects = call.effects();
        let [(Request::ReissueBill { month, phone, .. }, Reply::Sent { .. })] = effects.as_slice()
        else {
            panic!("{effects:?}\n{}", call.told());
        };
        assert_eq!((month, phone.as_str()), (&last_month(), WANG));
    });
}

#[test]
fn an_outage_is_told_by_the_road() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["今天是不是停水了"])),
            ("哪里", Says(&["政通路"])),
            ("什么路", Says(&["我家在政通路"])),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "outage_info");
        assert!(call.was_told("政通路"), "{}", call.told());
        assert!(call.was_told("水管爆裂"), "{}", call.told());
    });
}

#[test]
fn the_newest_ticket_of_the_telephone_is_told() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["我报修的工单处理得怎么样了"])),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk("15400000002", answers).await;
        assert_intent(&call, "ticket_status");
        assert!(call.was_told("已经派给维修人员"), "{}", call.told());
    });
}

#[test]
fn a_common_question_is_answered() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["办理过户要什么材料"])),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "business_info");
        assert!(call.was_told("身份证"), "{}", call.told());
    });
}

#[test]
fn a_complaint_becomes_a_ticket() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["我要投诉"])),
            ("什么事", Says(&["你们抄表抄错了三次"])),
            ("投诉什么", Says(&["你们抄表抄错了三次"])),
            ("您现在这个电话", CORRECT),
            ("登记投诉", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "complaint");
        assert_eq!(call.ticket().category, "complaint");
    });
}

#[test]
fn a_suggestion_is_kept() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["我想提个建议"])),
            ("您请讲", Says(&["停水的时候能不能提前发个短信"])),
            ("您的建议", Says(&["停水的时候能不能提前发个短信"])),
            ("记下来", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "suggestion");
        assert_eq!(call.ticket().category, "suggestion");
    });
}

#[test]
fn a_leak_becomes_a_ticket_with_what_where_and_since_when() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["我要报修"])),
            ("您可以说", Says(&["我家水管漏水，我要报修"])),
            ("哪里坏了", Says(&["厨房的水管漏水了"])),
            ("是延长路50号", CORRECT),
            ("地址是", Says(&["不对，是延长路五十号"])),
            ("请说地址", Says(&["延长路五十号"])),
            ("路名", Says(&["延长路五十号"])),
            ("什么路", Says(&["延长路五十号"])),
            ("什么时候开始", Says(&["昨天晚上开始的"])),
            ("漏得厉害吗", Says(&["不厉害，滴水"])),
            ("还是不厉害", Says(&["不厉害"])),
            ("您现在这个电话", CORRECT),
            ("登记", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "repair");
        let ticket = call.ticket();
        assert!(ticket.category.starts_with("repair"), "{ticket:?}");
        assert_eq!(ticket.urgency, Urgency::Normal);
        let address = ticket.address.unwrap();
        assert!(address.contains("延长路50号"), "{}", address.0);
        assert!(ticket.since.is_some());
        assert_eq!(ticket.phone.unwrap().as_str(), STRANGER);
    });
}

#[test]
fn a_burst_pipe_becomes_an_urgent_ticket() {
    run(async {
        let answers: &Answers = &[
            ("要办什么", Says(&["水管爆了，水一直往外喷"])),
            ("是复兴中路1195弄", CORRECT),
            ("地址是", Says(&["不对，是复兴中路一千一百九十五弄"])),
            ("请说地址", Says(&["复兴中路一千一百九十五弄"])),
            ("路名", Says(&["复兴中路一千一百九十五弄"])),
            ("什么路", Says(&["复兴中路一千一百九十五弄"])),
            ("什么时候开始", Says(&["刚刚"])),
            ("您现在这个电话", CORRECT),
            ("登记", CORRECT),
            ("还有什么", NOTHING_ELSE),
        ];
        let call = talk(STRANGER, answers).await;
        assert_intent(&call, "repair.burst");
        let ticket = call.ticket();
        assert_eq!(
            (ticket.category.as_str(), ticket.urgency),
            ("repair.burst", Urgency::Urgent)
        );
        let address = ticket.address.unwrap();
        assert!(address.contains("复兴中路1195弄"), "{}", call.told());
    });
}
