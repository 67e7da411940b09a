/** Text in lines, without asking the browser how wide its letters are: Chinese is set in squares. */

/** Width in units of the font's size: 1 for Chinese characters and their punctuation, about half for Latin letters. */
export function textWidth(text: string): number {
  let width = 0;
  for (const char of text) width += char.charCodeAt(0) > 0x2e80 ? 1 : 0.56;
  return width;
}

/** Lines of at most `widest` units, cut between words of Latin letters where there are any. */
export function wrap(text: string, widest: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const piece of text.match(/(?:[\w.{}|=]+|\s+|.)[，。！？；：、）」]*/gsu) ?? []) {
    if (line !== "" && textWidth(line + piece.trimEnd()) > widest) {
      lines.push(line.trimEnd());
      line = "";
    }
    if (line === "" && piece.trim() === "") continue;
    line += piece;
    while (textWidth(line.trimEnd()) > widest) {
      const cut = fitting(line, widest);
      lines.push(line.slice(0, cut));
      line = line.slice(cut);
    }
  }
  if (line.trim() !== "") lines.push(line.trimEnd());
  return lines;
}

/** One line, with an ellipsis where it is too long. */
export function clip(text: string, widest: number): string {
  return textWidth(text) <= widest ? text : `${text.slice(0, fitting(text, widest - 1))}…`;
}

/** How many code units of a text fit, at least one character. */
function fitting(text: string, widest: number): number {
  let [at, width] = [0, 0];
  for (const char of text) {
    width += textWidth(char);
    if (width > widest && at > 0) break;
    at += char.length;
  }
  return at;
}
