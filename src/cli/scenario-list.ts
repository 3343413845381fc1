/** The scenarios and configurations, for who does not know their names. */
import { CONFIGURATIONS } from '../contract/configuration.ts';
import { SCENARIOS } from '../reference/scenarios.ts';
import { labelled } from '../report/columns.ts';
import type { Paint } from '../report/paint.ts';

/** Both lists, each name with what it is. */
export function scenarioList(width: number, paint: Paint): string {
  const column = [...SCENARIOS, ...CONFIGURATIONS].reduce((most, { name }) => Math.max(most, name.length), 0) + 4;
  const row = (name: string, says: string) =>
    labelled(`  ${paint.message(name.padEnd(column - 2))}`, column, says, width);
  return [
    'scenarios:',
    ...SCENARIOS.flatMap(({ name, says }) => row(name, says)),
    '',
    'configurations:',
    ...CONFIGURATIONS.flatMap(({ name, says }) => row(name, says)),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
