/** Every adaptation. */
import type { Adaptation } from './adaptation.ts';
import { ENTRY_ADAPTATIONS } from './adaptations/entry.ts';
import { HANDLERS_ADAPTATIONS } from './adaptations/handlers.ts';
import { IDLE_ADAPTATIONS } from './adaptations/idle.ts';
import { KVM_ADAPTATIONS } from './adaptations/kvm.ts';

/** By program; one has at most one for each place in which it is compared. */
export const ADAPTATIONS: readonly Adaptation[] = [
  ...ENTRY_ADAPTATIONS,
  ...HANDLERS_ADAPTATIONS,
  ...IDLE_ADAPTATIONS,
  ...KVM_ADAPTATIONS,
];
