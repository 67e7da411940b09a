/** The API of a Lingting that has had a morning of calls: for tests and for work on the pages, never in the product. */
import { readFileSync } from "node:fs";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { WebSocketServer, type WebSocket } from "ws";
import { OUTCOMES, type CallDetail, type CallSummary } from "../../src/api/calls";
import type { CallEvent } from "../../src/api/events";
import { FixturePacks } from "./fixturePacks";
import { toneWav } from "./toneWav";

export function fixture(name: string): CallDetail {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")) as CallDetail;
}

/** Tail of the made-up ids, so that they are as long as real ones. */
const ID_TAIL = "0123456789ABCDEF";

/** Older calls to fill the list: one every seven minutes before the two whole ones, every outcome among them. */
function olderCalls(count: number): CallSummary[] {
  const intents = ["bill_lookup", "payment", "repair", "outage_info", "business_info", "ticket_status", null];
  return Array.from({ length: count }, (_, index) => ({
    id: `01KAPZ${String(900 - index).padStart(4, "0")}${ID_TAIL}`,
    started_at: new Date(Date.UTC(2026, 10, 23, 0, 55) - index * 7 * 60_000).toISOString(),
    duration_ms: index % 9 === 8 ? null : 21_000 + ((index * 7919) % 160_000),
    from: index % 11 === 10 ? "" : `1380013${8001 + index}`,
    to: "02196116",
    pack: "water",
    intent: intents[index % intents.length] ?? null,
    outcome: OUTCOMES[1 + (index % (OUTCOMES.length - 1))] ?? "contained",
    turns: 1 + ((index * 5) % 9),
    agent: index % 6 === 1 ? "1002" : null,
  }));
}

export class FixtureApi {
  readonly details = [fixture("bill-lookup"), fixture("handed-over")];
  readonly calls = [...this.details.map((call) => call.summary), ...olderCalls(41)];
  readonly packs = new FixturePacks();
  readonly live = new Map<string, { summary: CallSummary; events: CallEvent[] }>();
  /** Answers every request with this status until it is cleared. */
  failing: number | undefined;

  private readonly sockets = new WebSocketServer({ noServer: true });
  private readonly recordings = new Map(this.details.map((call) => [call.summary.id, toneWav(call)]));

  /** Takes over `/api/live` of a server; other upgrades (the page tool's own) are left alone. */
  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => {
      if (request.url !== "/api/live") return;
      this.sockets.handleUpgrade(request, socket, head, (client: WebSocket) => {
        client.send(JSON.stringify({ snapshot: [...this.live.values()] }));
      });
    });
  }

  push(call: string, event: CallEvent): void {
    this.live.get(call)?.events.push(event);
    for (const client of this.sockets.clients) client.send(JSON.stringify({ call, event }));
  }

  /** Cuts every feed, as a restarted server does. */
  cut(): void {
    for (const client of this.sockets.clients) client.terminate();
  }

  /** Whether the request was for the API. */
  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (!url.pathname.startsWith("/api/")) return false;
    if (this.failing !== undefined) {
      json(response, this.failing, { error: "the store is locked by another process" });
      return true;
    }
    const [, , what, id, part] = url.pathname.split("/");
    if (what === "agents") json(response, 200, { agents: [{ id: "1001" }, { id: "1002" }] });
    else if (what === "packs") this.pack(request, response, url);
    else if (what === "calls" && id === undefined) json(response, 200, this.page(url.searchParams));
    else if (what === "calls" && part === "recording.wav") this.recording(request, response, id ?? "");
    else if (what === "calls") this.detail(response, id ?? "");
    else json(response, 404, { error: "no such resource" });
    return true;
  }

  private pack(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const path = url.pathname.split("/").slice(3).map(decodeURIComponent);
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const text = Buffer.concat(parts).toString("utf8");
      const body: unknown = text === "" ? undefined : JSON.parse(text);
      const answer = this.packs.answer(request.method ?? "GET", path, url.searchParams, body);
      json(response, answer.status, answer.body);
    });
  }

  private page(params: URLSearchParams) {
    const q = params.get("q");
    const outcome = params.get("outcome");
    const before = params.get("before");
    const limit = Number(params.get("limit") ?? "50");
    const matching = this.calls.filter(
      (call) => (!outcome || call.outcome === outcome) && (!q || call.from.includes(q) || this.says(call.id, q)),
    );
    const start = before ? matching.findIndex((call) => call.id === before) + 1 : 0;
    const calls = matching.slice(start, start + limit);
    const next = start + limit < matching.length ? (calls.at(-1)?.id ?? null) : null;
    return { calls, next };
  }

  private says(id: string, q: string): boolean {
    const call = this.details.find(({ summary }) => summary.id === id);
    return call !== undefined && JSON.stringify(call.events).includes(q);
  }

  private detail(response: ServerResponse, id: string): void {
    const call = this.details.find(({ summary }) => summary.id === id);
    if (call) return json(response, 200, call);
    const summary = this.calls.find((known) => known.id === id);
    if (summary) return json(response, 200, { summary, events: [], recording: false });
    const status = /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id) ? 404 : 400;
    return json(response, status, { error: `there is no call ${id}` });
  }

  private recording(request: IncomingMessage, response: ServerResponse, id: string): void {
    const wav = this.recordings.get(id);
    if (!wav) return json(response, 404, { error: `call ${id} has no recording` });
    const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
    const from = range ? Number(range[1]) : 0;
    const until = range?.[2] ? Math.min(Number(range[2]) + 1, wav.length) : wav.length;
    response.writeHead(range ? 206 : 200, {
      "content-type": "audio/wav",
      "accept-ranges": "bytes",
      "content-length": until - from,
      ...(range ? { "content-range": `bytes ${from}-${until - 1}/${wav.length}` } : {}),
    });
    response.end(wav.subarray(from, until));
  }
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=utf-8" });
  response.end(JSON.stringify(body));
}
