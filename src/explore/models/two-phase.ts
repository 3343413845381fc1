/**
 * Two-phase commit: a transaction manager and any number of resource managers, as in Gray and Lamport, "Consensus on
 * Transaction Commit" (2006). How many states it has is published, which makes it a yardstick for a search.
 */
import { invariant } from '../../base/invariant.ts';
import type { PackedModel } from '../packed-model.ts';

const WORKING = 0;
const PREPARED = 1;
const COMMITTED = 2;
const ABORTED = 3;

const TM_COMMIT = 0;
const TM_ABORT = 1;
const TM_RCV_PREPARED = 2;
const RM_PREPARE = 3;
const RM_CHOOSE_TO_ABORT = 4;
const RM_RCV_COMMIT = 5;
const RM_RCV_ABORT = 6;

/** Every other bit: where the two-bit states of the resource managers have their low bits. */
const LOW_BITS = 0x15555555;

/** Word 1 begins with these; the manager has decided exactly when it has sent one of the two. */
const COMMIT_SENT = 1;
const ABORT_SENT = 2;
const SENT_BITS = 2;

/** Word 1 must hold two bits a resource manager besides `SENT_BITS`. */
const MOST_MANAGERS = 14;

/**
 * The protocol for `n` resource managers (1 to 14). A state is two words:
 *
 *     word 0   two bits each: what resource manager i does
 *     word 1   Commit sent | Abort sent | whom the manager knows to be prepared (n bits) | who said so (n bits)
 *
 * Steps that change nothing are left out. `broken` lets a resource manager abort after it has said that it is prepared.
 */
export function twoPhaseCommit(n: number, broken = false): PackedModel {
  invariant(n >= 1 && n <= MOST_MANAGERS, `two-phase commit for 1 to ${MOST_MANAGERS} resource managers`);
  const all = (1 << n) - 1;
  const each = LOW_BITS & ((1 << (2 * n)) - 1);
  const said = SENT_BITS + n;
  return {
    name: `two-phase commit, ${n} resource managers`,
    words: 2,
    labels: ['TMCommit', 'TMAbort', 'TMRcvPrepared', 'RMPrepare', 'RMChooseToAbort', 'RMRcvCommitMsg', 'RMRcvAbortMsg'],
    initial: (out) => {
      const to = out.push(0);
      out.words[to] = 0;
      out.words[to + 1] = 0;
    },
    successors: (state, at, out) => {
      const managers = state[at] ?? 0;
      const messages = state[at + 1] ?? 0;
      const push = (label: number, word0: number, word1: number) => {
        const to = out.push(label);
        out.words[to] = word0;
        out.words[to + 1] = word1;
      };
      const undecided = (messages & (COMMIT_SENT | ABORT_SENT)) === 0;
      if (undecided) {
        if (((messages >>> SENT_BITS) & all) === all) push(TM_COMMIT, managers, messages | COMMIT_SENT);
        push(TM_ABORT, managers, messages | ABORT_SENT);
      }
      for (let i = 0; i < n; i++) {
        const low = 2 * i;
        const doing = (managers >>> low) & 3;
        const others = managers & ~(3 << low);
        const known = 1 << (SENT_BITS + i);
        const hasSaid = (messages & (1 << (said + i))) !== 0;
        if (undecided && hasSaid && (messages & known) === 0) push(TM_RCV_PREPARED, managers, messages | known);
        if (doing === WORKING) push(RM_PREPARE, others | (PREPARED << low), messages | (1 << (said + i)));
        if (doing === WORKING || (broken && doing === PREPARED)) {
          push(RM_CHOOSE_TO_ABORT, others | (ABORTED << low), messages);
        }
        if ((messages & COMMIT_SENT) !== 0 && doing !== COMMITTED) {
          push(RM_RCV_COMMIT, others | (COMMITTED << low), messages);
        }
        if ((messages & ABORT_SENT) !== 0 && doing !== ABORTED) push(RM_RCV_ABORT, others | (ABORTED << low), messages);
      }
    },
    always: [
      {
        name: 'no resource manager commits while another aborts',
        holds: (state, at) => {
          const managers = state[at] ?? 0;
          const high = managers >>> 1;
          const aborted = managers & high & each;
          const committed = ~managers & high & each;
          return aborted === 0 || committed === 0;
        },
      },
    ],
    sometimes: [
      { name: 'all commit', reached: (state, at) => state[at] === each << 1 },
      { name: 'all abort', reached: (state, at) => state[at] === (each | (each << 1)) },
    ],
    alwaysPossible: [
      {
        name: 'all have decided',
        reached: (state, at) => ((state[at] ?? 0) & (each << 1)) === each << 1,
      },
    ],
    mayEnd: (state, at) => ((state[at] ?? 0) & (each << 1)) === each << 1,
  };
}
