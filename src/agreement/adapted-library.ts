/** The reference as it is compared: its programs, adapted to what a walk of compiled code can see. */
import type { EventName } from '../contract/alphabet.ts';
import { kernel } from '../contract/source.ts';
import { editProgram } from '../reference/edit.ts';
import {
  call,
  choose,
  either,
  event,
  inline,
  type Library,
  local,
  option,
  type Program,
  repeat,
  type Step,
  when,
} from '../reference/program.ts';
import { type Adaptation, TRACEPOINTS } from './adaptation.ts';

/** What others do: no code of the handler says it. */
const isEnvironment = (name: EventName): boolean => /^(flag|want)\./.test(name);

const callbacks = choose(
  'the tracepoint',
  [option('has no callbacks', [], false), option('calls them with preemption disabled', [], true)],
  'disabled',
);
const disable = event('count.preempt.add', 'preempt_disable_notrace()');
const enable = event('count.preempt.sub', 'preempt_enable_notrace()');

const tracepoints: Program = inline(TRACEPOINTS, kernel('include/linux/tracepoint.h', TRACEPOINTS), [
  repeat([callbacks, when(local('disabled'), [disable, enable])], local('disabled')),
]);

/** Makes it, for the comparison of that program. */
export function adaptedLibrary(library: Library, compared: string, adaptations: readonly Adaptation[]): Library {
  const adapted = new Map<string, Program>([[TRACEPOINTS, tracepoints]]);
  for (const program of library.values()) {
    const place = compared === program.name ? 'itself' : 'called';
    const own = adaptations.find((each) => each.program === program.name && (each.only ?? place) === place);
    const changed = own === undefined ? program : changedBy(own, program);
    adapted.set(program.name, { ...changed, steps: adaptedSteps(changed.steps) });
  }
  return adapted;
}

const changedBy = ({ to }: Adaptation, program: Program): Program =>
  'steps' in to ? { ...program, ...to } : to.edits.reduce(editProgram, program);

const adaptedSteps = (steps: readonly Step[]): readonly Step[] => steps.flatMap(adaptedStep);

function adaptedStep(step: Step): readonly Step[] {
  switch (step.op) {
    case 'event':
      if (step.event === 'call.transition') return [step, call(TRACEPOINTS)];
      return step.event === 'syscall.tracepoint' || step.event === 'syscall.exit-tracepoint' ? traced(step) : [step];
    case 'if':
      return [
        step.else === undefined
          ? when(step.test, adaptedSteps(step.then))
          : either(step.test, adaptedSteps(step.then), adaptedSteps(step.else)),
      ];
    case 'while':
    case 'repeat':
      return [{ ...step, body: adaptedSteps(step.body) }];
    case 'choose':
      return anyOf(step);
    default:
      return [step];
  }
}

/** A tracepoint that is an event of its own. Behind the static key the callbacks may be gone again. */
const traced = (step: Step & { readonly op: 'event' }): readonly Step[] => [
  callbacks,
  either(
    local('disabled'),
    [disable, choose('it', [option('has callbacks', [step.event]), option('has none any more')]), enable],
    [step],
  ),
];

/** What others do they may do in any combination, not only in those that the reference tells apart. */
function anyOf(step: Step & { readonly op: 'choose' }): readonly Step[] {
  const events = [...new Set(step.options.flatMap((each) => each.events))];
  if (step.into !== undefined || events.length === 0 || !events.every(isEnvironment)) return [step];
  return events.map((name) => choose(step.says, [option('no'), option('yes', [name])]));
}
