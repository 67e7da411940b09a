/**
 * The vocabulary of a call's log, as `src/event/` of the server writes it in JSON.
 *
 * Times are milliseconds since the call began. A kind that is not known here (a newer server) is passed over.
 */

export type LegId = "caller" | "agent";
export type Urgency = "normal" | "urgent";
export type HangUpReason = "done" | "silence" | "agent_left" | "callback" | "caller_left" | "fault";

export type ExpectedKind =
  | { kind: "open" | "yes_no" | "address" | "name" | "date" }
  | { kind: "digits"; min: number; max: number }
  | { kind: "message"; limit_ms: number };

export interface Expectation {
  kind: ExpectedKind;
  words?: string[];
  keys?: number;
}

export interface Hypothesis {
  text: string;
  /** As callers of the pack would have said it, where its sound allows that. */
  as_said_here?: string;
  confidence: number;
}

export type AgentNews =
  | { news: "found" | "ringing" | "picked_up" | "bridged" | "left"; agent: string }
  | { news: "none_free"; ahead: number }
  | { news: "not_reached"; agent: string; reason: string };

export interface TicketDraft {
  category: string;
  urgency: Urgency;
  description: string;
  address?: string;
  since?: string;
  phone?: string;
  account_number?: string;
}

export type BackOfficeRequest =
  | { operation: "account_by_number"; account_number: string }
  | { operation: "account_by_meter"; meter_number: string }
  | { operation: "account_by_address"; address: string }
  | { operation: "account_by_phone"; phone: string }
  | { operation: "bill"; account_number: string; month?: string }
  | { operation: "send_payment_link"; account_number: string; phone: string }
  | { operation: "reissue_bill"; account_number: string; month: string; phone: string }
  | { operation: "outages"; account_number?: string; address?: string }
  | ({ operation: "create_ticket" } & TicketDraft)
  | { operation: "ticket_status"; ticket?: string; phone?: string };

export interface Outage {
  area: string;
  cause: string;
  planned: boolean;
  from: string;
  until: string;
}

export type BackOfficeReply =
  | {
      reply: "account";
      account_number: string;
      meter_number: string;
      name: string;
      address: string;
      phone: string;
      balance_due: string;
    }
  | {
      reply: "bill";
      month: string;
      usage: string;
      amount: string;
      paid: boolean;
      due: string;
      balance_due: string;
    }
  | { reply: "sent"; phone: string }
  | { reply: "outages"; outages: Outage[] }
  | ({ reply: "ticket"; ticket: string; state: string; remark?: string } & TicketDraft)
  | { reply: "not_found" }
  | { reply: "refused" | "unavailable"; reason: string };

export interface FormField {
  slot: string;
  label: string;
  value: string;
  confirmed: boolean;
}

/** What an agent needs to know before the first word. */
export interface HandoffSummary {
  topic: string;
  text: string;
  form: FormField[];
  reason: string | null;
}

/** From the end of the caller's speech to the first sound of the answer, part by part. */
export interface TurnLatency {
  utterance: number;
  endpoint_ms: number;
  queue_ms: number;
  decode_ms: number;
  decide_ms: number;
  sound_ms: number;
  total_ms: number;
}

export type Input =
  | { type: "answered"; from: string; to: string; pack: string; pack_version: string; today: string }
  | { type: "frames"; speech: number[] }
  | { type: "decoded"; utterance: number; until: number; hypotheses: Hypothesis[] }
  | { type: "not_heard"; utterance: number; reason: string }
  | { type: "key"; key: string }
  | { type: "prompt_started"; prompt: number }
  | { type: "prompt_ended"; prompt: number; played_ms: number; whole: boolean }
  | { type: "replied"; request: number; reply: BackOfficeReply }
  | ({ type: "agent" } & AgentNews)
  | { type: "hold"; held: boolean }
  | { type: "caller_left" };

export type Decision =
  | { type: "decode"; utterance: number; from: number; until: number; expectation: Expectation }
  | { type: "cancel_decode"; utterance: number }
  | { type: "turn_ended"; utterance: number; speech_until: number }
  | { type: "pause_prompt" | "resume_prompt" | "stop_prompt"; prompt: number }
  | {
      type: "understood";
      utterance: number;
      text: string;
      corrected: string;
      intent: string;
      confidence: number;
      slots: Record<string, string>;
    }
  | { type: "step"; flow: string; step: string }
  | { type: "slot"; slot: string; value: string | null; confirmed: boolean }
  | { type: "say"; prompt: number; text: string; interruptible: boolean }
  | { type: "prepare"; texts: string[] }
  | { type: "expect"; expectation: Expectation }
  | { type: "ask"; request_id: number; request: BackOfficeRequest }
  | { type: "find_agent"; skill: string; urgency: Urgency }
  | { type: "ring_agent"; agent: string; whisper: string }
  | { type: "bridge"; agent: string }
  | { type: "leave_queue" }
  | ({ type: "summary" } & HandoffSummary)
  | { type: "hang_up"; reason: HangUpReason };

export type RecordEntry =
  | { type: "leg_started"; leg: LegId; codec: string }
  | { type: "leg_ended"; leg: LegId; reason: string }
  | { type: "transcript"; leg: LegId; from: number; until: number; text: string }
  | ({ type: "turn_latency" } & TurnLatency)
  | { type: "media_stats"; leg: LegId; received: number; lost: number; jitter_ms: number }
  | { type: "fault"; what: string }
  | { type: "ended"; reason: HangUpReason; duration_ms: number }
  | { type: "interrupted" };

/** One thing that happened on a call; exactly one of `input`, `decision`, `record` is there. */
export interface CallEvent {
  seq: number;
  at: number;
  input?: Input;
  decision?: Decision;
  record?: RecordEntry;
}
