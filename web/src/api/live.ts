/**
 * The calls in progress, as a value: a snapshot and then one event after another.
 *
 * `applyMessage` is pure; the store around it (`liveStore.ts`) owns the socket. Only events are kept up to date
 * here: whatever a page shows of a live call it projects from them.
 */
import type { CallSummary } from "./calls";
import type { CallEvent } from "./events";

export interface LiveCall {
  /** As the server gave it, or as far as the `answered` event told it. */
  summary: CallSummary;
  /** In order of `seq`, without the frames of speech probability, which no page shows. */
  events: CallEvent[];
  ended: boolean;
}

/** By call id, in the order in which they became known. */
export type LiveCalls = ReadonlyMap<string, LiveCall>;

export type LiveMessage =
  | { snapshot: { summary: CallSummary; events: CallEvent[] }[] }
  | { call: string; event: CallEvent };

/** So many ended calls stay on the page, so that an agent can look back while wrapping up. */
export const ENDED_KEPT = 5;

export function applyMessage(calls: LiveCalls, message: LiveMessage, now: Date): LiveCalls {
  if ("snapshot" in message) return withSnapshot(calls, message.snapshot);
  return withEvent(calls, message.call, message.event, now);
}

/** After a reconnect the snapshot is the truth; a call that it no longer names has ended meanwhile. */
function withSnapshot(calls: LiveCalls, snapshot: { summary: CallSummary; events: CallEvent[] }[]): LiveCalls {
  const next = new Map<string, LiveCall>();
  for (const [id, call] of calls) next.set(id, { ...call, ended: true });
  for (const { summary, events } of snapshot) {
    const shown = events.filter(isShown);
    next.set(summary.id, {
      summary,
      events: shown,
      ended: summary.outcome !== "in_progress" || shown.some(endsCall),
    });
  }
  return pruned(next);
}

function withEvent(calls: LiveCalls, id: string, event: CallEvent, now: Date): LiveCalls {
  if (!isShown(event)) return calls;
  const known = calls.get(id);
  const last = known?.events.at(-1);
  // Between the snapshot and the feed an event may come twice.
  if (last && event.seq <= last.seq) return calls;

  const call = known ?? { summary: summaryFrom(id, event, now), events: [], ended: false };
  const ended = call.ended || endsCall(event);
  const next = new Map(calls);
  next.set(id, { ...call, events: [...call.events, event], ended });
  return ended && !call.ended ? pruned(next) : next;
}

function pruned(calls: Map<string, LiveCall>): LiveCalls {
  const ended = [...calls].filter(([, call]) => call.ended).map(([id]) => id);
  for (const id of ended.slice(0, Math.max(0, ended.length - ENDED_KEPT))) calls.delete(id);
  return calls;
}

function isShown(event: CallEvent): boolean {
  return event.input?.type !== "frames";
}

function endsCall(event: CallEvent): boolean {
  return event.record?.type === "ended" || event.record?.type === "interrupted";
}

/** What is known of a call that began after the snapshot, from its first event. */
function summaryFrom(id: string, event: CallEvent, now: Date): CallSummary {
  const answered = event.input?.type === "answered" ? event.input : undefined;
  return {
    id,
    started_at: new Date(now.getTime() - event.at).toISOString(),
    duration_ms: null,
    from: answered?.from ?? "",
    to: answered?.to ?? "",
    pack: answered?.pack ?? "",
    intent: null,
    outcome: "in_progress",
    turns: 0,
    agent: null,
  };
}
