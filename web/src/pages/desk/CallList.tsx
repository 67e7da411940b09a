/** The calls of the desk: number, what for, where it stands, how long. */
import { useMemo } from "react";
import type { LiveCall } from "../../api/live";
import { situationOf } from "../../call/situation";
import { HandoffMark, Phone } from "../../parts/Marks";
import { useText } from "../../text";
import { intentName } from "../../text/format";
import { Elapsed } from "./Elapsed";

interface Props {
  calls: LiveCall[];
  chosen: string;
  agent: string;
  onChoose(id: string): void;
}

export function CallList({ calls, ...props }: Props) {
  return (
    <ul className="calllist">
      {calls.map((call) => (
        <Entry key={call.summary.id} call={call} {...props} />
      ))}
    </ul>
  );
}

function Entry({ call, chosen, agent, onChoose }: Omit<Props, "calls"> & { call: LiveCall }) {
  const text = useText();
  const situation = useMemo(() => situationOf(call.events), [call.events]);
  const { id } = call.summary;
  const mine = agent !== "" && situation.agent === agent && !call.ended;
  return (
    <li>
      <button
        type="button"
        data-call={id}
        className={`bare entry${id === chosen ? " chosen" : ""}${mine ? " mine" : ""}`}
        aria-pressed={id === chosen}
        onClick={() => onChoose(id)}
      >
        <span className="top">
          <Phone number={call.summary.from} />
          <Elapsed call={call} situation={situation} />
        </span>
        <span className="bottom">
          <span className="what">
            {situation.summary?.topic ??
              (situation.intent ? intentName(situation.intent.intent, text) : text.desk.noIntent)}
          </span>
          {call.ended ? (
            <span className="pill">{situation.ended ? text.hangUp[situation.ended.reason] : text.desk.ended}</span>
          ) : (
            situation.handoff.state !== "none" && <HandoffMark handoff={situation.handoff} />
          )}
        </span>
      </button>
    </li>
  );
}
