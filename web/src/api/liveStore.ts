/** The one live feed of the page: opened with the first subscriber, closed with the last. */
import { useSyncExternalStore } from "react";
import { applyMessage, type LiveCalls, type LiveMessage } from "./live";
import { openLink, type LinkState } from "./socket";

export interface LiveFeed {
  link: LinkState;
  /** Whether a snapshot has come since the page was opened. */
  known: boolean;
  calls: LiveCalls;
}

let feed: LiveFeed = { link: "connecting", known: false, calls: new Map() };
const subscribers = new Set<() => void>();
let close: (() => void) | undefined;

function publish(next: LiveFeed): void {
  feed = next;
  for (const notify of subscribers) notify();
}

function subscribe(notify: () => void): () => void {
  subscribers.add(notify);
  close ??= openLink("/api/live", {
    onState: (link) => publish({ ...feed, link }),
    onMessage: (data) => {
      const calls = applyMessage(feed.calls, data as LiveMessage, new Date());
      publish({ ...feed, known: true, calls });
    },
  });
  return () => {
    subscribers.delete(notify);
    if (subscribers.size > 0) return;
    close?.();
    close = undefined;
  };
}

export function useLiveFeed(): LiveFeed {
  return useSyncExternalStore(subscribe, () => feed);
}
