/** A sentence with its sound above, what was put right, and what fills slots. */
import type { Understanding } from "../../api/packs";
import { useText } from "../../text";
import { formatPinyin } from "../../text/format";

export function Heard({ found }: { found: Understanding }) {
  const text = useText();
  const chars = [...found.text];
  const corrected = [...found.corrected];
  const soundsAt = (place: number) =>
    found.syllables.filter((sound) => sound.span.start <= place && place < sound.span.end);
  const slotAt = (place: number) =>
    found.slots.findIndex((slot) => slot.span.start <= place && place < slot.span.end);
  if (chars.length === 0) return <p className="muted">{text.pack.nothingSaid}</p>;
  return (
    <div className="heard">
      {chars.map((char, place) => {
        const sounds = soundsAt(place).filter((sound) => sound.span.start === place || sound.span.end - sound.span.start === 1);
        const slot = slotAt(place);
        const right = corrected[place];
        const isPutRight = right !== undefined && right !== char;
        return (
          <span key={place} className={slot < 0 ? "char" : `char slot tone${slot % 4}`}>
            <i>{sounds.map((sound) => (sound.pinyin === null ? "" : formatPinyin(sound.pinyin))).join(" ") || "\u00a0"}</i>
            <b>
              {isPutRight && <del>{char}</del>}
              {isPutRight ? <ins>{right}</ins> : char === " " ? "\u00a0" : char}
            </b>
          </span>
        );
      })}
    </div>
  );
}
