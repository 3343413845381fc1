/**
 * The path of a finding as a timeline: in which function each step is, and whether an instrumentation window is open there;
 * where the path tells the contract's events, all of its state.
 */
import { terminalText } from '../report/escape-terminal.ts';
import { type Lane, type Look, laneOf } from '../report/lane.ts';
import type { PathStep } from '../report/report.ts';
import { stateLanes } from '../report/state-lanes.ts';
import { replayPath } from './replay-path.ts';
import type { Timeline } from './timeline.ts';

const CLOSED: Look = { label: 'noinstr', tone: 'off' };
const NO_MORE: Look = { label: 'not open', tone: 'bad' };

/** One step a column; the last is the finding itself. */
export function findingTimeline(path: readonly PathStep[]): Timeline {
  const functions = path.map((step): Look => ({ label: terminalText(step.function), tone: 'plain' }));
  const replayed = replayPath(path);
  return {
    length: path.length,
    lanes: [
      laneOf('function', 'the function that the step is in', functions),
      ...(replayed === undefined ? [windowLane(path)] : stateLanes(replayed.states, replayed.configuration)),
    ],
    marks: path.length === 0 ? [] : [path.length - 1],
  };
}

function windowLane(path: readonly PathStep[]): Lane {
  const windows: Look[] = [];
  // Each function counts its own windows.
  const callers: number[] = [];
  let open = 0;
  path.forEach((step, index) => {
    if (step.event === 'instrumentation_begin') open += 1;
    if (step.event === 'instrumentation_end') open -= 1;
    windows.push(open > 0 ? { label: open === 1 ? 'window open' : `${open} windows open`, tone: 'on' } : CLOSED);
    if (open < 0) windows.splice(-1, 1, NO_MORE);
    const inside = step.event.startsWith('call to ') && path[index + 1]?.function !== step.function;
    if (inside) {
      callers.push(open);
      open = 0;
    } else if (step.event === 'return') {
      open = callers.pop() ?? 0;
    }
  });
  return laneOf('instrumentation', 'whether an instrumentation window is open', windows);
}
