/** The keys of a page, shown on `?` or by its button. */
import { QuestionCircleOutlined } from "@ant-design/icons";
import { Button, Popover } from "antd";
import { useState } from "react";
import { useKeys } from "../app/useKeys";
import { useText } from "../text";

export interface KeyLine {
  keys: string[];
  does: string;
}

export function KeyHelp({ lines }: { lines: KeyLine[] }) {
  const text = useText();
  const [open, setOpen] = useState(false);
  useKeys({ "?": () => setOpen((before) => !before) });
  const all = [...lines, { keys: ["?"], does: text.key.help }];
  const table = (
    <dl className="keyhelp">
      {all.map((line) => (
        <KeyRow key={line.does} {...line} />
      ))}
    </dl>
  );
  return (
    <Popover open={open} onOpenChange={setOpen} trigger="click" placement="bottomRight" content={table}>
      <Button type="text" size="small" icon={<QuestionCircleOutlined />} aria-label={text.app.keys} />
    </Popover>
  );
}

function KeyRow({ keys, does }: KeyLine) {
  return (
    <>
      <dt>
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </dt>
      <dd>{does}</dd>
    </>
  );
}
