import { expect, test } from "vitest";
import { describe as describeNote } from "../../src/call/describe";
import { latencyFigures, latencyShares, paceOf } from "../../src/call/latency";
import { notesOf, timeline } from "../../src/call/notes";
import { transcript } from "../../src/call/transcript";
import { en } from "../../src/text/en";
import { zh } from "../../src/text/zh";
import { fixture } from "../server/fixtureApi";
import { decided, heard, log, noted } from "./build";

const { events } = fixture("bill-lookup");

test("a question to the back office and its answer are one note with the time between", () => {
  const [note] = notesOf(events).filter(({ kind }) => kind === "asked");
  expect(note).toMatchObject({ request: { operation: "account_by_number" }, reply: { reply: "account" }, tookMs: 49 });
});

test("a question that was never answered says so", () => {
  const asked = log(decided(1, { type: "ask", request_id: 1, request: { operation: "outages", address: "四平路" } }));
  const words = notesOf(asked).map((note) => describeNote(note, zh));
  expect(words).toMatchObject([{ label: "查停供", body: "四平路 → 未答复", tone: "bad" }]);
});

test("the delay of a turn stands with the end of the turn", () => {
  const turns = notesOf(events).filter(({ kind }) => kind === "turn_ended");
  expect(turns).toMatchObject([
    { waitedMs: 420, latency: { total_ms: 592 } },
    { waitedMs: 250, latency: { total_ms: 620 } },
    { waitedMs: 600, latency: { total_ms: 1322 } },
  ]);
});

test("the timeline keeps every line and every note, in the order of the call", () => {
  const lines = transcript(events);
  const notes = notesOf(events);
  const items = timeline(lines, notes);
  expect(items.flatMap((item) => (item.type === "line" ? [item.line] : []))).toEqual(lines);
  expect(items.flatMap((item) => (item.type === "notes" ? item.notes : []))).toEqual(notes);
  const moments = items.map((item) => (item.type === "line" ? item.line.from : (item.notes[0]?.at ?? 0)));
  expect(moments).toEqual([...moments].sort((a, b) => a - b));
});

test("what was understood names intent, confidence and the correction, and marks doubt", () => {
  const understood = notesOf(events).filter(({ kind }) => kind === "understood").map((note) => describeNote(note, zh));
  expect(understood[0]).toMatchObject({ body: "查费 93% · 纠正 你好我想查一下茶水费 → 你好我想查一下水费", tone: "plain" });
  expect(understood[2]?.tone).toBe("warn");
});

test("every note of the fixtures has words in both languages", () => {
  const notes = [...notesOf(events), ...notesOf(fixture("handed-over").events)];
  for (const text of [zh, en]) {
    for (const note of notes) expect(describeNote(note, text).label).not.toBe("");
  }
});

test("faults and a missing agent are marked", () => {
  const bad = log(
    noted(1, { type: "fault", what: "the back office did not answer" }),
    heard(2, { type: "agent", news: "not_reached", agent: "1001", reason: "no answer" }),
  );
  expect(notesOf(bad).map((note) => describeNote(note, en).tone)).toEqual(["bad", "warn"]);
});

test("the delays of a call have a median and a slowest turn", () => {
  expect(latencyFigures(events)).toMatchObject({ medianMs: 620, worstMs: 1322 });
  expect(latencyFigures([])).toBeUndefined();
  expect([640, 900, 1300].map(paceOf)).toEqual(["good", "fair", "slow"]);
});

test("decoding that the endpoint wait hid adds nothing to a turn's bar", () => {
  const turn = { utterance: 1, endpoint_ms: 600, queue_ms: 0, decode_ms: 150, decide_ms: 20, sound_ms: 80, total_ms: 700 };
  expect(latencyShares(turn).decode_ms).toBe(0);
  expect(latencyShares({ ...turn, total_ms: 790 }).decode_ms).toBe(90);
});
