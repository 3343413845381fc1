import { defineConfig } from 'vitest/config';
import { reporters } from '../../vitest.config.ts';

export default defineConfig({
  test: {
    include: ['tests/web/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // One browser at a time: what is measured must not wait for another.
    fileParallelism: false,
    reporters: [...reporters],
  },
});
