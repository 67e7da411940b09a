/** Playing the recording: where it is, whether it runs, and how to move it. */
import { useCallback, useEffect, useRef, useState } from "react";

export interface Player {
  /** Give it to the `audio` element. */
  attach(element: HTMLAudioElement | null): void;
  /** Milliseconds since the call began; the recording begins with the call. */
  ms: number;
  playing: boolean;
  failed: boolean;
  toggle(): void;
  /** Moves there and leaves playing or pausing as it was. */
  seek(ms: number): void;
  /** Moves there and plays. */
  playFrom(ms: number): void;
  setRate(rate: number): void;
}

export function usePlayer(): Player {
  const [element, attach] = useState<HTMLAudioElement | null>(null);
  const [ms, setMs] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [failed, setFailed] = useState(false);
  const frame = useRef(0);

  useEffect(() => {
    if (!element) return;
    const read = () => setMs(element.currentTime * 1000);
    // `timeupdate` comes four times a second, too coarse for a running cursor.
    const run = () => {
      read();
      frame.current = requestAnimationFrame(run);
    };
    const stop = () => {
      cancelAnimationFrame(frame.current);
      setPlaying(false);
      read();
    };
    const start = () => {
      cancelAnimationFrame(frame.current);
      setPlaying(true);
      run();
    };
    const fail = () => setFailed(true);
    element.addEventListener("play", start);
    element.addEventListener("pause", stop);
    element.addEventListener("ended", stop);
    element.addEventListener("seeking", read);
    element.addEventListener("error", fail);
    return () => {
      cancelAnimationFrame(frame.current);
      element.removeEventListener("play", start);
      element.removeEventListener("pause", stop);
      element.removeEventListener("ended", stop);
      element.removeEventListener("seeking", read);
      element.removeEventListener("error", fail);
    };
  }, [element]);

  const play = useCallback(() => {
    // Refused where there is no sound device or file; the element's own `error` tells of the latter.
    element?.play().catch(() => setPlaying(false));
  }, [element]);

  const seek = useCallback(
    (to: number) => {
      if (!element) return;
      const end = Number.isFinite(element.duration) ? element.duration * 1000 : Number.POSITIVE_INFINITY;
      element.currentTime = Math.max(0, Math.min(to, end)) / 1000;
      setMs(element.currentTime * 1000);
    },
    [element],
  );

  return {
    attach,
    ms,
    playing,
    failed,
    seek,
    toggle: () => (element?.paused === false ? element.pause() : play()),
    playFrom: (to) => {
      seek(to);
      play();
    },
    setRate: (rate) => {
      if (element) element.playbackRate = rate;
    },
  };
}
