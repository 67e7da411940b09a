/** A WebSocket that comes back by itself after the server or the network was away. */

export type LinkState = "connecting" | "open" | "lost";

export interface LinkListener {
  onMessage(data: unknown): void;
  onState(state: LinkState): void;
}

/** Waits before attempts in milliseconds; the last one is repeated. */
export const RETRY_MS = [300, 700, 1500, 3000, 5000] as const;

export function retryDelay(attempt: number): number {
  return RETRY_MS[Math.min(attempt, RETRY_MS.length - 1)] ?? 5000;
}

/** Opens `path` on the page's own host and keeps it open; the returned function closes it for good. */
export function openLink(path: string, listener: LinkListener): () => void {
  const url = new URL(path, window.location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  let socket: WebSocket | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let attempt = 0;
  let closed = false;

  const connect = () => {
    timer = undefined;
    const current = new WebSocket(url);
    socket = current;
    current.onopen = () => {
      attempt = 0;
      listener.onState("open");
    };
    current.onmessage = (message: MessageEvent<unknown>) => {
      if (typeof message.data !== "string") return;
      listener.onMessage(JSON.parse(message.data));
    };
    current.onclose = () => {
      if (closed || socket !== current) return;
      listener.onState("lost");
      timer = setTimeout(connect, retryDelay(attempt));
      attempt += 1;
    };
  };

  // The network is back: do not sit out the rest of the wait.
  const onOnline = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    connect();
  };

  window.addEventListener("online", onOnline);
  listener.onState("connecting");
  connect();

  return () => {
    closed = true;
    window.removeEventListener("online", onOnline);
    if (timer !== undefined) clearTimeout(timer);
    socket?.close();
  };
}
