import type { Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CallEvent } from "../../src/api/events";
import { fixture } from "../server/fixtureApi";
import { Pages } from "../server/pages";

const CALL = "01KAQ2AAAAAAAAAAAAAAAAAAAA";
const OTHER = "01KAQ2BBBBBBBBBBBBBBBBBBBB";
const script = fixture("handed-over").events;

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages.stop());
beforeEach(() => {
  pages.api.live.clear();
  begin(CALL, until(0));
});

const until = (ms: number): CallEvent[] => script.filter((event) => event.at <= ms);

function begin(id: string, events: CallEvent[]): void {
  const summary = { ...fixture("handed-over").summary, id, outcome: "in_progress" as const, duration_ms: null };
  pages.api.live.set(id, { summary: { ...summary, started_at: new Date().toISOString() }, events: [...events] });
}

/** Pushes what happens after `from` up to `to`. */
function go(from: number, to: number, id = CALL): void {
  for (const event of script) if (event.at > from && event.at <= to) pages.api.push(id, event);
}

const line = (page: Page, id: string) => page.locator(`[data-line="${id}"]`);

test("the transcript grows with each event, partial text lighter until the turn is over", async () => {
  const { page, outside, errors } = await pages.open(`/desk?call=${CALL}`);
  await page.locator(`[data-view="${CALL}"]`).waitFor();

  go(0, 8_700);
  await line(page, "caller-1").locator(".growing").waitFor();
  expect(await line(page, "caller-1").textContent()).toContain("我们家门口水管爆了");

  go(8_700, 11_310);
  await line(page, "caller-1").locator(".whole").waitFor();
  expect(await line(page, "caller-1").textContent()).toContain("快派人来");
  await line(page, "bot-2").locator(".waiting").waitFor();
  await page.locator(".viewhead", { hasText: "水管爆裂报修" }).waitFor();

  go(11_310, 31_175);
  await page.locator(".panel .filled .confirmed", { hasText: "021-6512 3456" }).waitFor();
  await page.locator(".panel .filled > div:not(.confirmed)", { hasText: "四平路123号" }).waitFor();
  await page.locator(".reason", { hasText: "来电人要求人工，语气急" }).waitFor();
  expect(outside).toEqual([]);
  expect(errors).toEqual([]);
});

test("the call that rings for an agent opens by itself, and only once", async () => {
  begin(OTHER, until(0));
  const { page } = await pages.open(`/desk?agent=1001&call=${OTHER}`);
  await page.locator(`[data-view="${OTHER}"]`).waitFor();
  go(0, 31_260);
  await page.locator(`[data-view="${CALL}"]`).waitFor();
  await page.locator(".viewhead .pill", { hasText: "正在呼叫坐席 1001" }).waitFor();

  await page.locator(`button[data-call="${OTHER}"]`).click();
  await page.locator(`[data-view="${OTHER}"]`).waitFor();
  go(31_260, 53_000);
  await page.locator(`button[data-call="${CALL}"] .pill`, { hasText: "已挂机" }).waitFor();
  expect(await page.locator(`[data-view="${OTHER}"]`).count()).toBe(1);
});

test("after the bridge both people's words come in, and an ended call stays to be looked at", async () => {
  const { page } = await pages.open(`/desk?call=${CALL}`);
  await page.locator(`[data-view="${CALL}"]`).waitFor();
  go(0, 60_000);
  await page.locator(".line.agent", { hasText: "抢修车二十分钟左右到" }).waitFor();
  await page.getByText("刚结束").waitFor();
  const link = page.getByRole("link", { name: "打开通话记录" });
  expect(await link.getAttribute("href")).toBe(`/calls/${CALL}`);
});

test("a lost feed is said, comes back by itself, and nothing is missed", async () => {
  const { page } = await pages.open(`/desk?call=${CALL}`);
  await page.locator(`[data-view="${CALL}"]`).waitFor();
  // The call goes on while the page hears nothing.
  pages.api.live.set(CALL, { ...pages.api.live.get(CALL)!, events: until(11_310) });
  pages.api.cut();
  await page.getByText("正在重连").waitFor();
  await line(page, "caller-1").locator(".whole").waitFor();
  await page.getByText("正在重连").waitFor({ state: "detached" });
  go(11_310, 11_450);
  await line(page, "bot-2").locator(".growing").waitFor();
});

test("calls are moved through by key, and a call that begins appears", async () => {
  const { page } = await pages.open("/desk");
  await page.locator(`button[data-call="${CALL}"]`).waitFor();
  begin(OTHER, []);
  pages.api.push(OTHER, script[0]!);
  await page.locator(`button[data-call="${OTHER}"]`).waitFor();
  // The newest is on top.
  await page.keyboard.press("ArrowDown");
  await page.locator(`[data-view="${OTHER}"]`).waitFor();
  await page.keyboard.press("ArrowDown");
  await page.locator(`[data-view="${CALL}"]`).waitFor();
});

test("no calls is a calm page", async () => {
  pages.api.live.clear();
  const { page } = await pages.open("/desk");
  await page.getByText("现在没有通话").waitFor();
});
