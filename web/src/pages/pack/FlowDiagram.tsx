/** A flow as a diagram: steps in a column, what goes elsewhere on lanes beside it. */
import { useMemo } from "react";
import type { Flow, FlowEdge, Pack } from "../../api/packs";
import { FONT, isShort, laneX, layoutFlow, LINE, NODE_WIDTH, type FlowLayout, type Port, type StepBox } from "../../flow/layout";
import { clip, textWidth } from "../../flow/wrap";
import { useText } from "../../text";

const LEFT = 14;

interface Props {
  flow: Flow;
  pack: Pack;
  onOpen(flow: string): void;
}

export function FlowDiagram({ flow, pack, onOpen }: Props) {
  const text = useText();
  const layout = useMemo(() => {
    const words = (edge: FlowEdge) => edge.words ?? text.pack.why[edge.why];
    return layoutFlow(flow, words, text.pack.again);
  }, [flow, text]);
  const flows = new Set(pack.flows.map((known) => known.name));
  const intents = pack.intents.filter((intent) => intent.flow === flow.name);
  return (
    <figure className="diagram">
      <figcaption>
        <strong>{flow.topic || flow.name}</strong>
        <code>{flow.file}</code>
        {flow.skill !== null && <span className="pill">{text.handoff.skill} {flow.skill}</span>}
        {flow.urgent !== null && <span className="pill bad">{text.handoff.urgent}: {flow.urgent}</span>}
        {intents.length > 0 && (
          <span className="muted">
            {text.pack.startedBy} {intents.map((intent) => `${intent.label} (${intent.id})`).join("、")}
          </span>
        )}
      </figcaption>
      <svg
        width={layout.width + LEFT}
        height={layout.height}
        role="img"
        aria-label={text.pack.diagramOf(flow.topic || flow.name)}
        fontSize={FONT}
      >
        <defs>
          <marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        <g transform={`translate(${LEFT} 0)`}>
          {layout.falls.map((fall) => (
            <Fall key={fall.from} layout={layout} {...fall} />
          ))}
          {layout.lanes.map((lane) => (
            <path
              key={lane.to}
              className={`lane tone${lane.column % 4}`}
              d={`M${laneX(layout, lane)} ${lane.top} V${lane.bottom} M${laneX(layout, lane)} ${lane.y} H${NODE_WIDTH + 2}`}
              markerEnd="url(#tip)"
            />
          ))}
          {layout.ports.map((port) => (
            <PortLine key={`${port.from}-${port.y}`} layout={layout} port={port} />
          ))}
          {layout.boxes.map((box) => (
            <Box key={box.place} box={box} flows={flows} onOpen={onOpen} />
          ))}
        </g>
      </svg>
    </figure>
  );
}

function Fall({ layout, from, label }: { layout: FlowLayout; from: number; label: string }) {
  const [above, below] = [layout.boxes[from], layout.boxes[from + 1]];
  if (!above || !below) return null;
  const top = above.y + above.height;
  return (
    <g className="fall">
      <path d={`M40 ${top} V${below.y - 1}`} markerEnd="url(#tip)" />
      {label && (
        <text x="50" y={top + 17} fontSize="12">
          {label}
        </text>
      )}
    </g>
  );
}

function PortLine({ layout, port }: { layout: FlowLayout; port: Port }) {
  const text = useText();
  const lane = port.lane === null ? undefined : layout.lanes[port.lane];
  const end = lane ? laneX(layout, lane) : layout.lanesFrom - 4;
  return (
    <g className={lane ? `port tone${lane.column % 4}` : "port ends"}>
      <path d={`M${NODE_WIDTH} ${port.y} H${end}`} />
      <circle cx={NODE_WIDTH} cy={port.y} r="2.5" />
      {lane && <circle cx={end} cy={port.y} r="2.5" />}
      {port.label && (
        <text x={NODE_WIDTH + 9} y={port.y - 4} fontSize="12">
          <title>{port.title}</title>
          {port.label}
        </text>
      )}
      {port.to === null && (
        <rect x={end - 4} y={port.y - 5} width="10" height="10" rx="2">
          <title>{text.pack.ends}</title>
        </rect>
      )}
    </g>
  );
}

function Box({ box, flows, onOpen }: { box: StepBox; flows: Set<string>; onOpen(flow: string): void }) {
  const text = useText();
  const { step } = box;
  const target = step.verb === "run" ? step.about.split(" ")[0] : undefined;
  const opens = target !== undefined && flows.has(target);
  const verb = text.pack.verb[step.verb];
  return (
    <g transform={`translate(${box.x} ${box.y})`} className={`step ${step.verb}${step.when === null ? "" : " maybe"}`}>
      <rect className="body" width={NODE_WIDTH} height={box.height} rx="7" />
      <rect className="edge" width="4" height={box.height} rx="2" />
      <text x="14" y="17" className="verb">
        {verb}
      </text>
      {isShort(step) && (
        <text
          x={14 + textWidth(verb) * 14 + 10}
          y="17"
          className={opens ? "about opens" : "about"}
          {...(opens ? { onClick: () => onOpen(target), role: "link", tabIndex: 0, onKeyDown: onEnter(() => onOpen(target)) } : {})}
        >
          {step.about}
        </text>
      )}
      <text x={NODE_WIDTH - 10} y="17" className="id" textAnchor="end" fontSize="11">
        {clip(step.id, 18)} · {text.pack.line(step.line)}
      </text>
      {box.lines.map((line, index) => (
        <text key={index} x="14" y={24 + (index + 1) * LINE - 5} className={line.kind}>
          {line.kind === "when" && index === 0 ? `${text.pack.onlyIf} ${line.text}` : line.text}
        </text>
      ))}
    </g>
  );
}

function onEnter(act: () => void) {
  return (event: React.KeyboardEvent) => {
    if (event.key === "Enter") act();
  };
}
