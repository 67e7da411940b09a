/** Packs over HTTP: what authors look at, try, change and publish. */
import { getJson, sendJson } from "./http";

/** The version for new calls, or the one that lies in the pack's folder. */
export type Of = "current" | "draft";

export interface ListedPack {
  name: string;
  title: string;
  version: string;
  serving: boolean;
  outdated: boolean;
  fault: string | null;
}

export const WHYS = [
  "next",
  "yes",
  "no",
  "else",
  "unknown",
  "option",
  "when",
  "not_found",
  "refused",
  "unavailable",
] as const;
export type Why = (typeof WHYS)[number];

export interface FlowEdge {
  /** Place of the step in the flow; null: the flow is over. */
  to: number | null;
  why: Why;
  words: string | null;
}

export const VERBS = [
  "ask",
  "confirm",
  "choose",
  "call",
  "ticket",
  "say",
  "branch",
  "set",
  "clear",
  "run",
  "handoff",
  "wait",
  "answer",
  "end",
] as const;
export type Verb = (typeof VERBS)[number];

export interface FlowStep {
  id: string;
  line: number;
  verb: Verb;
  about: string;
  texts: string[];
  when: string | null;
  edges: FlowEdge[];
}

export interface Flow {
  name: string;
  file: string;
  /** Empty in a part that other flows run. */
  topic: string;
  skill: string | null;
  urgent: string | null;
  steps: FlowStep[];
}

export interface PackIntent {
  id: string;
  label: string;
  examples: number;
  flow: string | null;
}

export interface PackSlot {
  name: string;
  label: string;
  expect: "open" | "digits" | "address" | "name" | "date" | "message";
  digits: [number, number] | null;
}

export interface FaqEntry {
  id: string;
  questions: string[];
  answer: string;
  sms: string | null;
  /** First and last day, `2026-12-31`. */
  from: string | null;
  until: string | null;
}

export type FaqState = FaqEntry & { in_force: boolean };

export interface Pack {
  name: string;
  title: string;
  version: string;
  greeting: string;
  hours: string;
  service_area: string[];
  skills: string[];
  flows: Flow[];
  intents: PackIntent[];
  slots: PackSlot[];
  misleading: { text: string; intent: string; taken_for: string }[];
  of: Of;
  serving: boolean;
  outdated: boolean;
  faq: FaqState[];
  faq_fault: string | null;
}

/** Characters of a sentence, the end excluded. */
export interface Span {
  start: number;
  end: number;
}

export interface Scored {
  intent: string;
  label: string | null;
  probability: number;
}

export interface SlotFound {
  slot: string;
  value: string;
  span: Span;
  cost: number;
  complete: boolean;
  checked: boolean;
  path: { rule: string; depth: number; span: Span }[];
}

export interface FaqCandidate {
  id: string;
  question: string;
  score: number;
  in_force: boolean;
  answers: boolean;
}

export interface Understanding {
  text: string;
  corrected: string;
  corrections: { span: Span; from: string; to: string }[];
  syllables: { char: string; pinyin: string | null; span: Span }[];
  words: { text: string; class: string; span: Span; distance: number }[];
  command: Scored | null;
  intents: Scored[];
  further: Scored[];
  slots: SlotFound[];
  faq: FaqCandidate[];
  faq_threshold: number;
  angry: boolean;
  confident: number;
  sure: number;
  starts: string | null;
}

export interface Played {
  name: string;
  story: string;
  turns: number;
  difference: Difference | null;
}

/** Where a call went another way than written. */
export type Difference = { turn: number | null; caller: string | null; bot: string[] } & (
  | { what: "not_said"; wanted: string }
  | { what: "said"; unwanted: string }
  | { what: "over"; found: string }
  | { what: "differs" | "lacks"; of: string; wanted: string; found: string }
);

export interface PlayedScripts {
  version: string;
  scripts: Played[];
}

export interface Publication extends PlayedScripts {
  published: boolean;
}

export interface FaqChange {
  /** RFC 3339. */
  at: string;
  entry: string;
  author: string | null;
  before: FaqEntry | null;
  after: FaqEntry | null;
}

export interface WholeEntry {
  entry: FaqEntry;
  in_force: boolean;
  changes: FaqChange[];
}

export interface FaqEdit {
  author: string;
  questions: string[];
  answer: string;
  sms: string | null;
  from: string | null;
  until: string | null;
}

const url = (pack: string, rest = "") => `/api/packs/${encodeURIComponent(pack)}${rest}`;

export async function fetchPacks(signal: AbortSignal): Promise<ListedPack[]> {
  return (await getJson<{ packs: ListedPack[] }>("/api/packs", signal)).packs;
}

export function fetchPack(pack: string, of: Of, signal: AbortSignal): Promise<Pack> {
  return getJson<Pack>(url(pack, `?of=${of}`), signal);
}

export function understand(pack: string, of: Of, text: string, expect: string | undefined): Promise<Understanding> {
  return sendJson("POST", url(pack, "/understand"), { text, of, ...(expect ? { expect } : {}) });
}

export function playScripts(pack: string, of: Of): Promise<PlayedScripts> {
  return sendJson("POST", url(pack, `/scripts?of=${of}`));
}

export function publishPack(pack: string): Promise<Publication> {
  return sendJson("POST", url(pack, "/publish"));
}

export function fetchFaqEntry(pack: string, entry: string, signal: AbortSignal): Promise<WholeEntry> {
  return getJson<WholeEntry>(url(pack, `/faq/${encodeURIComponent(entry)}`), signal);
}

export function changeFaqEntry(pack: string, entry: string, edit: FaqEdit): Promise<WholeEntry> {
  return sendJson("PUT", url(pack, `/faq/${encodeURIComponent(entry)}`), edit);
}

export async function fetchFaqChanges(pack: string, signal: AbortSignal): Promise<FaqChange[]> {
  return (await getJson<{ changes: FaqChange[] }>(url(pack, "/faq-changes"), signal)).changes;
}
