/** Text inside of XML: what XML 1.0 cannot hold in any form is written as on a terminal, the rest as entities. */
import { terminalText } from './escape-terminal.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** One line of text, fit for an attribute in quotes as well as for an element's content. */
export function xmlText(text: string): string {
  return terminalText(text)
    .replace(/[\ufffe\uffff]/g, (character) => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Several lines: only `\n` between them stays a line end. */
export const xmlLines = (lines: readonly string[]): string => lines.map(xmlText).join('\n');
