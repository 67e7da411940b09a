/** The list of calls for quality staff: search, filter, page, all by hand or by key. */
import { LeftOutlined, ReloadOutlined, RightOutlined } from "@ant-design/icons";
import { Button, Input, Select, type InputRef } from "antd";
import { useRef, useState } from "react";
import { useNavigate } from "react-router-dom";
import { fetchCalls, OUTCOMES, type Outcome } from "../../api/calls";
import { useKeys } from "../../app/useKeys";
import { useResource } from "../../app/useResource";
import { KeyHelp } from "../../parts/KeyHelp";
import { Empty, Failure, Loading } from "../../parts/States";
import { useText } from "../../text";
import { CallsTable } from "./CallsTable";
import { PAGE_SIZE, useListQuery, type ListQuery } from "./listQuery";
import "./calls.css";

export default function CallsPage() {
  const text = useText();
  const navigate = useNavigate();
  const { query, search, filter, clear, older, newer } = useListQuery();
  const key = JSON.stringify(query);
  const page = useResource(key, (signal) => fetchCalls({ ...query, limit: PAGE_SIZE }, signal));
  const searchBox = useRef<InputRef>(null);
  const [chosen, setChosen] = useState({ key, row: -1 });

  const calls = page.value?.calls ?? [];
  const next = page.value?.next ?? undefined;
  const row = chosen.key === key ? chosen.row : -1;
  const move = (to: number) => setChosen({ key, row: Math.max(0, Math.min(calls.length - 1, to)) });
  const open = (id: string | undefined) => id !== undefined && navigate(`/calls/${id}`);
  const goOlder = () => next && older(next);

  useKeys({
    "/": () => searchBox.current?.focus({ cursor: "all" }),
    ArrowDown: () => move(row + 1),
    ArrowUp: () => move(row - 1),
    j: () => move(row + 1),
    k: () => move(row - 1),
    Enter: () => open(calls[row]?.id),
    n: () => goOlder(),
    p: () => newer?.(),
    r: page.reload,
  });

  return (
    <div className="calls">
      <div className="bar">
        <h1>{text.list.title}</h1>
        <Input.Search
          key={query.q ?? ""}
          ref={searchBox}
          className="search"
          allowClear
          defaultValue={query.q ?? ""}
          placeholder={text.list.search}
          aria-label={text.list.search}
          onSearch={search}
          onKeyDown={(event) => event.key === "Escape" && searchBox.current?.blur()}
        />
        <Select<Outcome | "">
          className="filter"
          aria-label={text.list.outcome}
          value={query.outcome ?? ""}
          onChange={(outcome) => filter(outcome === "" ? undefined : outcome)}
          options={[
            { value: "" as const, label: text.list.allOutcomes },
            ...OUTCOMES.map((outcome) => ({ value: outcome, label: text.outcome[outcome] })),
          ]}
        />
        <span className="spring" />
        <Button
          type="text"
          icon={<ReloadOutlined />}
          loading={page.loading}
          onClick={page.reload}
          aria-label={text.list.refresh}
        />
        <KeyHelp
          lines={[
            { keys: ["/"], does: text.key.search },
            { keys: ["↑", "↓"], does: text.key.move },
            { keys: ["Enter"], does: text.key.open },
            { keys: ["p", "n"], does: text.key.pages },
            { keys: ["r"], does: text.list.refresh },
          ]}
        />
      </div>

      {page.error !== undefined && !page.value && <Failure error={page.error} retry={page.reload} />}
      {page.loading && !page.value && <Loading />}
      {page.value && calls.length === 0 && <NoCalls query={query} onClear={clear} />}
      {calls.length > 0 && (
        <div className="card">
          <CallsTable calls={calls} row={row} onRow={move} onOpen={open} />
        </div>
      )}

      {(newer || next) && (
        <div className="pages">
          <Button icon={<LeftOutlined />} disabled={!newer} onClick={newer}>
            {text.list.newer}
          </Button>
          <span className="muted">{text.list.page(calls.length)}</span>
          <Button iconPlacement="end" icon={<RightOutlined />} disabled={!next} onClick={goOlder}>
            {text.list.older}
          </Button>
        </div>
      )}
    </div>
  );
}

/** The server knows only at the next page that a full one was the last. */
function NoCalls({ query, onClear }: { query: ListQuery; onClear(): void }) {
  const text = useText();
  if (query.before !== undefined) return <Empty title={text.list.noOlder} />;
  if (query.q === undefined && query.outcome === undefined) {
    return <Empty title={text.list.empty} hint={text.list.emptyHint} />;
  }
  return <Empty title={text.list.noMatch} action={<Button onClick={onClear}>{text.list.clear}</Button>} />;
}
