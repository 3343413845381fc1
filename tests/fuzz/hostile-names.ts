/** Names that try to act on whoever reads them: on a terminal, in HTML, in a log, in a format's own syntax. */
import type { Layout } from './elf-layout.ts';
import type { Random } from './random.ts';

/** Each in its own way; the last ones are what a name begins or ends with in formats that give it a meaning. */
export const HOSTILE_PIECES: readonly string[] = [
  '\u001b[2J',
  '\u001b]0;title\u0007',
  '\u001b[31m',
  '\u009b1A',
  '\u007f',
  '\b\b\b',
  '\r',
  '\n',
  '\r\n::error file=x,line=1::owned',
  '\n##[error]owned',
  '\u2028',
  '\u202e',
  '\u2066',
  '\u200b',
  '\ufeff',
  '\u{e0041}',
  '<script>alert(1)</script>',
  '</failure></testcase>',
  ']]>',
  '&lt;&#x41;',
  '"\'',
  '","x":"',
  '\\',
  '\\u0041',
  '{0}',
  '[x](javascript:alert(1))',
  '`$(reboot)`',
  '%s%n',
  '../../etc/passwd',
  'é漢字',
  '\ud83d\ude00',
  '__proto__',
  'constructor',
  'toString',
  '.constprop.0',
  '.cold',
  ' ',
];

const SHT_SYMTAB = 2;

/** A name that no byte of which is zero. Some are not UTF-8. */
function hostileName(random: Random, number: number): Uint8Array {
  const pieces = Array.from({ length: 1 + random.below(4) }, () => random.pick(HOSTILE_PIECES));
  const bytes = new TextEncoder().encode(`${pieces.join('')}${number}`);
  if (random.once(4)) bytes[random.below(bytes.length)] = random.pick([0x80, 0xc0, 0xed, 0xff]);
  if (random.once(16)) return new Uint8Array(5000).fill(0x41);
  return bytes;
}

/** An object whose symbols all have hostile names; undefined ones too, so that callees have them. */
export function withHostileNames(original: Uint8Array, layout: Layout, random: Random): Uint8Array {
  const symbols = layout.sections.find(({ type }) => type === SHT_SYMTAB);
  const strings = symbols === undefined ? undefined : layout.sections[symbols.link];
  if (symbols === undefined || strings === undefined) return original;
  const table: number[] = [0];
  const bytes = Uint8Array.from(original);
  const view = new DataView(bytes.buffer);
  for (let at = symbols.at + 24, number = 0; at + 24 <= symbols.at + symbols.size; at += 24, number += 1) {
    // Names of sections stay: by them kentry knows what is noinstr.
    if (view.getUint32(at, true) === 0) continue;
    view.setUint32(at, table.length, true);
    table.push(...hostileName(random, number), 0);
  }
  const renamed = new Uint8Array(bytes.length + table.length);
  renamed.set(bytes);
  renamed.set(table, bytes.length);
  const header = new DataView(renamed.buffer);
  header.setBigUint64(strings.header + 0x18, BigInt(bytes.length), true);
  header.setBigUint64(strings.header + 0x20, BigInt(table.length), true);
  return renamed;
}
