/** Where the search for a person stands: a projection of a call's events. */
import type { CallEvent } from "../api/events";

export type Handoff =
  | { state: "none" }
  | { state: "looking"; skill: string; urgent: boolean }
  | { state: "queued"; ahead: number }
  | { state: "found" | "ringing" | "picked_up" | "bridged" | "left"; agent: string; whisper?: string }
  | { state: "not_reached"; agent: string; reason: string }
  | { state: "given_up" };

export function handoffOf(events: readonly CallEvent[]): Handoff {
  return events.reduce(step, { state: "none" } as Handoff);
}

/** The agent that the call is being handed to or has been handed to. */
export function agentOf(handoff: Handoff): string | undefined {
  switch (handoff.state) {
    case "found":
    case "ringing":
    case "picked_up":
    case "bridged":
      return handoff.agent;
    case "none":
    case "looking":
    case "queued":
    case "left":
    case "not_reached":
    case "given_up":
      return undefined;
  }
}

function step(before: Handoff, { input, decision }: CallEvent): Handoff {
  if (decision?.type === "find_agent") {
    return { state: "looking", skill: decision.skill, urgent: decision.urgency === "urgent" };
  }
  if (decision?.type === "ring_agent") {
    return { state: "ringing", agent: decision.agent, whisper: decision.whisper };
  }
  if (decision?.type === "leave_queue") return { state: "given_up" };
  if (input?.type !== "agent") return before;

  switch (input.news) {
    case "none_free":
      return { state: "queued", ahead: input.ahead };
    case "not_reached":
      return { state: "not_reached", agent: input.agent, reason: input.reason };
    case "found":
    case "ringing":
    case "picked_up":
    case "bridged":
    case "left": {
      const whisper = "whisper" in before ? before.whisper : undefined;
      return { state: input.news, agent: input.agent, ...(whisper === undefined ? {} : { whisper }) };
    }
  }
}
