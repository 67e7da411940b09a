//! Session descriptions (RFC 8866) and the offer and answer of one audio stream (RFC 3264).
//!
//! Only what a telephone call needs: G.711 in both laws and telephone events over plain RTP. Every other stream
//! of an offer is answered with port 0; an offer without a stream that we can take is not acceptable (488).

mod write;

use crate::audio::g711::Law;
use std::fmt::Write;
use std::net::IpAddr;
use write::{audio, head};

/// Static payload type of a law (RFC 3551 §6).
fn static_type(law: Law) -> u8 {
    match law {
        Law::Mu => 0,
        Law::A => 8,
    }
}

/// Name of a law in `rtpmap`.
pub fn codec_name(law: Law) -> &'static str {
    match law {
        Law::Mu => "PCMU",
        Law::A => "PCMA",
    }
}

/// Payload type that our offers give to telephone events.
const OUR_EVENT_TYPE: u8 = 101;

/// Which ways sound goes, seen from the one who writes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Direction {
    #[default]
    SendRecv,
    SendOnly,
    RecvOnly,
    Inactive,
}

impl Direction {
    fn parse(attribute: &str) -> Option<Direction> {
        match attribute {
            "sendrecv" => Some(Direction::SendRecv),
            "sendonly" => Some(Direction::SendOnly),
            "recvonly" => Some(Direction::RecvOnly),
            "inactive" => Some(Direction::Inactive),
            _ => None,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        }
    }

    /// The same, seen from the other end.
    pub fn reversed(self) -> Direction {
        match self {
            Direction::SendOnly => Direction::RecvOnly,
            Direction::RecvOnly => Direction::SendOnly,
            both => both,
        }
    }

    /// Whether the one who writes it wants to hear.
    pub fn hears(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::RecvOnly)
    }
}

/// One `m=` line with what belongs to it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Stream {
    kind: String,
    port: u16,
    protocol: String,
    formats: Vec<String>,
    host: Option<String>,
    direction: Option<Direction>,
    /// Payload type and `NAME/rate` in upper case.
    maps: Vec<(u8, String)>,
}

/// A session description, as far as it matters to us.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Description {
    host: Option<String>,
    direction: Option<Direction>,
    streams: Vec<Stream>,
}

/// What the other end will send and wants to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// Coding of what we send.
    pub law: Law,
    /// Payload type of what we send.
    pub payload_type: u8,
    /// Payload types that may arrive.
    pub receive: Vec<(u8, Law)>,
    /// Payload type of telephone events, where both ends know them.
    pub event_type: Option<u8>,
    /// Address or name that sound goes to.
    pub host: String,
    /// Its UDP port.
    pub port: u16,
    /// Ways of sound, seen from the other end.
    pub direction: Direction,
}

impl Agreed {
    /// Whether the other end has put us on hold: it does not want to hear us now (`0.0.0.0` is the old way
    /// to say so, RFC 3264 §8.4).
    pub fn held(&self) -> bool {
        !self.direction.hears() || self.host == "0.0.0.0" || self.host == "::"
    }
}

/// Why a session description was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// A line is not what it should be.
    #[error("line {line} of the session description is malformed")]
    Malformed {
        /// Counted from 1.
        line: usize,
    },
    /// No stream that we can take.
    #[error("the session description has no audio in G.711 over plain RTP")]
    NotAcceptable,
}

/// Our end of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Local {
    /// Address that sound comes to.
    pub address: IpAddr,
    /// Its UDP port.
    pub port: u16,
    /// Session id of the `o=` line.
    pub session: u64,
    /// Version of the `o=` line: rises with every description that we send.
    pub version: u64,
}

impl Description {
    /// Reads a session description. Unknown lines and attributes are passed over.
    pub fn parse(text: &str) -> Result<Description, SdpError> {
        let mut description = Description::default();
        let lines = text.lines().map(str::trim_end).enumerate();
        for (index, line) in lines.filter(|(_, line)| !line.is_empty()) {
            let malformed = SdpError::Malformed { line: index + 1 };
            let (kind, value) = line.split_once('=').ok_or(malformed.clone())?;
            match kind {
                "v" if value.trim() != "0" => return Err(malformed),
                "c" => {
                    let host = connection_host(value).ok_or(malformed)?;
                    match description.streams.last_mut() {
                        Some(stream) => stream.host = Some(host),
                        None => description.host = Some(host),
                    }
                }
                "m" => description
                    .streams
                    .push(Stream::parse(value).ok_or(malformed)?),
                "a" => description.attribute(value),
                _ => {}
            }
        }
        Ok(description)
    }

    fn attribute(&mut self, value: &str) {
        let direction = Direction::parse(value.trim());
        let Some(stream) = self.streams.last_mut() else {
            self.direction = direction.or(self.direction);
            return;
        };
        stream.direction = direction.or(stream.direction);
        let map = value
            .strip_prefix("rtpmap:")
            .and_then(|map| map.split_once(' '));
        if let Some((number, name)) = map
            && let Ok(number) = number.parse()
        {
            stream.maps.push((number, name.trim().to_ascii_uppercase()));
        }
    }

    /// What can be agreed on with the writer of this description: the first usable audio stream, its first
    /// usable coding.
    pub fn agree(&self) -> Result<Agreed, SdpError> {
        let usable = |stream: &&Stream| self.take(stream).is_some();
        let stream = self
            .streams
            .iter()
            .find(usable)
            .ok_or(SdpError::NotAcceptable)?;
        self.take(stream).ok_or(SdpError::NotAcceptable)
    }

    fn take(&self, stream: &Stream) -> Option<Agreed> {
        let plain = stream.kind == "audio" && stream.protocol == "RTP/AVP" && stream.port != 0;
        let host = stream.host.as_ref().or(self.host.as_ref())?;
        let codings: Vec<(u8, Law)> = stream
            .types()
            .filter_map(|n| Some((n, stream.codec(n)?)))
            .collect();
        let &(payload_type, law) = codings.first().filter(|_| plain)?;
        Some(Agreed {
            law,
            payload_type,
            receive: codings,
            event_type: stream.types().find(|&n| stream.is_event(n)),
            host: host.clone(),
            port: stream.port,
            direction: stream.direction.or(self.direction).unwrap_or_default(),
        })
    }

    /// The answer to this offer, and what is agreed by it.
    pub fn answer(&self, local: Local) -> Result<(String, Agreed), SdpError> {
        let mut agreed = self.agree()?;
        agreed
            .receive
            .retain(|&(number, _)| number == agreed.payload_type);
        let mut text = head(local);
        let mut answered = false;
        for stream in &self.streams {
            if answered || self.take(stream).is_none() {
                let formats = stream.formats.join(" ");
                let _ = write!(
                    text,
                    "m={} 0 {} {formats}\r\n",
                    stream.kind, stream.protocol
                );
                continue;
            }
            answered = true;
            let direction = match agreed.held() {
                true if agreed.direction.hears() => Direction::RecvOnly,
                _ => agreed.direction.reversed(),
            };
            let codings = [(agreed.payload_type, agreed.law)];
            audio(
                &mut text,
                local.port,
                &codings,
                agreed.event_type,
                direction,
            );
        }
        Ok((text, agreed))
    }
}

impl Stream {
    fn parse(value: &str) -> Option<Stream> {
        let mut words = value.split_ascii_whitespace();
        let kind = words.next()?.to_owned();
        let port = words.next()?.split('/').next()?.parse().ok()?;
        let protocol = words.next()?.to_owned();
        Some(Stream {
            kind,
            port,
            protocol,
            formats: words.map(str::to_owned).collect(),
            ..Stream::default()
        })
    }

    fn types(&self) -> impl Iterator<Item = u8> {
        let number = |format: &String| format.parse().ok().filter(|&number: &u8| number < 128);
        self.formats.iter().filter_map(number)
    }

    fn map(&self, number: u8) -> Option<&str> {
        self.maps
            .iter()
            .find(|(n, _)| *n == number)
            .map(|(_, name)| name.as_str())
    }

    fn codec(&self, number: u8) -> Option<Law> {
        match (self.map(number), number) {
            (Some("PCMA/8000" | "PCMA/8000/1"), _) | (None, 8) => Some(Law::A),
            (Some("PCMU/8000" | "PCMU/8000/1"), _) | (None, 0) => Some(Law::Mu),
            _ => None,
        }
    }

    fn is_event(&self, number: u8) -> bool {
        self.map(number)
            .is_some_and(|name| name.starts_with("TELEPHONE-EVENT/8000"))
    }
}

/// The address or name of a `c=` value: `IN IP4 192.0.2.1/127`.
fn connection_host(value: &str) -> Option<String> {
    let mut words = value.split_ascii_whitespace();
    let network = (words.next()?, words.next()?);
    let host = words.next()?.split('/').next()?;
    let known = matches!(network, ("IN", "IP4" | "IP6"));
    (known && !host.is_empty()).then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const LOCAL: Local = Local {
        address: IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)),
        port: 20_000,
        session: 1,
        version: 1,
    };

    fn offer(body: &str) -> Description {
        let text = format!(
            "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n{body}"
        );
        Description::parse(&text).unwrap()
    }

    #[test]
    fn our_own_offer_is_agreed_on_with_a_law_and_keys() {
        let agreed = Description::parse(&LOCAL.offer()).unwrap().agree().unwrap();
        assert_eq!(
            (agreed.law, agreed.payload_type, agreed.event_type),
            (Law::A, 8, Some(101))
        );
        assert_eq!((agreed.host.as_str(), agreed.port), ("192.0.2.1", 20_000));
    }

    #[test]
    fn numbers_follow_the_offer_even_where_they_are_dynamic() {
        let offer = offer(
            "m=audio 4000 RTP/AVP 18 97 96\r\na=rtpmap:97 pcma/8000\r\na=rtpmap:96 telephone-event/8000\r\n",
        );
        let (answer, agreed) = offer.answer(LOCAL).unwrap();
        assert_eq!(
            (agreed.law, agreed.payload_type, agreed.event_type),
            (Law::A, 97, Some(96))
        );
        assert!(
            answer.contains("m=audio 20000 RTP/AVP 97 96\r\n"),
            "{answer}"
        );
    }

    #[test]
    fn a_number_that_is_mapped_elsewhere_is_not_g711() {
        let offer = offer("m=audio 4000 RTP/AVP 8\r\na=rtpmap:8 G729/8000\r\n");
        assert_eq!(offer.agree(), Err(SdpError::NotAcceptable));
    }

    #[test]
    fn every_stream_is_answered_in_its_place() {
        let offer = offer(
            "m=video 5000 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 8\r\n",
        );
        let (answer, _) = offer.answer(LOCAL).unwrap();
        let streams: Vec<&str> = answer
            .lines()
            .filter(|line| line.starts_with("m="))
            .collect();
        assert_eq!(
            streams,
            [
                "m=video 0 RTP/AVP 31",
                "m=audio 20000 RTP/AVP 0",
                "m=audio 0 RTP/AVP 8"
            ]
        );
    }

    #[test]
    fn secured_media_is_not_acceptable() {
        let offer = offer("m=audio 4000 RTP/SAVP 8\r\n");
        assert_eq!(offer.answer(LOCAL).unwrap_err(), SdpError::NotAcceptable);
    }

    #[test]
    fn hold_is_told_by_direction_or_by_the_address_nowhere() {
        let held = |body: &str| {
            let (answer, agreed) = offer(body).answer(LOCAL).unwrap();
            (agreed.held(), answer.lines().last().unwrap().to_owned())
        };
        assert_eq!(
            held("m=audio 4000 RTP/AVP 8\r\na=sendonly\r\n"),
            (true, "a=recvonly".into())
        );
        assert_eq!(
            held("m=audio 4000 RTP/AVP 8\r\na=inactive\r\n"),
            (true, "a=inactive".into())
        );
        assert_eq!(
            held("m=audio 4000 RTP/AVP 8\r\nc=IN IP4 0.0.0.0\r\n"),
            (true, "a=recvonly".into())
        );
        assert_eq!(
            held("m=audio 4000 RTP/AVP 8\r\n"),
            (false, "a=sendrecv".into())
        );
    }

    #[test]
    fn the_stream_address_may_be_a_name_or_version_six() {
        let host = |line: &str| {
            offer(&format!("m=audio 4000 RTP/AVP 8\r\nc=IN {line}\r\n"))
                .agree()
                .unwrap()
                .host
        };
        assert_eq!(host("IP6 2001:db8::5"), "2001:db8::5");
        assert_eq!(host("IP4 media.example.com"), "media.example.com");
    }

    #[test]
    fn a_malformed_line_is_named() {
        assert_eq!(
            Description::parse("v=0\r\nm=audio\r\n"),
            Err(SdpError::Malformed { line: 2 })
        );
        assert_eq!(
            Description::parse("v=1\r\n"),
            Err(SdpError::Malformed { line: 1 })
        );
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_harm(lines in prop::collection::vec("[vcmaob]=[ -~]{0,40}", 0..12)) {
            if let Ok(description) = Description::parse(&lines.join("\n"))
                && let Ok((answer, agreed)) = description.answer(LOCAL)
            {
                let ours = Description::parse(&answer).unwrap().agree().unwrap();
                prop_assert_eq!(ours.payload_type, agreed.payload_type);
            }
        }
    }
}
