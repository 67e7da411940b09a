/** The flows of a pack: a list to choose from and the chosen one as a diagram. */
import type { InputRef } from "antd";
import { useEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router-dom";
import type { Flow, Pack } from "../../api/packs";
import { useKeys } from "../../app/useKeys";
import { SearchBox } from "../../parts/SearchBox";
import { Empty } from "../../parts/States";
import { useText } from "../../text";
import { FlowDiagram } from "./FlowDiagram";
import { useIsShown } from "./useIsShown";

export function Flows({ pack }: { pack: Pack }) {
  const text = useText();
  const [params, setParams] = useSearchParams();
  const [search, setSearch] = useState("");
  const searchBox = useRef<InputRef>(null);
  const list = useRef<HTMLElement>(null);
  const canvas = useRef<HTMLDivElement>(null);
  const isShown = useIsShown(list);

  const fits = (flow: Flow) => `${flow.name} ${flow.topic} ${JSON.stringify(flow.steps)}`.includes(search);
  const flows = search ? pack.flows.filter(fits) : pack.flows;
  const wanted = params.get("flow");
  const flow = pack.flows.find((known) => known.name === wanted) ?? pack.flows[0];
  const choose = (name: string | undefined) => {
    if (name === undefined) return;
    setParams((before) => new URLSearchParams([...[...before].filter(([key]) => key !== "flow"), ["flow", name]]), {
      replace: true,
    });
  };
  const place = flows.findIndex((known) => known.name === flow?.name);
  const move = (to: number) => choose(flows[Math.max(0, Math.min(flows.length - 1, to))]?.name);

  useEffect(() => {
    canvas.current?.scrollTo({ top: 0 });
    list.current?.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
  }, [flow?.name]);

  useKeys({
    "/": () => isShown() && searchBox.current?.focus({ cursor: "all" }),
    ArrowDown: () => isShown() && move(place + 1),
    ArrowUp: () => isShown() && move(place - 1),
    j: () => isShown() && move(place + 1),
    k: () => isShown() && move(place - 1),
  });

  const group = (title: string, members: Flow[]) =>
    members.length > 0 && (
      <section>
        <h2>{title}</h2>
        {members.map((member) => (
          <button
            key={member.name}
            type="button"
            className="bare flow"
            aria-current={member === flow ? "true" : undefined}
            onClick={() => choose(member.name)}
          >
            {member.topic && <span>{member.topic}</span>}
            <code>{member.name}</code>
          </button>
        ))}
      </section>
    );

  return (
    <div className="flows">
      <aside className="card" ref={list}>
        <SearchBox box={searchBox} value={search} label={text.pack.searchFlows} onChange={setSearch} />
        <div className="scroll">
          {group(text.pack.business, flows.filter((known) => known.topic))}
          {group(text.pack.parts, flows.filter((known) => !known.topic))}
          {flows.length === 0 && <p className="muted">{text.pack.noFlow}</p>}
        </div>
      </aside>
      <div className="card canvas" ref={canvas}>
        {flow ? <FlowDiagram flow={flow} pack={pack} onOpen={choose} /> : <Empty title={text.pack.noFlow} />}
      </div>
    </div>
  );
}
