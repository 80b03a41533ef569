import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/*.test.ts'],
    globalSetup: 'test/support/tell-missing.ts',
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Each file has a gateway and a browser of its own.
    maxWorkers: 2,
  },
})
