/** How much of a prompt the caller heard before it was cut short. */

export interface PlayedPrompt {
  text: string;
  playedMs: number;
}

/** Milliseconds per character over the prompts that were played whole; undefined where there was none. */
export function playbackRate(whole: readonly PlayedPrompt[]): number | undefined {
  const characters = whole.reduce((sum, prompt) => sum + [...prompt.text].length, 0);
  const ms = whole.reduce((sum, prompt) => sum + prompt.playedMs, 0);
  return characters > 0 && ms > 0 ? ms / characters : undefined;
}

/** An estimate: characters heard of a prompt that was stopped after `playedMs`. */
export function heardCharacters(text: string, playedMs: number, rate: number): number {
  return Math.min([...text].length, Math.round(playedMs / rate));
}
