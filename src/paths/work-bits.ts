/** The bits of thread_info.flags as work before user mode or guest: what a test of some of them says of each piece. */
import type { FieldName } from '../contract/fields.ts';
import { defines } from '../elf/elf-object.ts';
import type { Condition } from '../isa/effect.ts';
import { kernelVersion } from '../noinstr/kernel-version.ts';
import type { Flags } from './flags.ts';
import type { Program } from './program.ts';

/** One piece of work. */
export interface WorkItem {
  /** All of its bits. */
  readonly bits: number;
  /** The contract's: it may wait, and nobody has looked. */
  readonly field: FieldName;
  /** What does it; a kernel that has no such function never sets the bits, and need not test them. */
  readonly does: string;
  /** Whether it is done before a guest's run too. */
  readonly guest: boolean;
  /** Whether the test of the bits is all that can be seen: the compiler puts what does it into the loop, as resume_user_mode_work(). */
  readonly inlined: boolean;
}

const item = (field: FieldName, bits: number, does: string, more: { guest: boolean; inlined?: true }): WorkItem => ({
  ...{ field, bits, does, guest: more.guest },
  inlined: more.inlined === true,
});

/**
 * arch/x86/include/asm/thread_info.h, TIF_*, of 6.1 and 6.12, and the masks that are made of them: EXIT_TO_USER_MODE_WORK
 * (include/linux/entry-common.h), XFER_TO_GUEST_MODE_WORK (include/linux/entry-kvm.h).
 */
const ITEMS: readonly WorkItem[] = [
  item('resched', 1 << 3, 'schedule', { guest: true }),
  item('uprobe', 1 << 12, 'uprobe_notify_resume', { guest: false }),
  item('patch', 1 << 13, 'klp_update_patch_state', { guest: false }),
  // TIF_SIGPENDING and TIF_NOTIFY_SIGNAL.
  item('signal', (1 << 2) | (1 << 17), 'arch_do_signal_or_restart', { guest: true }),
  item('notify', 1 << 1, 'task_work_run', { guest: true, inlined: true }),
];

/** Later kernels may number the flags anew. */
const LAST = { major: 6, minor: 14 } as const;

/** What this kernel's loops must look at; of a kernel whose flags are not known, nothing. */
export function workItemsOf({ object }: Program): readonly WorkItem[] {
  const { major, minor } = kernelVersion(object) ?? LAST;
  if (major > LAST.major || (major === LAST.major && minor > LAST.minor)) return [];
  return ITEMS.filter(({ does }) => defines(object, does));
}

/** So many bits of a word are tested at once only where all work is meant. */
export const WHOLE_WORK = 4;

/** A branch on whether any of some bits of a word is set. */
export interface BitTest {
  /** The word's name (`Names`). */
  readonly name: number;
  /** The bits, of the lower half. */
  readonly mask: number;
  /** None of them is. */
  readonly none: boolean;
}

/** What a branch asks; `undefined` where it is no such question. */
export function bitTest({ kind, left }: Flags, condition: Condition, taken: boolean): BitTest | undefined {
  if (left.name === 0 || left.shift < 0 || left.shift > 31) return undefined;
  const { name, shift } = left;
  const mask = ~left.known0 << shift;
  if (kind === 'logic' && (condition === 'equal' || condition === 'not-equal'))
    return { name, mask, none: (condition === 'equal') === taken };
  if (kind === 'carry' && (condition === 'below' || condition === 'not-below'))
    return { name, mask: mask & (1 << shift), none: (condition === 'not-below') === taken };
  return undefined;
}

/** How many bits are set. */
export function bitsIn(mask: number): number {
  let n = 0;
  for (let m = mask; m !== 0; m &= m - 1) n++;
  return n;
}
