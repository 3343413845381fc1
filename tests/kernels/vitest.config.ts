import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/kernels/*.test.ts'],
    testTimeout: 600_000,
    fileParallelism: false,
  },
});
