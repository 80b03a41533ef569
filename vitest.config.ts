import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// As Node resolves it: graphql has a second copy of itself for bundlers, and the two do not mix.
export const resolve = { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] }

export const globalSetup = 'test/support/postgres.ts'

const test = {
  testTimeout: 60_000,
  hookTimeout: 60_000,
  unstubEnvs: true,
  // Much of it waits: for processes, servers and disks.
  maxWorkers: 2 * availableParallelism(),
}

export default defineConfig({
  test: {
    globalSetup, // once for all
    // They share the workers, in the order of their names. Modules are loaded once a worker, not once a file, which
    // is a quarter less work; what replaces some has its own.
    projects: [
      { resolve, test: { ...test, name: 'mocked', include: ['test/mocked/*.test.ts'] } },
      {
        resolve,
        test: { ...test, name: 'processes', include: ['test/processes/*.test.ts'], isolate: false },
      },
      { resolve, test: { ...test, name: 'rest', include: ['test/*.test.ts'], isolate: false } },
    ],
  },
})
