/** Calls over HTTP: the list, one call whole, the agents. */
import type { CallEvent } from "./events";
import { get, getJson } from "./http";

export const OUTCOMES = [
  "in_progress",
  "contained",
  "handed_over",
  "abandoned",
  "callback",
  "fault",
  "interrupted",
] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** One line of the list of calls. */
export interface CallSummary {
  id: string;
  /** RFC 3339. */
  started_at: string;
  duration_ms: number | null;
  from: string;
  to: string;
  pack: string;
  intent: string | null;
  outcome: Outcome;
  turns: number;
  agent: string | null;
}

export interface CallPage {
  calls: CallSummary[];
  /** Give it as `before` to get the next, older page; absent or null on the last one. */
  next?: string | null;
}

export interface CallDetail {
  summary: CallSummary;
  events: CallEvent[];
  recording: boolean;
}

/** An agent that the configuration names. */
export interface AgentInfo {
  id: string;
}

export interface CallQuery {
  limit: number;
  before?: string | undefined;
  q?: string | undefined;
  outcome?: Outcome | undefined;
}

export function callsUrl(query: CallQuery): string {
  const params = new URLSearchParams({ limit: String(query.limit) });
  if (query.before) params.set("before", query.before);
  if (query.q) params.set("q", query.q);
  if (query.outcome) params.set("outcome", query.outcome);
  return `/api/calls?${params.toString()}`;
}

export function recordingUrl(id: string): string {
  return `/api/calls/${encodeURIComponent(id)}/recording.wav`;
}

export function fetchCalls(query: CallQuery, signal: AbortSignal): Promise<CallPage> {
  return getJson<CallPage>(callsUrl(query), signal);
}

export function fetchCall(id: string, signal: AbortSignal): Promise<CallDetail> {
  return getJson<CallDetail>(`/api/calls/${encodeURIComponent(id)}`, signal);
}

export async function fetchAgents(signal: AbortSignal): Promise<AgentInfo[]> {
  return (await getJson<{ agents: AgentInfo[] }>("/api/agents", signal)).agents;
}

export async function fetchRecording(id: string, signal: AbortSignal): Promise<ArrayBuffer> {
  return (await get(recordingUrl(id), signal)).arrayBuffer();
}
