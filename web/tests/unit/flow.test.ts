import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Flow, FlowEdge, FlowStep, Pack } from "../../src/api/packs";
import { layoutFlow, NODE_WIDTH } from "../../src/flow/layout";
import { clip, textWidth, wrap } from "../../src/flow/wrap";
import { differences } from "../../src/pages/pack/FaqChanges";
import { formatPinyin } from "../../src/text/format";

const water = JSON.parse(readFileSync(new URL("../fixtures/pack-water.json", import.meta.url), "utf8")) as Pack;
const words = (edge: FlowEdge) => edge.words ?? edge.why;

function step(id: string, edges: FlowEdge[]): FlowStep {
  return { id, line: 1, verb: "say", about: "", texts: ["您好。"], when: null, edges };
}

function way(to: number | null, why: FlowEdge["why"] = "next", said: string | null = null): FlowEdge {
  return { to, why, words: said };
}

const flow = (...steps: FlowStep[]): Flow => ({ name: "f", file: "f.toml", topic: "f", skill: null, urgent: null, steps });

test("steps stand below each other, and only what goes elsewhere takes a lane", () => {
  const drawn = layoutFlow(
    flow(
      step("a", [way(1)]),
      step("b", [way(2), way(0, "no"), way(null, "else")]),
      step("c", [way(null)]),
    ),
    words,
    "",
  );
  expect(drawn.falls.map((fall) => fall.from)).toEqual([0, 1]);
  expect(drawn.lanes.map((lane) => lane.to)).toEqual([0]);
  expect(drawn.ports.map(({ from, to, label }) => [from, to, label])).toEqual([
    [1, 0, "no"],
    [1, null, "else"],
  ]);
});

test("a branch that goes on below says why, and the last step's end needs no way", () => {
  const drawn = layoutFlow(flow(step("a", [way(2, "when", "paid"), way(1, "else")]), step("b", [way(2)]), step("c", [])), words, "");
  expect(drawn.falls).toEqual([
    { from: 0, label: "else" },
    { from: 1, label: "" },
  ]);
  expect(drawn.ports).toHaveLength(1);
});

test("ways to one step share a port and a lane", () => {
  const options = [way(2, "option", "厉害 [1]"), way(2, "option", "喷"), way(null, "else")];
  const drawn = layoutFlow(flow(step("a", options), step("b", [way(2)]), step("c", [way(null)])), words, "");
  expect(drawn.ports[0]).toMatchObject({ from: 0, to: 2, title: "厉害 [1] / 喷" });
  expect(drawn.lanes).toHaveLength(1);
});

test.each(water.flows.map((known) => [known.name, known] as const))("the flow %s is drawn without overlaps", (_, known) => {
  const drawn = layoutFlow(known, words, "再问：");
  drawn.boxes.slice(1).forEach((box, index) => {
    const above = drawn.boxes[index];
    expect(box.y).toBeGreaterThan((above?.y ?? 0) + (above?.height ?? 0));
  });
  for (const box of drawn.boxes) {
    const own = drawn.ports.filter((port) => port.from === box.place);
    for (const port of own) expect(port.y).toBeLessThanOrEqual(box.y + box.height);
  }
  for (const lane of drawn.lanes) {
    for (const other of drawn.lanes) {
      if (other === lane || other.column !== lane.column) continue;
      expect(lane.top > other.bottom || other.top > lane.bottom).toBe(true);
    }
  }
  for (const port of drawn.ports) expect(port.lane === null).toBe(port.to === null);
  expect(drawn.width).toBeGreaterThan(NODE_WIDTH);
});

test("Chinese breaks anywhere and Latin words stay whole", () => {
  expect(wrap("请说八位户号", 4)).toEqual(["请说八位", "户号"]);
  expect(wrap("account_number = 10086", 9)).toEqual(["account_number =", "10086"]);
  expect(wrap("", 9)).toEqual([]);
  expect(wrap("a".repeat(40), 8).every((line) => textWidth(line) <= 8)).toBe(true);
  expect(clip("请说八位户号", 4)).toBe("请说八…");
  expect(clip("请说", 4)).toBe("请说");
});

test.each([
  ["zhuan3", "zhuǎn"],
  ["shui3", "shuǐ"],
  ["lv4", "lǜ"],
  ["liu2", "liú"],
  ["gou4", "gòu"],
  ["de5", "de"],
  ["hao", "hao"],
])("%s is written %s", (plain, written) => {
  expect(formatPinyin(plain)).toBe(written);
});

test("of a change only what differs is shown", () => {
  const before = { id: "a", questions: ["几点", "开门吗"], answer: "八点。", sms: null, from: null, until: null };
  const after = { ...before, questions: ["几点", "关门吗"], until: "2026-12-31" };
  expect(differences({ at: "", entry: "a", author: "王芳", before, after })).toEqual([
    { field: "questions", before: "开门吗", after: "关门吗" },
    { field: "until", before: "", after: "2026-12-31" },
  ]);
});
