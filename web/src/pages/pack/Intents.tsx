/** What callers may want and what is asked of them: intents with their examples, slots, examples that mislead. */
import { Table } from "antd";
import { Link } from "react-router-dom";
import type { Pack, PackIntent, PackSlot } from "../../api/packs";
import { useText } from "../../text";

export function Intents({ pack }: { pack: Pack }) {
  const text = useText();
  return (
    <div className="intents">
      <section>
        <h2>{text.pack.intents}</h2>
        <Table<PackIntent>
          size="small"
          rowKey="id"
          pagination={false}
          dataSource={pack.intents}
          columns={[
            { title: text.pack.label, dataIndex: "label", render: (label: string) => label || <span className="muted">—</span> },
            { title: "id", dataIndex: "id", render: (id: string) => <code>{id}</code> },
            { title: text.pack.examples, dataIndex: "examples", align: "right", width: 80 },
            {
              title: text.pack.flow,
              dataIndex: "flow",
              render: (flow: string | null) =>
                flow === null ? <span className="muted">—</span> : <Link to={`?tab=flows&flow=${flow}`}>{flow}</Link>,
            },
          ]}
        />
      </section>
      <section>
        <h2>{text.pack.slots}</h2>
        <Table<PackSlot>
          size="small"
          rowKey="name"
          pagination={false}
          dataSource={pack.slots}
          columns={[
            { title: text.pack.label, dataIndex: "label" },
            { title: "id", dataIndex: "name", render: (name: string) => <code>{name}</code> },
            {
              title: text.pack.expects,
              dataIndex: "expect",
              render: (expect: PackSlot["expect"], slot) =>
                slot.digits === null ? text.pack.expect[expect] : text.pack.digits(...slot.digits),
            },
          ]}
        />
        <h2>{text.pack.misleading}</h2>
        <p className="muted">{text.pack.misleadingHint}</p>
        <Table
          size="small"
          rowKey="text"
          pagination={{ pageSize: 12, size: "small", hideOnSinglePage: true, showSizeChanger: false }}
          dataSource={pack.misleading}
          columns={[
            { title: text.pack.example, dataIndex: "text" },
            { title: text.pack.belongsTo, dataIndex: "intent", render: (id: string) => <code>{id}</code> },
            { title: text.pack.takenFor, dataIndex: "taken_for", render: (id: string) => <code>{id}</code> },
          ]}
        />
      </section>
    </div>
  );
}
