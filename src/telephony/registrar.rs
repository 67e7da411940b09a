//! Where each agent's telephone is. One contact per agent: the newest wins.

use super::digest::{Credentials, challenge};
use super::nonce::{Freshness, NonceStore};
use super::wire::Transport;
use crate::event::AgentId;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;

/// Longest registration, in seconds.
pub const MAX_EXPIRES_S: u32 = 3600;
/// Shortest registration, in seconds.
pub const MIN_EXPIRES_S: u32 = 30;

/// A telephone as it registered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binding {
    /// Contact URI as the telephone wrote it.
    pub contact: String,
    /// Where the REGISTER came from: requests are sent back there, through any NAT.
    pub source: SocketAddr,
    /// How it came.
    pub transport: Transport,
    expires_at_ms: u64,
    call_id: String,
    cseq: u32,
}

/// A REGISTER, taken apart.
#[derive(Debug, Clone, Default)]
pub struct Register {
    /// User part of the To header.
    pub user: String,
    /// Contacts with their own expiry in seconds; `*` stands for all.
    pub contacts: Vec<(String, Option<u32>)>,
    /// The Expires header, in seconds.
    pub expires_s: Option<u32>,
    /// The Authorization header.
    pub authorization: Option<String>,
    pub call_id: String,
    pub cseq: u32,
}

/// What a REGISTER is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reply {
    /// 401 with this WWW-Authenticate. The same for a stranger, an unknown agent and a wrong password.
    Challenge(String),
    /// 200 with this contact and its seconds, if one is left.
    Registered(Option<(String, u32)>),
    /// 400, with the reason.
    Bad(&'static str),
    /// 403: another agent's address.
    Forbidden,
    /// 423: the registration would be shorter than [`MIN_EXPIRES_S`].
    TooBrief,
}

/// The registrar: agents, their passwords, their telephones.
pub struct Registrar {
    realm: String,
    passwords: HashMap<AgentId, String>,
    nonces: NonceStore,
    bindings: BTreeMap<AgentId, Binding>,
}

impl Registrar {
    /// A registrar for these agents; `secret` signs its nonces.
    pub fn new(realm: &str, agents: HashMap<AgentId, String>, secret: [u8; 32]) -> Registrar {
        Registrar {
            realm: realm.to_owned(),
            passwords: agents,
            nonces: NonceStore::new(secret),
            bindings: BTreeMap::new(),
        }
    }

    /// Answers one REGISTER that came from `source`. `salt` goes into a new nonce.
    pub fn register(
        &mut self,
        now_ms: u64,
        request: &Register,
        source: (SocketAddr, Transport),
        salt: u64,
    ) -> Reply {
        let agent = match self.authenticate(now_ms, request) {
            Ok(agent) => agent,
            Err(stale) => {
                let nonce = self.nonces.issue(now_ms, salt);
                return Reply::Challenge(challenge(&self.realm, &nonce, stale));
            }
        };
        if agent.0 != request.user {
            return Reply::Forbidden;
        }
        self.bind(now_ms, agent, request, source)
    }

    /// The telephone of an agent, if it is registered now.
    pub fn binding(&self, now_ms: u64, agent: &AgentId) -> Option<&Binding> {
        self.bindings
            .get(agent)
            .filter(|binding| binding.expires_at_ms > now_ms)
    }

    /// Where the telephone with this contact really is.
    pub fn source(&self, now_ms: u64, contact: &str) -> Option<(SocketAddr, Transport)> {
        let known =
            |binding: &&Binding| binding.expires_at_ms > now_ms && binding.contact == contact;
        let binding = self.bindings.values().find(known)?;
        Some((binding.source, binding.transport))
    }

    /// Agents whose telephones are registered now; forgets the others.
    pub fn registered(&mut self, now_ms: u64) -> BTreeSet<AgentId> {
        self.bindings
            .retain(|_, binding| binding.expires_at_ms > now_ms);
        self.bindings.keys().cloned().collect()
    }

    /// Who proved to be whom, or whether the challenge is to say `stale=true`.
    fn authenticate(&mut self, now_ms: u64, request: &Register) -> Result<AgentId, bool> {
        let header = request.authorization.as_deref().ok_or(false)?;
        let credentials = Credentials::parse(header).ok_or(false)?;
        let freshness = self
            .nonces
            .check(&credentials.nonce, credentials.count, now_ms);
        let agent = AgentId(credentials.username.clone());
        // An unknown agent costs the same work as a wrong password.
        let password = self.passwords.get(&agent);
        let proved = credentials.prove(password.map_or("", String::as_str), "REGISTER");
        let right = proved && password.is_some() && credentials.realm == self.realm;
        match freshness {
            Freshness::Foreign => Err(false),
            Freshness::Stale => Err(right),
            Freshness::Fresh if right => {
                self.nonces
                    .spend(&credentials.nonce, credentials.count, now_ms);
                Ok(agent)
            }
            Freshness::Fresh => Err(false),
        }
    }

    fn bind(
        &mut self,
        now_ms: u64,
        agent: AgentId,
        request: &Register,
        (source, transport): (SocketAddr, Transport),
    ) -> Reply {
        let Some((contact, own_expires_s)) = request.contacts.first() else {
            return self.reply_with_binding(now_ms, &agent);
        };
        if let Some(known) = self.bindings.get(&agent)
            && known.call_id == request.call_id
            && request.cseq <= known.cseq
        {
            return Reply::Bad("CSeq out of order");
        }
        let expires_s = own_expires_s.or(request.expires_s).unwrap_or(MAX_EXPIRES_S);
        if contact == "*" && (request.expires_s != Some(0) || request.contacts.len() > 1) {
            return Reply::Bad("Contact * needs Expires 0");
        }
        if expires_s == 0 {
            self.bindings.remove(&agent);
            return Reply::Registered(None);
        }
        if expires_s < MIN_EXPIRES_S {
            return Reply::TooBrief;
        }
        let seconds = expires_s.min(MAX_EXPIRES_S);
        let binding = Binding {
            contact: contact.clone(),
            source,
            transport,
            expires_at_ms: now_ms + u64::from(seconds) * 1000,
            call_id: request.call_id.clone(),
            cseq: request.cseq,
        };
        self.bindings.insert(agent.clone(), binding);
        self.reply_with_binding(now_ms, &agent)
    }

    fn reply_with_binding(&self, now_ms: u64, agent: &AgentId) -> Reply {
        Reply::Registered(self.binding(now_ms, agent).map(|binding| {
            let left_s = (binding.expires_at_ms - now_ms).div_ceil(1000);
            (binding.contact.clone(), left_s as u32)
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use md5::{Digest, Md5};

    fn registrar() -> Registrar {
        let agents = HashMap::from([(AgentId("1001".into()), "secret".into())]);
        Registrar::new("lingting", agents, [1; 32])
    }

    fn source() -> (SocketAddr, Transport) {
        ("127.0.0.1:5070".parse().unwrap(), Transport::Udp)
    }

    fn hex(text: String) -> String {
        Md5::digest(text)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    fn request(cseq: u32, expires_s: Option<u32>) -> Register {
        Register {
            user: "1001".into(),
            contacts: vec![("sip:1001@127.0.0.1:5070".into(), None)],
            expires_s,
            authorization: None,
            call_id: "a".into(),
            cseq,
        }
    }

    /// Answers the registrar's challenge as `user` with `password`.
    fn signed(
        registrar: &mut Registrar,
        mut request: Register,
        user: &str,
        password: &str,
        now_ms: u64,
    ) -> Register {
        let Reply::Challenge(challenge) = registrar.register(now_ms, &request, source(), 5) else {
            panic!("no challenge");
        };
        let nonce = challenge
            .split("nonce=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        let ha1 = hex(format!("{user}:lingting:{password}"));
        let ha2 = hex("REGISTER:sip:lingting".into());
        let response = hex(format!("{ha1}:{nonce}:00000001:c:auth:{ha2}"));
        request.authorization = Some(format!(
            r#"Digest username="{user}", realm="lingting", nonce="{nonce}", uri="sip:lingting", response="{response}", cnonce="c", nc=00000001, qop=auth, algorithm=MD5"#
        ));
        request
    }

    #[test]
    fn a_telephone_registers_and_its_registration_ends() {
        let mut registrar = registrar();
        let request = signed(&mut registrar, request(1, Some(60)), "1001", "secret", 0);
        let reply = registrar.register(10, &request, source(), 6);
        assert_eq!(
            reply,
            Reply::Registered(Some(("sip:1001@127.0.0.1:5070".into(), 60)))
        );
        let agent = AgentId("1001".into());
        assert!(registrar.binding(60_009, &agent).is_some());
        assert_eq!(
            registrar.source(60_009, "sip:1001@127.0.0.1:5070"),
            Some(source())
        );
        assert!(registrar.binding(60_010, &agent).is_none());
        assert!(registrar.registered(60_010).is_empty());
    }

    #[test]
    fn the_newest_contact_wins_and_expires_zero_removes_it() {
        let mut registrar = registrar();
        let first = signed(&mut registrar, request(1, None), "1001", "secret", 0);
        registrar.register(0, &first, source(), 6);
        let mut moved = request(2, None);
        moved.contacts[0].0 = "sip:1001@127.0.0.1:6000".into();
        let moved = signed(&mut registrar, moved, "1001", "secret", 1);
        registrar.register(1, &moved, source(), 7);
        let agent = AgentId("1001".into());
        assert_eq!(
            registrar.binding(2, &agent).unwrap().contact,
            "sip:1001@127.0.0.1:6000"
        );
        let gone = signed(&mut registrar, request(3, Some(0)), "1001", "secret", 2);
        assert_eq!(
            registrar.register(2, &gone, source(), 8),
            Reply::Registered(None)
        );
        assert!(registrar.registered(3).is_empty());
    }

    #[test]
    fn a_stranger_an_unknown_agent_and_a_wrong_password_hear_the_same() {
        let answer = |user: &str, password: &str| {
            let mut registrar = registrar();
            let request = signed(&mut registrar, request(1, None), user, password, 0);
            registrar.register(1, &request, source(), 9)
        };
        let stranger = registrar().register(1, &request(1, None), source(), 9);
        assert_eq!(answer("1001", "wrong"), stranger);
        assert_eq!(answer("1002", "secret"), stranger);
        assert_eq!(answer("1002", ""), stranger);
    }

    #[test]
    fn an_answer_is_good_once() {
        let mut registrar = registrar();
        let request = signed(&mut registrar, request(1, None), "1001", "secret", 0);
        assert!(matches!(
            registrar.register(1, &request, source(), 6),
            Reply::Registered(_)
        ));
        let again = registrar.register(2, &request, source(), 7);
        assert!(
            matches!(again, Reply::Challenge(ref header) if header.contains("stale=true")),
            "{again:?}"
        );
    }

    #[test]
    fn an_agent_cannot_register_for_another() {
        let mut registrar = registrar();
        let mut other = request(1, None);
        other.user = "1002".into();
        let other = signed(&mut registrar, other, "1001", "secret", 0);
        assert_eq!(registrar.register(1, &other, source(), 6), Reply::Forbidden);
    }

    #[test]
    fn a_registration_of_a_few_seconds_is_too_brief() {
        let mut registrar = registrar();
        let brief = signed(&mut registrar, request(1, Some(5)), "1001", "secret", 0);
        assert_eq!(registrar.register(1, &brief, source(), 6), Reply::TooBrief);
    }
}
