/** How numbers, times and names are written on the pages. */
import type { Text } from "./zh";

export type Language = "zh" | "en";

/** `138 0013 8000`, `021-6512 3456`, `10086` as it is; other numbers in groups of four from the right. */
export function formatPhone(number: string): string {
  const digits = number.replace(/^\+86/, "");
  if (!/^\d+$/.test(digits) || digits.length < 7) return number;
  if (/^1\d{10}$/.test(digits)) return `${digits.slice(0, 3)} ${digits.slice(3, 7)} ${digits.slice(7)}`;
  const area = /^0(?:10|2\d|[3-9]\d{2})/.exec(digits)?.[0];
  if (area && digits.length > area.length) return `${area}-${localNumber(digits.slice(area.length))}`;
  return inFours(digits);
}

/** Digit strings that people compare by eye in groups of four from the left: `1008 6235`. */
export function formatSlotValue(slot: string, value: string): string {
  if (slot === "phone") return formatPhone(value);
  if (/^(account|meter)_number$/.test(slot) && /^\d{6,}$/.test(value)) return value.replace(/(\d{4})(?=\d)/g, "$1 ");
  if (slot === "amount" && /^\d+(\.\d+)?$/.test(value)) return `¥${value}`;
  return value;
}

/** Service numbers behind an area code (`021-96116`) are too short for groups. */
function localNumber(digits: string): string {
  return digits.length < 7 ? digits : inFours(digits);
}

function inFours(digits: string): string {
  return digits.replace(/\B(?=(\d{4})+$)/g, " ");
}

/** `1:23`, `1:02:03`. */
export function formatClock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${String(s).padStart(2, "0")}`;
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${tail}` : `${m}:${tail}`;
}

/** `640 ms`, `1.3 s`. */
export function formatDelay(ms: number): string {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** The day only where it is not today: `14:05:09`, `昨天 14:05`, `11-20 14:05`, `2025-11-20 14:05`. */
export function formatMoment(iso: string, now: Date, text: Text): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  const clock = `${two(moment.getHours())}:${two(moment.getMinutes())}`;
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (sameDay(moment, now)) return `${clock}:${two(moment.getSeconds())}`;
  if (sameDay(moment, yesterday)) return `${text.list.yesterday} ${clock}`;
  const day = `${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return moment.getFullYear() === now.getFullYear() ? `${day} ${clock}` : `${moment.getFullYear()}-${day} ${clock}`;
}

/** `2026-11-23 14:05:09`, local time. */
export function formatFullMoment(iso: string): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) return iso;
  const day = `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`;
  return `${day} ${two(moment.getHours())}:${two(moment.getMinutes())}:${two(moment.getSeconds())}`;
}

/** A split of a pack's own (`repair.meter`) that has no name here shows as `报修 · meter`. */
export function intentName(intent: string, text: Text): string {
  const whole = text.intent[intent];
  if (whole !== undefined) return whole;
  const [head = intent, ...rest] = intent.split(".");
  return [text.intent[head] ?? head, ...rest].join(" · ");
}

export function slotName(slot: string, text: Text, label?: string): string {
  // Flows are written in Chinese; there their own label fits best.
  const own = text.slot[slot];
  return (text.flowsSpeakIt ? (label ?? own) : (own ?? label)) ?? slot;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

/** Enough of a version to tell it from others. */
export function shortVersion(version: string): string {
  return version.slice(0, 8);
}

const TONES: Record<string, string> = { a: "āáǎà", o: "ōóǒò", e: "ēéěè", i: "īíǐì", u: "ūúǔù", ü: "ǖǘǚǜ" };

/** `zhuan3` as people write it: `zhuǎn`. */
export function formatPinyin(pinyin: string): string {
  const [, letters = pinyin, tone = "0"] = /^([a-zü]+)([1-5]?)$/.exec(pinyin.replaceAll("v", "ü")) ?? [];
  const nth = Number(tone) - 1;
  // The mark stands on a or e, on the o of ou, else on the last vowel.
  const at = [/[ae]/, /ou/, /[oiuü](?=[^aeiouü]*$)/].map((rule) => letters.search(rule)).find((place) => place >= 0);
  const marked = at === undefined ? undefined : TONES[letters[at] ?? ""]?.[nth];
  return at === undefined || marked === undefined ? letters : letters.slice(0, at) + marked + letters.slice(at + 1);
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

function sameDay(a: Date, b: Date): boolean {
  return a.getFullYear() === b.getFullYear() && a.getMonth() === b.getMonth() && a.getDate() === b.getDate();
}
