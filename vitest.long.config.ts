import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vitest.config.ts'

// What takes minutes: npm run test:long.
export default mergeConfig(
  { ...base, test: { ...base.test, include: [], exclude: [] } },
  defineConfig({
    // Two at a time, whatever the machine: most are many processes, some measure how promptly an answer comes.
    test: { include: ['test/long/**/*.test.ts'], testTimeout: 600_000, maxWorkers: 2 },
  }),
)
