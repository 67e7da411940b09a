//! Figures of calls for `/metrics`.

use crate::compute::{Pool, Priority};
use crate::event::{HangUpReason, TurnLatency};
use crate::telephony::LegStats;

/// Counts a call that ended.
pub(super) fn call(reason: HangUpReason, duration_ms: u64) {
    let reason = match reason {
        HangUpReason::Done => "done",
        HangUpReason::Silence => "silence",
        HangUpReason::AgentLeft => "agent_left",
        HangUpReason::Callback => "callback",
        HangUpReason::CallerLeft => "caller_left",
        HangUpReason::Fault => "fault",
    };
    metrics::counter!("lingting_calls_total", "reason" => reason).increment(1);
    metrics::histogram!("lingting_call_duration_seconds").record(seconds(duration_ms));
}

/// Notes how long a caller waited for an answer, part by part.
pub(super) fn turn(latency: &TurnLatency) {
    for (part, ms) in [
        ("endpoint", latency.endpoint_ms),
        ("queue", latency.queue_ms),
        ("decode", latency.decode_ms),
        ("decide", latency.decide_ms),
        ("sound", latency.sound_ms),
        ("total", latency.total_ms),
    ] {
        metrics::histogram!("lingting_turn_latency_seconds", "part" => part).record(seconds(ms));
    }
}

/// Notes how well a leg's sound came through.
pub(super) fn media(stats: &LegStats) {
    metrics::counter!("lingting_rtp_packets_total").increment(stats.received);
    metrics::counter!("lingting_rtp_packets_lost_total").increment(stats.lost);
    metrics::histogram!("lingting_rtp_jitter_seconds").record(f64::from(stats.jitter_ms) / 1e3);
}

/// Notes how much waits for a core and how much runs, by priority.
pub(super) fn compute(pool: &Pool) {
    for (name, priority) in [
        ("live", Priority::Live),
        ("prompt", Priority::Prompt),
        ("batch", Priority::Batch),
    ] {
        let depth = pool.depth(priority);
        metrics::gauge!("lingting_compute_waiting", "priority" => name).set(depth.waiting as f64);
        metrics::gauge!("lingting_compute_running", "priority" => name).set(depth.running as f64);
    }
}

fn seconds(ms: u64) -> f64 {
    ms as f64 / 1_000.0
}
