/**
 * The decisions between the lines: what a person who checks a call wants to know of how it was led.
 *
 * In: events in order of `seq`. Out: notes, and a timeline of lines and notes in the order of the call.
 */
import type {
  BackOfficeReply,
  BackOfficeRequest,
  CallEvent,
  Decision,
  Input,
  RecordEntry,
  TurnLatency,
} from "../api/events";
import type { Line } from "./transcript";

type Of<T, K> = Extract<T, { type: K }>;

/** One thing worth knowing; `kind` says which. */
export type NoteBody =
  | { kind: "turn_ended"; waitedMs: number; latency?: TurnLatency }
  | { kind: "understood"; understood: Of<Decision, "understood"> }
  | { kind: "not_heard"; reason: string }
  | { kind: "step"; flow: string; step: string }
  | { kind: "slot"; slot: string; value: string | null; confirmed: boolean }
  | { kind: "asked"; request: BackOfficeRequest; reply?: BackOfficeReply; tookMs?: number }
  | { kind: "prompt"; what: "pause_prompt" | "resume_prompt" | "stop_prompt" }
  | { kind: "find_agent"; skill: string; urgent: boolean }
  | { kind: "ring_agent"; agent: string; whisper: string }
  | { kind: "agent"; news: Of<Input, "agent"> }
  | { kind: "leave_queue" }
  | { kind: "line"; record: Of<RecordEntry, "leg_started" | "leg_ended" | "media_stats"> }
  | { kind: "fault"; what: string }
  | { kind: "hold"; held: boolean }
  | { kind: "caller_left" }
  | { kind: "hang_up"; reason: Of<Decision, "hang_up">["reason"] }
  | { kind: "ended"; reason: Of<RecordEntry, "ended">["reason"]; durationMs: number }
  | { kind: "interrupted" };

export type Note = NoteBody & { seq: number; at: number };

export type TimelineItem = { type: "line"; line: Line } | { type: "notes"; notes: Note[] };

export function notesOf(events: readonly CallEvent[]): Note[] {
  const notes: Note[] = [];
  const asked = new Map<number, Extract<Note, { kind: "asked" }>>();
  const turns = new Map<number, Extract<Note, { kind: "turn_ended" }>>();
  for (const event of events) {
    const { seq, at, decision, input, record } = event;
    if (decision?.type === "ask") {
      const note = { seq, at, kind: "asked" as const, request: decision.request };
      asked.set(decision.request_id, note);
      notes.push(note);
      continue;
    }
    if (input?.type === "replied") {
      const note = asked.get(input.request);
      if (note) {
        note.reply = input.reply;
        note.tookMs = at - note.at;
      }
      continue;
    }
    if (decision?.type === "turn_ended") {
      const waitedMs = Math.max(0, at - decision.speech_until);
      const note = { seq, at, kind: "turn_ended" as const, waitedMs };
      turns.set(decision.utterance, note);
      notes.push(note);
      continue;
    }
    if (record?.type === "turn_latency") {
      const note = turns.get(record.utterance);
      if (note) note.latency = record;
      continue;
    }
    const body = noteBody(event);
    if (body) notes.push({ seq, at, ...body });
  }
  return notes;
}

/** Lines and, between them, the notes of what happened after one line began and before the next did. */
export function timeline(lines: readonly Line[], notes: readonly Note[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  let next = 0;
  const takeUntil = (ms: number) => {
    const taken: Note[] = [];
    for (let note = notes[next]; note && note.at < ms; note = notes[next]) {
      taken.push(note);
      next += 1;
    }
    if (taken.length > 0) items.push({ type: "notes", notes: taken });
  };
  for (const line of lines) {
    takeUntil(line.from);
    items.push({ type: "line", line });
  }
  takeUntil(Number.POSITIVE_INFINITY);
  return items;
}

function noteBody({ decision, input, record }: CallEvent): NoteBody | undefined {
  if (decision) return decisionNote(decision);
  if (input) return inputNote(input);
  return record ? recordNote(record) : undefined;
}

function decisionNote(decision: Decision): NoteBody | undefined {
  switch (decision.type) {
    case "understood":
      return { kind: "understood", understood: decision };
    case "step":
      return { kind: "step", flow: decision.flow, step: decision.step };
    case "slot":
      return { kind: "slot", slot: decision.slot, value: decision.value ?? null, confirmed: decision.confirmed };
    case "pause_prompt":
    case "resume_prompt":
    case "stop_prompt":
      return { kind: "prompt", what: decision.type };
    case "find_agent":
      return { kind: "find_agent", skill: decision.skill, urgent: decision.urgency === "urgent" };
    case "ring_agent":
      return { kind: "ring_agent", agent: decision.agent, whisper: decision.whisper };
    case "leave_queue":
      return { kind: "leave_queue" };
    case "hang_up":
      return { kind: "hang_up", reason: decision.reason };
    // Joined with its answer or its delay above, said in the transcript, shown beside it, or of no use to a person.
    case "ask":
    case "turn_ended":
    case "say":
    case "summary":
    case "bridge":
    case "decode":
    case "cancel_decode":
    case "prepare":
    case "expect":
      return undefined;
  }
}

function inputNote(input: Input): NoteBody | undefined {
  switch (input.type) {
    case "not_heard":
      return { kind: "not_heard", reason: input.reason };
    case "agent":
      return { kind: "agent", news: input };
    case "hold":
      return { kind: "hold", held: input.held };
    case "caller_left":
      return { kind: "caller_left" };
    case "answered":
    case "frames":
    case "decoded":
    case "key":
    case "prompt_started":
    case "prompt_ended":
    case "replied":
      return undefined;
  }
}

function recordNote(record: RecordEntry): NoteBody | undefined {
  switch (record.type) {
    case "leg_started":
    case "leg_ended":
    case "media_stats":
      return { kind: "line", record };
    case "fault":
      return { kind: "fault", what: record.what };
    case "ended":
      return { kind: "ended", reason: record.reason, durationMs: record.duration_ms };
    case "interrupted":
      return { kind: "interrupted" };
    case "transcript":
    case "turn_latency":
      return undefined;
  }
}
