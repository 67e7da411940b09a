/** Serves the built pages and the fixture API, as the binary serves them, and opens them in Chromium. */
import { createReadStream, existsSync } from "node:fs";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type Browser, type Page } from "playwright-core";
import { FixtureApi } from "./fixtureApi";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
/** As strict as the server's. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; media-src 'self' blob:; " +
  "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

export class Pages {
  private constructor(
    readonly api: FixtureApi,
    readonly origin: string,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async start(): Promise<Pages> {
    if (!existsSync(join(DIST, "index.html"))) throw new Error("web/dist is missing: run `npm run build` first");
    const api = new FixtureApi();
    const server = createServer((request, response) => {
      if (!api.handle(request, response)) serveFile(request.url ?? "/", response);
    });
    api.attach(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--autoplay-policy=no-user-gesture-required",
      ],
    });
    return new Pages(api, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server, browser);
  }

  /** A fresh profile on one page. `outside` collects requests that leave the server: there must be none. */
  async open(path: string): Promise<{ page: Page; outside: string[]; errors: string[] }> {
    const context = await this.browser.newContext({ viewport: { width: 1366, height: 768 }, locale: "zh-CN" });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const outside: string[] = [];
    const errors: string[] = [];
    page.on("request", (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol.startsWith("http") && origin !== this.origin) outside.push(request.url());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    await page.goto(this.origin + path);
    return { page, outside, errors };
  }

  async stop(): Promise<void> {
    await this.browser.close();
    this.api.cut();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}

/** A file of `dist`, or the page itself for every address that the router knows. */
function serveFile(url: string, response: ServerResponse): void {
  const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
  const wanted = join(DIST, path);
  const file = extname(path) !== "" && wanted.startsWith(DIST) && existsSync(wanted) ? wanted : join(DIST, "index.html");
  response.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    "content-security-policy": POLICY,
  });
  createReadStream(file).pipe(response);
}
