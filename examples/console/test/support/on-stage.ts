import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe } from 'vitest'
import { missingBrowser, startBrowser } from './browser.ts'
import { type Stage, type StageOptions, startStage } from './start-stage.ts'

/** What tests of a file share; there once they run. */
export interface Played {
  stage: Stage
  browser: Browser
}

/** Tests with a gateway, the console and a browser. */
export function onStage(options: StageOptions, tests: (played: Played) => void): void {
  describe.skipIf(missingBrowser !== null)('in a browser', () => {
    const played = {} as Played
    beforeAll(async () => {
      played.browser = await startBrowser()
      played.stage = await startStage(options)
    })
    afterAll(async () => {
      await played.browser?.close()
      await played.stage?.stop()
    })
    tests(played)
  })
}
