/** Keys of a page: single letters and arrows, silent while somebody types. */
import { useEffect, useRef } from "react";

export type KeyActions = Readonly<Record<string, () => void>>;

/** Binds keys (`KeyboardEvent.key`) for as long as the page is shown. */
export function useKeys(actions: KeyActions): void {
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const action = latest.current[event.key];
      if (!action || isTaken(event.target, event.key)) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}

/** Whether the element under the focus has its own use for the key. */
function isTaken(target: EventTarget | null, key: string): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("textarea, [contenteditable], [role=combobox], [role=dialog]")) return true;
  if (target instanceof HTMLInputElement) {
    if (target.type === "checkbox") return key === " ";
    if (target.type === "radio") return key === " " || key.startsWith("Arrow");
    return true;
  }
  const presses = key === " " || key === "Enter";
  return presses && target.closest("button, a, summary") !== null;
}
