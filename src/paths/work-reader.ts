/** What is read of the words of a task that say which work waits for it, and what branches on them mean to the contract. */
import type { EventName } from '../contract/alphabet.ts';
import { codeOf, type FieldName } from '../contract/fields.ts';
import type { Condition } from '../isa/effect.ts';
import type { Flags, Learnt } from './flags.ts';
import type { Judge } from './judge.ts';
import { SYSCALL_EXITS } from './known-calls.ts';
import type { Memory } from './memory.ts';
import type { Outcome } from './observe.ts';
import { WANTED_FIELDS, workTest } from './syscall-bits.ts';
import type { Value } from './value.ts';
import { type BitTest, bitsIn, bitTest, WHOLE_WORK } from './work-bits.ts';

/** Whoever hears of it. */
interface Hearer {
  contract: number;
  readonly event: (event: EventName) => Outcome;
  readonly ask: (events: readonly EventName[]) => Outcome;
}

/** One per walk. */
export class WorkReader {
  readonly #judge: Judge;
  readonly #memory: Memory;
  readonly #of: Hearer;

  constructor(judge: Judge, memory: Memory, of: Hearer) {
    this.#judge = judge;
    this.#memory = memory;
    this.#of = of;
  }

  /** The word of the syscall's work is read. `undefined` where that says nothing. */
  readSyscallWork(caller: string): Outcome | undefined {
    const isFirst = this.#judge.field(this.#of.contract, 'entryWorkRead') === 0;
    // The tracer may have changed them: they are read once more.
    if (!isFirst && caller === 'syscall_trace_enter') return undefined;
    this.#decide(WANTED_FIELDS);
    if (!isFirst && SYSCALL_EXITS.has(caller)) this.#endOfSyscallWork();
    return this.#of.event(isFirst ? 'syscall.read-entry-work' : 'syscall.read-exit-work');
  }

  /** Interrupts are about to go on: where that begins a pass of the loop before user mode, each piece of work may wait. */
  beforeEnable(): void {
    const isPass = this.#judge.field(this.#of.contract, 'workSeen') === 1;
    if (isPass && this.#judge.field(this.#of.contract, 'loopStep') === 0) this.#mayWait(-1, false);
  }

  /** A branch on the work flags: whether work was seen. `undefined` where the branch is about something else. */
  branch(flags: Flags, condition: Condition, taken: boolean, caller: string): Outcome | undefined {
    const test = bitTest(flags, condition, taken);
    if (test === undefined) return undefined;
    const { syscallName, workName, staleName } = this.#memory;
    if (test.name === syscallName) return flags.kind === 'logic' ? this.#syscallWork(flags.left, test.none) : undefined;
    const isStale = test.name === staleName;
    if (test.name !== workName && !isStale) return undefined;
    if (bitsIn(test.mask) < WHOLE_WORK) {
      this.#decide(this.#lookedAt(test));
      return undefined;
    }
    if (this.#judge.field(this.#of.contract, 'kind') === TASK) {
      // Before a guest's run the first look may be forgotten: it is repeated. The loop that does the work must not.
      if (caller === GUEST_LOOP) this.#mayWait(test.none ? ~test.mask : -1, true);
      return this.#of.event(test.none ? 'kvm.check.none' : 'kvm.check.some');
    }
    this.#endOfSyscallWork();
    if (test.none) this.#mayWait(~test.mask, false);
    const outcome = this.#of.event(test.none ? 'work.read.none' : 'work.read.some');
    if (isStale) this.#of.contract = this.#judge.with(this.#of.contract, 'flagsFresh', 0);
    return outcome;
  }

  /** Work of which one of these bits is left may wait from here on. */
  #mayWait(bits: number, beforeGuest: boolean): void {
    for (const work of this.#memory.workItems) {
      if ((work.bits & bits) === 0 || (beforeGuest && !work.guest)) continue;
      this.#of.contract = this.#judge.with(this.#of.contract, work.field, 1);
    }
  }

  /** What a test says of: work that does not wait, and work that is done where it was tested. The rest waits until it is done. */
  #lookedAt({ mask, none }: BitTest): readonly FieldName[] {
    const whole = this.#memory.workItems.filter(({ bits }) => (bits & ~mask) === 0);
    return whole.filter(({ inlined }) => none || inlined).map(({ field }) => field);
  }

  /**
   * Whether a lesson about this name is worth remembering. Of work flags every bit is asked once, and what its branch
   * means to the contract is told as an event: paths that differ only in bits already asked must meet again.
   */
  isWorth(lesson: Learnt): boolean {
    const { workName, staleName, syscallName } = this.#memory;
    if (![workName, staleName, syscallName].includes(lesson.name)) return true;
    return lesson.nonzero !== true && bitsIn(lesson.known0) >= WHOLE_WORK;
  }

  #syscallWork(tested: Value, none: boolean): Outcome | undefined {
    if (tested.shift !== 0) return undefined;
    const leaving = this.#judge.field(this.#of.contract, 'exitWorkRead') === 1;
    const { wanted, decided } = workTest(~tested.known0, none, leaving);
    this.#decide(decided);
    return this.#of.ask(wanted);
  }

  /** From the exit on nobody asks which work a syscall had at its entry: paths that differ only in that are one. */
  #endOfSyscallWork(): void {
    if (this.#judge.field(this.#of.contract, 'kind') !== SYSCALL) return;
    this.#of.contract = this.#judge.with(this.#of.contract, 'entryWork', INVOKED);
    this.#decide(['exitWork']);
  }

  #decide(fields: readonly FieldName[]): void {
    for (const field of fields) this.#of.contract = this.#judge.with(this.#of.contract, field, 0);
  }
}

/** The function whose loop does the work before a guest's run (kernel/entry/kvm.c). */
const GUEST_LOOP = 'xfer_to_guest_mode_handle_work';

const TASK = codeOf('kind', 'task');
const SYSCALL = codeOf('kind', 'syscall');
const INVOKED = codeOf('entryWork', 'invoked');
