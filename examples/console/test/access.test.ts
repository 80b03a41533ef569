import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { openConsole } from './support/browser.ts'
import { dialogOf, isLive, rowOf, timelineOf } from './support/locators.ts'
import { makeVolume, takeSnapshot, untilDone } from './support/make.ts'
import { onStage } from './support/on-stage.ts'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const desktop = { width: 1440, height: 900 }
const phone = { width: 390, height: 844 }

onStage({}, (played) => {
  beforeAll(async () => {
    const { stage } = played
    const volume = await makeVolume(
      stage,
      'a-volume-whose-name-is-longer-than-a-phone-is-wide-and-has-no-space',
    )
    await takeSnapshot(stage, volume, 'a-snapshot-whose-name-is-longer-than-a-phone-is-wide-and-has-no-space')
    await takeSnapshot(stage, volume, 'short')
    await untilDone(stage)
  })

  describe.for([
    { colorScheme: 'light', viewport: desktop },
    { colorScheme: 'dark', viewport: desktop },
    { colorScheme: 'light', viewport: phone },
    { colorScheme: 'dark', viewport: phone },
  ] as const)('$colorScheme, $viewport.width wide', (look) => {
    it('has no serious fault of access, and nothing beyond the edge', async () => {
      const { stage, browser } = played
      const page = await openConsole(browser, stage, look)
      await rowOf(page, 'short').waitFor()
      await isLive(page)
      await checks(page, 'list')
      await page.getByRole('link', { name: 'short' }).click()
      await timelineOf(page).getByText('Creating → Created').waitFor()
      await page.getByText('None.').waitFor()
      await checks(page, 'panel')
      await page.getByRole('button', { name: 'Remove', exact: true }).click()
      await dialogOf(page).waitFor()
      await checks(page, 'dialog')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Close' }).click()
      await page.getByLabel('Name begins with').fill('nothing like it')
      await page.getByRole('heading', { name: 'No snapshot matches' }).waitFor()
      await checks(page, 'empty')
      await page.getByRole('button', { name: 'Connection' }).click()
      await page.getByRole('heading', { name: 'Connect to a gateway' }).waitFor()
      await checks(page, 'connection')
      await page.context().close()
    })
  })
})

async function checks(page: Page, place: string): Promise<void> {
  const width = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
  expect(width, `${place}: pixels beyond the edge`).toBeLessThanOrEqual(0)
  await page.evaluate(axe)
  const faults = await page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof import('axe-core') }).axe.run()
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)
  })
  expect(faults, place).toEqual([])
}
