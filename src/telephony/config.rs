//! What the line is told at its opening.

use super::LineError;
use super::trunk::AllowList;
use crate::config::{Config, Strangers};
use crate::event::AgentId;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::time::Duration;

/// What the line is told at its opening; checked.
#[derive(Clone)]
pub struct LineConfig {
    /// Address for SIP over UDP and TCP; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Address that far ends are told, where it is not that of `listen`.
    pub public_ip: Option<IpAddr>,
    /// First and last UDP port of media.
    pub rtp_ports: (u16, u16),
    /// Networks whose calls are answered.
    pub trunks: AllowList,
    /// What a stranger's call gets.
    pub strangers: Strangers,
    /// Realm of the agents' digest.
    pub realm: String,
    /// Passwords of agents' telephones.
    pub agents: HashMap<AgentId, String>,
    /// Calls at once that come in; one more gets 503.
    pub calls: usize,
    /// A leg without sound for so long is told lost.
    pub no_media_timeout: Duration,
    /// Interval of session timers, in seconds; at least 90.
    pub session_expires_s: u32,
}

impl LineConfig {
    /// A line of this machine that only dials, on free ports: for simulated callers.
    pub fn for_dialling() -> LineConfig {
        LineConfig {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            public_ip: None,
            rtp_ports: (30_000, 39_999),
            trunks: AllowList::default(),
            strangers: Strangers::Ignore,
            realm: "caller".into(),
            agents: HashMap::new(),
            calls: 1,
            no_media_timeout: Duration::from_secs(30),
            session_expires_s: 1_800,
        }
    }

    /// Takes the line's part out of the configuration.
    pub fn new(config: &Config) -> Result<LineConfig, LineError> {
        let sip = &config.sip;
        let password =
            |agent: &crate::config::Agent| (AgentId(agent.id.clone()), agent.password.clone());
        Ok(LineConfig {
            listen: sip.listen,
            public_ip: sip.public_ip,
            rtp_ports: sip.rtp_ports,
            trunks: AllowList::parse(&sip.trunks)?,
            strangers: sip.strangers,
            realm: sip.realm.clone(),
            agents: config.agents.iter().map(password).collect(),
            calls: config.limits.calls,
            no_media_timeout: Duration::from_secs(sip.no_media_timeout_s),
            session_expires_s: sip.session_expires_s,
        })
    }
}
