/** The contract's rules that this folder judges; only these, so that a check loads no other. */
import type { Rule } from '../contract/rule.ts';
import { noinstrCall } from '../contract/rules/noinstr-call.ts';
import { noinstrIndirect } from '../contract/rules/noinstr-indirect.ts';
import { noinstrWindow } from '../contract/rules/noinstr-window.ts';
import type { NoinstrRule } from './violation.ts';

/** By id. */
export const NOINSTR_RULES: Readonly<Record<NoinstrRule, Rule>> = {
  'NOINSTR-CALL': noinstrCall,
  'NOINSTR-INDIRECT': noinstrIndirect,
  'NOINSTR-WINDOW': noinstrWindow,
};

/** Whether `id` is one of them. */
export const isNoinstrRule = (id: string): id is NoinstrRule => Object.hasOwn(NOINSTR_RULES, id);
