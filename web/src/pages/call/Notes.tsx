/** The decisions between two lines: folded to a few words, unfolded to every one with its moment. */
import { describe } from "../../call/describe";
import type { Note } from "../../call/notes";
import { useText } from "../../text";

export function Notes({ notes, open }: { notes: Note[]; open: boolean }) {
  const text = useText();
  const described = notes.map((note) => ({ note, words: describe(note, text) }));
  const brief = described.filter(({ words }) => words.brief !== undefined);
  return (
    <li className="notes">
      <details open={open}>
        <summary>
          <span className="count">{text.detail.noteCount(notes.length)}</span>
          {brief.map(({ note, words }) => (
            <span key={note.seq} className={`brief ${words.tone}`}>
              {words.brief}
            </span>
          ))}
        </summary>
        <ul>
          {described.map(({ note, words }) => (
            <li key={note.seq} className={words.tone}>
              <span className="at">{(note.at / 1000).toFixed(2)}</span>
              <span className="what">{words.label}</span>
              <span className="body">{words.body}</span>
            </li>
          ))}
        </ul>
      </details>
    </li>
  );
}
