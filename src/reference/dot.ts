/** The graph of a scenario's states for Graphviz: what it looks like, as far as one can look at it. */
import { present } from '../base/invariant.ts';
import { Search } from '../explore/search.ts';
import { placeOf } from './execution.ts';
import { PROGRAMS } from './library.ts';
import { type ScenarioOptions, scenarioModel } from './scenario-model.ts';
import { textOfLabel } from './tell-step.ts';

/** A graph with its size, which may be a part of the whole. */
export interface DotGraph {
  readonly text: string;
  readonly states: number;
  /** Whether all states are in it. */
  readonly whole: boolean;
}

/** A text in double quotes: names of programs and C may hold quotes and backslashes. */
const quoted = (text: string): string => `"${text.replace(/["\\]/g, (c) => `\\${c}`)}"`;

/** At most `most` states are drawn: those that are fewest steps away. */
export function dotOf(options: ScenarioOptions, most: number): DotGraph {
  const library = options.library ?? PROGRAMS;
  const model = scenarioModel(options);
  const search = new Search(model, { maxStates: most });
  search.advance(Number.POSITIVE_INFINITY);
  const { code } = model.execution;
  const { states, verdict } = { ...search.result().extent, verdict: search.result().verdict };
  const drawn = Math.min(states, most);
  const lines = [
    `digraph ${quoted(model.name)} {`,
    '  rankdir=TB; node [shape=box, fontname="monospace", fontsize=9]; edge [fontname="monospace", fontsize=8];',
  ];
  for (let index = 0; index < drawn; index += 1) {
    const contexts = model.contexts(search.state(index));
    const rows = contexts.map((record) => {
      const instruction = present(code.instructions[placeOf(record)], 'a record holds a place of the code');
      const { program, path } = present(code.labels[instruction.step], 'an instruction has a label');
      return path === '' ? program : `${program}:${path}`;
    });
    // Each context on a line of its own, what runs first.
    lines.push(`  s${index} [label=${quoted(rows.join('\n')).replaceAll('\n', '\\n')}];`);
  }
  for (const { from, label, to } of search.transitions()) {
    if (from >= drawn || to < 0 || to >= drawn) continue;
    const known = code.labels[label];
    const says = known === undefined ? model.labelName(label) : textOfLabel(known, library);
    lines.push(`  s${from} -> s${to} [label=${quoted(says)}${known === undefined ? ', style=dashed' : ''}];`);
  }
  lines.push('}');
  return { text: `${lines.join('\n')}\n`, states: drawn, whole: verdict !== 'incomplete' && states <= most };
}
