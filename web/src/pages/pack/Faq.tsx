/** Common questions: a table to look through, an entry to change, and who changed what. */
import { PlusOutlined } from "@ant-design/icons";
import { Button, Segmented, Table, type InputRef } from "antd";
import { useEffect, useRef, useState } from "react";
import type { FaqState, Pack } from "../../api/packs";
import { useKeys } from "../../app/useKeys";
import { SearchBox } from "../../parts/SearchBox";
import { useText } from "../../text";
import { FaqChanges } from "./FaqChanges";
import { FaqEditor } from "./FaqEditor";
import { useIsShown } from "./useIsShown";

interface Props {
  pack: Pack;
  onChanged(): void;
}

export function Faq({ pack, onChanged }: Props) {
  const text = useText();
  const [view, setView] = useState<"entries" | "changes">("entries");
  const [search, setSearch] = useState("");
  const [open, setOpen] = useState<string | null>();
  const [row, setRow] = useState(-1);
  const part = useRef<HTMLDivElement>(null);
  const searchBox = useRef<InputRef>(null);
  const isShown = useIsShown(part);
  const entries = pack.faq.filter((entry) => `${entry.id} ${entry.questions.join(" ")} ${entry.answer}`.includes(search));
  const move = (to: number) => setRow(Math.max(0, Math.min(entries.length - 1, to)));
  const acts = () => isShown() && view === "entries" && open === undefined;

  useEffect(() => {
    const element = row < 0 ? undefined : part.current?.querySelectorAll<HTMLElement>("tr[data-entry]")[row];
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  }, [row]);

  useKeys({
    "/": () => acts() && searchBox.current?.focus({ cursor: "all" }),
    ArrowDown: () => acts() && move(row + 1),
    ArrowUp: () => acts() && move(row - 1),
    j: () => acts() && move(row + 1),
    k: () => acts() && move(row - 1),
    Enter: () => acts() && entries[row] && setOpen(entries[row].id),
  });

  return (
    <div className="faq" ref={part}>
      <div className="tools">
        <Segmented
          size="small"
          value={view}
          onChange={setView}
          options={[
            { value: "entries" as const, label: text.pack.entries(pack.faq.length) },
            { value: "changes" as const, label: text.pack.changes },
          ]}
        />
        {view === "entries" && (
          <SearchBox box={searchBox} className="search" value={search} label={text.pack.searchFaq} onChange={setSearch} />
        )}
        <span className="spring" />
        <span className="muted">{text.pack.faqHint}</span>
        <Button type="primary" size="small" icon={<PlusOutlined />} onClick={() => setOpen(null)}>
          {text.pack.newEntry}
        </Button>
      </div>
      {view === "changes" ? (
        <FaqChanges pack={pack.name} version={pack.version} />
      ) : (
        <div className="card">
          <Table<FaqState>
            size="small"
            rowKey="id"
            dataSource={entries}
            pagination={false}
            onRow={(entry, index = 0) => ({
              "data-entry": entry.id,
              tabIndex: index === Math.max(0, row) ? 0 : -1,
              className: index === row ? "chosen" : "",
              onFocus: () => index !== row && setRow(index),
              onClick: () => setOpen(entry.id),
            })}
            columns={[
              {
                title: text.pack.question,
                dataIndex: "questions",
                width: "32%",
                render: (questions: string[], entry) => (
                  <>
                    {questions[0]} <span className="muted">{questions.length > 1 && `+${questions.length - 1}`}</span>
                    <code className="id">{entry.id}</code>
                  </>
                ),
              },
              { title: text.pack.answer, dataIndex: "answer" },
              {
                title: text.pack.dates,
                width: 150,
                render: (_, entry) => <Dates entry={entry} />,
              },
            ]}
          />
        </div>
      )}
      <FaqEditor
        pack={pack}
        entry={open}
        onClose={() => setOpen(undefined)}
        onSaved={() => {
          setOpen(undefined);
          onChanged();
        }}
      />
    </div>
  );
}

function Dates({ entry }: { entry: FaqState }) {
  const text = useText();
  if (entry.from === null && entry.until === null) return <span className="muted">{text.pack.always}</span>;
  return (
    <>
      {entry.from ?? "…"} – {entry.until ?? "…"} {!entry.in_force && <span className="pill warn">{text.pack.notInForce}</span>}
    </>
  );
}
