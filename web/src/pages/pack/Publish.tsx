/** The scripted calls of a pack, and the new version that they allow. */
import { CheckCircleFilled, CloseCircleFilled } from "@ant-design/icons";
import { Alert, Button, Popconfirm } from "antd";
import { playScripts, publishPack, type Difference, type Of, type Pack, type Played, type PlayedScripts, type Publication } from "../../api/packs";
import { useText } from "../../text";
import { shortVersion, slotName } from "../../text/format";
import type { Text } from "../../text/zh";
import { useWork } from "./useWork";

interface Props {
  pack: Pack;
  of: Of;
  onPublished(): void;
}

export function Publish({ pack, of, onPublished }: Props) {
  const text = useText();
  const work = useWork<PlayedScripts | Publication>();
  const play = () => work.start(() => playScripts(pack.name, of));
  const publish = () =>
    work.start(async () => {
      const publication = await publishPack(pack.name);
      if (publication.published) onPublished();
      return publication;
    });
  const result = work.value;
  const failed = result?.scripts.filter((script) => script.difference !== null) ?? [];
  return (
    <div className="publish">
      <div className="card actions">
        <p>{pack.outdated ? text.pack.publishHint : text.pack.nothingToPublish}</p>
        <Button loading={work.busy} onClick={play}>
          {text.pack.play}
        </Button>
        <Popconfirm title={text.pack.publishSure} description={text.pack.publishSureHint} okText={text.pack.publish} onConfirm={publish}>
          <Button type="primary" disabled={work.busy || !pack.outdated}>
            {text.pack.publish}
          </Button>
        </Popconfirm>
      </div>
      {work.error !== undefined && <Alert type="error" showIcon title={text.pack.broken} description={work.error} />}
      {work.busy && <p className="muted">{text.pack.playing}</p>}
      {result && !work.busy && (
        <>
          {"published" in result && (
            <Alert
              showIcon
              type={result.published ? "success" : "error"}
              title={result.published ? text.pack.published(shortVersion(result.version)) : text.pack.notPublished}
            />
          )}
          <h2>{text.pack.passed(result.scripts.length - failed.length, result.scripts.length, shortVersion(result.version))}</h2>
          {result.scripts.length === 0 && <p className="muted">{text.pack.noScripts}</p>}
          <ul className="scripts">
            {[...failed, ...result.scripts.filter((script) => script.difference === null)].map((script) => (
              <Script key={script.name} script={script} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function Script({ script }: { script: Played }) {
  const text = useText();
  const { difference } = script;
  return (
    <li className={difference ? "card failed" : "card"}>
      {difference ? <CloseCircleFilled className="bad" /> : <CheckCircleFilled className="good" />}
      <code>{script.name}</code>
      <span className="story">{script.story}</span>
      <span className="muted">{text.pack.turns(script.turns)}</span>
      {difference && (
        <dl>
          <dt>{difference.turn === null ? text.pack.atTheEnd : text.pack.turn(difference.turn)}</dt>
          <dd className="caller">{difference.caller}</dd>
          <dt>{text.pack.difference}</dt>
          <dd>{sentenceOf(difference, text)}</dd>
          <dt>{text.speaker.bot}</dt>
          <dd className="bot">{difference.bot.join(" ") || "—"}</dd>
        </dl>
      )}
    </li>
  );
}

function sentenceOf(difference: Difference, text: Text): string {
  const { differs } = text.pack;
  switch (difference.what) {
    case "not_said":
      return differs.not_said(difference.wanted);
    case "said":
      return differs.said(difference.unwanted);
    case "over":
      return differs.over(difference.found);
    case "differs":
      return differs.differs(nameOf(difference.of, text), difference.wanted, difference.found);
    case "lacks":
      return differs.lacks(nameOf(difference.of, text), difference.wanted, difference.found);
  }
}

function nameOf(of: string, text: Text): string {
  return of.startsWith("slot ") ? slotName(of.slice(5), text) : (text.pack.differing[of] ?? of);
}
