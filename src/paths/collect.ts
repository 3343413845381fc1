/** Findings and gaps of all walks of one object; one cause is one finding, on the first path that was confirmed. */
import type { Walk } from './walk.ts';
import type { PathFinding, PathGap, Root, RootStatistics, Violation } from './walk-types.ts';

type Path = PathFinding['path'];

/** What makes two violations one finding. */
export const keyOf = ({ judged, place }: Violation): string =>
  `${judged.rule.id} ${judged.condition.name} ${place.section}:${place.offset}`;

/** Filled walk by walk. */
export class Collected {
  readonly #findings = new Map<string, PathFinding>();
  readonly #gaps = new Map<string, PathGap>();
  /** Violations for which no path was confirmed before the bound was reached. */
  readonly #undecided = new Map<string, PathGap>();
  readonly #statistics: RootStatistics[] = [];

  /** Findings, gaps and what was not decided. */
  get count(): number {
    return this.#findings.size + this.#gaps.size + this.#undecided.size;
  }

  get states(): number {
    return this.#statistics.reduce((sum, { states }) => sum + states, 0);
  }

  /** `again` looks for the violation of that key without giving up any detail, and tells its path. */
  take(
    walk: Walk,
    root: Root,
    origin: string,
    milliseconds: number,
    again: (key: string) => Path | 'refuted' | 'undecided',
  ): void {
    for (const gap of walk.gaps) this.#gaps.set(`${gap.place.section}:${gap.place.offset} ${gap.why}`, gap);
    for (const violation of walk.violations) {
      const { judged, event, callee, place } = violation;
      const key = keyOf(violation);
      const old = this.#findings.get(key);
      if (old !== undefined) {
        this.#findings.set(key, { ...old, count: old.count + 1 });
        continue;
      }
      const path = walk.confirm(violation) ? walk.retell(violation) : again(key);
      if (path === 'refuted') continue;
      if (path === 'undecided') {
        this.#undecided.set(key, {
          place,
          why: `may break ${judged.rule.id}, but every path seen to it contradicts itself`,
        });
        continue;
      }
      const finding = { judged, place, root: root.name, origin, event, path, count: 1 };
      this.#findings.set(key, callee === undefined ? finding : { ...finding, callee });
    }
    const { states, steps, widened } = walk;
    this.#statistics.push({ root: root.name, origin, states, steps, widened, milliseconds });
  }

  result() {
    return {
      findings: [...this.#findings.values()],
      gaps: [
        ...this.#gaps.values(),
        ...[...this.#undecided].flatMap(([key, gap]) => (this.#findings.has(key) ? [] : [gap])),
      ],
      statistics: this.#statistics,
    };
  }
}
