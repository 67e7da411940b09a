/** Work that the server does when it is asked to: under way, done, or refused with a sentence. */
import { useCallback, useRef, useState } from "react";

export interface Work<T> {
  value?: T;
  error?: string;
  busy: boolean;
  /** Starts it; what a start before it brings is no longer wanted. */
  start(work: () => Promise<T>): void;
}

export function useWork<T>(): Work<T> {
  const newest = useRef(0);
  const [state, setState] = useState<{ value?: T; error?: string; busy: boolean }>({ busy: false });
  const start = useCallback((work: () => Promise<T>) => {
    newest.current += 1;
    const own = newest.current;
    setState((before) => ({ ...(before.value === undefined ? {} : { value: before.value }), busy: true }));
    const settle = (next: { value?: T; error?: string }) => own === newest.current && setState({ ...next, busy: false });
    work().then(
      (value) => settle({ value }),
      (error: unknown) => settle({ error: error instanceof Error ? error.message : String(error) }),
    );
  }, []);
  return { ...state, start };
}
