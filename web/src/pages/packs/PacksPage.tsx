/** The packs: which one answers, which version, whether its folder holds something else. */
import { ReloadOutlined } from "@ant-design/icons";
import { Button } from "antd";
import { useEffect, useRef, useState } from "react";
import { Link, useNavigate } from "react-router-dom";
import { fetchPacks, type ListedPack } from "../../api/packs";
import { useKeys } from "../../app/useKeys";
import { useResource } from "../../app/useResource";
import { KeyHelp } from "../../parts/KeyHelp";
import { Empty, Failure, Loading } from "../../parts/States";
import { useText } from "../../text";
import { shortVersion } from "../../text/format";
import "./packs.css";

export default function PacksPage() {
  const text = useText();
  const navigate = useNavigate();
  const list = useResource("packs", fetchPacks);
  const packs = list.value ?? [];
  const [row, setRow] = useState(-1);
  const box = useRef<HTMLUListElement>(null);
  const move = (to: number) => setRow(Math.max(0, Math.min(packs.length - 1, to)));

  useEffect(() => {
    if (row >= 0) box.current?.querySelectorAll<HTMLElement>("a")[row]?.focus();
  }, [row]);

  useKeys({
    ArrowDown: () => move(row + 1),
    ArrowUp: () => move(row - 1),
    j: () => move(row + 1),
    k: () => move(row - 1),
    Enter: () => packs[row] && void navigate(`/packs/${packs[row].name}`),
    r: list.reload,
  });

  return (
    <div className="packs">
      <div className="bar">
        <h1>{text.pack.title}</h1>
        <span className="muted">{text.pack.hint}</span>
        <span className="spring" />
        <Button
          type="text"
          icon={<ReloadOutlined />}
          loading={list.loading}
          onClick={list.reload}
          aria-label={text.list.refresh}
        />
        <KeyHelp
          lines={[
            { keys: ["↑", "↓"], does: text.key.move },
            { keys: ["Enter"], does: text.key.open },
            { keys: ["r"], does: text.list.refresh },
          ]}
        />
      </div>
      {list.error !== undefined && !list.value && <Failure error={list.error} retry={list.reload} />}
      {list.loading && !list.value && <Loading />}
      {list.value && packs.length === 0 && <Empty title={text.pack.none} hint={text.pack.noneHint} />}
      <ul ref={box}>
        {packs.map((pack, index) => (
          <li key={pack.name}>
            <PackCard pack={pack} onFocus={() => setRow(index)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function PackCard({ pack, onFocus }: { pack: ListedPack; onFocus(): void }) {
  const text = useText();
  return (
    <Link className="card pack" to={`/packs/${pack.name}`} onFocus={onFocus}>
      <span className="names">
        <strong>{pack.title}</strong>
        <code>{pack.name}</code>
      </span>
      <span className="marks">
        {pack.serving && <span className="pill live">{text.pack.serving}</span>}
        {pack.outdated && <span className="pill warn">{text.pack.outdated}</span>}
        {pack.fault !== null && <span className="pill bad">{text.pack.faulty}</span>}
      </span>
      {pack.fault !== null && <span className="fault">{pack.fault}</span>}
      <span className="version muted">
        {text.pack.version} <code title={pack.version}>{shortVersion(pack.version)}</code>
      </span>
    </Link>
  );
}
