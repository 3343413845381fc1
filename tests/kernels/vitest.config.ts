import { defineConfig } from 'vitest/config';
import { reporters } from '../../vitest.config.ts';

export default defineConfig({
  test: {
    include: ['tests/kernels/*.test.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
    reporters: [...reporters],
  },
});
