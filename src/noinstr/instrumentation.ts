/** Functions that the compiler or a build option calls without being asked: by name, with what keeps them out of noinstr code. */
import { kernel, type Source } from '../contract/source.ts';

/** One family of such functions. */
export interface Instrumentation {
  /** A regular expression over the whole name. */
  readonly names: RegExp;
  /** What makes the call, as a noun phrase. */
  readonly what: string;
  /** It exists to instrument, so it is instrumentable wherever it is; the others may be noinstr in some versions. */
  readonly hook: boolean;
  /** How to be rid of it, as an imperative sentence without its full stop. */
  readonly fix: string;
  readonly source: Source;
}

const ATTRIBUTES = kernel('include/linux/compiler_types.h', '__noinstr_section');

const ATTRIBUTE_FIX =
  'Mark the function noinstr, and what is inlined into it __always_inline: the section alone does not keep the compiler from this';

/** Tried in order. */
export const INSTRUMENTATION: readonly Instrumentation[] = [
  {
    names: /^__(k?asan|hwasan)_/,
    what: "KASAN's check of a memory access",
    hook: true,
    fix: ATTRIBUTE_FIX,
    source: ATTRIBUTES,
  },
  {
    names: /^__kcsan_|^__tsan_/,
    what: "KCSAN's check of a memory access",
    hook: true,
    fix: ATTRIBUTE_FIX,
    source: ATTRIBUTES,
  },
  {
    names: /^__msan_|^kmsan_/,
    what: "KMSAN's check of a memory access",
    hook: true,
    fix: ATTRIBUTE_FIX,
    source: ATTRIBUTES,
  },
  { names: /^__sanitizer_cov_/, what: "KCOV's trace of a branch", hook: true, fix: ATTRIBUTE_FIX, source: ATTRIBUTES },
  {
    names: /^__llvm_profile_|^__gcov_|^llvm_gcov_/,
    what: 'a profile counter',
    hook: true,
    fix: ATTRIBUTE_FIX,
    source: ATTRIBUTES,
  },
  {
    names: /^ftrace_likely_update$/,
    what: 'the profile of likely() and unlikely()',
    hook: true,
    fix: 'Define DISABLE_BRANCH_PROFILING at the top of the file, or add -DDISABLE_BRANCH_PROFILING to its flags',
    source: kernel('include/linux/compiler.h', '__branch_check__'),
  },
  {
    names: /^__fentry__$|^mcount$|^ftrace_caller$/,
    what: "the function tracer's hook",
    hook: true,
    fix: 'Mark the function notrace, which noinstr does',
    source: ATTRIBUTES,
  },
  {
    names: /^__cyg_profile_func_(enter|exit)$/,
    what: "the hook of the compiler's -finstrument-functions",
    hook: true,
    fix: 'Take -finstrument-functions from the flags of this file',
    source: kernel('include/linux/compiler_types.h', 'notrace'),
  },
  {
    names: /^trace_hardirqs_(on|off)$/,
    what: 'what local_irq_disable(), local_irq_enable() and their like tell the tracer',
    hook: true,
    fix: 'Use raw_local_irq_disable() or raw_local_irq_enable(), or call the traced ones inside of a window where RCU watches',
    source: kernel('include/linux/irqflags.h', 'local_irq_disable'),
  },
  {
    names: /^preempt_count_(add|sub)$|^preempt_schedule(_notrace)?(_thunk)?$/,
    what: 'what preempt_disable() and preempt_enable() call',
    hook: true,
    fix:
      'Use preempt_disable_notrace() and preempt_enable_no_resched_notrace(), or call the traced ones inside of a window ' +
      'where RCU watches',
    source: kernel('include/linux/preempt.h', 'preempt_disable_notrace'),
  },
  {
    names: /^__stack_chk_fail$/,
    what: "the stack protector's report",
    hook: false,
    fix: 'Mark the function __no_stack_protector, or add -fno-stack-protector to the flags of this file',
    source: kernel('include/linux/compiler_attributes.h', '__no_stack_protector'),
  },
  {
    names: /^(mem(set|cpy|move|cmp)|__mem(set|cpy|move))$/,
    what: 'a call that the compiler may have made of an initialisation, an assignment or a loop',
    hook: false,
    fix: 'Initialise or copy field by field, or with __builtin_mem*() of a size that is inlined, or call a noinstr variant',
    source: kernel('arch/x86/lib/memset_64.S', 'memset'),
  },
  {
    names: /^__(sw_hweight(32|64)|popcountdi2)$/,
    what: 'the count of bits of a CPU without the instruction for it',
    hook: false,
    fix: 'Count the bits without hweight*() here, or mark the function noinstr',
    source: kernel('arch/x86/include/asm/arch_hweight.h', '__arch_hweight64'),
  },
];

/** The family that `name` belongs to. */
export const instrumentationNamed = (name: string): Instrumentation | undefined =>
  INSTRUMENTATION.find(({ names }) => names.test(name));
