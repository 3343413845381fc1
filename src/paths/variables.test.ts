/** Words of memory as the contract's variables: what a change of them is called. */
import { describe, expect, it } from 'vitest';
import { type Value, Values } from './value.ts';
import { contentsOf, eventsOf, type VariableName } from './variables.ts';

const values = new Values();
const word = (low: number, high = 0): Value => values.constant(low, high);
/** Only these bits are known. */
const some = (known: number, bits: number): Value => values.bits(known, 0, bits, 0);

describe('eventsOf', () => {
  it.each<readonly [VariableName, string, Value, Value, readonly string[] | undefined]>([
    ['preempt-count', 'preempt_disable()', word(0), word(1), ['count.preempt.add']],
    ['preempt-count', 'irq_enter_rcu()', word(2), word(0x1_0002), ['count.hardirq.add']],
    ['preempt-count', '__nmi_enter()', word(0), word(0x11_0000), ['count.nmi.add']],
    ['preempt-count', '__nmi_exit()', word(0x22_0001), word(0x11_0001), ['count.nmi.sub']],
    ['preempt-count', 'local_bh_disable()', word(0), word(0x200), ['count.bh.add']],
    ['preempt-count', 'softirqs begin', word(0), word(0x100), ['count.softirq.add']],
    ['preempt-count', 'need_resched is folded', word(1), some(0x7fff_ffff, 1), []],
    ['preempt-count', 'by 16, which may be meant', word(0), word(16), new Array<string>(16).fill('count.preempt.add')],
    ['preempt-count', 'by 17, which cannot be meant', word(0), word(17), undefined],
    ['preempt-count', 'preempt_enable() too many', word(0), word(-1), ['count.preempt.sub']],
    ['preempt-count', 'the same in an interrupt', word(0x1_0000), word(0xffff), ['count.preempt.sub']],
    ['preempt-count', '__irq_exit_raw() too many', word(1), word(1 - 0x1_0000), ['count.hardirq.sub']],
    ['preempt-count', '__nmi_exit() too many', word(0), word(-0x11_0000), ['count.nmi.sub']],
    [
      'preempt-count',
      '__local_bh_enable_ip(): off but for one',
      word(0x200),
      word(1),
      ['count.bh.sub', 'count.preempt.add'],
    ],
    ['preempt-count', 'softirqs end', word(0x300), word(0x200), ['count.softirq.sub']],
    ['preempt-count', 'softirqs end where none was served', word(0), word(-0x100), ['count.softirq.sub']],
    ['hardirq-context', 'by 17, which cannot be meant', word(0), word(17), undefined],
    ['lockdep-off', 'by 17, which cannot be meant', word(0), word(17 << 16), undefined],
    ['preempt-count', 'something unknown is added', word(1), some(0x7fff_ff00, 0), undefined],
    ['hardirqs-enabled', 'on', word(0), word(1), ['lockdep.hardirqs-on']],
    ['hardirqs-enabled', 'off', word(1), word(0), ['lockdep.hardirqs-off']],
    ['context-state', 'user exit (+2)', some(7, 2), some(7, 4), ['ct.user.exit']],
    ['context-state', 'user enter (+6)', some(7, 4), some(7, 2), ['ct.user.enter']],
    ['context-state', 'user enter where RCU watches on', some(7, 4), some(7, 6), ['ct.user.enter.inactive']],
    ['context-state', 'guest exit (+1)', some(7, 3), some(7, 4), ['ct.guest.exit']],
    ['context-state', 'idle enter (+5)', some(7, 4), some(7, 1), ['ct.idle.enter']],
    ['context-state', 'an NMI in idle (+4)', some(7, 1), some(7, 5), ['ct.watch.begin']],
    ['context-state', 'from user to idle', some(7, 6), some(7, 5), undefined],
    ['nmi-nesting', 'first', word(0), word(1), ['ct.nmi-nesting.first']],
    ['nmi-nesting', 'nested', word(1), word(3), ['ct.nmi-nesting.nested']],
    ['nmi-nesting', 'nonidle', word(0), word(0, 0x4000_0000), ['ct.nmi-nesting.nonidle']],
    ['nmi-nesting', 'cleared', word(0, 0x4000_0000), word(0), ['ct.nmi-nesting.clear']],
    ['nmi-nesting', 'by 7', word(0), word(7), undefined],
    ['lockdep-off', 'lockdep_off()', word(0), word(0x1_0000), ['lockdep.off']],
    ['lockdep-off', 'by what lockdep never adds', word(0), word(1), undefined],
    ['task-flags', 'PF_VCPU', some(3, 0), some(3, 1), ['guest.timing.enter']],
    ['softirq-pending', 'taken', values.any, word(0), ['softirq.take']],
  ])('%s: %s', (name, _, before, after, expected) => {
    expect(eventsOf(name, before, after)).toEqual(expected);
  });

  it('reads back what it writes', () => {
    const fields: Readonly<Record<string, number>> = {
      preempt: 3,
      softirq: 1,
      hardirq: 1,
      nmi: 2,
      ctState: 2,
      watching: 1,
    };
    const field = (name: string): number => fields[name] ?? 0;
    expect(contentsOf(values, 'preempt-count', field, true).bits0).toBe(0x21_0103);
    expect(contentsOf(values, 'context-state', field, true).bits0).toBe(6);
    // need_resched is anybody's.
    expect(contentsOf(values, 'preempt-count', field, true).known0).toBe(0x7fff_ffff);
  });
});
