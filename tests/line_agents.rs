//! Agents' telephones: registered, rung, bridged; with baresip as the telephone.

mod support;

use lingting::event::AgentId;
use lingting::telephony::{DialEvent, Dialing, Leg, LegEvent, LineError};
use support::baresip::{Baresip, Setup};
use support::line::{Listener, Opened, config, open};
use support::{soon, sound};

async fn telephone(line: &Opened, says: Vec<i16>, answers: bool) -> Baresip {
    let registrar = line.line.local_addr().to_string();
    let register = Some((registrar, "secret"));
    let phone = Baresip::start(Setup {
        user: "1001",
        register,
        says,
        answers,
        ..Setup::default()
    })
    .await;
    line.registered("1001").await;
    phone
}

fn ring(line: &Opened) -> Dialing {
    line.line
        .dial_agent(&AgentId("1001".into()), "查水费 138…")
        .unwrap()
}

async fn next(dialing: &mut Dialing) -> DialEvent {
    soon("news of the dialing", dialing.next())
        .await
        .expect("the dialing is over")
}

async fn answered(dialing: &mut Dialing) -> Leg {
    loop {
        match next(dialing).await {
            DialEvent::Ringing => {}
            DialEvent::Answered(leg) => return leg,
            DialEvent::Failed { code, reason } => panic!("{code} {reason}"),
        }
    }
}

#[tokio::test]
async fn an_agent_is_rung_answers_and_hears_the_summary() {
    let line = open(config()).await;
    let mut phone = telephone(&line, sound::tone(440.0, 5_000).to_vec(), false).await;
    let mut dialing = ring(&line);
    let incoming = phone.event("CALL_INCOMING").await;
    assert!(
        incoming["peeruri"].as_str().unwrap().contains("hotline"),
        "{incoming}"
    );
    assert!(matches!(next(&mut dialing).await, DialEvent::Ringing));
    phone.command("accept", "").await;
    let mut leg = Listener::new(answered(&mut dialing).await);
    leg.leg.player().play(1, sound::tone(1_000.0, 800));
    assert_eq!(leg.news().await, LegEvent::PromptStarted(1));
    leg.listen(1_500).await;
    phone.command("hangup", "").await;
    assert_eq!(leg.end().await, "the far end hung up");
    assert!(sound::purity(&leg.heard, 440.0) > 0.99);
    assert!(sound::purity(&phone.heard(), 1_000.0) > 0.99);
}

#[tokio::test]
async fn an_agent_who_declines_is_busy() {
    let line = open(config()).await;
    let mut phone = telephone(&line, Vec::new(), false).await;
    let mut dialing = ring(&line);
    phone.event("CALL_INCOMING").await;
    phone.command("hangup", "").await;
    assert!(matches!(next(&mut dialing).await, DialEvent::Ringing));
    let failed = next(&mut dialing).await;
    assert!(
        matches!(failed, DialEvent::Failed { code: 486, .. }),
        "{failed:?}"
    );
}

#[tokio::test]
async fn an_agent_who_does_not_answer_is_no_longer_rung() {
    let line = open(config()).await;
    let mut phone = telephone(&line, Vec::new(), false).await;
    let mut dialing = ring(&line);
    assert!(matches!(next(&mut dialing).await, DialEvent::Ringing));
    dialing.cancel();
    phone.event("CALL_CLOSED").await;
    let failed = next(&mut dialing).await;
    assert!(
        matches!(failed, DialEvent::Failed { code: 487, .. }),
        "{failed:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_registers_nobody_and_nobody_can_be_rung() {
    let line = open(config()).await;
    let register = Some((line.line.local_addr().to_string(), "guess"));
    let phone = Baresip::start(Setup {
        user: "1001",
        register,
        ..Setup::default()
    })
    .await;
    phone.prints("401 Unauthorized").await;
    let agent = AgentId("1001".into());
    assert!(!line.line.registered(&agent));
    let refused = line.line.dial_agent(&agent, "").unwrap_err();
    assert!(matches!(refused, LineError::NotRegistered(_)), "{refused}");
}

#[tokio::test]
async fn a_telephone_that_leaves_is_no_longer_registered() {
    let line = open(config()).await;
    let mut phone = telephone(&line, Vec::new(), false).await;
    phone.command("quit", "").await;
    let mut registrations = line.line.watch_registrations();
    soon(
        "its leaving",
        registrations.wait_for(|registered| registered.is_empty()),
    )
    .await
    .unwrap();
}

#[tokio::test]
async fn a_telephone_on_tcp_is_rung_over_its_own_connection() {
    let line = open(config()).await;
    let register = Some((line.line.local_addr().to_string(), "secret"));
    let setup = Setup {
        user: "1001",
        register,
        answers: true,
        transport: "tcp",
        ..Setup::default()
    };
    let mut phone = Baresip::start(setup).await;
    line.registered("1001").await;
    let mut leg = Listener::new(answered(&mut ring(&line)).await);
    leg.leg.hangup();
    phone.event("CALL_CLOSED").await;
    assert_eq!(leg.end().await, "we hung up");
}

#[tokio::test]
async fn a_bridged_caller_and_agent_hear_each_other() {
    let mut line = open(config()).await;
    let mut phone = telephone(&line, sound::tone(660.0, 20_000).to_vec(), true).await;
    let says = sound::tone(440.0, 20_000).to_vec();
    let mut caller = Baresip::start(Setup {
        user: "13800138000",
        says,
        ..Setup::default()
    })
    .await;
    caller.command("dial", &line.uri).await;
    let mut from_caller = line.answer().await;
    let mut from_agent = Listener::new(answered(&mut ring(&line)).await);
    let (to_caller, to_agent) = (from_caller.leg.player(), from_agent.leg.player());
    while from_caller.heard.len() < 3 * 8_000 {
        tokio::select! {
            event = from_caller.next() => if let LegEvent::Frame { heard: frame, .. } = event {
                to_agent.send_frame(&frame);
            },
            event = from_agent.next() => if let LegEvent::Frame { heard: frame, .. } = event {
                to_caller.send_frame(&frame);
            },
        }
    }
    from_caller.leg.hangup();
    from_agent.leg.hangup();
    caller.event("CALL_CLOSED").await;
    phone.event("CALL_CLOSED").await;
    let (caller_heard, agent_heard) = (caller.heard(), phone.heard());
    assert!(sound::purity(&caller_heard, 660.0) > 0.99);
    assert!(sound::purity(&agent_heard, 440.0) > 0.99);
    assert!(
        sound::loud_ms(&caller_heard) > 2_000,
        "{}",
        sound::loud_ms(&caller_heard)
    );
}

#[tokio::test]
async fn our_own_caller_rings_our_own_line_and_presses_keys() {
    let mut hotline = open(config()).await;
    let caller = open(config()).await;
    let mut dialing = caller.line.dial(&hotline.uri, "13800138000").unwrap();
    let call = hotline.call().await;
    assert_eq!(call.from.as_str(), "13800138000");
    let mut leg = Listener::new(soon("the answer", call.answer()).await.unwrap());
    let dialled = Listener::new(answered(&mut dialing).await);
    let player = dialled.leg.player();
    for key in "10086235#".chars() {
        assert!(player.press(key));
    }
    assert_eq!(leg.keys(9).await, "10086235#");
    drop(dialled);
    assert_eq!(leg.end().await, "the far end hung up");
}
