/** Colours for people at a terminal; the same text without them everywhere else. */

/** What a piece of text means; how it looks is decided here. */
export interface Paint {
  readonly rule: (text: string) => string;
  readonly message: (text: string) => string;
  readonly label: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly here: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly unsure: (text: string) => string;
}

const same = (text: string): string => text;

/** SGR codes of ECMA-48; reset by the code that ends just this attribute, so that they nest. */
const sgr =
  (on: string, off: string) =>
  (text: string): string =>
    `\u001b[${on}m${text}\u001b[${off}m`;

export const PLAIN: Paint = {
  rule: same,
  message: same,
  label: same,
  faint: same,
  here: same,
  good: same,
  bad: same,
  unsure: same,
};

export const COLOURS: Paint = {
  rule: sgr('1;31', '22;39'),
  message: sgr('1', '22'),
  label: sgr('36', '39'),
  faint: sgr('2', '22'),
  here: sgr('1;31', '22;39'),
  good: sgr('32', '39'),
  bad: sgr('31', '39'),
  unsure: sgr('33', '39'),
};
