/** Short ways to write events in tests. */
import type { CallEvent, Decision, Input, RecordEntry } from "../../src/api/events";

type Row = { at: number; input: Input } | { at: number; decision: Decision } | { at: number; record: RecordEntry };

export const heard = (at: number, input: Input): Row => ({ at, input });
export const decided = (at: number, decision: Decision): Row => ({ at, decision });
export const noted = (at: number, record: RecordEntry): Row => ({ at, record });

export function log(...rows: Row[]): CallEvent[] {
  return rows.map((row, seq) => ({ seq, ...row }));
}

export function say(at: number, prompt: number, text: string) {
  return decided(at, { type: "say", prompt, text, interruptible: true });
}

export function decode(at: number, utterance: number, from: number, until: number) {
  const expectation = { kind: { kind: "open" as const } };
  return decided(at, { type: "decode", utterance, from, until, expectation });
}

export function decoded(at: number, utterance: number, text: string) {
  return heard(at, { type: "decoded", utterance, until: at, hypotheses: text ? [{ text, confidence: 0.9 }] : [] });
}

export function understood(at: number, utterance: number, text: string, corrected = text, intent = "bill_lookup") {
  return decided(at, { type: "understood", utterance, text, corrected, intent, confidence: 0.9, slots: {} });
}
