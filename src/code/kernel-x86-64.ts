/** What x86-64 kernels leave in objects. */
import type { KernelLayout } from './kernel-layout.ts';

export const KERNEL_X86_64: KernelLayout = {
  // System V ABI, AMD64 supplement, table 4.9: NONE; PC32, PLT32, PC16, PC8, PC64; 64, 32, 32S; GOTPCREL, GOTPCRELX, REX_GOTPCRELX.
  relocations: {
    none: new Set([0]),
    relative: new Set([2, 4, 13, 15, 24]),
    absolute: new Set([1, 10, 11]),
    viaTable: new Set([9, 41, 42]),
  },
  alternatives: [
    // struct alt_instr, arch/x86/include/asm/alternative.h, 6.12. Of the flags, ALT_FLAG_NOT is bit 0, ALT_FLAG_DIRECT_CALL bit 1.
    {
      size: 14,
      original: 0,
      replacement: 4,
      feature: 8,
      featureBytes: 4,
      featureMask: 0xffff,
      inverted: 1 << 16,
      directCall: 1 << 17,
      originalLength: 12,
      replacementLength: 13,
    },
    // The same in 6.1, where ALTINSTR_FLAG_INV is bit 15 of the feature.
    {
      size: 12,
      original: 0,
      replacement: 4,
      feature: 8,
      featureBytes: 2,
      featureMask: 0x7fff,
      inverted: 1 << 15,
      directCall: 0,
      originalLength: 10,
      replacementLength: 11,
    },
  ],
  // X86_FEATURE_XENPV (arch/x86/include/asm/cpufeatures.h): such a guest is entered by other code, and its interrupt flag is a word of memory.
  absentFeatures: new Set([8 * 32 + 16]),
  // X86_FEATURE_ALWAYS.
  commonFeatures: new Set([3 * 32 + 21]),
  // X86_FEATURE_FRED: asm_fred_entrypoint_user() and _kernel() (arch/x86/entry/entry_64_fred.S).
  apartFeatures: new Set([12 * 32 + 17]),
  // arch/x86/lib/retpoline.S. All but the first are what the first is patched to; their code jumps among them.
  returnThunks: new Set([
    '__x86_return_thunk',
    'retbleed_return_thunk',
    'srso_return_thunk',
    'srso_alias_return_thunk',
    'its_return_thunk',
    'call_depth_return_thunk',
  ]),
  // arch/x86/lib/retpoline.S: __x86_indirect_thunk_*, _call_thunk_*, _jump_thunk_*, _its_thunk_*.
  indirectThunk: /^__x86_indirect_(?:call_|jump_|its_)?thunk_(\w+)$/,
  // arch/x86/kernel/paravirt.c; arch/x86/xen/enlighten_pv.c, irq.c, mmu_pv.c (as tools/objtool/check.c, add_pv_ops()).
  functionTables: [{ name: 'pv_ops', copies: ['xen_cpu_ops', 'xen_irq_ops', 'xen_mmu_ops'] }],
  pointerSize: 8,
  mappingSymbol: /^\.L/,
};
