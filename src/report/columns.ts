/** Text in a given width: lines broken between words, and columns that line up. Widths count UTF-16 units. */

/** The words of `text` in lines of at most `width`; a word that is longer has a line of its own. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}

/** `text` behind a label; its further lines start below its first. `paint` colours every line of the text. */
export function labelled(
  label: string,
  indent: number,
  text: string,
  width: number,
  paint: (line: string) => string = (line) => line,
): readonly string[] {
  return wrap(text, Math.max(width - indent, 20)).map(
    (line, index) => `${index === 0 ? label : ' '.repeat(indent)}${paint(line)}`,
  );
}

/** `1 gap`, `2 gaps`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
