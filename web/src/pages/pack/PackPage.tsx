/** One pack for its authors: flows, a sentence to try, scripted calls and publishing, common questions, intents. */
import { ArrowLeftOutlined, ReloadOutlined } from "@ant-design/icons";
import { Alert, Button, Segmented, Tabs } from "antd";
import { useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router-dom";
import { fetchPack, type Of, type Pack } from "../../api/packs";
import { useKeys } from "../../app/useKeys";
import { useResource } from "../../app/useResource";
import { KeyHelp, type KeyLine } from "../../parts/KeyHelp";
import { Failure, Loading } from "../../parts/States";
import { useText } from "../../text";
import { shortVersion } from "../../text/format";
import { Faq } from "./Faq";
import { Flows } from "./Flows";
import { Intents } from "./Intents";
import { Publish } from "./Publish";
import { Try } from "./Try";
import "./pack.css";

export const TABS = ["flows", "try", "publish", "faq", "intents"] as const;
export type Tab = (typeof TABS)[number];

export default function PackPage() {
  const text = useText();
  const navigate = useNavigate();
  const { id = "" } = useParams();
  const { tab, of, choose } = usePlace();
  const pack = useResource(`${id}?of=${of}`, (signal) => fetchPack(id, of, signal));
  // What is there stays while it is fetched again, and the way to the version in force stays where a draft is broken.
  const [seen, setSeen] = useState<Pack>();
  if (pack.value && pack.value !== seen) setSeen(pack.value);
  const shown = pack.value ?? (seen?.name === id ? seen : undefined);

  useKeys({
    ...Object.fromEntries(TABS.map((known, index) => [String(index + 1), () => choose({ tab: known })])),
    Escape: () => void navigate("/packs"),
    r: pack.reload,
  });

  if (!shown && pack.error !== undefined) return <Failure error={pack.error} retry={pack.reload} />;
  if (!shown) return <Loading />;
  const parts: Record<Tab, React.ReactNode> = {
    flows: <Flows pack={shown} />,
    try: <Try pack={shown} of={of} />,
    publish: <Publish pack={shown} of={of} onPublished={() => (of === "draft" ? choose({ of: "current" }) : pack.reload())} />,
    faq: <Faq pack={shown} onChanged={pack.reload} />,
    intents: <Intents pack={shown} />,
  };
  return (
    <div className="pack-page">
      <div className="bar">
        <Button type="text" icon={<ArrowLeftOutlined />} aria-label={text.pack.back} onClick={() => void navigate("/packs")} />
        <h1>{shown.title}</h1>
        <code className="muted">{shown.name}</code>
        <span className="muted">
          {text.pack.version} <code title={shown.version}>{shortVersion(shown.version)}</code>
        </span>
        {shown.serving && <span className="pill live">{text.pack.serving}</span>}
        <span className="spring" />
        {(shown.outdated || of === "draft") && (
          <Segmented<Of>
            size="small"
            aria-label={text.pack.which}
            value={of}
            onChange={(next) => choose({ of: next })}
            options={[
              { value: "current", label: text.pack.current },
              { value: "draft", label: text.pack.draft },
            ]}
          />
        )}
        <Button type="text" icon={<ReloadOutlined />} loading={pack.loading} onClick={pack.reload} aria-label={text.list.refresh} />
        <KeyHelp lines={keyLines(text.pack.tabs, text.key)} />
      </div>
      {pack.error !== undefined && (
        <Alert type="error" showIcon title={text.pack.broken} description={messageOf(pack.error)} />
      )}
      {shown.faq_fault !== null && (
        <Alert type="warning" showIcon title={text.pack.faqRefused} description={shown.faq_fault} />
      )}
      <Tabs
        className="tabs"
        activeKey={tab}
        onChange={(next) => choose({ tab: next as Tab })}
        items={TABS.map((known) => ({ key: known, label: text.pack.tabs[known], children: parts[known] }))}
        destroyOnHidden={false}
      />
    </div>
  );
}

function keyLines(tabs: Record<Tab, string>, key: { move: string; open: string; back: string; search: string }): KeyLine[] {
  return [
    ...TABS.map((tab, index) => ({ keys: [String(index + 1)], does: tabs[tab] })),
    { keys: ["↑", "↓"], does: key.move },
    { keys: ["Enter"], does: key.open },
    { keys: ["/"], does: key.search },
    { keys: ["Esc"], does: key.back },
  ];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Which part of which version is shown lives in the address. */
function usePlace() {
  const [params, setParams] = useSearchParams();
  const tab = TABS.find((known) => known === params.get("tab")) ?? "flows";
  const of: Of = params.get("of") === "draft" ? "draft" : "current";
  const choose = (next: { tab?: Tab; of?: Of }) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before);
        if (next.tab) after.set("tab", next.tab);
        if (next.of === "draft") after.set("of", "draft");
        if (next.of === "current") after.delete("of");
        return after;
      },
      { replace: true },
    );
  return { tab, of, choose };
}
