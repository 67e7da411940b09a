//! The writing of our descriptions.

use super::{Direction, Local, OUR_EVENT_TYPE, codec_name, static_type};
use crate::audio::g711::Law;
use std::fmt::Write;

impl Local {
    /// An offer of both laws, A-law first as is usual outside America and Japan.
    pub fn offer(&self) -> String {
        let mut text = head(*self);
        let codings = [Law::A, Law::Mu].map(|law| (static_type(law), law));
        audio(
            &mut text,
            self.port,
            &codings,
            Some(OUR_EVENT_TYPE),
            Direction::SendRecv,
        );
        text
    }
}

/// The lines before the streams.
pub(super) fn head(local: Local) -> String {
    let family = if local.address.is_ipv4() {
        "IP4"
    } else {
        "IP6"
    };
    let Local {
        address,
        session,
        version,
        ..
    } = local;
    format!(
        "v=0\r\no=- {session} {version} IN {family} {address}\r\ns=-\r\nc=IN {family} {address}\r\nt=0 0\r\n"
    )
}

/// One audio stream.
pub(super) fn audio(
    text: &mut String,
    port: u16,
    codings: &[(u8, Law)],
    event_type: Option<u8>,
    direction: Direction,
) {
    let numbers = codings.iter().map(|(number, _)| *number).chain(event_type);
    let formats = numbers
        .map(|number| number.to_string())
        .collect::<Vec<_>>()
        .join(" ");
    let _ = write!(text, "m=audio {port} RTP/AVP {formats}\r\n");
    for (number, codec) in codings {
        let _ = write!(text, "a=rtpmap:{number} {}/8000\r\n", codec_name(*codec));
    }
    if let Some(number) = event_type {
        let _ = write!(
            text,
            "a=rtpmap:{number} telephone-event/8000\r\na=fmtp:{number} 0-15\r\n"
        );
    }
    let _ = write!(text, "a=ptime:20\r\na={}\r\n", direction.name());
}
