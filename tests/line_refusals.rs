//! Who and what is refused, and that calls in progress do not suffer.

mod support;

use lingting::config::Strangers;
use lingting::telephony::{LegEvent, Line, LineConfig, LineError};
use std::path::PathBuf;
use std::time::Duration;
use support::baresip::{Baresip, Setup};
use support::line::{config, open};
use support::sound;
use support::wire::{SDP, SDP_TYPE, Wire};

#[tokio::test]
async fn a_stranger_is_refused_before_any_ringing() {
    let mut line = open(config()).await;
    let stranger = Wire::from("127.0.0.9", line.line.local_addr()).await;
    let invite = stranger.request("INVITE", 1, SDP_TYPE, SDP);
    stranger.send(invite.as_bytes()).await;
    let first = stranger.receive(support::PATIENCE).await.unwrap();
    assert!(first.starts_with("SIP/2.0 403"), "{first}");
    assert!(!first.contains("rsipstack"), "{first}");
    // The same question gets the same answer: nothing was remembered.
    stranger.send(invite.as_bytes()).await;
    assert_eq!(stranger.answer().await, first);
    assert!(line.calls.try_recv().is_err());
}

#[tokio::test]
async fn a_stranger_may_be_left_without_any_answer() {
    let mut line = open(LineConfig {
        strangers: Strangers::Ignore,
        ..config()
    })
    .await;
    let stranger = Wire::from("127.0.0.9", line.line.local_addr()).await;
    let trunk = Wire::from("127.0.0.1", line.line.local_addr()).await;
    for method in ["INVITE", "OPTIONS", "SUBSCRIBE"] {
        stranger
            .send(stranger.request(method, 1, SDP_TYPE, SDP).as_bytes())
            .await;
    }
    // Once a later request of the trunk is answered, the stranger's would have been.
    trunk
        .send(trunk.request("OPTIONS", 2, "", "").as_bytes())
        .await;
    assert!(trunk.answer().await.starts_with("SIP/2.0 200"));
    assert_eq!(stranger.receive(Duration::from_millis(100)).await, None);
    assert!(line.calls.try_recv().is_err());
}

#[tokio::test]
async fn a_full_line_tells_when_to_try_again() {
    let mut line = open(LineConfig {
        calls: 1,
        ..config()
    })
    .await;
    let mut caller = Baresip::start(Setup {
        user: "13800138000",
        ..Setup::default()
    })
    .await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    let second = Wire::from("127.0.0.1", line.line.local_addr()).await;
    second
        .send(second.request("INVITE", 1, SDP_TYPE, SDP).as_bytes())
        .await;
    let answer = second.answer().await;
    assert!(
        answer.starts_with("SIP/2.0 503") && answer.contains("Retry-After: "),
        "{answer}"
    );
    caller.command("hangup", "").await;
    leg.end().await;
    drop(leg);
    // There is room again once the leg has ended.
    while line.line.calls() > 0 {
        tokio::task::yield_now().await;
    }
    caller.command("dial", &line.uri).await;
    line.answer().await;
}

#[tokio::test]
async fn a_draining_line_keeps_its_calls_and_takes_no_new_ones() {
    let mut line = open(config()).await;
    let says = sound::tone(440.0, 10_000).to_vec();
    let mut caller = Baresip::start(Setup {
        user: "13800138000",
        says,
        ..Setup::default()
    })
    .await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    line.line.drain();
    let second = Wire::from("127.0.0.1", line.line.local_addr()).await;
    second
        .send(second.request("INVITE", 1, SDP_TYPE, SDP).as_bytes())
        .await;
    assert!(second.answer().await.starts_with("SIP/2.0 503"));
    leg.listen(1_000).await;
    assert!(sound::purity(&leg.heard, 440.0) > 0.99);
}

#[tokio::test]
async fn what_cannot_be_done_is_answered_with_its_reason() {
    let line = open(config()).await;
    let trunk = Wire::from("127.0.0.1", line.line.local_addr()).await;
    let video = SDP.replace("m=audio 40000 RTP/AVP 8", "m=video 40000 RTP/AVP 31");
    let cases = [
        ("INVITE", SDP_TYPE.to_owned(), video.as_str(), "488"),
        ("INVITE", SDP_TYPE.to_owned(), "v=0\r\nnonsense\r\n", "400"),
        (
            "INVITE",
            "Content-Type: text/plain\r\n".to_owned(),
            "hello",
            "415",
        ),
        (
            "INVITE",
            format!("Require: 100rel\r\n{SDP_TYPE}"),
            SDP,
            "420",
        ),
        (
            "INVITE",
            format!("Supported: timer\r\nSession-Expires: 30\r\n{SDP_TYPE}"),
            SDP,
            "422",
        ),
        ("SUBSCRIBE", String::new(), "", "405"),
        ("BYE", String::new(), "", "481"),
        ("OPTIONS", String::new(), "", "200"),
    ];
    for (id, (method, headers, body, code)) in (1..).zip(cases) {
        trunk
            .send(trunk.request(method, id, &headers, body).as_bytes())
            .await;
        let answer = trunk.answer().await;
        assert!(
            answer.starts_with(&format!("SIP/2.0 {code}")),
            "{method} {headers}{body}: {answer}"
        );
        let ack = trunk.request("ACK", id, "", "");
        trunk.send(ack.as_bytes()).await;
    }
}

#[tokio::test]
async fn a_port_in_use_is_named() {
    let line = open(config()).await;
    let taken = line.line.local_addr();
    let second = Line::open(LineConfig {
        listen: taken,
        ..config()
    })
    .await;
    let error = second.err().expect("the port was taken");
    assert!(matches!(error, LineError::Listen { .. }), "{error}");
    assert!(error.to_string().contains(&taken.to_string()), "{error}");
}

#[tokio::test]
async fn a_caller_whose_sound_never_comes_is_told_lost() {
    let no_media_timeout = Duration::from_millis(200);
    let mut line = open(LineConfig {
        no_media_timeout,
        ..config()
    })
    .await;
    let trunk = Wire::from("127.0.0.1", line.line.local_addr()).await;
    trunk
        .send(trunk.request("INVITE", 1, SDP_TYPE, SDP).as_bytes())
        .await;
    let mut leg = line.answer().await;
    assert_eq!(leg.news().await, LegEvent::MediaLost);
}

#[tokio::test]
async fn a_closed_line_gives_its_port_back() {
    let line = open(config()).await;
    let listen = line.line.local_addr();
    line.line.close().await;
    let again = async {
        while Line::open(LineConfig { listen, ..config() }).await.is_err() {
            tokio::task::yield_now().await;
        }
    };
    support::soon("the port", again).await;
}

fn data() -> PathBuf {
    std::env::var_os("LINGTING_DATA").map_or_else(|| "../shared/data".into(), PathBuf::from)
}

#[tokio::test]
async fn torture_does_not_hurt_a_call() {
    let mut line = open(config()).await;
    let says = sound::tone(440.0, 60_000).to_vec();
    let mut caller = Baresip::start(Setup {
        user: "13800138000",
        says,
        ..Setup::default()
    })
    .await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    let torturer = Wire::from("127.0.0.1", line.line.local_addr()).await;
    let folder = data().join("suites/sip_torture_rfc4475");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "dat"));
    files.sort();
    assert_eq!(files.len(), 48);
    for path in &files {
        torturer.send(&std::fs::read(path).unwrap()).await;
        // Whatever it was, the line still answers the next one.
        torturer
            .send(
                torturer
                    .request("OPTIONS", 7_000 + path.as_os_str().len() as u32, "", "")
                    .as_bytes(),
            )
            .await;
        while !torturer.answer().await.contains("OPTIONS") {}
        while let Ok(call) = line.calls.try_recv() {
            call.reject(603, None);
        }
    }
    leg.heard.clear();
    leg.listen(1_000).await;
    assert!(sound::purity(&leg.heard, 440.0) > 0.99);
    assert_eq!(leg.leg.stats().lost, 0);
    caller.command("hangup", "").await;
    assert_eq!(leg.end().await, "the far end hung up");
}

#[tokio::test]
async fn packets_that_are_not_the_callers_are_not_heard() {
    let port = support::free_port();
    let mut line = open(LineConfig {
        rtp_ports: (port, port + 1),
        ..config()
    })
    .await;
    let says = sound::tone(440.0, 60_000).to_vec();
    let mut caller = Baresip::start(Setup {
        user: "13800138000",
        says,
        ..Setup::default()
    })
    .await;
    caller.command("dial", &line.uri).await;
    let mut leg = line.answer().await;
    leg.listen(500).await;
    let intruder = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
    let before = leg.leg.stats();
    for sequence in 0..200u16 {
        let mut packet = vec![0x80, 8, 0, sequence as u8, 0, 0, 0, 0, 1, 2, 3, 4];
        packet.extend([0x2a; 160]);
        let cut = usize::from(sequence % 14);
        let packet = if sequence % 2 == 0 {
            &packet[..]
        } else {
            &packet[..cut]
        };
        intruder.send_to(packet, ("127.0.0.1", port)).unwrap();
    }
    leg.heard.clear();
    leg.listen(1_000).await;
    assert!(sound::purity(&leg.heard, 440.0) > 0.99);
    let after = leg.leg.stats();
    assert!(
        after.received - before.received < 100,
        "{before:?} {after:?}"
    );
}
