/** Keeps a growing list at its end, unless the reader has scrolled up. */
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";

/** So near to the end, in pixels, counts as being there. */
const NEAR = 40;

export function useStickToEnd(content: unknown) {
  const list = useRef<HTMLOListElement>(null);
  const [atEnd, setAtEnd] = useState(true);

  const toEnd = useCallback(() => {
    const element = list.current;
    if (element) element.scrollTop = element.scrollHeight;
    setAtEnd(true);
  }, []);

  useLayoutEffect(() => {
    if (atEnd) toEnd();
  }, [content, atEnd, toEnd]);

  useEffect(() => {
    const element = list.current;
    if (!element) return;
    const onScroll = () => setAtEnd(element.scrollHeight - element.scrollTop - element.clientHeight < NEAR);
    element.addEventListener("scroll", onScroll, { passive: true });
    return () => element.removeEventListener("scroll", onScroll);
  }, []);

  return { list, atEnd, toEnd };
}
