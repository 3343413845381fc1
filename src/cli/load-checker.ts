/** The engine of `check/` as the commands see it. */
import type { Checker } from './checker.ts';
import { VERSION } from './version.ts';

/** Loads it: only now are ELF, instructions and rules needed. */
export async function loadChecker(): Promise<Checker> {
  const { checkObject } = await import('../check/check-object.ts');
  const { RULES } = await import('../contract/rules.ts');
  return {
    rules: RULES,
    check: async (source, request) => {
      const result = await checkObject(source, { version: VERSION, ...request });
      if (result.kind === 'bad-input') throw result.problem;
      return result;
    },
    show: async (source, name) => (await import('../check/show-object.ts')).showObject(source, name),
    compare: async (source, request) =>
      (await import('../check/compare-object.ts')).compareObject(source, { version: VERSION, ...request }),
  };
}
