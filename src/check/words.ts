/** The words in which a report tells of the noinstr rules. */
import { unreachable } from '../base/invariant.ts';
import type { Assumption } from '../code/code.ts';
import type { PathEvent, Target, Wrong } from '../noinstr/violation.ts';

/** More targets of one call than these are only counted. */
const NAMED_TARGETS = 3;

const CLOSED = 'and no window is open';

const within = ({ name, section }: Target): string => (section === undefined ? `${name}()` : `${name}() in ${section}`);

/** The message of a violation by code of that section; without offsets, so that it stays the same in another build. */
export function messageOf(wrong: Wrong, section: string): string {
  switch (wrong.kind) {
    case 'call': {
      const call = wrong.tail ? 'tail call' : 'call';
      const home = wrong.target.section === undefined ? '' : ` (${wrong.target.section})`;
      return `${call} to ${wrong.target.name}() leaves ${section}: it is instrumentable${home}, ${CLOSED}`;
    }
    case 'leaves': {
      const how = wrong.falls ? 'runs on into' : 'jump to';
      return `${how} ${wrong.target.name} leaves ${section}: it is instrumentable (${wrong.target.section}), ${CLOSED}`;
    }
    case 'through-table': {
      const named = wrong.targets.slice(0, NAMED_TARGETS).map(within).join(', ');
      const more = wrong.targets.length - NAMED_TARGETS;
      const call = wrong.tail ? `tail call through ${wrong.through}` : `call through ${wrong.through}`;
      return `${call} leaves ${section}: it may reach ${named}${more > 0 ? ` and ${more} more` : ''}, ${CLOSED}`;
    }
    case 'indirect':
      return `indirect ${wrong.tail ? 'jump' : 'call'} leaves ${section}: its target is not known (${wrong.why}), ${CLOSED}`;
    case 'closed-unopened':
      return 'instrumentation_end() closes a window that is not open';
    case 'left-open': {
      const n = wrong.others.length;
      const others = n === 0 ? '' : `, here and at ${n} more ${n === 1 ? 'place' : 'places'}`;
      return `${wrong.by === 'return' ? 'returns' : 'makes a tail call'} with an instrumentation window open${others}`;
    }
    case 'opened-in-loop':
      return 'a loop opens an instrumentation window on every turn and does not close it';
    default:
      return unreachable(wrong);
  }
}

/** What a finding's identity is about: its callee, or what is wrong. */
export function aboutOf(wrong: Wrong): string {
  switch (wrong.kind) {
    case 'call':
    case 'leaves':
      return wrong.target.name;
    case 'through-table':
      return wrong.through;
    default:
      return wrong.kind;
  }
}

/** Whom the violation calls, for the report's `callee`. */
export function calleeOf(wrong: Wrong): { readonly name: string; readonly section?: string } | undefined {
  const target = wrong.kind === 'through-table' ? wrong.targets[0] : 'target' in wrong ? wrong.target : undefined;
  if (target === undefined) return undefined;
  return { name: target.name, ...(target.section !== undefined && { section: target.section }) };
}

/** The event of the offending instruction itself. */
function offence(wrong: Wrong): string {
  switch (wrong.kind) {
    case 'call':
    case 'through-table':
      return wrong.tail ? 'tail call' : 'call';
    case 'leaves':
      return wrong.falls ? 'runs on' : 'jump';
    case 'indirect':
      return wrong.tail ? 'indirect jump' : 'indirect call';
    case 'closed-unopened':
      return 'instrumentation_end';
    case 'left-open':
      return wrong.by === 'return' ? 'return' : 'tail call';
    case 'opened-in-loop':
      return 'instrumentation_begin';
    default:
      return unreachable(wrong);
  }
}

/** An event of a path, in words. */
export function eventWords(event: PathEvent, wrong: Wrong): string {
  switch (event.kind) {
    case 'entry':
      return 'entry';
    case 'assumed':
      return assumptionWords(event.assumption);
    case 'called':
      return `call to ${event.callee}()`;
    case 'jumped':
      return 'jump';
    case 'window':
      return event.change > 0 ? 'instrumentation_begin' : 'instrumentation_end';
    case 'violation':
      return offence(wrong);
    default:
      return unreachable(event);
  }
}

/** What a path takes for granted, in words. */
export function assumptionWords(assumption: Assumption): string {
  switch (assumption.kind) {
    case 'branch':
      return `branch ${assumption.condition} ${assumption.taken ? 'taken' : 'not taken'}`;
    case 'static-key':
      return `static key ${assumption.key} ${assumption.enabled ? 'enabled' : 'disabled'}`;
    case 'alternative': {
      // The kernel's own notation in cpufeatures.h: word and bit.
      const feature = `${Math.floor(assumption.feature / 32)}*32+${assumption.feature % 32}`;
      return `alternative of CPU feature ${feature} ${assumption.replaced ? 'in place' : 'not in place'}`;
    }
    case 'exception':
      return 'the instruction faults, and its fixup runs';
    case 'jump-table':
      return `entry ${assumption.index} of the jump table`;
    default:
      return unreachable(assumption);
  }
}

/** A clause or sentence without its full stop, made one with. */
export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
