/** Findings and gaps of all walks of one object; one cause is one finding, on the first path that was confirmed. */
import { present } from '../base/invariant.ts';
import { causeOf } from './cause.ts';
import type { Program } from './program.ts';
import type { Walk } from './walk.ts';
import type { CauseFinding, PathFinding, PathGap, Root, RootStatistics, Violation } from './walk-types.ts';

type Path = PathFinding['path'];

/** What makes two violations one finding. */
export const keyOf = ({ judged, place }: Violation): string =>
  `${judged.rule.id} ${judged.condition.name} ${place.section}:${place.offset}`;

/** Filled walk by walk. */
export class Collected {
  readonly #program: Program;
  readonly #findings = new Map<string, PathFinding>();
  /** Keys of findings by the words of `causeOf`. */
  readonly #causes = new Map<string, string[]>();
  readonly #gaps = new Map<string, PathGap>();
  /** Violations for which no path was confirmed before the bound was reached. */
  readonly #undecided = new Map<string, PathGap>();
  readonly #statistics: RootStatistics[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  /** Findings, gaps and what was not decided. */
  get count(): number {
    return this.#findings.size + this.#gaps.size + this.#undecided.size;
  }

  /** Something was not seen. */
  gap(gap: PathGap): void {
    this.#gaps.set(`${gap.place.section}:${gap.place.offset} ${gap.why}`, gap);
  }

  /** `twin`: the first root of the same code; `again` looks for the violation of that key without giving up any detail, and tells its path. */
  take(
    walk: Walk,
    root: Root,
    origin: string,
    milliseconds: number,
    twin: string | undefined,
    again: (key: string) => Path | 'refuted' | 'undecided',
  ): void {
    for (const gap of walk.gaps) this.gap(gap);
    /** Looked for again in vain: nothing of this walk leads there. */
    const settled = new Set<string>();
    for (const violation of walk.violations) {
      const { judged, event, callee, place } = violation;
      const key = keyOf(violation);
      if (settled.has(key)) continue;
      const old = this.#findings.get(key);
      if (old !== undefined) {
        this.#findings.set(key, { ...old, count: old.count + 1 });
        continue;
      }
      const path = walk.confirm(violation) ? walk.retell({ violation }) : again(key);
      if (typeof path === 'string') settled.add(key);
      if (path === 'refuted') continue;
      if (path === 'undecided') {
        this.#undecided.set(key, {
          place,
          why: `may break ${judged.rule.id}, but every path seen to it contradicts itself`,
        });
        continue;
      }
      const finding: PathFinding = {
        ...{ judged, place, root: root.name, origin, event, path, count: 1 },
        ...(callee !== undefined && { callee }),
      };
      this.#findings.set(key, finding);
      const cause = causeOf(finding, this.#program, twin);
      this.#causes.set(cause, [...(this.#causes.get(cause) ?? []), key]);
    }
    const { states, steps, widened } = walk;
    this.#statistics.push({ root: root.name, source: root.source, origin, states, steps, widened, milliseconds });
  }

  result() {
    return {
      findings: [...this.#causes.values()].map((keys) => this.#cause(keys)),
      gaps: [
        ...this.#gaps.values(),
        ...[...this.#undecided].flatMap(([key, gap]) => (this.#findings.has(key) ? [] : [gap])),
      ],
      statistics: this.#statistics,
    };
  }

  #cause(keys: readonly string[]): CauseFinding {
    const all = keys.map((key) => present(this.#findings.get(key), 'a cause is made of findings'));
    const [first, ...others] = all;
    return {
      ...present(first, 'a cause has a first finding'),
      count: all.reduce((sum, { count }) => sum + count, 0),
      also: others.map(({ place }) => place),
    };
  }
}
