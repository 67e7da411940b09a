/** The chosen call: who and why in the head, the transcript as it grows, the filled form beside it. */
import { Button } from "antd";
import { useMemo } from "react";
import { Link } from "react-router-dom";
import type { LiveCall } from "../../api/live";
import type { Handoff } from "../../call/handoff";
import { situationOf, type Situation } from "../../call/situation";
import { transcript } from "../../call/transcript";
import { FilledForm } from "../../parts/FilledForm";
import { HandoffMark, Phone } from "../../parts/Marks";
import { TranscriptLine } from "../../parts/TranscriptLine";
import { useText } from "../../text";
import { intentName, percent } from "../../text/format";
import { Elapsed } from "./Elapsed";
import { useStickToEnd } from "./useStickToEnd";

export function CallView({ call }: { call: LiveCall }) {
  const text = useText();
  const lines = useMemo(() => transcript(call.events), [call.events]);
  const situation = useMemo(() => situationOf(call.events), [call.events]);
  const { list, atEnd, toEnd } = useStickToEnd(lines);

  return (
    <section className="view" data-view={call.summary.id}>
      <Head call={call} situation={situation} />
      <div className="middle">
        <div className="stream">
          <ol className="transcript" ref={list} aria-live="polite">
            {lines.length === 0 && <li className="muted first">{text.desk.listening}</li>}
            {lines.map((line) => (
              <TranscriptLine key={line.id} line={line} />
            ))}
          </ol>
          {!atEnd && (
            <Button className="toend" size="small" shape="round" onClick={toEnd}>
              {text.desk.toNewest} ↓
            </Button>
          )}
        </div>
        <Panel situation={situation} />
      </div>
    </section>
  );
}

function Head({ call, situation }: { call: LiveCall; situation: Situation }) {
  const text = useText();
  const { summary, intent, handoff, held, ended } = situation;
  const topic = summary?.topic ?? (intent ? intentName(intent.intent, text) : undefined);
  return (
    <header className="viewhead">
      <div className="row">
        <h1>
          <Phone number={call.summary.from} />
        </h1>
        <strong className="topic">{topic ?? <span className="muted">{text.desk.noIntent}</span>}</strong>
        <span className="spring" />
        {held && <span className="pill warn">{text.desk.held}</span>}
        {ended ? (
          <>
            <span className="pill">{text.hangUp[ended.reason]}</span>
            <Link to={`/calls/${call.summary.id}`}>{text.desk.openRecord}</Link>
          </>
        ) : (
          <HandoffMark handoff={handoff} />
        )}
        <span className="big" title={text.desk.duration}>
          <Elapsed call={call} situation={situation} />
        </span>
      </div>
      {summary?.reason && (
        <p className="reason">
          <span>{text.desk.why}</span> {summary.reason}
        </p>
      )}
    </header>
  );
}

function Panel({ situation }: { situation: Situation }) {
  const text = useText();
  const { summary, intent, step, handoff, form } = situation;
  return (
    <aside className="panel">
      <section>
        <h2>{text.desk.summary}</h2>
        {summary ? <p className="summary">{summary.text}</p> : <p className="muted">{text.desk.noSummary}</p>}
      </section>
      <section>
        <h2>{text.desk.form}</h2>
        <FilledForm fields={form} empty={text.desk.noForm} />
      </section>
      <section className="pair">
        <div>
          <h2>{text.desk.intent}</h2>
          {intent ? (
            <p>
              {intentName(intent.intent, text)} <span className="muted">{percent(intent.confidence)}</span>
            </p>
          ) : (
            <p className="muted">—</p>
          )}
        </div>
        <div>
          <h2>{text.desk.step}</h2>
          {step ? (
            <p>
              {step.flow} <span className="muted">/</span> {step.step}
            </p>
          ) : (
            <p className="muted">{text.desk.noStep}</p>
          )}
        </div>
      </section>
      <HandoffMore handoff={handoff} />
    </aside>
  );
}

/** What the mark in the head leaves out: for whom is looked, why an agent was not reached, what the agent hears. */
function HandoffMore({ handoff }: { handoff: Handoff }) {
  const text = useText();
  if ("whisper" in handoff && handoff.whisper) {
    return (
      <section>
        <h2>{text.desk.whisper}</h2>
        <p className="whisper">{handoff.whisper}</p>
      </section>
    );
  }
  const skill = handoff.state === "looking" ? `${text.handoff.skill} ${handoff.skill}` : undefined;
  const more = handoff.state === "not_reached" ? handoff.reason : skill;
  if (more === undefined) return null;
  return (
    <section>
      <h2>{text.desk.handoff}</h2>
      <p>{more}</p>
    </section>
  );
}
