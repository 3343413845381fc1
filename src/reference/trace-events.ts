/**
 * A trace as Chrome's trace events, which Perfetto opens: functions as nested slices, a track for each field of the state that
 * moves, violations as marks. Format: "Trace Event Format" (Google); a step is a microsecond, since order is all there is.
 */
import { FIELD_NAMES, type FieldName, fieldSpec } from '../contract/fields.ts';
import type { Level } from '../contract/state.ts';
import type { Program } from './program.ts';
import { type ToldStep, tellSteps } from './tell-step.ts';
import type { Trace } from './trace.ts';

/** One event of the format. `ts` and `dur` are in microseconds. */
export interface TraceEvent {
  readonly name: string;
  readonly ph: 'B' | 'E' | 'X' | 'i' | 'C' | 'M';
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly s?: 'p';
  readonly cat?: string;
  readonly args?: Readonly<Record<string, unknown>>;
}

/** A file of them. */
export interface TraceFile {
  readonly traceEvents: readonly TraceEvent[];
  readonly displayTimeUnit: 'ns';
  readonly otherData: Readonly<Record<string, string>>;
}

/** One trace with the name that its process gets. */
export interface NamedTrace {
  readonly name: string;
  readonly trace: Trace;
}

const FUNCTIONS = 1;
const FIRST_FIELD = 10;

/** The traces side by side, each as a process. */
export const traceFile = (traces: readonly NamedTrace[], library: ReadonlyMap<string, Program>): TraceFile => ({
  traceEvents: traces.flatMap(({ name, trace }, index) => eventsOf(name, trace, index + 1, library)),
  displayTimeUnit: 'ns',
  otherData: { tool: 'kentry', time: 'one step of the reference is one microsecond' },
});

function eventsOf(
  name: string,
  trace: Trace,
  pid: number,
  library: ReadonlyMap<string, Program>,
): readonly TraceEvent[] {
  const steps = tellSteps(trace, library);
  const end = steps.length + 1;
  return [
    { name: 'process_name', ph: 'M', pid, tid: 0, ts: 0, args: { name } },
    { name: 'thread_name', ph: 'M', pid, tid: FUNCTIONS, ts: 0, args: { name: 'functions' } },
    ...slices(steps, pid, end),
    ...fieldTracks(trace.initial.now, steps, pid, end),
  ];
}

/** Where the CPU is at each step: the interrupted functions, and those of the running context above them. */
function slices(steps: readonly ToldStep[], pid: number, end: number): readonly TraceEvent[] {
  const events: TraceEvent[] = [];
  const base = { pid, tid: FUNCTIONS } as const;
  let open: readonly string[] = [];
  const show = (stack: readonly string[], ts: number): void => {
    let same = 0;
    while (same < open.length && open[same] === stack[same]) same += 1;
    for (const name of open.slice(same).toReversed()) events.push({ name, ph: 'E', ...base, ts });
    for (const name of stack.slice(same)) events.push({ name, ph: 'B', ...base, ts, cat: 'function' });
    open = stack;
  };
  /** The functions of each context that is interrupted, the outermost first. */
  const under: (readonly string[])[] = [];
  for (const step of steps) {
    const { number, kind, does, broken } = step;
    const own = [...step.within, step.where];
    show([...under.flat(), ...own], number);
    const args = {
      events: step.events,
      ...Object.fromEntries(step.changes.map((c) => [c.field, `${c.before} → ${c.after}`])),
    };
    events.push({ name: does, ph: 'X', ...base, ts: number, dur: 1, cat: kind, args });
    if (broken !== undefined) {
      const { rule, condition, says } = broken;
      events.push({ name: `${rule}: ${says}`, ph: 'i', ...base, ts: number, s: 'p', args: { rule, condition } });
    }
    if (kind === 'interrupt') under.push(own);
    if (kind === 'return') under.pop();
  }
  show([], end);
  return events;
}

/** For each field that moves a track with a slice for each of its values. */
function fieldTracks(initial: Level, steps: readonly ToldStep[], pid: number, end: number): readonly TraceEvent[] {
  const moving = new Set<FieldName>(steps.flatMap(({ changes }) => changes.map(({ field }) => field)));
  return FIELD_NAMES.filter((field) => moving.has(field)).flatMap((field, index) => {
    const tid = FIRST_FIELD + index;
    const track: TraceEvent[] = [{ name: 'thread_name', ph: 'M', pid, tid, ts: 0, args: { name: field } }];
    let since = 0;
    let value = initial[field];
    const close = (ts: number): void => {
      const args = { says: fieldSpec(field).says };
      track.push({ name: String(value), ph: 'X', pid, tid, ts: since, dur: ts - since, cat: 'state', args });
      since = ts;
    };
    for (const { number, changes } of steps) {
      const change = changes.find((one) => one.field === field);
      if (change === undefined) continue;
      close(number);
      value = change.after;
    }
    close(end);
    return track;
  });
}
