/** Small marks that several pages share: a telephone number, an outcome, where the handoff stands. */
import type { Outcome } from "../api/calls";
import type { Handoff } from "../call/handoff";
import { useText } from "../text";
import { formatPhone } from "../text/format";
import type { Text } from "../text/zh";

export function Phone({ number }: { number: string }) {
  const text = useText();
  if (number === "") return <span className="muted">{text.list.withheld}</span>;
  return <span className="phone">{formatPhone(number)}</span>;
}

const OUTCOME_TONE: Record<Outcome, string> = {
  in_progress: "live",
  contained: "good",
  handed_over: "",
  abandoned: "warn",
  callback: "warn",
  fault: "bad",
  interrupted: "bad",
};

export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const text = useText();
  return <span className={`pill ${OUTCOME_TONE[outcome] ?? ""}`}>{text.outcome[outcome] ?? outcome}</span>;
}

const HANDOFF_TONE: Record<Handoff["state"], string> = {
  none: "",
  looking: "warn",
  queued: "warn",
  found: "warn",
  ringing: "live",
  picked_up: "live",
  bridged: "good",
  left: "",
  not_reached: "bad",
  given_up: "",
};

export function HandoffMark({ handoff }: { handoff: Handoff }) {
  const text = useText();
  return <span className={`pill ${HANDOFF_TONE[handoff.state]}`}>{handoffWords(handoff, text)}</span>;
}

function handoffWords(handoff: Handoff, text: Text): string {
  switch (handoff.state) {
    case "none":
    case "given_up":
      return text.handoff[handoff.state];
    case "looking":
      return handoff.urgent ? `${text.handoff.looking} · ${text.handoff.urgent}` : text.handoff.looking;
    case "queued":
      return text.handoff.queued(handoff.ahead);
    case "found":
    case "ringing":
    case "picked_up":
    case "bridged":
    case "left":
    case "not_reached":
      return text.handoff[handoff.state](handoff.agent);
  }
}
