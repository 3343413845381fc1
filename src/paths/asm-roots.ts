/**
 * The assembly of `.entry.text` as roots: what hardware jumps to, with the frame that hardware pushes. Walked up to the C
 * handler, which is a root of its own, and behind it back to where it came from: interrupts must stay off, and the handler
 * must be the one for the vector and for where it came from.
 */
import { VECTORS, type Vector } from '../contract/vectors.ts';
import { isNamedHandler } from './handler-names.ts';
import type { Program } from './program.ts';
import { originsOf, PLACES, type Tracking } from './roots.ts';
import type { AsmEntry, Root } from './walk-types.ts';

/** What hardware jumps to, where its name is not the handler's (arch/x86/entry/entry_64.S, entry_64_compat.S). */
const ENTRIES: ReadonlyMap<string, string> = new Map([
  ['do_syscall_64', 'entry_SYSCALL_64'],
  ['do_SYSENTER_32', 'entry_SYSENTER_compat'],
  ['do_fast_syscall_32', 'entry_SYSCALL_compat'],
  ['do_int80_emulation', 'asm_int80_emulation'],
  ['do_int80_syscall_32', 'entry_INT80_compat'],
]);

/** Instructions that change sides without pushing anything. */
const FRAMELESS: ReadonlySet<string> = new Set(['entry_SYSCALL_64', 'entry_SYSENTER_compat', 'entry_SYSCALL_compat']);

/**
 * Those that find a word below the frame: an error code from hardware (Intel SDM volume 3, 6.13), or the vector that
 * irq_entries_start has pushed (arch/x86/include/asm/idtentry.h).
 */
const WITH_CODE: ReadonlySet<string> = new Set([
  'asm_exc_double_fault',
  'asm_exc_invalid_tss',
  'asm_exc_segment_not_present',
  'asm_exc_stack_segment',
  'asm_exc_general_protection',
  'asm_exc_page_fault',
  'asm_exc_alignment_check',
  'asm_exc_control_protection',
  'asm_exc_vmm_communication',
  'asm_common_interrupt',
  'asm_spurious_interrupt',
]);

/** One entry with the handlers of each side. */
interface Found {
  readonly vector: Vector;
  readonly user: Set<string>;
  readonly kernel: Set<string>;
}

/** The entries that the object has, from user mode and from the kernel; whatever context tracking does. */
export function asmRootsOf(program: Program, tracking: Tracking, named: ReadonlySet<string>): readonly Root[] {
  const found = new Map<string, Found>();
  for (const vector of VECTORS) {
    for (const pattern of vector.handlers) {
      const [text = '', side] = pattern.split('@');
      const names = text.endsWith('*')
        ? [...named].filter((name) => name.startsWith(text.slice(0, -1)) && !isNamedHandler(name))
        : [text];
      for (const name of names) {
        const entry = ENTRIES.get(name) ?? `asm_${name.replace(/^(noist|user|kernel)_/, '')}`;
        const known = found.get(entry) ?? { vector, user: new Set(), kernel: new Set() };
        found.set(entry, known);
        if (side !== 'kernel') known.user.add(name);
        if (side !== 'user') known.kernel.add(name);
      }
    }
  }
  return [...found].flatMap(([name, { vector, user, kernel }]) => {
    const [symbol] = program.object.symbolsNamed(name);
    const entry = symbol?.place.kind === 'defined' ? program.at(symbol.place) : undefined;
    if (entry === undefined) return [];
    const asm = (handlers: ReadonlySet<string>): AsmEntry => ({
      handlers,
      frame: FRAMELESS.has(name) ? 'none' : WITH_CODE.has(name) ? 'with code' : 'plain',
    });
    const origins = PLACES.slice(0, 2).flatMap((from) => {
      if ((from.user ? vector.fromUser : vector.fromKernel) === 'never') return [];
      return originsOf(from, vector, tracking).map((origin) => ({ ...origin, asm: asm(from.user ? user : kernel) }));
    });
    return [{ name, entry, origins, source: `vector ${vector.kind}, assembly` }];
  });
}
