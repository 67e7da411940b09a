//! Calls that come in, with baresip as the caller.

mod support;

use lingting::config::Strangers;
use lingting::telephony::{AllowList, IncomingCall, Leg, LegEvent, Line, LineConfig};
use std::collections::HashMap;
use std::time::Duration;
use support::baresip::{Baresip, Setup};
use support::{soon, sound};
use tokio::sync::mpsc;

fn config() -> LineConfig {
    LineConfig {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_ip: None,
        rtp_ports: (20_000, 29_999),
        trunks: AllowList::parse(&["127.0.0.1"]).unwrap(),
        strangers: Strangers::Refuse,
        realm: "lingting".into(),
        agents: HashMap::new(),
        calls: 10,
        no_media_timeout: Duration::from_secs(30),
        session_expires_s: 1800,
    }
}

async fn open(config: LineConfig) -> (Line, mpsc::Receiver<IncomingCall>, String) {
    let (line, calls) = Line::open(config).await.unwrap();
    let uri = format!("sip:95598@{}", line.local_addr());
    (line, calls, uri)
}

/// Reads a leg's events until one is found, keeping the sound heard meanwhile.
async fn until<T>(
    leg: &mut Leg,
    heard: &mut Vec<i16>,
    mut wanted: impl FnMut(&LegEvent) -> Option<T>,
) -> T {
    let search = async {
        loop {
            let event = leg.events.recv().await.expect("the leg ended");
            if let LegEvent::Frame { heard: frame, .. } = &event {
                heard.extend(frame);
            }
            if let Some(found) = wanted(&event) {
                return found;
            }
        }
    };
    soon("a leg's event", search).await
}

fn ended(event: &LegEvent) -> Option<String> {
    match event {
        LegEvent::Ended { reason } => Some(reason.clone()),
        _ => None,
    }
}

#[tokio::test]
async fn a_call_is_answered_and_both_sides_hear_each_other() {
    let (_line, mut calls, uri) = open(config()).await;
    let says = sound::tone(440.0, 3_000).to_vec();
    let mut caller = Baresip::start(Setup {
        user: "13800138000",
        says,
        ..Setup::default()
    })
    .await;
    caller.command("dial", &uri).await;
    let call = soon("a call", calls.recv()).await.unwrap();
    assert_eq!(
        (call.from.as_str(), call.to.as_str()),
        ("13800138000", "95598")
    );
    let mut leg = call.answer().await.unwrap();
    leg.player().play(7, sound::tone(1_000.0, 1_500));
    let mut heard = Vec::new();
    until(&mut leg, &mut heard, |event| {
        (*event == LegEvent::PromptStarted(7)).then_some(())
    })
    .await;
    let played = until(&mut leg, &mut heard, |event| match event {
        LegEvent::PromptEnded {
            tag: 7,
            played_ms,
            whole,
        } => Some((*played_ms, *whole)),
        _ => None,
    })
    .await;
    assert_eq!(played, (1_500, true));
    while heard.len() < 16_000 {
        until(&mut leg, &mut heard, |event| {
            matches!(event, LegEvent::Frame { .. }).then_some(())
        })
        .await;
    }
    caller.command("hangup", "").await;
    assert_eq!(
        until(&mut leg, &mut heard, ended).await,
        "the far end hung up"
    );
    assert!(
        sound::purity(&heard, 440.0) > 0.99,
        "{}",
        sound::purity(&heard, 440.0)
    );
    let echo = caller.heard();
    assert!(
        sound::purity(&echo, 1_000.0) > 0.99,
        "{}",
        sound::purity(&echo, 1_000.0)
    );
    let stats = leg.stats();
    assert!(stats.received > 80 && stats.lost == 0, "{stats:?}");
}
