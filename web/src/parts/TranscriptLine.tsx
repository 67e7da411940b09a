/** One line of a transcript, on the desk and in the replay. */
import { Tooltip } from "antd";
import type { Line } from "../call/transcript";
import { paceOf } from "../call/latency";
import { useText } from "../text";
import { formatClock, formatDelay } from "../text/format";
import "./transcript.css";

interface Props {
  line: Line;
  /** The line that sounds now. */
  current?: boolean;
  /** Shows how long the caller waited for the answer to this line. */
  delay?: boolean;
  /** Makes the line a button that plays it. */
  onPlay?: (line: Line) => void;
}

export function TranscriptLine({ line, current = false, delay = false, onPlay }: Props) {
  const text = useText();
  const content = (
    <>
      <span className="when">{formatClock(line.from)}</span>
      <span className="who">{text.speaker[line.speaker]}</span>
      <span className="said">
        <Words line={line} />
        <Remark line={line} />
      </span>
      {delay && line.latencyMs !== undefined && (
        <span className={`delay ${paceOf(line.latencyMs)}`} title={text.line.latency}>
          {formatDelay(line.latencyMs)}
        </span>
      )}
    </>
  );
  const className = `line ${line.speaker} ${line.state}`;
  const playable = onPlay && line.state !== "waiting" && line.state !== "unplayed";
  return (
    <li data-line={line.id} className={current ? "now" : ""} aria-current={current ? "true" : undefined}>
      {playable ? (
        <button
          type="button"
          className={`bare ${className}`}
          title={text.line.play}
          onClick={(event) => {
            onPlay(line);
            // After a click by mouse the space bar is to pause, not to press the line again.
            if (event.detail > 0) event.currentTarget.blur();
          }}
        >
          {content}
        </button>
      ) : (
        <div className={className}>{content}</div>
      )}
    </li>
  );
}

function Words({ line }: { line: Line }) {
  const text = useText();
  if (line.kind === "keys") {
    return (
      <>
        <span className="remark first">{text.line.keys}</span>
        {[...line.text].map((key, index) => (
          <kbd key={index}>{key}</kbd>
        ))}
      </>
    );
  }
  if (line.raw !== undefined) {
    return (
      <Tooltip title={`${text.line.raw}: ${line.raw}`}>
        <span className="corrected">{line.text}</span>
      </Tooltip>
    );
  }
  if (line.state === "cut" && line.heard !== undefined) {
    const characters = [...line.text];
    return (
      <span title={text.line.heard}>
        {characters.slice(0, line.heard).join("")}
        <span className="unheard">{characters.slice(line.heard).join("")}</span>
      </span>
    );
  }
  return <span>{line.text}</span>;
}

function Remark({ line }: { line: Line }) {
  const text = useText();
  switch (line.state) {
    case "waiting":
      return <span className="remark">{text.line.waiting}</span>;
    case "unplayed":
      return <span className="remark">{text.line.unplayed}</span>;
    case "cut":
      return <span className="remark warn">{text.line.cut}</span>;
    case "not_heard":
      return <span className="remark warn">{text.line.notHeard}</span>;
    case "growing":
      return <span className="growing-mark" role="img" aria-label={text.line.growing} />;
    case "whole":
      return null;
  }
}
