/** One call for quality staff: the recording and the transcript in step, the decisions between the lines. */
import { ArrowLeftOutlined } from "@ant-design/icons";
import { Alert, Checkbox, Switch } from "antd";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link, useNavigate, useParams } from "react-router-dom";
import { fetchCall, type CallDetail } from "../../api/calls";
import { useKeys } from "../../app/useKeys";
import { useResource } from "../../app/useResource";
import { notesOf, timeline } from "../../call/notes";
import { situationOf } from "../../call/situation";
import { lineAt, transcript, type Line } from "../../call/transcript";
import { KeyHelp } from "../../parts/KeyHelp";
import { OutcomeMark, Phone } from "../../parts/Marks";
import { Empty, Failure, Loading } from "../../parts/States";
import { TranscriptLine } from "../../parts/TranscriptLine";
import { useText } from "../../text";
import { formatClock, formatFullMoment, intentName } from "../../text/format";
import { Notes } from "./Notes";
import { PlayerBar } from "./PlayerBar";
import { Side } from "./Side";
import { usePlayer } from "./usePlayer";
import "./call.css";

/** How far the arrow keys move the recording, in milliseconds. */
const SEEK_MS = 5000;

export default function CallPage() {
  const { id = "" } = useParams();
  const call = useResource(id, (signal) => fetchCall(id, signal));
  if (call.value?.summary.id === id) return <Replay key={id} call={call.value} />;
  if (call.error !== undefined) return <Failure ofCall error={call.error} retry={call.reload} />;
  return <Loading />;
}

function Replay({ call }: { call: CallDetail }) {
  const text = useText();
  const navigate = useNavigate();
  const player = usePlayer();
  const [decisions, setDecisions] = useState(false);
  const [follow, setFollow] = useState(true);

  const lines = useMemo(() => transcript(call.events), [call]);
  const items = useMemo(() => timeline(lines, notesOf(call.events)), [lines, call]);
  const situation = useMemo(() => situationOf(call.events), [call]);
  const bridgedAt = useMemo(() => momentOfBridge(call), [call]);
  const playable = useMemo(() => lines.filter((line) => line.state !== "unplayed"), [lines]);
  const sounded = player.ms > 0 || player.playing;
  const current = sounded ? lineAt(lines, player.ms) : undefined;

  const playLine = (line: Line | undefined) => line && player.playFrom(line.from);
  const step = (by: number) => {
    const index = current ? playable.indexOf(current) : -1;
    const line = playable[Math.max(0, Math.min(playable.length - 1, index + by))];
    if (line && call.recording) player.seek(line.from);
  };

  useKeys({
    " ": player.toggle,
    ArrowLeft: () => player.seek(player.ms - SEEK_MS),
    ArrowRight: () => player.seek(player.ms + SEEK_MS),
    ArrowDown: () => step(1),
    ArrowUp: () => step(-1),
    j: () => step(1),
    k: () => step(-1),
    d: () => setDecisions((before) => !before),
    Escape: () => navigate("/calls"),
  });

  const scroller = useFollowing(follow && player.playing, current?.id);
  const { summary } = call;
  return (
    <div className="replay">
      <header className="head">
        <Link to="/calls" className="back">
          <ArrowLeftOutlined /> {text.detail.back}
        </Link>
        <h1>
          <Phone number={summary.from} />
        </h1>
        <span>{summary.intent ? intentName(summary.intent, text) : ""}</span>
        <OutcomeMark outcome={summary.outcome} />
        <span className="muted">{formatFullMoment(summary.started_at)}</span>
        {summary.duration_ms !== null && <span className="muted">{formatClock(summary.duration_ms)}</span>}
        <span className="spring" />
        <KeyHelp
          lines={[
            { keys: ["Space"], does: text.key.play },
            { keys: ["←", "→"], does: text.key.seek },
            { keys: ["↑", "↓"], does: text.key.lines },
            { keys: ["d"], does: text.key.decisions },
            { keys: ["Esc"], does: text.key.back },
          ]}
        />
      </header>
      {summary.outcome === "in_progress" && (
        <Alert
          banner
          type="info"
          title={text.detail.live}
          action={<Link to={`/desk?call=${summary.id}`}>{text.detail.openDesk}</Link>}
        />
      )}
      {call.recording ? (
        <PlayerBar id={summary.id} player={player} callMs={summary.duration_ms ?? situation.at} bridgedAt={bridgedAt} />
      ) : (
        <p className="player muted">{text.detail.noRecording}</p>
      )}
      <div className="columns">
        <section className="card script">
          <div className="tools">
            <h2>{text.detail.transcript}</h2>
            <span className="spring" />
            <Checkbox checked={follow} onChange={(event) => setFollow(event.target.checked)}>
              {text.detail.follow}
            </Checkbox>
            <label className="switch">
              <Switch size="small" checked={decisions} onChange={setDecisions} /> {text.detail.showDecisions}
            </label>
          </div>
          {lines.length === 0 && <Empty title={text.detail.empty} />}
          <ol className="transcript" ref={scroller}>
            {items.map((item) =>
              item.type === "line" ? (
                <TranscriptLine
                  key={item.line.id}
                  line={item.line}
                  delay
                  current={item.line === current}
                  {...(call.recording ? { onPlay: playLine } : {})}
                />
              ) : (
                <Notes key={`notes-${item.notes[0]?.seq}`} notes={item.notes} open={decisions} />
              ),
            )}
          </ol>
        </section>
        <Side call={call} situation={situation} />
      </div>
    </div>
  );
}

function momentOfBridge(call: CallDetail): number | undefined {
  return call.events.find(({ input }) => input?.type === "agent" && input.news === "bridged")?.at;
}

/** Keeps the sounding line in sight. */
function useFollowing(on: boolean, line: string | undefined) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (!on || line === undefined) return;
    list.current?.querySelector(`[data-line="${line}"]`)?.scrollIntoView({ block: "center", behavior: "smooth" });
  }, [on, line]);
  return list;
}
