import { defineConfig } from 'vitest/config';

/** A file that is to have the results as JSON besides: `.ci/run` counts them. */
const { KENTRY_TEST_RESULTS: results } = process.env;

type Reporters = readonly ('default' | ['json', { outputFile: string }])[];

export const reporters: Reporters =
  results === undefined ? ['default'] : ['default', ['json', { outputFile: results }]];

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'tests/*.test.ts', 'tools/*.test.ts'],
    testTimeout: 30_000,
    reporters: [...reporters],
  },
});
