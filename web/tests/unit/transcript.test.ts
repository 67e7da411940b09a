import { describe, expect, test } from "vitest";
import { lineAt, transcript } from "../../src/call/transcript";
import { fixture } from "../server/fixtureApi";
import { decided, decode, decoded, heard, log, noted, say, understood } from "./build";

const ended = noted(60_000, { type: "ended", reason: "done", duration_ms: 60_000 });
const started = (at: number, prompt: number) => heard(at, { type: "prompt_started", prompt });
const stopped = (at: number, prompt: number, played_ms: number, whole: boolean) =>
  heard(at, { type: "prompt_ended", prompt, played_ms, whole });

describe("a line of the bot", () => {
  test("waits until its first sound, then grows, then is whole", () => {
    const events = log(say(10, 1, "您好"), started(50, 1), stopped(900, 1, 850, true));
    expect(transcript(events.slice(0, 1))).toMatchObject([{ state: "waiting", from: 10 }]);
    expect(transcript(events.slice(0, 2))).toMatchObject([{ state: "growing", from: 50 }]);
    expect(transcript(events)).toMatchObject([{ speaker: "bot", state: "whole", from: 50, until: 900, text: "您好" }]);
  });

  test("that was interrupted says how much of it the caller heard, by the rate of whole prompts", () => {
    const events = log(
      say(0, 1, "一二三四五"),
      started(0, 1),
      stopped(1000, 1, 1000, true),
      say(1000, 2, "六七八九十甲乙丙"),
      started(1000, 2),
      stopped(1600, 2, 600, false),
    );
    expect(transcript(events)[1]).toMatchObject({ state: "cut", heard: 3 });
  });

  test("that was interrupted stays whole in text where nothing tells the rate", () => {
    const events = log(say(0, 1, "六七八九十"), started(0, 1), stopped(600, 1, 600, false));
    const [line] = transcript(events);
    expect(line?.state).toBe("cut");
    expect(line?.heard).toBeUndefined();
  });

  test("that never sounded is not taken for said", () => {
    expect(transcript(log(say(0, 1, "您好"), ended))[0]?.state).toBe("unplayed");
    expect(transcript(log(say(0, 1, "您好"), stopped(5, 1, 0, false)))[0]?.state).toBe("unplayed");
    const interrupted = decided(20, { type: "stop_prompt", prompt: 1 });
    const lines = transcript(log(say(0, 1, "您好"), say(0, 2, "请讲"), started(5, 1), interrupted));
    expect(lines.map((line) => line.state)).toEqual(["unplayed", "growing"]);
  });
});

describe("a line of the caller", () => {
  test("grows with the recogniser's partial text", () => {
    const events = log(decode(1500, 1, 1000, 1400), decoded(1600, 1, "我想"), decoded(2100, 1, "我想查水费"));
    expect(transcript(events)).toMatchObject([
      { speaker: "caller", state: "growing", text: "我想查水费", from: 1000, utterance: 1 },
    ]);
  });

  test("ends where the speech ended and shows the corrected text with the raw one beside it", () => {
    const events = log(
      decode(2000, 1, 1000, 1900),
      decoded(2100, 1, "茶水费"),
      decided(2400, { type: "turn_ended", utterance: 1, speech_until: 1950 }),
      understood(2410, 1, "茶水费", "查水费"),
    );
    expect(transcript(events)).toMatchObject([
      { state: "whole", from: 1000, until: 1950, text: "查水费", raw: "茶水费" },
    ]);
  });

  test("has no raw text where nothing was corrected", () => {
    expect(transcript(log(understood(10, 1, "查水费")))[0]).not.toHaveProperty("raw");
  });

  test("is not changed by a late decoding once it is understood", () => {
    expect(transcript(log(understood(10, 1, "查水费"), decoded(20, 1, "茶水费")))[0]?.text).toBe("查水费");
  });

  test("that gave no words is dropped when it was a cough, kept when the recogniser failed", () => {
    expect(transcript(log(decode(1, 1, 0, 1), decoded(2, 1, ""), ended))).toEqual([]);
    const failed = log(decode(1, 1, 0, 1), heard(9, { type: "not_heard", utterance: 1, reason: "too slow" }), ended);
    expect(transcript(failed)).toMatchObject([{ state: "not_heard" }]);
  });

  test("carries the delay of its answer", () => {
    const latency = { endpoint_ms: 1, queue_ms: 1, decode_ms: 1, decide_ms: 1, sound_ms: 1, total_ms: 640 };
    const events = log(understood(10, 1, "好"), noted(20, { type: "turn_latency", utterance: 1, ...latency }));
    expect(transcript(events)[0]?.latencyMs).toBe(640);
  });
});

test("keys pressed together are one line, a later one is another", () => {
  const key = (at: number, pressed: string) => heard(at, { type: "key", key: pressed });
  const lines = transcript(log(key(100, "1"), key(700, "2"), key(1200, "#"), key(9000, "0")));
  expect(lines.map((line) => line.text)).toEqual(["12#", "0"]);
});

test("after the bridge the lines of both people come from the records, in the order of their beginning", () => {
  const said = (leg: "caller" | "agent", from: number, until: number, text: string) =>
    noted(until + 300, { type: "transcript", leg, from, until, text });
  const lines = transcript(log(said("agent", 500, 2000, "您好"), said("caller", 100, 900, "喂")));
  expect(lines.map((line) => [line.speaker, line.text])).toEqual([
    ["caller", "喂"],
    ["agent", "您好"],
  ]);
});

test("the line that sounds is the last one that has begun", () => {
  const lines = transcript(fixture("bill-lookup").events);
  expect(lineAt(lines, 0)).toBeUndefined();
  expect(lineAt(lines, 7000)?.id).toBe("caller-1");
  // The caller spoke over the prompt: both sound, the caller began last.
  expect(lineAt(lines, 11_180)?.id).toBe("caller-2");
  expect(lineAt(lines, 60_000)?.id).toBe("bot-5");
});

test("a whole call reads as a conversation", () => {
  const lines = transcript(fixture("handed-over").events);
  expect(lines.map((line) => line.speaker)).toEqual([
    ...["bot", "caller", "bot", "caller", "bot", "caller", "bot"],
    ...["agent", "caller", "agent", "caller"],
  ]);
  expect(lines.every((line) => line.state === "whole")).toBe(true);
});
