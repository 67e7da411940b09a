/** One common question to change, under the name of who changes it, with its history below. */
import { Alert, Button, Drawer, Form, Input } from "antd";
import { useEffect } from "react";
import { changeFaqEntry, fetchFaqEntry, type FaqEntry, type Pack } from "../../api/packs";
import { useResource } from "../../app/useResource";
import { useText } from "../../text";
import { ChangeList } from "./FaqChanges";
import { useWork } from "./useWork";

const AUTHOR = "lingting.author";

interface Props {
  pack: Pack;
  /** Its id; null for a new one; undefined: none is open. */
  entry: string | null | undefined;
  onClose(): void;
  onSaved(): void;
}

interface Fields {
  id: string;
  questions: string;
  answer: string;
  sms: string;
  from: string;
  until: string;
  author: string;
}

export function FaqEditor({ pack, entry, onClose, onSaved }: Props) {
  const text = useText();
  return (
    <Drawer
      open={entry !== undefined}
      onClose={onClose}
      size={560}
      mask={{ closable: false }}
      title={entry === null ? text.pack.newEntry : entry}
      destroyOnHidden
    >
      {entry !== undefined && <Editor pack={pack} entry={entry} onSaved={onSaved} />}
    </Drawer>
  );
}

function Editor({ pack, entry, onSaved }: { pack: Pack; entry: string | null; onSaved(): void }) {
  const text = useText();
  const [form] = Form.useForm<Fields>();
  const work = useWork<unknown>();
  const known = useResource(`${pack.name}/${entry ?? ""}`, async (signal) =>
    entry === null ? null : fetchFaqEntry(pack.name, entry, signal),
  );
  const loaded = known.value?.entry;
  useEffect(() => form.setFieldsValue(fieldsOf(loaded)), [form, loaded]);

  const save = (fields: Fields) => {
    localStorage.setItem(AUTHOR, fields.author.trim());
    work.start(async () => {
      await changeFaqEntry(pack.name, entry ?? fields.id.trim(), {
        author: fields.author,
        questions: linesOf(fields.questions),
        answer: fields.answer.trim(),
        sms: fields.sms.trim() || null,
        from: fields.from || null,
        until: fields.until || null,
      });
      onSaved();
    });
  };
  const isTaken = (id: string) => pack.faq.some((other) => other.id === id.trim());

  return (
    <>
      <Form<Fields> form={form} layout="vertical" initialValues={fieldsOf(undefined)} onFinish={save} className="editor">
        {entry === null && (
          <Form.Item
            name="id"
            label="id"
            rules={[
              { required: true, pattern: /^\s*\w+\s*$/, message: text.pack.idRule },
              { validator: async (_, id: string) => (isTaken(id) ? Promise.reject(new Error(text.pack.idTaken)) : undefined) },
            ]}
          >
            <Input placeholder="opening_hours" />
          </Form.Item>
        )}
        <Form.Item name="questions" label={text.pack.questions} rules={[{ required: true, whitespace: true, message: text.pack.needed }]}>
          <Input.TextArea autoSize={{ minRows: 3, maxRows: 12 }} />
        </Form.Item>
        <Form.Item name="answer" label={text.pack.spoken} rules={[{ required: true, whitespace: true, message: text.pack.needed }]}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 8 }} />
        </Form.Item>
        <Form.Item name="sms" label={text.pack.sms}>
          <Input.TextArea autoSize={{ minRows: 1, maxRows: 6 }} />
        </Form.Item>
        <div className="row">
          <Form.Item name="from" label={text.pack.validFrom}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="until" label={text.pack.validUntil}>
            <Input type="date" />
          </Form.Item>
          <Form.Item name="author" label={text.pack.author} rules={[{ required: true, whitespace: true, message: text.pack.needed }]}>
            <Input maxLength={40} />
          </Form.Item>
        </div>
        {work.error !== undefined && <Alert type="error" showIcon title={work.error} />}
        <Button type="primary" htmlType="submit" loading={work.busy}>
          {text.pack.save}
        </Button>
        <span className="muted">{text.pack.saveHint}</span>
      </Form>
      {known.value && known.value.changes.length > 0 && (
        <>
          <h2>{text.pack.changes}</h2>
          <ChangeList changes={known.value.changes} />
        </>
      )}
    </>
  );
}

function fieldsOf(entry: FaqEntry | undefined): Partial<Fields> {
  return {
    questions: entry?.questions.join("\n") ?? "",
    answer: entry?.answer ?? "",
    sms: entry?.sms ?? "",
    from: entry?.from ?? "",
    until: entry?.until ?? "",
    author: localStorage.getItem(AUTHOR) ?? "",
  };
}

function linesOf(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
