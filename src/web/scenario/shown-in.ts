/** Where the scenarios show a rule, an event or a function of the kernel: the first step of a run that has it. */
import { EVENT_NAMES, type EventName } from '../../contract/alphabet.ts';
import type { Rule, RuleId } from '../../contract/rule.ts';
import { SCENARIOS } from '../../reference/scenarios.ts';
import { routeHash } from '../route.ts';
import { experimentQuery, parseExperiment, runOf } from './experiment.ts';

/** The scenario that a rule is about. NOINSTR-INDIRECT has none: only compiled code has indirect calls. */
const ABOUT: Readonly<Record<Exclude<RuleId, 'NOINSTR-INDIRECT'>, string>> = {
  'NOINSTR-CALL': 'document',
  'NOINSTR-WINDOW': 'document',
  'RCU-WATCHING': 'document',
  'IRQS-OFF': 'syscall',
  'USER-ENTRY-ORDER': 'syscall',
  'USER-EXIT-ORDER': 'syscall',
  'SYSCALL-WORK': 'syscall',
  'EXIT-WORK': 'syscall',
  'KERNEL-ENTRY': 'interrupt',
  'IRQ-COUNT': 'interrupt',
  'IRQ-SOFTIRQ': 'interrupt',
  'NMI-ORDER': 'nmi-like',
  'NMI-CLASS': 'nmi-like',
  'DEBUG-STATE': 'nmi-like',
  PAIR: 'document',
  'LOCKDEP-HW': 'interrupt',
  'PREEMPT-CONTEXT': 'interrupt',
  'KVM-ORDER': 'kvm-vmx',
  'KVM-WORK': 'kvm-vmx',
  'IDLE-ORDER': 'idle',
  'TIME-ONCE': 'syscall',
};

/** A step of a scenario's run. */
export interface Showing {
  readonly title: string;
  readonly address: string;
}

/** Everything that the scenarios show. */
export interface ShownIn {
  readonly event: (name: EventName) => Showing | undefined;
  readonly place: (name: string) => Showing | undefined;
  readonly rule: (rule: Rule) => Showing | undefined;
}

/** Runs all scenarios, and pauses after each: there are many, and the page must stay responsive. */
export async function findShown(pause: () => Promise<void>): Promise<ShownIn> {
  const events = new Map<string, Showing>();
  const places = new Map<string, Showing>();
  const inScenario = new Map<string, Map<string, Showing>>();
  for (const scenario of SCENARIOS) {
    const own = new Map<string, Showing>();
    inScenario.set(scenario.name, own);
    for (const root of scenario.roots) {
      // From user mode each vector that may come is shown; else the program runs, with an interruption where it begins.
      const turns =
        root.program === undefined
          ? scenario.handlers.map(({ kind }) => `0-${kind}`)
          : ['', ...scenario.handlers.map(({ kind }) => `1-${kind}`)];
      for (const t of new Set(turns)) {
        const experiment = parseExperiment(scenario.name, { r: root.name, t });
        runOf(experiment).moments.forEach(({ step }, at) => {
          if (step === undefined) return;
          const query = { ...experimentQuery(experiment), at: String(at) };
          const showing = { title: scenario.title, address: routeHash('scenarios', [scenario.name], query) };
          for (const name of step.events) {
            if (!own.has(name)) own.set(name, showing);
            if (!events.has(name)) events.set(name, showing);
          }
          for (const name of [step.place?.program, ...step.calls.map(({ program }) => program)]) {
            if (name !== undefined && !places.has(name)) places.set(name, showing);
          }
        });
        await pause();
      }
    }
  }
  const byRule = ({ id, conditions }: Rule): Showing | undefined => {
    if (id === 'NOINSTR-INDIRECT') return undefined;
    const judged = new Set(conditions.flatMap(({ on }) => on));
    const own = inScenario.get(ABOUT[id]);
    const first = EVENT_NAMES.filter((name) => judged.has(name)).map((name) => own?.get(name));
    return first.find((showing) => showing !== undefined);
  };
  return { event: (name) => events.get(name), place: (name) => places.get(name), rule: byRule };
}
