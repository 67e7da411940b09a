/** The packs of the fixture API: the water pack as the server gave it, common questions that can be changed. */
import { readFileSync } from "node:fs";
import type { FaqChange, FaqEdit, FaqState, ListedPack, Pack, Played, Understanding } from "../../src/api/packs";

function read<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}.json`, import.meta.url), "utf8")) as T;
}

export interface Answer {
  status: number;
  body: unknown;
}

const good = (body: unknown): Answer => ({ status: 200, body });
const bad = (status: number, error: string): Answer => ({ status, body: { error } });

export class FixturePacks {
  readonly water = read<Pack>("pack-water");
  readonly sentence = read<Understanding>("understanding");
  readonly changes: FaqChange[] = [];
  /** The folder holds another version. */
  outdated = false;
  /** What is wrong in the folder. */
  fault: string | undefined;
  scripts: Played[] = ["bill_keys", "faq", "repair_burst"].map((name) => ({
    name,
    story: "the call goes as written",
    turns: 3,
    difference: null,
  }));

  answer(method: string, path: string[], params: URLSearchParams, body: unknown): Answer {
    const [pack, what, entry] = path;
    if (pack === undefined) return good({ packs: this.list() });
    if (pack !== "water") return bad(404, `there is no pack ${JSON.stringify(pack)}`);
    const isDraft = params.get("of") === "draft";
    if (this.fault !== undefined && (isDraft || what === "publish")) return bad(409, this.fault);
    if (what === undefined) return good({ ...this.water, ...this.version(isDraft), of: isDraft ? "draft" : "current" });
    if (what === "understand") return good({ ...this.sentence, ...(isSentence(body) ? {} : { text: "" }) });
    if (what === "scripts") return good({ ...this.version(isDraft), scripts: this.scripts });
    if (what === "publish") return this.publish();
    if (what === "faq-changes") return good({ changes: this.changes });
    if (what === "faq" && entry !== undefined) return method === "PUT" ? this.change(entry, body as FaqEdit) : this.entry(entry);
    return bad(404, "there is no such route");
  }

  private list(): ListedPack[] {
    const { name, title } = this.water;
    const others = ["citizen", "heating", "power"].map((other) => ({
      name: other,
      title: `${other} hotline`,
      version: "0f".repeat(32),
      serving: false,
      outdated: false,
      fault: null,
    }));
    const fault = this.water.faq_fault;
    const water = { name, title, version: this.water.version, serving: true, outdated: this.outdated, fault };
    return [...others, water];
  }

  private version(isDraft: boolean) {
    return { version: isDraft ? "d".repeat(64) : this.water.version, outdated: this.outdated };
  }

  private publish(): Answer {
    const published = this.scripts.every((script) => script.difference === null);
    if (published) {
      this.outdated = false;
      this.water.version = "d".repeat(64);
    }
    return good({ published, version: "d".repeat(64), scripts: this.scripts });
  }

  private entry(id: string): Answer {
    const entry = this.water.faq.find((known) => known.id === id);
    if (!entry) return bad(404, `there is no entry ${JSON.stringify(id)}`);
    const { in_force, ...rest } = entry;
    return good({ entry: rest, in_force, changes: this.changes.filter((change) => change.entry === id) });
  }

  private change(id: string, { author, ...edit }: FaqEdit): Answer {
    if (edit.answer.includes("{")) return bad(400, `the entry ${JSON.stringify(id)} is not taken`);
    const place = this.water.faq.findIndex((known) => known.id === id);
    const { in_force: _, ...before } = this.water.faq[place] ?? { in_force: true };
    const after: FaqState = { id, ...edit, in_force: true };
    if (place < 0) this.water.faq.push(after);
    else this.water.faq[place] = after;
    this.changes.unshift({
      at: "2026-11-23T06:30:00Z",
      entry: id,
      author,
      before: place < 0 ? null : (before as FaqChange["before"]),
      after: { id, ...edit },
    });
    return this.entry(id);
  }
}

function isSentence(body: unknown): boolean {
  return typeof body === "object" && body !== null && "text" in body && body.text !== "";
}
