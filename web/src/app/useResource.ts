/** Something that is fetched: loading, there, or failed; what is there stays while it is fetched again. */
import { useCallback, useEffect, useState } from "react";

export interface Resource<T> {
  value?: T;
  error?: unknown;
  loading: boolean;
  reload(): void;
}

/** `load` is called again whenever `key` changes or `reload` is called. */
export function useResource<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Resource<T> {
  const [round, setRound] = useState(0);
  const [state, setState] = useState<{ key: string; value?: T; error?: unknown; loading: boolean }>({
    key,
    loading: true,
  });

  useEffect(() => {
    const abort = new AbortController();
    setState((before) => ({ ...before, loading: true }));
    load(abort.signal).then(
      (value) => setState({ key, value, loading: false }),
      (error: unknown) => {
        if (!abort.signal.aborted) setState({ key, error, loading: false });
      },
    );
    return () => abort.abort();
    // `load` is a new function at each rendering; `key` says when its result differs.
  }, [key, round]);

  const reload = useCallback(() => setRound((before) => before + 1), []);
  const { key: _, ...resource } = state;
  return { ...resource, reload };
}

/** The time, renewed every second. */
export function useNow(): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
