import { describe, expect, test } from "vitest";
import { handoffOf } from "../../src/call/handoff";
import { businessIntent } from "../../src/call/intent";
import { filledForm, situationOf } from "../../src/call/situation";
import { fixture } from "../server/fixtureApi";
import { decided, heard, log, understood } from "./build";

const slot = (name: string, value: string | null, confirmed = false) =>
  decided(0, { type: "slot", slot: name, value, confirmed });

describe("the form", () => {
  test("keeps the order of filling and the newest word of each slot", () => {
    const form = filledForm(log(slot("address", "国权路"), slot("phone", "13800138000", true), slot("address", "四平路", true)));
    expect(form).toEqual([
      { slot: "address", value: "四平路", confirmed: true },
      { slot: "phone", value: "13800138000", confirmed: true },
    ]);
  });

  test("loses a slot that the caller took back", () => {
    expect(filledForm(log(slot("address", "国权路"), slot("address", null)))).toEqual([]);
  });

  test("takes the flow's own label from the summary and keeps it when the slot changes", () => {
    const summary = decided(0, {
      type: "summary",
      topic: "查水费",
      text: "",
      form: [{ slot: "name", label: "户主", value: "张", confirmed: false }],
      reason: null,
    });
    expect(filledForm(log(summary, slot("name", "张三", true)))).toEqual([
      { slot: "name", label: "户主", value: "张三", confirmed: true },
    ]);
  });
});

describe("the intent of a call", () => {
  test("is the business, not the yes that followed", () => {
    const events = log(understood(1, 1, "查水费"), understood(2, 2, "对", "对", "affirm"));
    expect(businessIntent(events)?.intent).toBe("bill_lookup");
  });

  test("is the business even when the caller then asked for a person", () => {
    expect(businessIntent(log(understood(1, 1, "a"), understood(2, 2, "b", "b", "agent")))?.intent).toBe("bill_lookup");
    expect(businessIntent(log(understood(2, 2, "b", "b", "agent")))?.intent).toBe("agent");
  });
});

describe("the handoff", () => {
  test("goes from looking to the bridge, remembering what the agent is told", () => {
    const { events } = fixture("handed-over");
    const states = [31_171, 31_180, 31_260, 35_200, 39_820, 53_000].map(
      (at) => handoffOf(events.filter((event) => event.at <= at)).state,
    );
    expect(states).toEqual(["looking", "found", "ringing", "picked_up", "bridged", "left"]);
    expect(handoffOf(events.filter((event) => event.at <= 36_000))).toMatchObject({
      agent: "1001",
      whisper: expect.stringContaining("四平路") as string,
    });
  });

  test("tells who was not reached and why, and when the caller gave up waiting", () => {
    const find = decided(0, { type: "find_agent", skill: "repair", urgency: "normal" });
    const missed = heard(1, { type: "agent", news: "not_reached", agent: "1001", reason: "busy" });
    const queue = heard(2, { type: "agent", news: "none_free", ahead: 2 });
    expect(handoffOf(log(find, missed))).toEqual({ state: "not_reached", agent: "1001", reason: "busy" });
    expect(handoffOf(log(find, missed, queue))).toEqual({ state: "queued", ahead: 2 });
    expect(handoffOf(log(find, queue, decided(3, { type: "leave_queue" })))).toEqual({ state: "given_up" });
  });
});

test("a call on hold says so until it is taken back", () => {
  const hold = (held: boolean) => heard(1, { type: "hold", held });
  expect(situationOf(log(hold(true))).held).toBe(true);
  expect(situationOf(log(hold(true), hold(false))).held).toBe(false);
});

test("a situation names who, why and where at the moment of pick-up", () => {
  const { events } = fixture("handed-over");
  const situation = situationOf(events.filter((event) => event.at <= 36_000));
  expect(situation).toMatchObject({
    intent: { intent: "repair.burst" },
    agent: "1001",
    step: { flow: "repair", step: "ticket" },
    summary: { topic: "水管爆裂报修", reason: "来电人要求人工，语气急" },
    held: false,
  });
  expect(situation.ended).toBeUndefined();
  expect(situationOf(events).ended).toEqual({ reason: "agent_left", durationMs: 53_050 });
});
