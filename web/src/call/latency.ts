/** How long the caller waited for answers. */
import type { CallEvent, TurnLatency } from "../api/events";

/** Bounds of the answer's delay in milliseconds: as good as promised, and too slow (the project's p50 and p95). */
export const GOOD_MS = 700;
export const SLOW_MS = 1200;

/** The parts of a turn's delay in the order in which they pass; `decode_ms` overlaps the endpoint wait. */
export const LATENCY_PARTS = ["endpoint_ms", "queue_ms", "decode_ms", "decide_ms", "sound_ms"] as const;
export type LatencyPart = (typeof LATENCY_PARTS)[number];

/** What each part adds to the whole: of the decoding only what the endpoint wait did not hide. */
export function latencyShares(turn: TurnLatency): Record<LatencyPart, number> {
  const others = turn.endpoint_ms + turn.queue_ms + turn.decide_ms + turn.sound_ms;
  const decode_ms = Math.max(0, Math.min(turn.decode_ms, turn.total_ms - others));
  const { endpoint_ms, queue_ms, decide_ms, sound_ms } = turn;
  return { endpoint_ms, queue_ms, decode_ms, decide_ms, sound_ms };
}

export type Pace = "good" | "fair" | "slow";

export function paceOf(ms: number): Pace {
  if (ms <= GOOD_MS) return "good";
  return ms <= SLOW_MS ? "fair" : "slow";
}

export interface LatencyFigures {
  turns: TurnLatency[];
  medianMs: number;
  worstMs: number;
}

export function latencyFigures(events: readonly CallEvent[]): LatencyFigures | undefined {
  const turns: TurnLatency[] = [];
  for (const { record } of events) if (record?.type === "turn_latency") turns.push(record);
  if (turns.length === 0) return undefined;
  const totals = turns.map((turn) => turn.total_ms).sort((a, b) => a - b);
  const upper = totals[Math.floor(totals.length / 2)] ?? 0;
  const lower = totals[Math.floor((totals.length - 1) / 2)] ?? 0;
  return { turns, medianMs: Math.round((lower + upper) / 2), worstMs: totals.at(-1) ?? 0 };
}
