import { afterEach, beforeEach, expect, test } from "vitest";
import { Pages } from "../server/pages";

let pages: Pages;
beforeEach(async () => {
  pages = await Pages.start();
});
afterEach(() => pages.stop());

test("packs are listed with their state, and one is opened by key", async () => {
  pages.api.packs.outdated = true;
  const { page, outside, errors } = await pages.open("/packs");
  const card = page.locator("a.pack", { hasText: "供水服务热线" });
  await card.waitFor();
  expect(await card.textContent()).toContain("正在接听");
  expect(await card.textContent()).toContain("有未发布的修改");
  for (let nth = 0; nth < 4; nth += 1) await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/packs/water");
  await page.getByRole("heading", { name: "供水服务热线" }).waitFor();
  expect(outside).toEqual([]);
  expect(errors).toEqual([]);
});

test("a flow is drawn, and keys go through the flows", async () => {
  const { page, errors } = await pages.open("/packs/water?flow=repair");
  const diagram = page.getByRole("img", { name: "报修的流程图" });
  await diagram.waitFor();
  const repair = pages.api.packs.water.flows.find((flow) => flow.name === "repair");
  expect(await diagram.locator("g.step").count()).toBe(repair?.steps.length);
  expect(await diagram.textContent()).toContain("厨房水管漏水");
  // A part that the flow runs is a way to its diagram.
  await diagram.getByRole("link", { name: "phone" }).click();
  await page.waitForURL("**flow=phone");
  await page.keyboard.press("ArrowUp");
  await page.waitForURL((url) => url.searchParams.get("flow") !== "phone");
  await page.keyboard.press("/");
  await page.keyboard.type("停水");
  await page.getByRole("button", { name: /outage_info/ }).waitFor();
  expect(await page.locator("button.flow").count()).toBeLessThan(pages.api.packs.water.flows.length);
  expect(errors).toEqual([]);
});

test("a sentence shows its sounds, what was put right, and why", async () => {
  const { page, errors } = await pages.open("/packs/water");
  await page.getByRole("tab", { name: "试一句" }).waitFor();
  await page.keyboard.press("2");
  await page.getByPlaceholder("来电人会怎么说").fill(pages.api.packs.sentence.text);
  await page.keyboard.press("Enter");
  const found = page.locator(".found");
  await found.waitFor();
  const shown = (await found.textContent()) ?? "";
  for (const part of ["chá", "bill_lookup", "10086230", "$", "price"]) expect(shown).toContain(part);
  expect(await found.locator(".heard ins").first().textContent()).toBe("查");
  expect(await found.locator(".score.strong").first().textContent()).toContain("bill_lookup");
  await found.getByRole("link", { name: "查水费" }).click();
  await page.waitForURL("**flow=bill_lookup");
  expect(errors).toEqual([]);
});

test("what differs in a scripted call is shown, and nothing is published", async () => {
  const difference = { turn: 2, caller: "我要查水费", what: "not_said" as const, wanted: "请说八位户号", bot: ["请说户号。"] };
  pages.api.packs.outdated = true;
  pages.api.packs.scripts[1] = { name: "faq", story: "a question is answered", turns: 2, difference };
  const { page } = await pages.open("/packs/water?tab=publish&of=draft");
  await page.getByRole("button", { name: "运行通话脚本" }).click();
  await page.getByText("2 / 3 个脚本通过").waitFor();
  const failed = page.locator(".scripts .failed");
  for (const part of ["faq", "第 2 轮", "我要查水费", "没有说「请说八位户号」", "请说户号。"]) {
    expect(await failed.textContent()).toContain(part);
  }
  await page.getByRole("button", { name: "发布" }).click();
  await page.locator(".ant-popconfirm").getByRole("button", { name: "发布" }).click();
  await page.getByText("没有发布").waitFor();
});

test("a version whose scripted calls go as written is published", async () => {
  pages.api.packs.outdated = true;
  const { page, errors } = await pages.open("/packs/water?tab=publish");
  await page.getByRole("button", { name: "发布" }).click();
  await page.locator(".ant-popconfirm").getByRole("button", { name: "发布" }).click();
  await page.getByText("已发布 dddddddd").waitFor();
  await page.getByText("文件夹里的内容就是线上版本").waitFor();
  expect(await page.locator(".actions .ant-btn-primary").isDisabled()).toBe(true);
  expect(errors).toEqual([]);
});

test("a broken folder is told in the server's words, and the version in force stays to be looked at", async () => {
  pages.api.packs.outdated = true;
  pages.api.packs.fault = "grammars/water/pack.toml:3:1: unknown field `titel`";
  const { page } = await pages.open("/packs/water");
  await page.getByText("文件夹里的版本", { exact: true }).click();
  await page.getByText("unknown field `titel`").waitFor();
  await page.getByText("线上版本", { exact: true }).click();
  await page.getByText("unknown field `titel`").waitFor({ state: "detached" });
});

test("a common question is changed under a name, and the change is kept", async () => {
  const { page, errors } = await pages.open("/packs/water?tab=faq");
  await page.locator('tr[data-entry="price"]').waitFor();
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  const drawer = page.locator(".ant-drawer");
  await drawer.getByLabel("答案").waitFor();
  await drawer.getByLabel("答案").fill("每立方米三元六角。");
  await drawer.getByLabel("从哪天起").fill("2026-12-01");
  await drawer.getByRole("button", { name: "保存" }).click();
  await drawer.getByText("请填写").waitFor();
  await drawer.getByLabel("修改人").fill("王芳");
  await drawer.getByRole("button", { name: "保存" }).click();
  await page.locator('tr[data-entry="price"]', { hasText: "每立方米三元六角。" }).waitFor();
  await page.getByText("变更记录").click();
  const change = page.locator(".changes li").first();
  await change.waitFor();
  const shown = (await change.textContent()) ?? "";
  for (const part of ["王芳", "price", "三元四角五分", "每立方米三元六角。", "2026-12-01"]) expect(shown).toContain(part);
  expect(errors).toEqual([]);
});

test("an entry that the server refuses stays open with its sentence", async () => {
  const { page } = await pages.open("/packs/water?tab=faq");
  await page.getByRole("button", { name: "新增条目" }).click();
  const drawer = page.locator(".ant-drawer");
  await drawer.getByLabel("id").fill("price");
  await drawer.getByLabel("问法").fill("水表会冻裂吗\n\n怎么防冻");
  await drawer.getByLabel("答案").fill("{");
  await drawer.getByLabel("修改人").fill("王芳");
  await drawer.getByRole("button", { name: "保存" }).click();
  await drawer.getByText("已有这个 id").waitFor();
  await drawer.getByLabel("id").fill("frost");
  await drawer.getByRole("button", { name: "保存" }).click();
  await drawer.getByText('the entry "frost" is not taken').waitFor();
  await drawer.getByLabel("答案").fill("请用旧棉布包好。");
  await drawer.getByRole("button", { name: "保存" }).click();
  await page.locator('tr[data-entry="frost"]').waitFor();
  expect(pages.api.packs.water.faq.at(-1)?.questions).toEqual(["水表会冻裂吗", "怎么防冻"]);
});

test("the page speaks English too", async () => {
  const { page } = await pages.open("/packs/water");
  await page.getByText("EN", { exact: true }).click();
  for (const name of ["Flows", "Try a sentence", "Common questions"]) {
    await page.getByRole("tab", { name }).waitFor();
  }
});
