// Bundles iced-x86 small and without files beside it: as published it is a CommonJS module of 0.9 MB, most of it names
// that nobody asks for, which reads its WebAssembly from disk. Turned into an ES module it can be shaken, and its
// WebAssembly becomes part of the bundle, so that the same code loads in Node and in a browser's worker.
import { readFileSync } from 'node:fs';

/** What must be found in the published file, and what takes its place; each pattern has to match. */
const CHANGES = [
  [/^let imports = \{\};\nimports\['__wbindgen_placeholder__'\] = module\.exports;\n/m, 'const placeholder = {};\n'],
  [/^const \{ TextDecoder, TextEncoder \} = require\(`util`\);\n/m, ''],
  [/^module\.exports\.(\w+) = \1;$/gm, 'export { $1 };'],
  [/^module\.exports\.(__wb\w+) = /gm, 'placeholder.$1 = '],
  [/^module\.exports\.__wasm = wasm;$/m, ''],
  [/^module\.exports\.(\w+) = Object\.freeze\(\{(.*?)\}\);$/gms, asEnum],
  [/^module\.exports\.(\w+) = /gm, 'export const $1 = '],
  [
    /^const path = .*\nconst bytes = .*\n+const wasmModule = .*\nconst wasmInstance = .*\nwasm = wasmInstance\.exports;\n/m,
    "import bytes from './iced_x86_bg.wasm';\n" +
      'wasm = new WebAssembly.Instance(new WebAssembly.Module(bytes), { __wbindgen_placeholder__: placeholder }).exports;\n',
  ],
];

/**
 * An object of thousands of names and numbers takes longer to make than all else of the decoder: as an enum of TypeScript's
 * its members become numbers where they are used, and only those enums are made that are looked into.
 */
function asEnum(_, name, body) {
  const members = [...body.matchAll(/(\w+)\s*:\s*(\d+)\s*,\s*"(\d+)"\s*:\s*"(\w+)"/g)];
  if (members.length === 0) throw new Error(`iced-x86 has changed: ${name} has no members`);
  return `export enum ${name} { ${members.map(([, member, number]) => `${member} = ${number}`).join(', ')} }`;
}

/** The published module as an ES module, in TypeScript. Throws where it does not look as it did. */
export function asEsModule(text) {
  const changed = CHANGES.reduce((source, [pattern, replacement]) => {
    if (source.search(pattern) < 0) throw new Error(`iced-x86 has changed: ${pattern} matches nothing`);
    return source.replace(pattern, replacement);
  }, text);
  const [left] = /^(?! *\*).*(?:module\.exports|require\().*$/m.exec(changed) ?? [];
  if (left !== undefined) throw new Error(`iced-x86 has changed: ${left.slice(0, 100)}`);
  return changed;
}

/** For esbuild, together with `loader: { '.wasm': 'binary' }`. */
export const icedPlugin = {
  name: 'iced-x86',
  setup({ onLoad }) {
    onLoad({ filter: /iced_x86\.js$/ }, ({ path }) => ({
      contents: asEsModule(readFileSync(path, 'utf8')),
      loader: 'ts',
    }));
  },
};
