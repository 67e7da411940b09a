//! Sessions as trunks negotiate them, with SIPp as the caller.

mod support;

use lingting::telephony::LegEvent;
use support::line::{Opened, config, open};
use support::sipp::{self, SDP, request};

const OK: &str = "<recv response=\"100\" optional=\"true\"/>\n<recv response=\"180\" optional=\"true\"/>\n<recv response=\"200\" rtd=\"true\" rrs=\"true\"";

/// Expects 200 with a header or body that matches.
fn ok(header: &str, regexp: &str) -> String {
    let search = if header.is_empty() {
        "search_in=\"msg\"".into()
    } else {
        format!("search_in=\"hdr\" header=\"{header}\"")
    };
    format!(
        "{OK}><action><ereg regexp=\"{regexp}\" {search} check_it=\"true\" assign_to=\"1\"/></action></recv>\n<Reference variables=\"1\"/>\n"
    )
}

fn hang_up(cseq: u32) -> String {
    request("BYE", cseq, true, "", "") + "<recv response=\"200\"/>\n"
}

/// Answers the next call while SIPp plays its scenario; gives the leg's news up to its end.
async fn play(mut line: Opened, scenario: &str) -> Vec<LegEvent> {
    let target = line.line.local_addr();
    let answering = async {
        let mut leg = line.answer().await;
        let mut news = Vec::new();
        loop {
            let event = leg.news().await;
            news.push(event.clone());
            if let LegEvent::Ended { .. } = event {
                return news;
            }
        }
    };
    let (news, ()) = tokio::join!(answering, sipp::run(scenario, target));
    news
}

fn far_end_hung_up() -> LegEvent {
    LegEvent::Ended {
        reason: "the far end hung up".into(),
    }
}

#[tokio::test]
async fn a_caller_without_an_offer_is_offered_both_laws() {
    let scenario = request("INVITE", 1, false, "", "")
        + &ok("", "m=audio [0-9]+ RTP/AVP 8 0 101")
        + &request("ACK", 1, true, "", SDP)
        + "<pause milliseconds=\"300\"/>\n"
        + &hang_up(2);
    assert_eq!(
        play(open(config()).await, &scenario).await,
        [far_end_hung_up()]
    );
}

#[tokio::test]
async fn a_caller_who_does_not_know_timers_is_told_that_we_refresh() {
    let scenario = request("INVITE", 1, false, "", SDP)
        + &ok("Session-Expires:", "1800;refresher=uas")
        + &request("ACK", 1, true, "", "")
        + &hang_up(2);
    assert_eq!(
        play(open(config()).await, &scenario).await,
        [far_end_hung_up()]
    );
}

#[tokio::test]
async fn a_caller_may_refresh_with_an_invite_or_an_update() {
    let timer = "Supported: timer\nSession-Expires: 600;refresher=uac\n";
    let scenario = request("INVITE", 1, false, timer, SDP)
        + &ok("Session-Expires:", "600;refresher=uac")
        + &request("ACK", 1, true, "", "")
        + &request("INVITE", 2, true, timer, SDP)
        + &ok("Session-Expires:", "600;refresher=uac")
        + &request("ACK", 2, true, "", "")
        + &request("UPDATE", 3, true, timer, "")
        + &ok("Session-Expires:", "600;refresher=uac")
        + &hang_up(4);
    assert_eq!(
        play(open(config()).await, &scenario).await,
        [far_end_hung_up()]
    );
}

#[tokio::test]
async fn an_old_hold_by_the_address_nowhere_is_a_hold() {
    let nowhere = SDP.replace("c=IN IP4 [local_ip]", "c=IN IP4 0.0.0.0");
    let scenario = request("INVITE", 1, false, "", SDP)
        + &ok("", "a=sendrecv")
        + &request("ACK", 1, true, "", "")
        + &request("INVITE", 2, true, "", &nowhere)
        + &ok("", "a=recvonly")
        + &request("ACK", 2, true, "", "")
        + &request("INVITE", 3, true, "", "")
        + &ok("", "a=sendrecv")
        + &request("ACK", 3, true, "", SDP)
        + "<pause milliseconds=\"300\"/>\n"
        + &hang_up(4);
    let news = play(open(config()).await, &scenario).await;
    assert_eq!(
        news,
        [
            LegEvent::Hold(true),
            LegEvent::Hold(false),
            far_end_hung_up()
        ]
    );
}

#[tokio::test]
async fn options_within_a_call_leave_it_as_it_was() {
    let scenario = request("INVITE", 1, false, "", SDP)
        + &ok("", "m=audio")
        + &request("ACK", 1, true, "", "")
        + &request("OPTIONS", 2, true, "", "")
        + &ok("Allow:", "UPDATE")
        + &request("INFO", 3, true, "", "")
        + "<recv response=\"405\"/>\n"
        + &hang_up(4);
    assert_eq!(
        play(open(config()).await, &scenario).await,
        [far_end_hung_up()]
    );
}

#[tokio::test]
async fn an_offer_that_cannot_be_taken_leaves_the_call_as_it_was() {
    let video = SDP.replace("m=audio", "m=video");
    let scenario = request("INVITE", 1, false, "", SDP)
        + &ok("", "m=audio")
        + &request("ACK", 1, true, "", "")
        + &request("INVITE", 2, true, "", &video)
        + "<recv response=\"100\" optional=\"true\"/>\n<recv response=\"488\"/>\n"
        + &request("ACK", 2, true, "", "")
        + &hang_up(3);
    assert_eq!(
        play(open(config()).await, &scenario).await,
        [far_end_hung_up()]
    );
}
