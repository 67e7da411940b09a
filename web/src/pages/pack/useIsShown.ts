/** Parts of a page that are not shown keep their state and must not listen to keys. */
import { useCallback, type RefObject } from "react";

export function useIsShown(part: RefObject<HTMLElement | null>): () => boolean {
  return useCallback(() => part.current?.offsetParent != null, [part]);
}
