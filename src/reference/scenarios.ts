/** The scenarios by name. */
import { handler, type Scenario } from './scenario.ts';

const document: Scenario = {
  name: 'document',
  title: "The document's handlers",
  says: 'do_syscall, do_interrupt, do_nmi and do_debug as Documentation/core-api/entry.rst shows them, from user mode',
  roots: [{ name: 'user', from: { start: 'user' } }],
  handlers: [handler('syscall', 'do_syscall'), handler('interrupt', 'do_interrupt'), handler('nmi', 'do_nmi')],
};

/** All scenarios. */
export const SCENARIOS: readonly Scenario[] = [document];

/** The scenario of that name. */
export const scenarioNamed = (name: string): Scenario | undefined =>
  SCENARIOS.find((scenario) => scenario.name === name);
