/** Who changed which common question, when, from what to what. */
import { fetchFaqChanges, type FaqChange, type FaqEntry } from "../../api/packs";
import { useResource } from "../../app/useResource";
import { Empty, Failure, Loading } from "../../parts/States";
import { useText } from "../../text";
import { formatFullMoment } from "../../text/format";

export function FaqChanges({ pack, version }: { pack: string; version: string }) {
  const text = useText();
  // Every change makes a new version.
  const changes = useResource(`${pack} ${version}`, (signal) => fetchFaqChanges(pack, signal));
  if (changes.error !== undefined && !changes.value) return <Failure error={changes.error} retry={changes.reload} />;
  if (!changes.value) return <Loading />;
  if (changes.value.length === 0) return <Empty title={text.pack.noChanges} />;
  return <ChangeList changes={changes.value} />;
}

export function ChangeList({ changes }: { changes: FaqChange[] }) {
  const text = useText();
  return (
    <ol className="changes">
      {changes.map((change, index) => (
        <li key={index} className="card">
          <header>
            <time dateTime={change.at}>{formatFullMoment(change.at)}</time>
            <strong>{change.author ?? text.pack.onDisk}</strong>
            <span className={change.before && change.after ? "pill" : change.after ? "pill good" : "pill bad"}>
              {change.before && change.after ? text.pack.changed : change.after ? text.pack.added : text.pack.removed}
            </span>
            <code>{change.entry}</code>
            <span className="muted">{(change.after ?? change.before)?.questions[0]}</span>
          </header>
          <dl>
            {differences(change).map(({ field, before, after }) => (
              <div key={field}>
                <dt>{text.pack.field[field]}</dt>
                <dd>
                  {before && <del>{before}</del>} {after && <ins>{after}</ins>}
                </dd>
              </div>
            ))}
          </dl>
        </li>
      ))}
    </ol>
  );
}

const FIELDS = ["questions", "answer", "sms", "from", "until"] as const;
export type FaqField = (typeof FIELDS)[number];

/** The fields in which an entry differs; of questions only those that came and went. */
export function differences(change: FaqChange): { field: FaqField; before: string; after: string }[] {
  const { before, after } = change;
  return FIELDS.map((field) => {
    if (field !== "questions") return { field, before: before?.[field] ?? "", after: after?.[field] ?? "" };
    return { field, before: missing(before, after), after: missing(after, before) };
  }).filter((difference) => difference.before !== difference.after);
}

function missing(entry: FaqEntry | null, other: FaqEntry | null): string {
  const theirs = new Set(other?.questions ?? []);
  return (entry?.questions ?? []).filter((question) => !theirs.has(question)).join("；");
}
