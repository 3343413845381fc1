/** Ids stay the same where nothing that they are about changed. */
import { expect, test } from 'vitest';
import { Fingerprints } from './fingerprint.ts';

const call = { rule: 'NOINSTR-CALL', function: 'exc_nmi', about: 'printk' };

test('what the compiler appends to names does not count', () => {
  const plain = new Fingerprints().of(call);
  expect(plain).toMatch(/^[0-9a-f]{16}$/);
  expect(new Fingerprints().of({ ...call, function: 'exc_nmi.isra.0', about: 'printk.constprop.0.cold' })).toBe(plain);
});

test('rule, function, callee and ordinal do', () => {
  const ids = new Fingerprints();
  const different = [
    ids.of(call),
    ids.of(call),
    ids.of({ ...call, rule: 'NOINSTR-WINDOW' }),
    ids.of({ ...call, function: 'exc_debug' }),
    ids.of({ ...call, about: 'vprintk' }),
  ];
  expect(new Set(different).size).toBe(different.length);
});
