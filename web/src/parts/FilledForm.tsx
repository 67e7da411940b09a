/** The slots as a filled form, with a mark on what the caller or the back office has confirmed. */
import { CheckCircleFilled } from "@ant-design/icons";
import type { FilledField } from "../call/situation";
import { useText } from "../text";
import { formatSlotValue, slotName } from "../text/format";
import "./form.css";

export function FilledForm({ fields, empty }: { fields: FilledField[]; empty: string }) {
  const text = useText();
  if (fields.length === 0) return <p className="muted">{empty}</p>;
  return (
    <dl className="filled">
      {fields.map((field) => (
        <div key={field.slot} className={field.confirmed ? "confirmed" : ""}>
          <dt>{slotName(field.slot, text, field.label)}</dt>
          <dd>
            <span className="value">{formatSlotValue(field.slot, field.value)}</span>
            {field.confirmed ? (
              <span className="mark">
                <CheckCircleFilled aria-hidden /> {text.desk.confirmed}
              </span>
            ) : (
              <span className="mark">{text.desk.unconfirmed}</span>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
