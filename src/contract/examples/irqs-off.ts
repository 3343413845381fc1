/** IRQS-OFF: rows of events that keep it, and some that break each of its conditions. */
import { after, before, breaks, drop, keeps } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const irqsOffExamples = (): readonly Example[] => [
  keeps('syscall'),
  keeps('idle'),
  keeps('svm'),
  keeps('warn'),
  keeps('nmiInIdle'),
  keeps('interruptPreempting'),
  keeps('interruptInIdle'),
  breaks('enabled-without-rcu', 'vmx', before('guest.run', ['irq.enable'])),
  breaks('enabled-in-noinstr', 'interrupt', before('entry.kernel', ['irq.enable'])),
  breaks('enabled-in-noinstr', 'idle', before('ct.idle.enter', ['irq.enable.shadowed'])),
  breaks('enabled-in-noinstr', 'vmx', before('guest.run', ['irq.enable'])),
  breaks('enabled-in-handler', 'interrupt', after('call.handler', ['irq.enable'])),
  breaks('transition-enabled', 'syscall', drop('irq.disable')),
  breaks('transition-enabled', 'interruptInIdle', before('ct.irq.exit', ['window.begin', 'irq.enable', 'window.end'])),
  breaks('exit-enabled', 'pageFault', drop('irq.disable')),
  breaks('enabled-in-exit', 'syscall', before('ct.nmi-nesting.clear', ['window.begin', 'irq.enable', 'window.end'])),
  breaks('return-enabled', 'warn', drop('irq.disable')),
];
