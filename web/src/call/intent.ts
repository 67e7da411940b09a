/** The intent that names a call's business. */
import type { CallEvent } from "../api/events";

/** Intents that steer a conversation and say nothing of what it is about. */
const STEERING = new Set(["affirm", "deny", "repeat", "goodbye", "unknown"]);

export interface UnderstoodIntent {
  intent: string;
  confidence: number;
}

/**
 * The newest intent that names a business. `agent` counts only where the caller has named nothing else: a person
 * who takes the call wants to know what for.
 */
export function businessIntent(events: readonly CallEvent[]): UnderstoodIntent | undefined {
  let business: UnderstoodIntent | undefined;
  for (const { decision } of events) {
    if (decision?.type !== "understood" || STEERING.has(decision.intent)) continue;
    if (decision.intent === "agent" && business) continue;
    business = { intent: decision.intent, confidence: decision.confidence };
  }
  return business;
}
