/** Which call an agent's page opens by itself. */
import type { LiveCall, LiveCalls } from "../api/live";
import { agentOf, handoffOf } from "./handoff";

/** The newest call that is being handed or has been handed to this agent and goes on. */
export function callForAgent(calls: LiveCalls, agent: string): string | undefined {
  let found: string | undefined;
  for (const [id, call] of calls) {
    if (!call.ended && agentOf(handoffOf(call.events)) === agent) found = id;
  }
  return found;
}

/** Calls in progress, those that want a person or are with one first, then the newest first; then those just ended. */
export function inOrder(calls: LiveCalls): { going: LiveCall[]; ended: LiveCall[] } {
  const all = [...calls.values()].sort((a, b) => (a.summary.id < b.summary.id ? 1 : -1));
  const going = all.filter((call) => !call.ended);
  const wanting = (call: LiveCall) => handoffOf(call.events).state !== "none";
  return {
    going: [...going.filter(wanting), ...going.filter((call) => !wanting(call))],
    ended: all.filter((call) => call.ended),
  };
}
