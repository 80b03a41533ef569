import { defineConfig } from 'vitest/config'
import { globalSetup, resolve } from './vitest.config.ts'

// What takes minutes: npm run test:long.
export default defineConfig({
  resolve,
  test: {
    globalSetup,
    include: ['test/long/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 60_000,
    // Two at a time, whatever the machine: most are many processes, some measure how promptly an answer comes.
    maxWorkers: 2,
  },
})
