import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // As Node resolves it: graphql has a second copy of itself for bundlers, and the two do not mix.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/long/**'],
    globalSetup: 'test/support/postgres.ts',
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Much of it waits: for processes, servers and disks.
    maxWorkers: 2 * availableParallelism(),
  },
})
