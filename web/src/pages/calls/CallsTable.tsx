/** One page of the list as a table; the chosen row is the one that the keys move. */
import { Table, type TableColumnsType } from "antd";
import { useEffect, useMemo, useRef } from "react";
import { Link } from "react-router-dom";
import type { CallSummary } from "../../api/calls";
import { OutcomeMark, Phone } from "../../parts/Marks";
import { useText } from "../../text";
import { formatClock, formatFullMoment, formatMoment, intentName } from "../../text/format";

interface Props {
  calls: CallSummary[];
  row: number;
  onRow(index: number): void;
  onOpen(id: string): void;
}

export function CallsTable({ calls, row, onRow, onOpen }: Props) {
  const text = useText();
  const box = useRef<HTMLDivElement>(null);

  const columns = useMemo<TableColumnsType<CallSummary>>(() => {
    const now = new Date();
    return [
      {
        title: text.list.time,
        dataIndex: "started_at",
        width: 140,
        render: (at: string) => <time dateTime={at} title={formatFullMoment(at)}>{formatMoment(at, now, text)}</time>,
      },
      {
        title: text.list.number,
        dataIndex: "from",
        width: 170,
        render: (from: string, call) => (
          <Link to={`/calls/${call.id}`} tabIndex={-1} className="number">
            <Phone number={from} />
          </Link>
        ),
      },
      {
        title: text.list.intent,
        dataIndex: "intent",
        render: (intent: string | null) => (intent ? intentName(intent, text) : <span className="muted">—</span>),
      },
      {
        title: text.list.outcome,
        dataIndex: "outcome",
        width: 130,
        render: (outcome: CallSummary["outcome"]) => <OutcomeMark outcome={outcome} />,
      },
      {
        title: text.list.agent,
        dataIndex: "agent",
        width: 90,
        render: (agent: string | null) => agent ?? <span className="muted">—</span>,
      },
      {
        title: text.list.duration,
        dataIndex: "duration_ms",
        width: 90,
        align: "right",
        render: (ms: number | null) => (ms === null ? <span className="muted">—</span> : formatClock(ms)),
      },
      { title: text.list.turns, dataIndex: "turns", width: 80, align: "right" },
    ];
  }, [text]);

  useEffect(() => {
    if (row < 0) return;
    const element = box.current?.querySelectorAll<HTMLElement>("tr[data-call]")[row];
    element?.focus({ preventScroll: true });
    element?.scrollIntoView({ block: "nearest" });
  }, [row, calls]);

  return (
    <div ref={box}>
      <Table<CallSummary>
        size="small"
        rowKey="id"
        columns={columns}
        dataSource={calls}
        pagination={false}
        scroll={{ x: 760 }}
        onRow={(call, index = 0) => ({
          "data-call": call.id,
          // One stop for Tab; the arrows go on from there.
          tabIndex: index === Math.max(0, row) ? 0 : -1,
          className: index === row ? "chosen" : "",
          onFocus: () => index !== row && onRow(index),
          onClick: (event) => {
            if (!event.defaultPrevented) onOpen(call.id);
          },
        })}
      />
    </div>
  );
}
