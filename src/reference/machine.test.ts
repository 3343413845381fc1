/** The machine: it runs the orders that the contract has as executed, and nothing that cannot happen. */
import { describe, expect, test } from 'vitest';
import type { EventName } from '../contract/alphabet.ts';
import { CONFIGURATIONS, type Configuration } from '../contract/configuration.ts';
import { type Sequence, type Sequences, sequencesOf } from '../contract/sequences.ts';
import { Machine } from './machine.ts';
import type { Scenario } from './scenario.ts';
import { scenarioNamed } from './scenarios.ts';

const named = (name: string): Scenario => {
  const scenario = scenarioNamed(name);
  if (scenario === undefined) throw new Error(`no scenario ${name}`);
  return scenario;
};

/** Takes the vector, then the program's own steps until it has returned. */
function serve(machine: Machine, kind: string): readonly EventName[] {
  const from = machine.trace.length;
  const depth = machine.depth;
  machine.take(machine.moves.find(({ step }) => step.handler?.kind === kind));
  machine.runUntilDepth(depth);
  return machine.trace.slice(from).flatMap(({ events }) => events);
}

/** Without the steps that only frame functions, and those that the contract's orders leave out as without effect. */
const bare = (events: Sequence): Sequence =>
  events.filter((event) => !/^(function|window)\./.test(event) && event !== 'call.transition');
/** irq_exit_rcu() disables interrupts that are off already; the contract's orders do not show it. */
const withoutIdleDisable = (events: Sequence): Sequence =>
  events.filter(
    (event, at) => event !== 'irq.disable' || !/^(time|count)\.hardirq\.(exit|sub)$/.test(events[at + 1] ?? ''),
  );

describe('events as the contract has them', () => {
  const cases: readonly (readonly [string, string, string | undefined, keyof Sequences])[] = [
    ['syscall', 'syscall', undefined, 'syscall'],
    ['syscall', 'interrupt', undefined, 'interruptFromUser'],
    ['syscall', 'nmi', undefined, 'nmiFromUser'],
    ['interrupt', 'interrupt', 'task', 'interrupt'],
    ['interrupt', 'simple-interrupt', 'task', 'simpleInterrupt'],
    ['interrupt', 'nmi', 'task', 'nmi'],
    ['nmi-like', 'debug', 'task', 'debug'],
    ['nmi-like', 'breakpoint', 'task', 'breakpoint'],
    ['nmi-like', 'machine-check', 'task', 'machineCheck'],
    ['nmi-like', 'debug', 'user', 'debugFromUser'],
    ['nmi-like', 'machine-check', 'user', 'machineCheckFromUser'],
    ['nmi-like', 'breakpoint', 'user', 'breakpointFromUser'],
    ['page-fault', 'page-fault', 'task', 'pageFault'],
    ['encrypted-guest', 'vmm-communication', 'task', 'vmmCommunication'],
  ];
  const run = (configuration: Configuration, scenario: string, kind: string, root: string | undefined) => {
    const machine = new Machine({
      scenario: named(scenario),
      configuration,
      ...(root !== undefined && { root }),
    });
    return { events: serve(machine, kind), machine };
  };
  for (const configuration of CONFIGURATIONS) {
    test.each(cases)(`${configuration.name}: %s, %s from %s`, (scenario, kind, root, sequence) => {
      const { events, machine } = run(configuration, scenario, kind, root);
      const expected = sequencesOf(configuration)[sequence].filter(
        // Where CR2 was not overwritten, it is not written back; an outermost interrupt outside of idle leaves the tick alone.
        (event) =>
          event !== 'cr2.restore' &&
          (configuration.features.has('context-tracking-active') || !/^tick\.irq/.test(event)),
      );
      expect(withoutIdleDisable(bare(events))).toEqual(bare(expected));
      expect(machine.state.interrupted).toEqual([]);
    });
  }
});

test('the machine tells what a move would break, and ends with it', () => {
  const machine = new Machine({ scenario: named('syscall'), configuration: CONFIGURATIONS[0] });
  const stale = machine.moves[0];
  machine.take(stale);
  expect(() => machine.take(stale)).toThrow('cannot be taken now');
  expect(() => machine.take(undefined)).toThrow('cannot be taken now');
  expect(machine.depth).toBe(1);
  expect(machine.ended).toBe(false);
  expect(machine.trace.length).toBe(1);
  expect(machine.state.now.kind).toBe('syscall');
});

test('hardware brings nothing that it cannot', () => {
  const machine = new Machine({ scenario: named('syscall'), configuration: CONFIGURATIONS[0] });
  const kinds = () => machine.moves.flatMap(({ step }) => step.handler?.kind ?? []);
  expect(kinds()).toEqual(['syscall', 'interrupt', 'nmi']);
  machine.take(machine.moves.find(({ step }) => step.handler?.kind === 'nmi'));
  expect(kinds()).toEqual([]);
  machine.runUntilDepth(0);
  machine.take(machine.moves.find(({ step }) => step.handler?.kind === 'syscall'));
  expect(kinds()).toEqual(['nmi']);
});
