/** A note in words: a pure function of the note and the language. */
import type { BackOfficeReply, BackOfficeRequest } from "../api/events";
import { formatClock, formatDelay, formatPhone, formatSlotValue, intentName, percent, slotName } from "../text/format";
import type { Text } from "../text/zh";
import { LATENCY_PARTS, paceOf } from "./latency";
import type { Note } from "./notes";

export type Tone = "plain" | "good" | "warn" | "bad";

export interface Described {
  label: string;
  body: string;
  tone: Tone;
  /** A few words for the folded row; absent where the note is not worth one. */
  brief?: string;
}

/** Below this confidence an understood intent is worth a second look. */
const DOUBTFUL = 0.6;

export function describe(note: Note, text: Text): Described {
  switch (note.kind) {
    case "turn_ended":
      return turnEnded(note, text);
    case "understood":
      return understood(note, text);
    case "not_heard":
      return { label: text.note.not_heard, body: note.reason, tone: "warn", brief: text.note.not_heard };
    case "step":
      return { ...plain(text.note.step, `${note.flow} / ${note.step}`), brief: `${note.flow}/${note.step}` };
    case "slot":
      return slot(note, text);
    case "asked":
      return asked(note, text);
    case "prompt":
      return { label: text.note[note.what], body: "", tone: "warn", brief: text.note[note.what] };
    case "find_agent": {
      const urgent = note.urgent ? ` · ${text.handoff.urgent}` : "";
      return { label: text.note.find_agent, body: note.skill + urgent, tone: "plain", brief: text.note.find_agent };
    }
    case "ring_agent":
      return plain(`${text.note.ring_agent} ${note.agent}`, note.whisper);
    case "agent":
      return agentNews(note, text);
    case "leave_queue":
      return { ...plain(text.note.leave_queue, ""), brief: text.note.leave_queue };
    case "line":
      return line(note, text);
    case "hold": {
      const label = note.held ? text.note.held : text.note.resumed;
      return { label, body: "", tone: "warn", brief: label };
    }
    case "fault":
      return { label: text.note.fault, body: note.what, tone: "bad", brief: text.note.fault };
    case "caller_left":
      return { ...plain(text.note.caller_left, ""), brief: text.note.caller_left };
    case "hang_up":
      return plain(text.note.hang_up, text.hangUp[note.reason]);
    case "ended":
      return {
        ...plain(text.note.ended, `${text.hangUp[note.reason]} · ${formatClock(note.durationMs)}`),
        brief: text.note.ended,
      };
    case "interrupted":
      return { label: text.note.interrupted, body: "", tone: "bad", brief: text.outcome.interrupted };
  }
}

function plain(label: string, body: string): Described {
  return { label, body, tone: "plain" };
}

function understood(note: Extract<Note, { kind: "understood" }>, text: Text): Described {
  const { intent, confidence, text: raw, corrected, slots } = note.understood;
  const name = `${intentName(intent, text)} ${percent(confidence)}`;
  const parts = [name];
  for (const [key, value] of Object.entries(slots)) {
    parts.push(`${slotName(key, text)} ${formatSlotValue(key, value)}`);
  }
  if (raw !== corrected) parts.push(`${text.note.corrected} ${raw} → ${corrected}`);
  const doubtful = confidence < DOUBTFUL || intent === "unknown";
  return { label: text.note.understood, body: parts.join(" · "), tone: doubtful ? "warn" : "plain", brief: name };
}

function slot(note: Extract<Note, { kind: "slot" }>, text: Text): Described {
  const label = `${text.note.slot} ${slotName(note.slot, text)}`;
  if (note.value === null) return plain(label, text.note.emptied);
  const mark = note.confirmed ? ` ✓ ${text.desk.confirmed}` : "";
  const described: Described = {
    label,
    body: formatSlotValue(note.slot, note.value) + mark,
    tone: note.confirmed ? "good" : "plain",
  };
  return { ...described, brief: `${slotName(note.slot, text)}${note.confirmed ? " ✓" : ""}` };
}

function asked(note: Extract<Note, { kind: "asked" }>, text: Text): Described {
  const name = text.operation[note.request.operation];
  const reply = note.reply ? describeReply(note.reply, text) : text.note.noReply;
  const took = note.tookMs === undefined ? "" : ` (${formatDelay(note.tookMs)})`;
  const failed = !note.reply || ["refused", "unavailable"].includes(note.reply.reply);
  return {
    label: name,
    body: `${describeRequest(note.request)} → ${reply}${took}`,
    tone: failed ? "bad" : note.reply?.reply === "not_found" ? "warn" : "plain",
    brief: name,
  };
}

function describeRequest(request: BackOfficeRequest): string {
  const { operation: _, ...fields } = request;
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([key, value]) => formatSlotValue(key, String(value)))
    .join(" · ");
}

export function describeReply(reply: BackOfficeReply, text: Text): string {
  switch (reply.reply) {
    case "account":
      return [reply.name, formatSlotValue("account_number", reply.account_number), reply.address].join(" · ");
    case "bill":
      return [reply.month, `¥${reply.amount}`, reply.paid ? text.reply.paid : text.reply.unpaid].join(" · ");
    case "sent":
      return `${text.reply.sent} ${formatPhone(reply.phone)}`;
    case "outages":
      return [text.reply.outages(reply.outages.length), ...reply.outages.map((o) => `${o.area} ${o.cause}`)].join(" · ");
    case "ticket": {
      const state = text.ticketState[reply.state as keyof Text["ticketState"]] ?? reply.state;
      const urgent = reply.urgency === "urgent" ? [text.reply.urgent] : [];
      return [`${text.reply.ticket} ${reply.ticket}`, state, ...urgent].join(" · ");
    }
    case "not_found":
      return text.reply.not_found;
    case "refused":
    case "unavailable":
      return `${text.reply[reply.reply]}: ${reply.reason}`;
  }
}

function agentNews(note: Extract<Note, { kind: "agent" }>, text: Text): Described {
  const { news } = note;
  switch (news.news) {
    case "none_free":
      return { label: text.handoff.queued(news.ahead), body: "", tone: "warn", brief: text.handoff.queued(news.ahead) };
    case "not_reached": {
      const label = text.handoff.not_reached(news.agent);
      return { label, body: news.reason, tone: "warn", brief: label };
    }
    case "found":
    case "ringing":
    case "picked_up":
    case "bridged":
    case "left": {
      const label = text.handoff[news.news](news.agent);
      const tone = news.news === "bridged" ? "good" : "plain";
      return { label, body: "", tone, ...(news.news === "bridged" ? { brief: label } : {}) };
    }
  }
}

function turnEnded(note: Extract<Note, { kind: "turn_ended" }>, text: Text): Described {
  const label = text.note.turn_ended(note.waitedMs);
  if (!note.latency) return plain(label, "");
  const total = note.latency.total_ms;
  const whole = `${text.note.latency} ${formatDelay(total)}`;
  const parts = LATENCY_PARTS.map((part) => `${text.latencyPart[part]} ${note.latency?.[part]}`);
  const body = `${whole}: ${parts.join(" · ")}`;
  return paceOf(total) === "slow" ? { label, body, tone: "warn", brief: whole } : plain(label, body);
}

function line(note: Extract<Note, { kind: "line" }>, text: Text): Described {
  const { record } = note;
  const leg = text.speaker[record.leg];
  switch (record.type) {
    case "leg_started":
      return plain(text.note.leg_started, `${leg} · ${record.codec}`);
    case "leg_ended":
      return plain(text.note.leg_ended, `${leg} · ${record.reason}`);
    case "media_stats":
      return plain(leg, text.note.media(record.received, record.lost, record.jitter_ms.toFixed(1)));
  }
}
