/** The worker that explores an experiment under every interleaving. It is ended by whoever does not want to wait for it. */
import { Search } from '../../explore/search.ts';
import { scenarioModel } from '../../reference/scenario-model.ts';
import { counterexampleOf } from '../scenario/counterexample.ts';
import { exploredScenario, libraryOf, parseExperiment } from '../scenario/experiment.ts';
import type { ExploreNews, ExploreOrder } from '../scenario/explore-message.ts';

/** States between two messages of progress. */
const PORTION = 10_000;
/** Bytes in the arrays of a search. */
const MOST_BYTES = 1_000_000_000;

addEventListener('message', ({ data }: MessageEvent<ExploreOrder>) => {
  const tell = (news: ExploreNews): void => postMessage(news);
  try {
    tell(explore(data, tell));
  } catch (error) {
    tell({ kind: 'mistake', message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});

function explore({ scenario: name, query }: ExploreOrder, tell: (news: ExploreNews) => void): ExploreNews {
  const start = performance.now();
  const experiment = parseExperiment(name, query);
  const scenario = exploredScenario(experiment);
  const model = scenarioModel({
    scenario,
    configuration: experiment.configuration,
    deepest: experiment.deepest,
    library: libraryOf(experiment),
    // Each event is a step, so that the path is one of the machine that the page shows.
    granularity: 'event',
  });
  const search = new Search(model, { untilViolation: true, maxBytes: MOST_BYTES });
  while (search.advance(PORTION)) {
    const { states, depth } = search.progress();
    tell({ kind: 'progress', states, depth });
  }
  const result = search.result();
  const { states } = result.extent;
  const took = performance.now() - start;
  if (result.verdict === 'violated') {
    const [violation] = result.violations;
    if (violation.kind === 'sometimes') throw new Error('kentry is wrong here: the model asks for no sometimes');
    const { path } = violation;
    const { root, steps } = counterexampleOf(model, path);
    return {
      kind: 'broken',
      states,
      took,
      root,
      steps,
      property: violation.kind === 'deadlock' ? 'nothing can follow' : violation.property,
    };
  }
  const bounds = model.bounds();
  if (bounds.length > 0)
    return { kind: 'incomplete', states, why: `the contract's state could not hold ${bounds.join(', ')}` };
  if (result.verdict === 'incomplete') return { kind: 'incomplete', states, why: result.why };
  return { kind: 'holds', states, took };
}
