import { expect, test } from "vitest";
import { callsUrl } from "../../src/api/calls";
import { readQuery, writeQuery } from "../../src/pages/calls/listQuery";
import { en } from "../../src/text/en";
import { formatClock, formatMoment, formatPhone, formatSlotValue, intentName, slotName } from "../../src/text/format";
import { zh } from "../../src/text/zh";

test.each([
  ["13800138000", "138 0013 8000"],
  ["+8613800138000", "138 0013 8000"],
  ["02165123456", "021-6512 3456"],
  ["05718765432", "0571-876 5432"],
  ["02196116", "021-96116"],
  ["12345", "12345"],
  ["anonymous", "anonymous"],
  ["", ""],
])("the number %s reads as %s", (number, written) => {
  expect(formatPhone(number)).toBe(written);
});

test("values of slots are grouped where people compare digits", () => {
  expect(formatSlotValue("account_number", "10086235")).toBe("1008 6235");
  expect(formatSlotValue("meter_number", "B20417733")).toBe("B20417733");
  expect(formatSlotValue("amount", "36.50")).toBe("¥36.50");
  expect(formatSlotValue("address", "国权路525弄")).toBe("国权路525弄");
});

test("a length reads as minutes and seconds", () => {
  expect([0, 9_999, 83_042, 3_723_000].map(formatClock)).toEqual(["0:00", "0:09", "1:23", "1:02:03"]);
});

test("a moment names its day only where it is not today", () => {
  const now = new Date(2026, 10, 23, 12, 0, 0);
  const at = (...date: [number, number, number, number, number, number]) =>
    formatMoment(new Date(...date).toISOString(), now, zh);
  expect(at(2026, 10, 23, 9, 5, 7)).toBe("09:05:07");
  expect(at(2026, 10, 22, 23, 59, 0)).toBe("昨天 23:59");
  expect(at(2026, 9, 1, 8, 0, 0)).toBe("10-01 08:00");
  expect(at(2025, 11, 31, 8, 0, 0)).toBe("2025-12-31 08:00");
});

test("an intent that a pack has split further still reads", () => {
  expect(intentName("bill_lookup", zh)).toBe("查费");
  expect(intentName("repair.meter", zh)).toBe("报修 · meter");
  expect(intentName("something_new", en)).toBe("something_new");
});

test("a slot is called as the flow calls it in Chinese, and translated in English", () => {
  expect(slotName("name", zh, "户主")).toBe("户主");
  expect(slotName("name", en, "户主")).toBe("Name");
  expect(slotName("since", en, "何时起")).toBe("何时起");
});

test("what the list asks for survives the address bar", () => {
  const query = { q: "水管 爆了", outcome: "handed_over" as const, before: "01KAQ" };
  expect(readQuery(new URLSearchParams(writeQuery(query)))).toEqual(query);
  expect(readQuery(new URLSearchParams("outcome=nonsense&q=%20"))).toEqual({});
  expect(callsUrl({ limit: 30, q: "a&b" })).toBe("/api/calls?limit=30&q=a%26b");
});
