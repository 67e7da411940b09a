//! SIPp: call flows written out message by message.

use super::PATIENCE;
use std::net::SocketAddr;
use std::process::Stdio;
use tokio::process::Command;

/// Runs a scenario (the inside of `<scenario>`) once against `target` and checks that each message was as
/// written. `[remote_ip]`, `[call_id]` and so on are SIPp's own keywords.
pub async fn run(scenario: &str, target: SocketAddr) {
    run_with(scenario, target, &[]).await;
}

/// Runs a scenario of at most two minutes that plays files.
pub async fn run_with(scenario: &str, target: SocketAddr, files: &[(&str, &[u8])]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    let patience = if files.is_empty() {
        PATIENCE
    } else {
        PATIENCE * 6
    };
    let file = folder.path().join("scenario.xml");
    let head = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\" ?>\n<scenario name=\"test\">\n";
    std::fs::write(&file, format!("{head}{scenario}\n</scenario>\n")).unwrap();
    let output = Command::new("sipp")
        .current_dir(folder.path())
        .args([
            "-sf",
            "scenario.xml",
            "-m",
            "1",
            "-nostdin",
            "-i",
            "127.0.0.1",
            "-timeout",
        ])
        .arg(patience.as_secs().to_string())
        .args(["-timeout_error", "-trace_err", "-error_file", "errors"])
        .arg(target.to_string())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .output()
        .await
        .expect("sipp is installed (apt package sip-tester)");
    let errors = std::fs::read_to_string(folder.path().join("errors")).unwrap_or_default();
    let printed = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        output.status.success(),
        "the call went otherwise than written:\n{errors}\n{printed}"
    );
}

/// A session description for scenarios.
pub const SDP: &str = "v=0\no=- 1 1 IN IP4 [local_ip]\ns=-\nc=IN IP4 [local_ip]\nt=0 0\n\
    m=audio [auto_media_port] RTP/AVP 8 101\na=rtpmap:8 PCMA/8000\na=rtpmap:101 telephone-event/8000\n";

/// A request of a scenario. `headers` ends each line with a newline; `body` may be empty.
pub fn request(method: &str, cseq: u32, to_tag: bool, headers: &str, body: &str) -> String {
    let to = if to_tag { "[peer_tag_param]" } else { "" };
    let kind = if body.is_empty() {
        ""
    } else {
        "Content-Type: application/sdp\n"
    };
    let retransmission = if method == "ACK" {
        ""
    } else {
        " retrans=\"500\""
    };
    format!(
        "<send{retransmission}><![CDATA[\n{method} sip:95598@[remote_ip]:[remote_port] SIP/2.0\n\
         Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]\n\
         From: <sip:13800000000@[local_ip]>;tag=[call_number]\nTo: <sip:95598@[remote_ip]>{to}\n\
         Call-ID: [call_id]\nCSeq: {cseq} {method}\nContact: <sip:caller@[local_ip]:[local_port]>\n\
         Max-Forwards: 70\n{headers}{kind}Content-Length: [len]\n\n{body}]]></send>\n"
    )
}
