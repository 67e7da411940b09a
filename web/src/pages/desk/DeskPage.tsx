/** The agent's live page: calls in progress, and the chosen one as it happens. */
import { Alert, Select } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { useSearchParams } from "react-router-dom";
import { fetchAgents } from "../../api/calls";
import { useLiveFeed } from "../../api/liveStore";
import { useKeys } from "../../app/useKeys";
import { useResource } from "../../app/useResource";
import { callForAgent, inOrder } from "../../call/follow";
import { KeyHelp } from "../../parts/KeyHelp";
import { Empty, Loading } from "../../parts/States";
import { useText } from "../../text";
import { CallList } from "./CallList";
import { CallView } from "./CallView";
import "./desk.css";

export default function DeskPage() {
  const text = useText();
  const feed = useLiveFeed();
  const [params, setParams] = useSearchParams();
  const agent = params.get("agent") ?? "";
  const chosen = params.get("call") ?? "";
  const { going, ended } = useMemo(() => inOrder(feed.calls), [feed.calls]);
  const call = feed.calls.get(chosen);

  const set = (name: "agent" | "call", value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );

  // A call that comes to this agent opens by itself, once: afterwards the agent may look at another.
  const coming = agent === "" ? undefined : callForAgent(feed.calls, agent);
  const opened = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (coming === opened.current) return;
    opened.current = coming;
    if (coming !== undefined) set("call", coming);
  });

  const all = [...going, ...ended];
  const move = (by: number) => {
    const index = all.findIndex(({ summary }) => summary.id === chosen);
    const next = all[Math.max(0, Math.min(all.length - 1, index + by))];
    if (next) set("call", next.summary.id);
  };
  useKeys({ ArrowDown: () => move(1), ArrowUp: () => move(-1), j: () => move(1), k: () => move(-1) });

  return (
    <div className="desk">
      {feed.link === "lost" && <Alert banner type="warning" title={text.link.retrying} />}
      <div className="deskbody">
        <aside className="queue">
          <div className="queuehead">
            <h2>
              {text.desk.calls} <span className="tally">{going.length}</span>
            </h2>
            <span className="spring" />
            <span className={`pill ${feed.link === "open" ? "live" : "warn"}`} role="status">
              {text.link[feed.link]}
            </span>
            <KeyHelp lines={[{ keys: ["↑", "↓"], does: text.key.calls }]} />
          </div>
          {!feed.known && feed.link !== "lost" && <Loading />}
          {feed.known && going.length === 0 && <Empty title={text.desk.none} hint={text.desk.noneHint} />}
          <CallList calls={going} chosen={chosen} agent={agent} onChoose={(id) => set("call", id)} />
          {ended.length > 0 && (
            <>
              <h2 className="endedhead">{text.desk.ended}</h2>
              <CallList calls={ended} chosen={chosen} agent={agent} onChoose={(id) => set("call", id)} />
            </>
          )}
          <span className="spring" />
          <Following agent={agent} onAgent={(next) => set("agent", next)} />
        </aside>
        {call ? (
          <CallView key={call.summary.id} call={call} />
        ) : (
          <Empty title={chosen !== "" && feed.known ? text.desk.gone : text.desk.pick} />
        )}
      </div>
    </div>
  );
}

/** Who sits here: calls handed to this agent open by themselves. */
function Following({ agent, onAgent }: { agent: string; onAgent(agent: string): void }) {
  const text = useText();
  const agents = useResource("agents", fetchAgents);
  const names = new Set(agents.value?.map(({ id }) => id));
  if (agent !== "") names.add(agent);
  return (
    <div className="following">
      <label>
        {text.desk.me}
        <Select
          size="small"
          value={agent}
          aria-label={text.desk.me}
          onChange={onAgent}
          options={[
            { value: "", label: text.desk.anyone },
            ...[...names].map((id) => ({ value: id, label: id })),
          ]}
        />
      </label>
      {agent !== "" && <p>{text.desk.following(agent)}</p>}
    </div>
  );
}
