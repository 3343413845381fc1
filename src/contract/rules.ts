/** All rules of the contract. */
import type { Rule } from './rule.ts';

export const RULES: readonly Rule[] = [];
