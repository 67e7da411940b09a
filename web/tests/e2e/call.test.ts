import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Pages } from "../server/pages";

let pages: Pages;
let bill: string;
let handedOver: string;
beforeAll(async () => {
  pages = await Pages.start();
  [bill, handedOver] = pages.api.details.map((call) => `/calls/${call.summary.id}`) as [string, string];
});
afterAll(() => pages.stop());

/** The recording's position in seconds. */
const position = (page: Page) => page.locator("audio").evaluate((audio: HTMLAudioElement) => audio.currentTime);
const paused = (page: Page) => page.locator("audio").evaluate((audio: HTMLAudioElement) => audio.paused);
const current = (page: Page) => page.locator("[data-line][aria-current=true]").getAttribute("data-line");
const ready = (page: Page) =>
  page.waitForFunction(() => (document.querySelector("audio")?.readyState ?? 0) >= HTMLMediaElement.HAVE_METADATA);
const reached = (page: Page, seconds: number) =>
  page.waitForFunction((at) => Math.abs((document.querySelector("audio")?.currentTime ?? -1) - at) < 0.2, seconds);

test("a click on a line plays the recording from there and marks the line", async () => {
  const { page, outside, errors } = await pages.open(bill);
  await ready(page);
  await page.locator('[data-line="caller-2"] button').click();
  await page.waitForFunction(() => document.querySelector("audio")?.paused === false);
  expect(await position(page)).toBeGreaterThanOrEqual(11.15);
  expect(await position(page)).toBeLessThan(14);
  expect(await current(page)).toBe("caller-2");

  // After a click the space bar pauses.
  await page.keyboard.press(" ");
  await page.waitForFunction(() => document.querySelector("audio")?.paused === true);
  expect(outside).toEqual([]);
  expect(errors).toEqual([]);
});

test("the marked line moves on as the recording plays", async () => {
  const { page } = await pages.open(bill);
  await ready(page);
  await page.locator("audio").evaluate((audio: HTMLAudioElement) => {
    audio.currentTime = 8.9;
    return audio.play();
  });
  await page.locator('[data-line="bot-2"][aria-current=true]').waitFor();
  await page.locator('[data-line="caller-2"][aria-current=true]').waitFor();
});

test("keys move by lines and by seconds", async () => {
  const { page } = await pages.open(bill);
  await ready(page);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await reached(page, 6.24);
  expect(await current(page)).toBe("caller-1");
  await page.keyboard.press("ArrowRight");
  await reached(page, 11.24);
  await page.keyboard.press("ArrowLeft");
  await reached(page, 6.24);
  expect(await paused(page)).toBe(true);
});

test("the wave is drawn and seeks where it is clicked", async () => {
  const { page } = await pages.open(bill);
  await ready(page);
  const wave = page.getByRole("slider", { name: "播放位置" });
  const canvas = wave.locator("canvas").first();
  await canvas.waitFor();
  const colours = await canvas.evaluate((element: HTMLCanvasElement) => {
    const { data } = element.getContext("2d")!.getImageData(0, 0, element.width, element.height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
  });
  expect(colours).toBeGreaterThan(1000);
  const box = (await wave.boundingBox())!;
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await reached(page, 32.65 / 2);
});

test("decisions between the lines unfold one by one and all at once", async () => {
  const { page } = await pages.open(bill);
  const body = page.getByText("纠正 你好我想查一下茶水费 → 你好我想查一下水费");
  expect(await body.isVisible()).toBe(false);
  await page.locator("details summary", { hasText: "查费 93%" }).click();
  await body.waitFor();
  await page.keyboard.press("d");
  await page.getByText("账单", { exact: false }).first().waitFor();
  const folded = await page.locator("details:not([open])").count();
  expect(folded).toBe(0);
});

test("a handed-over call shows the agent's lines, the reason and what was confirmed", async () => {
  const { page } = await pages.open(handedOver);
  await page.locator(".line.agent").first().waitFor();
  expect(await page.locator(".line.agent").count()).toBe(2);
  await page.getByText("来电人要求人工，语气急").waitFor();
  expect(await page.locator(".filled .confirmed").count()).toBe(2);
});

test("a call without sound, a call that is gone and an id that is none say so", async () => {
  const silent = pages.api.calls.at(-1)!.id;
  const { page } = await pages.open(`/calls/${silent}`);
  await page.getByText("这通通话没有录音").waitFor();
  for (const id of ["nothing", "01KAQ9ZZZZZZZZZZZZZZZZZZZZ"]) {
    await page.goto(`${pages.origin}/calls/${id}`);
    await page.getByText("没有这通通话").waitFor();
  }
});
