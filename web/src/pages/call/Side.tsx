/** Beside the transcript: summary, slots, delays, facts. */
import type { CallDetail } from "../../api/calls";
import { LATENCY_PARTS, latencyFigures, latencyShares, paceOf, type LatencyFigures } from "../../call/latency";
import type { Situation } from "../../call/situation";
import { FilledForm } from "../../parts/FilledForm";
import { useText } from "../../text";
import { formatDelay, formatFullMoment, formatPhone } from "../../text/format";

export function Side({ call, situation }: { call: CallDetail; situation: Situation }) {
  const text = useText();
  const latency = latencyFigures(call.events);
  const { summary } = situation;
  return (
    <aside className="side">
      <section className="card">
        <h2>{text.detail.summary}</h2>
        {summary ? (
          <>
            <p className="topic">{summary.topic}</p>
            <p>{summary.text}</p>
            {summary.reason && (
              <p className="why">
                {text.desk.why}: {summary.reason}
              </p>
            )}
          </>
        ) : (
          <p className="muted">{text.detail.noSummary}</p>
        )}
      </section>
      <section className="card">
        <h2>{text.detail.form}</h2>
        <FilledForm fields={situation.form} empty={text.detail.noForm} />
      </section>
      {latency && <Latency figures={latency} />}
      {situation.faults.length > 0 && (
        <section className="card">
          <h2>{text.detail.faults}</h2>
          <ul className="faults">
            {situation.faults.map((fault, index) => (
              <li key={index}>{fault}</li>
            ))}
          </ul>
        </section>
      )}
      <Facts call={call} situation={situation} />
    </aside>
  );
}

/** One bar a turn, as long as its delay, in the parts that it is made of. */
function Latency({ figures }: { figures: LatencyFigures }) {
  const text = useText();
  return (
    <section className="card latency">
      <h2>
        {text.detail.latency}
        <span>
          {text.detail.median} {formatDelay(figures.medianMs)} · {text.detail.worst} {formatDelay(figures.worstMs)}
        </span>
      </h2>
      <ol>
        {figures.turns.map((turn) => {
          const parts = LATENCY_PARTS.map((part) => `${text.latencyPart[part]} ${turn[part]} ms`).join("\n");
          const shares = latencyShares(turn);
          return (
            <li key={turn.utterance} title={parts}>
              <span className="bars" style={{ width: `${(turn.total_ms / figures.worstMs) * 100}%` }}>
                {LATENCY_PARTS.map((part) => (
                  <span key={part} className={part} style={{ flexGrow: shares[part] }} />
                ))}
              </span>
              <span className={`delay ${paceOf(turn.total_ms)}`}>{formatDelay(turn.total_ms)}</span>
            </li>
          );
        })}
      </ol>
      <p className="legend">
        {LATENCY_PARTS.map((part) => (
          <span key={part}>
            <i className={part} />
            {text.latencyPart[part]}
          </span>
        ))}
      </p>
    </section>
  );
}

function Facts({ call, situation }: { call: CallDetail; situation: Situation }) {
  const text = useText();
  const { summary } = call;
  const rows: [string, string][] = [
    [text.detail.started, formatFullMoment(summary.started_at)],
    [text.detail.called, formatPhone(summary.to)],
    [text.detail.pack, summary.pack],
    [text.detail.id, summary.id],
  ];
  if (summary.agent) rows.push([text.speaker.agent, summary.agent]);
  if (situation.ended) rows.push([text.detail.ended, text.hangUp[situation.ended.reason]]);
  return (
    <section className="card">
      <h2>{text.detail.facts}</h2>
      <dl className="facts">
        {rows.map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
