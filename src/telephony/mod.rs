//! The line: telephone calls over SIP and RTP, G.711.
//!
//! In: calls from trunks, telephones of agents that register, requests to dial. Out: [`IncomingCall`]s to answer,
//! [`Dialing`]s to follow and [`Leg`]s — sound, keys, hold and the end as [`LegEvent`]s, prompts through a
//! [`Player`]. The SIP stack beneath (`rsipstack`) does not show.
//!
//! - [`Line`] (`line.rs`) is the endpoint; `endpoint.rs` opens its sockets, with the gate that strangers meet
//!   (`trunk.rs`); `router.rs` sends each request on its way; `registrar.rs`, `digest.rs` and `nonce.rs` know the
//!   agents' telephones.
//! - `incoming.rs` and `outgoing.rs` bring a call up; `leg.rs` keeps it: holds, refreshes (`session_timer.rs`), end.
//!   `sdp.rs` is the offer and answer.
//! - `media/` is the sound.

mod config;
mod digest;
mod endpoint;
mod error;
mod incoming;
mod leg;
mod line;
mod media;
mod nonce;
mod outgoing;
mod registrar;
mod router;
mod sdp;
mod session_timer;
mod trunk;
mod wire;

pub use config::LineConfig;
pub use error::LineError;
pub use incoming::IncomingCall;
pub use leg::Leg;
pub use line::Line;
pub use media::{FRAME, LegEvent, LegStats, Player};
pub use outgoing::{DialEvent, Dialing};
pub use sdp::SdpError;
pub use trunk::AllowList;
