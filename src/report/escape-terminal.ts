/** Text that a terminal or a log may show: names come from files, and a file may be written to deceive its reader. */

/**
 * What never reaches a terminal as it is: controls (C0, DEL, C1: escape sequences begin with them), what turns the
 * direction of writing (so that a name reads as another), what cannot be seen, line ends of any kind, and halves of
 * surrogate pairs.
 */
const HOSTILE =
  /[\p{Cc}\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|\p{Cs}/gu;

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** The text on one line, with visible escapes in place of whatever could act on a terminal: `\n`, `\x1b`, `\u{202e}`. */
export function terminalText(text: string): string {
  return text.replace(HOSTILE, (character) => SHORT[character] ?? escaped(character.codePointAt(0) ?? 0));
}

const escaped = (code: number): string =>
  code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
