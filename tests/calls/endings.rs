//! Callers who hang up in the middle of each state: the call is closed, nobody is kept waiting, nothing is lost.

use crate::support::caller::{Call, STRANGER};
use crate::support::house::{agent, desk, house, leaves, run};
use lingting::event::{AgentNews, Decision, HangUpReason, Kind, Reply, Request};

/// Rings and is asked what is wanted.
async fn asked() -> Call {
    let mut call = Call::dial(STRANGER).await;
    call.asked("要办什么").await;
    call
}

#[test]
fn in_the_greeting() {
    run(async {
        let mut call = Call::dial(STRANGER).await;
        call.begins_to_say("您好").await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
    });
}

#[test]
fn when_asked_for_a_number() {
    run(async {
        let mut call = asked().await;
        call.phone.press("1").await;
        call.begins_to_say("请说八位户号").await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
    });
}

#[test]
fn in_the_read_back() {
    run(async {
        let mut call = asked().await;
        call.phone.press("1").await;
        call.asked("请说八位户号").await;
        call.phone.press("10086230").await;
        call.begins_to_say("户号是").await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
    });
}

#[test]
fn while_the_back_office_opens_the_ticket_which_is_kept() {
    run(async {
        let _desk = desk().await;
        let mut call = asked().await;
        call.phone.press("0").await;
        call.asked("也可以留言").await;
        call.phone.press("2").await;
        call.asked("回电打尾号").await;
        call.phone.press("1").await;
        call.until("the ticket", |kind| {
            matches!(
                kind,
                Kind::Decision(Decision::Ask {
                    request: Request::CreateTicket(_),
                    ..
                })
            )
        })
        .await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
        let effects = call.effects();
        assert!(
            matches!(effects.as_slice(), [(Request::CreateTicket(draft), Reply::Ticket(_))] if draft.category == "callback"),
            "{effects:?}"
        );
    });
}

#[test]
fn in_the_queue() {
    run(async {
        let _desk = desk().await;
        let mut call = asked().await;
        call.phone.press("0").await;
        call.asked("也可以留言").await;
        call.phone.press("1").await;
        call.begins_to_say("请您稍等").await;
        assert_eq!(house().await.desk.waiting(), 1);
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
        assert_eq!(house().await.desk.waiting(), 0);
    });
}

#[test]
fn while_the_agent_is_rung_whose_telephone_falls_silent() {
    run(async {
        let _desk = desk().await;
        let mut agent = agent(false).await;
        let mut call = asked().await;
        call.phone.press("0").await;
        call.until_agent("the ringing", |news| {
            matches!(news, AgentNews::Ringing { .. })
        })
        .await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
        agent.event("CALL_CLOSED").await;
        leaves(agent).await;
    });
}

#[test]
fn while_the_agent_hears_the_summary() {
    run(async {
        let _desk = desk().await;
        let mut agent = agent(true).await;
        let mut call = asked().await;
        call.phone.press("0").await;
        call.until_agent("the pick-up", |news| {
            matches!(news, AgentNews::PickedUp { .. })
        })
        .await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
        agent.event("CALL_CLOSED").await;
        leaves(agent).await;
    });
}

#[test]
fn in_talk_with_the_agent() {
    run(async {
        let _desk = desk().await;
        let mut agent = agent(true).await;
        let mut call = asked().await;
        call.phone.press("0").await;
        call.until_agent("the bridge", |news| {
            matches!(news, AgentNews::Bridged { .. })
        })
        .await;
        assert_eq!(call.hangs_up().await, HangUpReason::CallerLeft);
        agent.event("CALL_CLOSED").await;
        leaves(agent).await;
    });
}
