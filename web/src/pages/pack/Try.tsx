/** A sentence to try: what matched, and why. */
import { Alert, Button, Input, Select, type InputRef } from "antd";
import { useRef, useState } from "react";
import { Link } from "react-router-dom";
import { understand, type Of, type Pack, type Understanding } from "../../api/packs";
import { useKeys } from "../../app/useKeys";
import { useText } from "../../text";
import { percent } from "../../text/format";
import { Heard } from "./Heard";
import { useIsShown } from "./useIsShown";
import { useWork } from "./useWork";

export function Try({ pack, of }: { pack: Pack; of: Of }) {
  const text = useText();
  const box = useRef<InputRef>(null);
  const part = useRef<HTMLDivElement>(null);
  const isShown = useIsShown(part);
  const [sentence, setSentence] = useState("");
  const [expect, setExpect] = useState("");
  const work = useWork<Understanding>();
  const tryIt = () => work.start(() => understand(pack.name, of, sentence, expect || undefined));
  useKeys({ "/": () => isShown() && box.current?.focus({ cursor: "all" }) });

  return (
    <div className="try" ref={part}>
      <div className="ask card">
        <Input
          ref={box}
          autoFocus
          value={sentence}
          maxLength={2000}
          placeholder={text.pack.trySentence}
          aria-label={text.pack.trySentence}
          onChange={(event) => setSentence(event.target.value)}
          onPressEnter={tryIt}
          onKeyDown={(event) => event.key === "Escape" && box.current?.blur()}
        />
        <Select<string>
          className="expect"
          aria-label={text.pack.askedFor}
          value={expect}
          onChange={setExpect}
          options={[
            { value: "", label: text.pack.openQuestion },
            ...pack.slots
              .filter((slot) => !["open", "message"].includes(slot.expect))
              .map((slot) => ({ value: slot.name, label: `${text.pack.askedFor} ${slot.label}` })),
            { value: "yes_no", label: `${text.pack.askedFor} ${text.slot.yes_no}` },
          ]}
        />
        <Button type="primary" loading={work.busy} onClick={tryIt}>
          {text.pack.try}
        </Button>
      </div>
      {work.error !== undefined && <Alert type="error" showIcon title={work.error} />}
      {work.value && <Found found={work.value} pack={pack} />}
      {!work.value && work.error === undefined && <p className="state">{text.pack.tryHint}</p>}
    </div>
  );
}

function Found({ found, pack }: { found: Understanding; pack: Pack }) {
  const text = useText();
  const flow = pack.flows.find((known) => known.name === found.starts);
  const answer = found.faq.find((candidate) => candidate.answers);
  return (
    <div className="found">
      <section className="card whole">
        <h2>{text.pack.heard}</h2>
        <Heard found={found} />
        <p className="comes">
          {flow ? (
            <>
              {text.pack.starts} <Link to={`?tab=flows&flow=${flow.name}`}>{flow.topic}</Link> <code>{flow.name}</code>
            </>
          ) : answer ? (
            <>
              {text.pack.answersWith} <strong>{answer.question}</strong> <code>{answer.id}</code>
            </>
          ) : (
            text.pack.startsNone
          )}
          {found.angry && <span className="pill bad">{text.pack.angry}</span>}
          {found.command && (
            <span className="pill live">
              {text.pack.command} {text.intent[found.command.intent] ?? found.command.intent} {percent(found.command.probability)}
            </span>
          )}
          {found.further.map((more) => (
            <span key={more.intent} className="pill">
              {text.pack.further} {more.label ?? more.intent} {percent(more.probability)}
            </span>
          ))}
        </p>
      </section>
      <section className="card">
        <h2>{text.pack.intentScores}</h2>
        <p className="muted">{text.pack.thresholds(percent(found.confident), percent(found.sure))}</p>
        {found.intents.map((intent) => (
          <Bar
            key={intent.intent}
            name={intent.label || (text.intent[intent.intent] ?? intent.intent)}
            id={intent.intent}
            share={intent.probability}
            shown={percent(intent.probability)}
            marks={[found.confident, found.sure]}
            strong={intent.probability >= found.confident}
          />
        ))}
      </section>
      <section className="card">
        <h2>{text.pack.faqScores}</h2>
        <p className="muted">{text.pack.faqThreshold(found.faq_threshold.toFixed(2))}</p>
        {found.faq.map((candidate) => (
          <Bar
            key={candidate.id}
            name={candidate.question}
            id={candidate.in_force ? candidate.id : `${candidate.id} · ${text.pack.notInForce}`}
            share={candidate.score}
            shown={candidate.score.toFixed(2)}
            marks={[found.faq_threshold]}
            strong={candidate.answers}
          />
        ))}
      </section>
      <section className="card whole">
        <h2>{text.pack.slotsFound}</h2>
        {found.slots.length === 0 && <p className="muted">{text.pack.noSlots}</p>}
        {found.slots.map((slot) => (
          <div key={slot.slot} className="slot">
            <div className="value">
              <span>{text.slot[slot.slot] ?? slot.slot}</span>
              <strong>{slot.value}</strong>
              <span className={slot.complete ? "pill good" : "pill warn"}>{slot.complete ? text.pack.complete : text.pack.partial}</span>
              {slot.complete && !slot.checked && <span className="pill bad">{text.pack.unchecked}</span>}
              <span className="muted">
                {text.pack.cost} {slot.cost.toFixed(2)} · {text.pack.from}「{cut(found.text, slot.span)}」
              </span>
            </div>
            {slot.path.length > 0 && (
              <ol className="path" aria-label={text.pack.path}>
                {slot.path.map((step, index) => (
                  <li key={index} style={{ paddingLeft: step.depth * 18 }}>
                    <code>${step.rule}</code> <span>{cut(found.text, step.span)}</span>
                  </li>
                ))}
              </ol>
            )}
          </div>
        ))}
        {found.words.length > 0 && (
          <p className="words">
            <span className="muted">{text.pack.words}</span>
            {found.words.map((word, index) => (
              <span key={index} className="pill" title={`${word.class} · ${word.distance.toFixed(2)}`}>
                {word.text}
                {word.distance > 0 && ` ← ${cut(found.text, word.span)}`}
              </span>
            ))}
          </p>
        )}
      </section>
    </div>
  );
}

interface BarProps {
  name: string;
  id: string;
  share: number;
  shown: string;
  marks: number[];
  strong: boolean;
}

function Bar({ name, id, share, shown, marks, strong }: BarProps) {
  const width = `${Math.max(0, Math.min(1, share)) * 100}%`;
  return (
    <div className={strong ? "score strong" : "score"}>
      <span className="name" title={name}>{name}</span>
      <code title={id}>{id}</code>
      <span className="track">
        <span className="fill" style={{ width }} />
        {marks.map((mark) => (
          <span key={mark} className="mark" style={{ left: `${mark * 100}%` }} />
        ))}
      </span>
      <span className="number">{shown}</span>
    </div>
  );
}

function cut(text: string, span: { start: number; end: number }): string {
  return [...text].slice(span.start, span.end).join("");
}
