//! Callers at once: two telephones of one make and a silent one of another, each with its own business.

use crate::support::caller::Act::Says;
use crate::support::caller::{Call, NOTHING_ELSE, STRANGER};
use crate::support::house::{house, run};
use crate::support::sipp::{self, SDP, request};
use lingting::event::{Decision, HangUpReason, Input, Kind, Record};
use lingting::store::News;

#[test]
fn three_callers_at_once_are_each_answered() {
    run(async {
        let outage = async {
            let mut call = Call::dial(STRANGER).await;
            let reason = call
                .answers(&[
                    ("要办什么", Says(&["今天是不是停水了"])),
                    ("哪里", Says(&["政通路"])),
                    ("什么路", Says(&["我家在政通路"])),
                    ("还有什么", NOTHING_ELSE),
                ])
                .await;
            assert_eq!(reason, HangUpReason::Done, "{}", call.told());
            assert!(call.was_told("水管爆裂"), "{}", call.told());
            assert!(!call.was_told("派给维修人员"), "{}", call.told());
        };
        let ticket = async {
            let mut call = Call::dial("15400000002").await;
            let reason = call
                .answers(&[
                    ("要办什么", Says(&["我报修的工单处理得怎么样了"])),
                    ("还有什么", NOTHING_ELSE),
                ])
                .await;
            assert_eq!(reason, HangUpReason::Done, "{}", call.told());
            assert!(call.was_told("已经派给维修人员"), "{}", call.told());
            assert!(!call.was_told("停水"), "{}", call.told());
        };
        tokio::join!(outage, ticket, silent_sipp());
    });
}

/// SIPp calls, sends silence, and is hung up on politely.
async fn silent_sipp() {
    let (_, mut news) = house().await.store.watch();
    let silence = "<nop><action><exec rtp_stream=\"silence.alaw,-1,8\"/></action></nop>\n";
    let scenario = request("INVITE", 1, false, "", SDP)
        + "<recv response=\"100\" optional=\"true\"/>\n<recv response=\"180\" optional=\"true\"/>\n\
           <recv response=\"200\" rrs=\"true\"/>\n"
        + &request("ACK", 1, true, "", "")
        + silence
        + "<recv request=\"BYE\"/>\n\
           <send><![CDATA[\nSIP/2.0 200 OK\n[last_Via:]\n[last_From:]\n[last_To:]\n[last_Call-ID:]\n[last_CSeq:]\n\
           Content-Length: 0\n\n]]></send>\n";
    let target = house().await.line.local_addr();
    sipp::run_with(&scenario, target, &[("silence.alaw", &[0xd5; 8_000])]).await;
    let mut call = None;
    let mut asked = false;
    loop {
        let News { call: id, event } = news.recv().await.unwrap();
        match &event.kind {
            Kind::Input(Input::Answered { to, .. }) if to == "95598" => call = Some(id),
            Kind::Decision(Decision::Say { text, .. }) if call == Some(id) => {
                asked |= text.contains("您还在吗");
            }
            Kind::Record(Record::Ended { reason, .. }) if call == Some(id) => {
                assert_eq!((*reason, asked), (HangUpReason::Silence, true));
                return;
            }
            _ => {}
        }
    }
}
