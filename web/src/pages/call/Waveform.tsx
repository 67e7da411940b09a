/** Both channels of the recording: the caller above, the bot and then the agent below. Click or drag to seek. */
import { useEffect, useMemo, useRef, useState, type PointerEvent } from "react";
import { peaks, type Wav } from "../../audio/wav";
import { useText } from "../../text";
import { formatClock } from "../../text/format";

interface Props {
  wav: Wav | undefined;
  durationMs: number;
  ms: number;
  /** From here on the lower channel is the agent. */
  bridgedAt?: number | undefined;
  onSeek(ms: number): void;
}

/** Width of a bar and of the gap behind it, and height of one channel, in CSS pixels. */
const BAR = 2;
const GAP = 1;
const LANE = 36;

const COLOURS = { caller: "#c0722f", bot: "#2f8199", agent: "#3f9159", unplayed: "#b9c6cb" };

export function Waveform({ wav, durationMs, ms, bridgedAt, onSeek }: Props) {
  const text = useText();
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const bars = Math.max(1, Math.floor(width / (BAR + GAP)));
  const lanes = useMemo(() => wav && width > 0 && lanesOf(wav, bars), [wav, bars, width]);
  const share = durationMs > 0 ? Math.min(1, ms / durationMs) : 0;

  const seekTo = (event: PointerEvent<HTMLDivElement>) => {
    const rect = event.currentTarget.getBoundingClientRect();
    onSeek(((event.clientX - rect.left) / rect.width) * durationMs);
  };

  const agentFrom = bridgedAt === undefined ? 1 : bridgedAt / durationMs;
  return (
    <div
      ref={box}
      className="wave"
      role="slider"
      tabIndex={0}
      aria-label={text.detail.position}
      aria-valuemin={0}
      aria-valuemax={Math.round(durationMs / 1000)}
      aria-valuenow={Math.round(ms / 1000)}
      aria-valuetext={`${formatClock(ms)} / ${formatClock(durationMs)}`}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        seekTo(event);
      }}
      onPointerMove={(event) => event.buttons === 1 && seekTo(event)}
    >
      {lanes && (
        <>
          <Lanes lanes={lanes} width={width} colour={() => COLOURS.unplayed} />
          <div className="played" style={{ clipPath: `inset(0 ${(1 - share) * 100}% 0 0)` }}>
            <Lanes lanes={lanes} width={width} colour={(lane, at) => laneColour(lane, at >= agentFrom)} />
          </div>
        </>
      )}
      <div className="cursor" style={{ left: `${share * 100}%` }} />
    </div>
  );
}

type Drawn = readonly Float32Array[];

function laneColour(lane: number, agent: boolean): string {
  if (lane === 0) return COLOURS.caller;
  return agent ? COLOURS.agent : COLOURS.bot;
}

/** Bars of each channel, the loudest of the call filling its lane, so that a quiet line is still readable. */
function lanesOf(wav: Wav, bars: number): Drawn {
  const lanes = Array.from({ length: Math.min(2, wav.channels) }, (_, channel) => peaks(wav, channel, bars));
  return lanes.map((lane) => {
    const loudest = lane.reduce((most, value) => Math.max(most, value), 0.05);
    return lane.map((value) => value / loudest);
  });
}

interface LanesProps {
  lanes: Drawn;
  width: number;
  /** Colour of a bar at a share 0…1 of the call. */
  colour(lane: number, at: number): string;
}

function Lanes({ lanes, width, colour }: LanesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const height = LANE * lanes.length;
  const paint = useRef(colour);
  useEffect(() => {
    paint.current = colour;
  });
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!canvas.current || !context) return;
    const scale = window.devicePixelRatio;
    canvas.current.width = width * scale;
    canvas.current.height = height * scale;
    context.scale(scale, scale);
    lanes.forEach((lane, index) => {
      const middle = LANE * index + LANE / 2;
      lane.forEach((value, bar) => {
        const half = Math.max(0.5, (value * (LANE - 6)) / 2);
        context.fillStyle = paint.current(index, bar / lane.length);
        context.fillRect(bar * (BAR + GAP), middle - half, BAR, half * 2);
      });
    });
  }, [lanes, width, height]);
  return <canvas ref={canvas} style={{ width, height }} />;
}

function useWidth(box: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, [box]);
  return width;
}
