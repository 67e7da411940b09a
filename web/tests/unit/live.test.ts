import { expect, test } from "vitest";
import type { CallSummary } from "../../src/api/calls";
import { applyMessage, ENDED_KEPT, type LiveCalls } from "../../src/api/live";
import { retryDelay, RETRY_MS } from "../../src/api/socket";
import { callForAgent, inOrder } from "../../src/call/follow";
import { decided, heard, log, noted } from "./build";

const now = new Date("2026-11-23T09:00:10Z");
const none: LiveCalls = new Map();
const answered = heard(0, {
  type: "answered",
  from: "13800138000",
  to: "96116",
  pack: "water",
  pack_version: "1",
  today: "2026-11-23",
});
const over = noted(9, { type: "ended", reason: "done", duration_ms: 9 });

function summary(id: string): CallSummary {
  return {
    ...{ id, started_at: "2026-11-23T09:00:00Z", duration_ms: null, from: "1", to: "2", pack: "water" },
    ...{ intent: null, outcome: "in_progress", turns: 0, agent: null },
  };
}

function fed(calls: LiveCalls, call: string, events: ReturnType<typeof log>): LiveCalls {
  return events.reduce((before, event) => applyMessage(before, { call, event }, now), calls);
}

test("a call that begins after the snapshot is known by its first event", () => {
  const calls = fed(none, "A", log(answered));
  expect(calls.get("A")?.summary).toMatchObject({ from: "13800138000", started_at: "2026-11-23T09:00:10.000Z" });
});

test("an event that comes twice counts once, and frames are not kept", () => {
  const events = log(answered, heard(32, { type: "frames", speech: [0] }), heard(40, { type: "key", key: "1" }));
  const calls = fed(fed(none, "A", events), "A", events);
  expect(calls.get("A")?.events.map((event) => event.seq)).toEqual([0, 2]);
});

test("a snapshot after a reconnect replaces what was missed and ends what is gone", () => {
  const before = fed(fed(none, "A", log(answered)), "B", log(answered));
  const events = log(answered, heard(5, { type: "key", key: "1" }));
  const after = applyMessage(before, { snapshot: [{ summary: summary("B"), events }] }, now);
  expect(after.get("A")?.ended).toBe(true);
  expect(after.get("B")).toMatchObject({ ended: false, events: [{ seq: 0 }, { seq: 1 }] });
});

test("only the last few ended calls stay", () => {
  let calls = none;
  for (let index = 0; index < ENDED_KEPT + 2; index += 1) calls = fed(calls, `call-${index}`, log(answered, over));
  expect([...calls.keys()]).toEqual(Array.from({ length: ENDED_KEPT }, (_, index) => `call-${index + 2}`));
});

test("applying a message does not change the value before it", () => {
  const before = fed(none, "A", log(answered));
  fed(before, "A", log(answered, over));
  expect(before.get("A")).toMatchObject({ ended: false, events: [{ seq: 0 }] });
});

test("an agent's page opens the call that rings for that agent, until it ends", () => {
  const ring = (agent: string) => decided(5, { type: "ring_agent", agent, whisper: "" });
  let calls = fed(none, "A", log(answered));
  expect(callForAgent(calls, "1001")).toBeUndefined();
  calls = fed(calls, "B", log(answered, ring("1001")));
  calls = fed(calls, "C", log(answered, ring("1002")));
  expect(callForAgent(calls, "1001")).toBe("B");
  calls = fed(calls, "B", log(answered, ring("1001"), over));
  expect(callForAgent(calls, "1001")).toBeUndefined();
});

test("calls that want a person come first, then the newest", () => {
  let calls = fed(none, "A", log(answered, decided(5, { type: "find_agent", skill: "s", urgency: "normal" })));
  calls = fed(calls, "B", log(answered));
  calls = fed(calls, "C", log(answered));
  calls = fed(calls, "D", log(answered, over));
  const { going, ended } = inOrder(calls);
  expect(going.map((call) => call.summary.id)).toEqual(["A", "C", "B"]);
  expect(ended.map((call) => call.summary.id)).toEqual(["D"]);
});

test("the wait before a reconnect grows and then stays", () => {
  expect([0, 1, 2, 50].map(retryDelay)).toEqual([RETRY_MS[0], RETRY_MS[1], RETRY_MS[2], RETRY_MS.at(-1)]);
});
