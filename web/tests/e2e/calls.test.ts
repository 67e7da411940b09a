import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Pages } from "../server/pages";

let pages: Pages;
beforeAll(async () => {
  pages = await Pages.start();
});
afterAll(() => pages.stop());

const rows = (page: Page) => page.locator("tr[data-call]");
const path = (page: Page) => new URL(page.url()).pathname + new URL(page.url()).search;

test("the front page is the list, with numbers to be read and no request to the outside", async () => {
  const { page, outside, errors } = await pages.open("/");
  await page.waitForURL("**/calls");
  await rows(page).first().waitFor();
  expect(await rows(page).count()).toBe(30);
  expect(await rows(page).first().textContent()).toContain("138 0013 8000");
  expect(await rows(page).first().textContent()).toContain("自助解决");
  expect(outside).toEqual([]);
  expect(errors).toEqual([]);
});

test("pages are turned by key and the address remembers them", async () => {
  const { page } = await pages.open("/calls");
  const first = await rows(page).first().getAttribute("data-call");
  await page.keyboard.press("n");
  await page.waitForURL("**/calls?before=*");
  await page.locator(`tr[data-call="${first}"]`).waitFor({ state: "detached" });
  expect(await rows(page).count()).toBe(13);
  await page.reload();
  await rows(page).first().waitFor();
  expect(await rows(page).count()).toBe(13);
  await page.keyboard.press("p");
  await page.locator(`tr[data-call="${first}"]`).waitFor();
});

test("a row is chosen and opened by key, and Escape comes back", async () => {
  const { page } = await pages.open("/calls");
  await rows(page).first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("j");
  const chosen = page.locator("tr.chosen");
  expect(await chosen.getAttribute("data-call")).toBe(pages.api.details[1]?.summary.id);
  await page.keyboard.press("Enter");
  await page.waitForURL(`**/calls/${pages.api.details[1]?.summary.id}`);
  await page.locator(".transcript").waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL("**/calls");
});

test("search finds words of the transcript and the outcome filters", async () => {
  const { page } = await pages.open("/calls");
  await rows(page).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("水管爆");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/calls?q=*");
  await rows(page).nth(1).waitFor({ state: "detached" });
  expect(await rows(page).allTextContents()).toEqual([expect.stringContaining("021-6512 3456")]);

  await page.goto(`${pages.origin}/calls?outcome=callback`);
  await rows(page).first().waitFor();
  const outcomes = await page.locator("tr[data-call] .pill").allTextContents();
  expect(new Set(outcomes)).toEqual(new Set(["回访"]));
});

test("nothing found says so and offers the way back", async () => {
  const { page } = await pages.open("/calls?q=zzz");
  await page.getByText("没有符合条件的通话").waitFor();
  await page.getByRole("button", { name: "清除条件" }).click();
  await rows(page).first().waitFor();
  expect(path(page)).toBe("/calls");
});

test("a failing server is told in its own words, and trying again mends it", async () => {
  pages.api.failing = 503;
  const { page } = await pages.open("/calls");
  await page.getByText("the store is locked by another process").waitFor();
  pages.api.failing = undefined;
  await page.getByRole("button", { name: "重试" }).click();
  await rows(page).first().waitFor();
});

test("the language is switched at once and remembered", async () => {
  const { page } = await pages.open("/calls");
  await page.getByText("EN", { exact: true }).click();
  await page.getByRole("columnheader", { name: "Outcome" }).waitFor();
  expect(await page.getAttribute("html", "lang")).toBe("en");
  await page.reload();
  await page.getByRole("columnheader", { name: "Outcome" }).waitFor();
  // The keys go on working with the focus on the switch.
  await page.getByText("中文", { exact: true }).click();
  await page.getByRole("columnheader", { name: "结果" }).waitFor();
  await page.keyboard.press("j");
  await page.locator("tr.chosen").waitFor();
});

test("an address that is no page says so", async () => {
  const { page } = await pages.open("/nowhere");
  await page.getByText("没有这个页面").waitFor();
});
