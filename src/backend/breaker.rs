//! A circuit breaker: a back office that fails again and again is left alone for a while, so that callers do not
//! each wait for it in vain. Pure.

use std::time::Duration;

/// Failures in a row that open the breaker: two whole questions of three attempts, less one.
const FAILURES: u32 = 5;
/// How long an open breaker lets nothing through; then one attempt is let through for each such stretch.
const COOL_OFF: Duration = Duration::from_secs(5);

/// Whether the back office is worth asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaker {
    /// It answers, but for so many failures in a row.
    Closed { failures: u32 },
    /// It fails; one attempt is let through at this time (since the connector was made).
    Open { probe_at: Duration },
}

impl Default for Breaker {
    fn default() -> Self {
        Breaker::Closed { failures: 0 }
    }
}

impl Breaker {
    /// Whether an attempt may be made now. An attempt that is let through an open breaker and never reports back
    /// (its call ended) costs one more cool-off and no more.
    pub fn admit(&mut self, now: Duration) -> bool {
        match *self {
            Breaker::Closed { .. } => true,
            Breaker::Open { probe_at } if now < probe_at => false,
            Breaker::Open { .. } => {
                *self = Breaker::Open {
                    probe_at: now + COOL_OFF,
                };
                true
            }
        }
    }

    /// The back office answered.
    pub fn succeeded(&mut self) {
        *self = Breaker::default();
    }

    /// An attempt failed. True when this opened the breaker.
    pub fn failed(&mut self, now: Duration) -> bool {
        match *self {
            Breaker::Closed { failures } if failures + 1 < FAILURES => {
                *self = Breaker::Closed {
                    failures: failures + 1,
                };
                false
            }
            Breaker::Closed { .. } => {
                *self = Breaker::Open {
                    probe_at: now + COOL_OFF,
                };
                true
            }
            Breaker::Open { .. } => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn open_at(now: Duration) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..FAILURES {
            breaker.failed(now);
        }
        breaker
    }

    #[test]
    fn five_failures_in_a_row_open_it() {
        let mut breaker = Breaker::default();
        let opened: Vec<bool> = (0..FAILURES).map(|_| breaker.failed(S(1))).collect();
        assert_eq!(opened, [false, false, false, false, true]);
        assert!(!breaker.admit(S(2)));
    }

    #[test]
    fn an_answer_in_between_forgives_the_failures() {
        let mut breaker = Breaker::default();
        for _ in 1..FAILURES {
            breaker.failed(S(1));
        }
        breaker.succeeded();
        assert!(!breaker.failed(S(2)));
        assert!(breaker.admit(S(2)));
    }

    #[test]
    fn after_the_cool_off_one_attempt_goes_through() {
        let mut breaker = open_at(S(10));
        assert!(breaker.admit(S(10) + COOL_OFF));
        assert!(!breaker.admit(S(10) + COOL_OFF));
    }

    #[test]
    fn an_attempt_that_never_reports_back_does_not_close_it_for_ever() {
        let mut breaker = open_at(S(10));
        assert!(breaker.admit(S(20)));
        assert!(breaker.admit(S(20) + COOL_OFF));
    }

    proptest! {
        #[test]
        fn an_open_breaker_lets_through_at_most_one_attempt_in_a_cool_off(
            steps in prop::collection::vec((0u64..4_000, any::<bool>()), 1..200)
        ) {
            let mut breaker = open_at(Duration::ZERO);
            let (mut now, mut last_probe) = (Duration::ZERO, None);
            for (pause_ms, report) in steps {
                now += Duration::from_millis(pause_ms);
                if breaker.admit(now) {
                    if let Some(last) = last_probe {
                        prop_assert!(now - last >= COOL_OFF);
                    }
                    last_probe = Some(now);
                    if report {
                        breaker.failed(now);
                    }
                }
            }
        }
    }
}
