//! Session timers (RFC 4028): a call whose other end died without a word is noticed and ended.

/// Shortest session interval that may be asked of us, in seconds (RFC 4028 §5).
pub const MIN_SE_S: u32 = 90;

/// What the headers of a request or response say about session timers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Wish {
    /// `Supported: timer`.
    pub supported: bool,
    /// `Session-Expires`, in seconds.
    pub expires_s: Option<u32>,
    /// Its `refresher`: `Some(true)` for the one who sent the request (uac).
    pub requester_refreshes: Option<bool>,
    /// `Min-SE`, in seconds.
    pub min_s: Option<u32>,
}

impl Wish {
    /// Reads the values of `Session-Expires`, `Min-SE` and whether `timer` is supported.
    pub fn parse(session_expires: Option<&str>, min_se: Option<&str>, supported: bool) -> Wish {
        let seconds = |text: &str| text.split(';').next().and_then(|s| s.trim().parse().ok());
        let refresher = session_expires.and_then(|text| {
            let parameter = text.split(';').skip(1).map(str::trim);
            parameter
                .filter_map(|p| p.strip_prefix("refresher="))
                .next()
        });
        Wish {
            supported,
            expires_s: session_expires.and_then(seconds),
            requester_refreshes: match refresher.map(str::to_ascii_lowercase).as_deref() {
                Some("uac") => Some(true),
                Some("uas") => Some(false),
                _ => None,
            },
            min_s: min_se.and_then(seconds),
        }
    }
}

/// A running session timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionTimer {
    /// Session interval in seconds.
    pub interval_s: u32,
    /// Whether refreshing is our task.
    pub we_refresh: bool,
    refreshed_at_ms: u64,
}

/// What a session timer asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// Send a refresh.
    Refresh,
    /// The other end did not refresh: hang up.
    Expired,
}

/// The session interval asked for is shorter than [`MIN_SE_S`]: 422 with `Min-SE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooSmall;

impl SessionTimer {
    /// Agrees on a timer as the one who is asked: what was wished, else our own `interval_s`.
    pub fn answer(wish: Wish, interval_s: u32, now_ms: u64) -> Result<SessionTimer, TooSmall> {
        if wish.expires_s.is_some_and(|wished| wished < MIN_SE_S) {
            return Err(TooSmall);
        }
        let floor_s = wish.min_s.unwrap_or(0).max(MIN_SE_S);
        Ok(SessionTimer {
            interval_s: wish.expires_s.unwrap_or(interval_s).max(floor_s),
            // One who does not know timers cannot refresh.
            we_refresh: !(wish.supported && wish.requester_refreshes.unwrap_or(false)),
            refreshed_at_ms: now_ms,
        })
    }

    /// Takes the timer from the answer to our request; none where the other end wants none.
    pub fn from_answer(wish: Wish, now_ms: u64) -> Option<SessionTimer> {
        wish.expires_s.map(|interval_s| SessionTimer {
            interval_s: interval_s.max(MIN_SE_S),
            we_refresh: wish.requester_refreshes.unwrap_or(true),
            refreshed_at_ms: now_ms,
        })
    }

    /// The value of `Session-Expires` in a message where we are the requester (`true`) or the one asked.
    pub fn header(&self, we_request: bool) -> String {
        let refresher = if self.we_refresh == we_request {
            "uac"
        } else {
            "uas"
        };
        format!("{};refresher={refresher}", self.interval_s)
    }

    /// The session was refreshed, by either end.
    pub fn refreshed(&mut self, now_ms: u64) {
        self.refreshed_at_ms = now_ms;
    }

    /// When [`SessionTimer::due`] will have something to say: at half the interval for the refresher, else
    /// the lesser of 32 s and a third of the interval before its end (RFC 4028 §10).
    pub fn deadline_ms(&self) -> u64 {
        let interval_ms = u64::from(self.interval_s) * 1000;
        let after_ms = if self.we_refresh {
            interval_ms / 2
        } else {
            interval_ms - (interval_ms / 3).min(32_000)
        };
        self.refreshed_at_ms + after_ms
    }

    /// What is due at `now_ms`.
    pub fn due(&self, now_ms: u64) -> Option<Due> {
        (now_ms >= self.deadline_ms()).then_some(if self.we_refresh {
            Due::Refresh
        } else {
            Due::Expired
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caller_without_timers_is_refreshed_by_us() {
        let timer = SessionTimer::answer(Wish::default(), 1800, 0).unwrap();
        assert_eq!(timer.header(false), "1800;refresher=uas");
        assert_eq!(timer.due(899_999), None);
        assert_eq!(timer.due(900_000), Some(Due::Refresh));
    }

    #[test]
    fn a_caller_who_wants_to_refresh_does_and_is_hung_up_when_it_does_not() {
        let wish = Wish::parse(Some("120;refresher=uac"), None, true);
        let mut timer = SessionTimer::answer(wish, 1800, 0).unwrap();
        assert_eq!(timer.header(false), "120;refresher=uac");
        timer.refreshed(60_000);
        assert_eq!(timer.due(147_999), None);
        assert_eq!(timer.due(148_000), Some(Due::Expired));
    }

    #[test]
    fn a_session_of_less_than_ninety_seconds_is_too_small() {
        let wish = Wish::parse(Some("60"), None, true);
        assert_eq!(SessionTimer::answer(wish, 1800, 0), Err(TooSmall));
    }

    #[test]
    fn the_answer_to_our_call_decides_who_refreshes() {
        let wish = Wish::parse(Some(" 200 ; refresher=uas"), None, true);
        let timer = SessionTimer::from_answer(wish, 0).unwrap();
        assert!(!timer.we_refresh);
        assert_eq!(timer.header(true), "200;refresher=uas");
        assert_eq!(SessionTimer::from_answer(Wish::default(), 0), None);
    }
}
