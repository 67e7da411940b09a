/**
 * Where the steps and ways of a flow are drawn. Steps stand in one column in the order of the file, which is the order in
 * which they run; what goes elsewhere leaves on the right and follows a lane. All ways to one step share its lane.
 */
import type { Flow, FlowEdge, FlowStep } from "../api/packs";
import { clip, textWidth, wrap } from "./wrap";

export const NODE_WIDTH = 470;
export const FONT = 13;
export const LINE = 19;
const SMALL = 12;
const PAD = 9;
const HEAD = 24;
const GAP = 26;
const PORT = 21;
const LANE = 15;
const LANES_FROM = 22;
const LONGEST_LABEL = 20;

export interface TextLine {
  text: string;
  kind: "when" | "about" | "say" | "again";
}

export interface StepBox {
  place: number;
  step: FlowStep;
  x: number;
  y: number;
  height: number;
  lines: TextLine[];
}

/** A way out of a step that is not simply the next one. */
export interface Port {
  from: number;
  /** null: the flow ends here. */
  to: number | null;
  y: number;
  label: string;
  /** Nothing left out. */
  title: string;
  lane: number | null;
}

export interface Lane {
  to: number;
  /** Where it comes into its step. */
  y: number;
  top: number;
  bottom: number;
  column: number;
}

export interface FlowLayout {
  width: number;
  height: number;
  boxes: StepBox[];
  /** Steps that go on with the one below, and the word for it where it is not the only way. */
  falls: { from: number; label: string }[];
  ports: Port[];
  lanes: Lane[];
  /** Left edge of the first lane. */
  lanesFrom: number;
}

export type EdgeWords = (edge: FlowEdge) => string;

export function layoutFlow(flow: Flow, words: EdgeWords, again: string): FlowLayout {
  const boxes: StepBox[] = [];
  const ports: Port[] = [];
  const falls: FlowLayout["falls"] = [];
  let y = 8;
  flow.steps.forEach((step, place) => {
    const next = place === flow.steps.length - 1 ? null : place + 1;
    const isFall = (edge: FlowEdge) => edge.to === next && (isPlain(edge) || edge.why === "else");
    const fall = step.edges.find(isFall);
    if (fall && next !== null) falls.push({ from: place, label: isPlain(fall) ? "" : words(fall) });
    const leaving = step.verb === "end" ? [] : step.edges.filter((edge) => !(isFall(edge) && (edge.to !== null || isPlain(edge))));
    const groups = byTarget(leaving, words);
    const lines = linesOf(step, again);
    const height = Math.max(HEAD + lines.length * LINE + (lines.length > 0 ? PAD : 0), HEAD + groups.length * PORT);
    boxes.push({ place, step, x: 0, y, height, lines });
    groups.forEach((group, index) => {
      const title = group.labels.join(" / ");
      const label = clip(title, LONGEST_LABEL);
      ports.push({ from: place, to: group.to, y: y + HEAD + 8 + index * PORT, label, title, lane: null });
    });
    y += height + GAP;
  });
  const lanes = lanesOf(boxes, ports);
  for (const port of ports) {
    const lane = lanes.findIndex((known) => known.to === port.to);
    port.lane = lane < 0 ? null : lane;
  }
  const widest = Math.max(0, ...ports.map((port) => textWidth(port.label))) * SMALL;
  const lanesFrom = NODE_WIDTH + LANES_FROM + widest + (ports.some((port) => port.to === null) ? 18 : 0);
  const columns = Math.max(0, ...lanes.map((lane) => lane.column + 1));
  return { width: lanesFrom + columns * LANE + 24, height: y - GAP + 12, boxes, falls, ports, lanes, lanesFrom };
}

export function laneX(layout: FlowLayout, lane: Lane): number {
  return layout.lanesFrom + 12 + lane.column * LANE;
}

/** Whether the way needs no words: it is what happens if nothing else does. */
function isPlain(edge: FlowEdge): boolean {
  return edge.why === "next" || edge.why === "yes";
}

function byTarget(edges: FlowEdge[], words: EdgeWords): { to: number | null; labels: string[] }[] {
  const groups: { to: number | null; labels: string[] }[] = [];
  for (const edge of edges) {
    const label = words(edge);
    const known = groups.find((group) => group.to === edge.to);
    if (!known) groups.push({ to: edge.to, labels: label ? [label] : [] });
    else if (label && !known.labels.includes(label)) known.labels.push(label);
  }
  return groups;
}

function linesOf(step: FlowStep, again: string): TextLine[] {
  const widest = (NODE_WIDTH - 2 * PAD - 6) / FONT;
  const lines: TextLine[] = [];
  const add = (text: string, kind: TextLine["kind"]) => wrap(text, widest).forEach((line) => lines.push({ text: line, kind }));
  if (step.when !== null) add(step.when, "when");
  if (!isShort(step)) add(step.about, "about");
  step.texts.forEach((text, nth) => (nth === 0 ? add(text, "say") : add(`${again}${text}`, "again")));
  return lines;
}

/** Whether what the step is about fits beside its verb. */
export function isShort(step: FlowStep): boolean {
  return textWidth(step.about) * FONT < NODE_WIDTH - 210;
}

/** One lane for each step that is gone to from elsewhere; those that meet no other share a column. */
function lanesOf(boxes: StepBox[], ports: Port[]): Lane[] {
  const lanes: Lane[] = [];
  for (const box of boxes) {
    const coming = ports.filter((port) => port.to === box.place).map((port) => port.y);
    if (coming.length === 0) continue;
    const y = box.y + 12;
    lanes.push({ to: box.place, y, top: Math.min(y, ...coming), bottom: Math.max(y, ...coming), column: 0 });
  }
  // Short ones stand nearest, so that long ones go around them.
  const order = [...lanes].sort((a, b) => a.bottom - a.top - (b.bottom - b.top));
  const placed: Lane[] = [];
  for (const lane of order) {
    const taken = placed.filter((other) => lane.top <= other.bottom + 4 && other.top <= lane.bottom + 4);
    while (taken.some((other) => other.column === lane.column)) lane.column += 1;
    placed.push(lane);
  }
  return lanes;
}
