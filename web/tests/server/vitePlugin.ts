/** `npm run dev:fixture`: the pages on the fixture API, with one call that goes on and starts over. */
import type { Server } from "node:http";
import type { Plugin } from "vite";
import { FixtureApi, fixture } from "./fixtureApi";

export function fixturePlugin(): Plugin {
  return {
    name: "lingting-fixture",
    configureServer(server) {
      const api = new FixtureApi();
      if (server.httpServer) api.attach(server.httpServer as Server);
      server.middlewares.use((request, response, next) => {
        if (!api.handle(request, response)) next();
      });
      play(api);
    },
  };
}

/** Pushes the events of a recorded call at their own pace, for ever. */
function play(api: FixtureApi): void {
  const call = fixture("handed-over");
  const id = `01KAQ2${Date.now().toString(32).toUpperCase().padStart(20, "0")}`;
  const started_at = new Date().toISOString();
  api.live.set(id, {
    summary: { ...call.summary, id, started_at, outcome: "in_progress", duration_ms: null, agent: null, turns: 0 },
    events: [],
  });
  for (const event of call.events) setTimeout(() => api.push(id, event), event.at);
  setTimeout(() => {
    api.live.delete(id);
    play(api);
  }, (call.summary.duration_ms ?? 0) + 4000);
}
