/** What a person sees of a call at one glance: a projection of its events. */
import type { CallEvent, HandoffSummary, HangUpReason } from "../api/events";
import { agentOf, handoffOf, type Handoff } from "./handoff";
import { businessIntent, type UnderstoodIntent } from "./intent";

export interface FilledField {
  slot: string;
  /** As the flow names it; absent where only the slot's id is known. */
  label?: string;
  value: string;
  confirmed: boolean;
}

export interface Situation {
  intent?: UnderstoodIntent;
  form: FilledField[];
  summary?: HandoffSummary;
  /** Where the conversation is. */
  step?: { flow: string; step: string };
  handoff: Handoff;
  /** The agent concerned now, if any. */
  agent?: string;
  held: boolean;
  faults: string[];
  ended?: { reason: HangUpReason | "interrupted"; durationMs?: number };
  /** Moment of the newest event, milliseconds. */
  at: number;
}

export function situationOf(events: readonly CallEvent[]): Situation {
  const handoff = handoffOf(events);
  const situation: Situation = {
    form: filledForm(events),
    handoff,
    held: false,
    faults: [],
    at: events.at(-1)?.at ?? 0,
  };
  const intent = businessIntent(events);
  if (intent) situation.intent = intent;
  const agent = agentOf(handoff);
  if (agent !== undefined) situation.agent = agent;

  for (const { input, decision, record } of events) {
    if (decision?.type === "summary") situation.summary = decision;
    if (decision?.type === "step") situation.step = { flow: decision.flow, step: decision.step };
    if (input?.type === "hold") situation.held = input.held;
    if (record?.type === "fault") situation.faults.push(record.what);
    if (record?.type === "ended") situation.ended = { reason: record.reason, durationMs: record.duration_ms };
    if (record?.type === "interrupted") situation.ended = { reason: "interrupted" };
  }
  return situation;
}

/** The form as it stands: each slot in the order in which it was first filled; the newest word counts. */
export function filledForm(events: readonly CallEvent[]): FilledField[] {
  const fields = new Map<string, FilledField>();
  for (const { decision } of events) {
    if (decision?.type === "slot") {
      const { slot, value, confirmed } = decision;
      if (value === null || value === undefined) fields.delete(slot);
      else fields.set(slot, { ...fields.get(slot), slot, value, confirmed });
    }
    if (decision?.type === "summary") {
      for (const field of decision.form) fields.set(field.slot, { ...field });
    }
  }
  return [...fields.values()];
}

