/** JSON that is safe on a terminal too: the same values, with everything that could act on one as \u escapes. */

/** What JSON.stringify leaves as it is although a terminal may act on it; it escapes C0 and lone surrogates itself. */
const ACTIVE = /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** Indented by two, with a line end. A parser reads exactly `value`. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return `${text.replace(ACTIVE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}
