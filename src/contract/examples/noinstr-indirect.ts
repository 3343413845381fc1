/** NOINSTR-INDIRECT: rows of events that keep it, and some that break each of its conditions. */
import { fails, shows } from '../example.ts';
import type { Example } from '../rule.ts';

/** Made when they are looked at: a check needs none. */
export const noinstrIndirectExamples = (): readonly Example[] => [
  shows('the cpuidle driver in its window', { start: 'idle' }, ['window.begin', 'call.indirect', 'window.end']),
  fails('unknown-target', { start: 'idle' }, ['call.indirect']),
];
