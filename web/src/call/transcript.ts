/**
 * The transcript: a projection of a call's events, pure, for the live desk and the replay alike.
 *
 * In: events in order of `seq`. Out: lines in the order in which they began. A line of the bot is what it meant to
 * say, with how much of it was played; a line of the caller is what was understood, with the raw text beside it;
 * after the bridge both people's lines come from the records.
 */
import type { CallEvent } from "../api/events";
import { heardCharacters, playbackRate, type PlayedPrompt } from "./played";

export type Speaker = "caller" | "bot" | "agent";

/** How far a line has come. */
export type LineState =
  /** Decided, no sound yet. */
  | "waiting"
  /** Being spoken; more of it may come. */
  | "growing"
  /** Whole. */
  | "whole"
  /** The bot was cut short. */
  | "cut"
  /** The bot's line that never sounded. */
  | "unplayed"
  /** The recogniser gave no text. */
  | "not_heard";

export interface Line {
  /** Stable while the line grows: `bot-3`, `caller-2`, `key-17`, `record-40`. */
  id: string;
  speaker: Speaker;
  kind: "speech" | "keys";
  state: LineState;
  /** What to show: corrected where it was corrected. */
  text: string;
  /** As the recogniser wrote it, only where that differs. */
  raw?: string;
  /** Milliseconds of the call; `until` is absent while the line grows. */
  from: number;
  until?: number;
  /** Characters of a cut line that the caller heard, estimated from the rate of the call's whole prompts. */
  heard?: number;
  /** Delay of the answer to this turn in milliseconds. */
  latencyMs?: number;
  utterance?: number;
}

/** Keys pressed within so many milliseconds of each other are one line. */
const KEYS_TOGETHER_MS = 4000;

interface Draft {
  bot: Map<number, Line & { playedMs?: number }>;
  caller: Map<number, Line>;
  other: Line[];
  ended: boolean;
}

export function transcript(events: readonly CallEvent[]): Line[] {
  const draft: Draft = { bot: new Map(), caller: new Map(), other: [], ended: false };
  for (const event of events) {
    if (event.decision) onDecision(draft, event);
    else if (event.input) onInput(draft, event);
    else if (event.record) onRecord(draft, event);
  }
  return finished(draft);
}

/** The line that sounds at a moment: the last one that has begun; undefined before the first. */
export function lineAt(lines: readonly Line[], ms: number): Line | undefined {
  let current: Line | undefined;
  for (const line of lines) {
    if (line.from > ms) break;
    if (line.state !== "waiting" && line.state !== "unplayed") current = line;
  }
  return current;
}

function onDecision(draft: Draft, { at, decision }: CallEvent): void {
  switch (decision?.type) {
    case "say":
      draft.bot.set(decision.prompt, {
        id: `bot-${decision.prompt}`,
        speaker: "bot",
        kind: "speech",
        state: "waiting",
        text: decision.text,
        from: at,
      });
      return;
    case "decode": {
      const line = callerLine(draft, decision.utterance, decision.from);
      line.from = Math.min(line.from, decision.from);
      return;
    }
    case "turn_ended": {
      const line = callerLine(draft, decision.utterance, decision.speech_until);
      line.until = decision.speech_until;
      if (line.state === "growing") line.state = "whole";
      return;
    }
    case "understood": {
      const line = callerLine(draft, decision.utterance, at);
      line.state = "whole";
      line.text = decision.corrected;
      line.until ??= at;
      if (decision.text !== decision.corrected) line.raw = decision.text;
      return;
    }
    case "stop_prompt":
      // The stopped prompt tells by itself how far it came; those behind it are never begun.
      for (const line of draft.bot.values()) if (line.state === "waiting") line.state = "unplayed";
      return;
    default:
      return;
  }
}

function onInput(draft: Draft, { seq, at, input }: CallEvent): void {
  switch (input?.type) {
    case "prompt_started": {
      const line = draft.bot.get(input.prompt);
      if (!line) return;
      line.from = at;
      line.state = "growing";
      return;
    }
    case "prompt_ended": {
      const line = draft.bot.get(input.prompt);
      if (!line) return;
      line.playedMs = input.played_ms;
      line.until = at;
      line.state = input.whole ? "whole" : input.played_ms > 0 ? "cut" : "unplayed";
      return;
    }
    case "decoded": {
      const best = input.hypotheses[0];
      const line = callerLine(draft, input.utterance, input.until);
      if (best && line.state === "growing") line.text = best.text;
      return;
    }
    case "not_heard": {
      const line = callerLine(draft, input.utterance, at);
      line.state = "not_heard";
      return;
    }
    case "key":
      pressKey(draft, seq, at, input.key);
      return;
    case "caller_left":
      draft.ended = true;
      return;
    default:
      return;
  }
}

function onRecord(draft: Draft, { seq, record }: CallEvent): void {
  switch (record?.type) {
    case "transcript":
      draft.other.push({
        id: `record-${seq}`,
        speaker: record.leg,
        kind: "speech",
        state: "whole",
        text: record.text,
        from: record.from,
        until: record.until,
      });
      return;
    case "turn_latency": {
      const line = draft.caller.get(record.utterance);
      if (line) line.latencyMs = record.total_ms;
      return;
    }
    case "ended":
    case "interrupted":
      draft.ended = true;
      return;
    default:
      return;
  }
}

function callerLine(draft: Draft, utterance: number, from: number): Line {
  const known = draft.caller.get(utterance);
  if (known) return known;
  const line: Line = {
    id: `caller-${utterance}`,
    speaker: "caller",
    kind: "speech",
    state: "growing",
    text: "",
    from,
    utterance,
  };
  draft.caller.set(utterance, line);
  return line;
}

function pressKey(draft: Draft, seq: number, at: number, key: string): void {
  const last = draft.other.at(-1);
  if (last?.kind === "keys" && at - (last.until ?? last.from) <= KEYS_TOGETHER_MS) {
    last.text += key;
    last.until = at;
    return;
  }
  draft.other.push({
    id: `key-${seq}`,
    speaker: "caller",
    kind: "keys",
    state: "whole",
    text: key,
    from: at,
    until: at,
  });
}

/** Settles what the end of the call settles, and puts all lines in order. */
function finished(draft: Draft): Line[] {
  const played: PlayedPrompt[] = [];
  for (const { state, text, playedMs } of draft.bot.values()) {
    if (state === "whole" && playedMs !== undefined) played.push({ text, playedMs });
  }
  const rate = playbackRate(played);

  const bot = [...draft.bot.values()].map(({ playedMs, ...line }): Line => {
    if (line.state === "cut" && rate !== undefined && playedMs !== undefined) {
      return { ...line, heard: heardCharacters(line.text, playedMs, rate) };
    }
    if (draft.ended && line.state === "waiting") return { ...line, state: "unplayed" };
    if (draft.ended && line.state === "growing") return { ...line, state: "cut" };
    return line;
  });

  // An utterance without words that never became a turn was a cough or a noise.
  const newest = Math.max(0, ...draft.caller.keys());
  const caller = [...draft.caller.values()].filter((line) => {
    if (line.text !== "" || line.state === "not_heard") return true;
    return line.state === "growing" && line.utterance === newest && !draft.ended;
  });

  return [...bot, ...caller, ...draft.other].sort((a, b) => a.from - b.from);
}
