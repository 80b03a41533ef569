import type { Page } from 'playwright-core'
import { beforeAll, expect, it } from 'vitest'
import { openConsole } from './support/browser.ts'
import { eventually } from './support/eventually.ts'
import { dialogOf, namesOf, rowOf } from './support/locators.ts'
import { makeVolume, takeSnapshot, untilDone } from './support/make.ts'
import { onStage } from './support/on-stage.ts'

onStage({}, (played) => {
  beforeAll(async () => {
    const { stage } = played
    const [a, b] = [await makeVolume(stage, 'a'), await makeVolume(stage, 'b')]
    for (let count = 1; count <= 25; count++) {
      const number = String(count).padStart(2, '0')
      await takeSnapshot(stage, count > 20 ? b : a, count % 2 ? `odd-${number}` : `even-${number}`)
    }
    await untilDone(stage)
  })

  it('pages to and fro, and keeps filter, order and page over a reload', async () => {
    const page = await openConsole(played.browser, played.stage)
    await page.getByText('25 snapshots').waitFor()
    await page.getByRole('button', { name: 'Name' }).click()
    await shows(page, ['even-02', 'even-04'])
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('ascending')
    await page.getByRole('button', { name: 'Name' }).click()
    await shows(page, ['odd-25', 'odd-23'])
    await page.getByLabel('Name begins with').fill('odd')
    await page.getByText('13 snapshots').waitFor()
    await page.getByLabel('Rows').selectOption('10')
    await page.getByRole('link', { name: 'Next' }).click()
    await shows(page, ['odd-05', 'odd-03', 'odd-01'])
    expect(await page.getByRole('link', { name: 'Next' }).getAttribute('aria-disabled')).toBe('true')

    await page.reload()
    await shows(page, ['odd-05', 'odd-03', 'odd-01'])
    expect(await page.getByLabel('Name begins with').inputValue()).toBe('odd')
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe(
      'descending',
    )

    await page.goBack()
    await shows(page, ['odd-25', 'odd-23'])
    await page.goForward()
    await shows(page, ['odd-05', 'odd-03', 'odd-01'])
    await page.getByRole('link', { name: 'Previous' }).click()
    await shows(page, ['odd-25', 'odd-23'])
    await eventually(() => !page.url().includes('before='), 'the first page')

    await page.getByRole('button', { name: 'Clear filters' }).click()
    await page
      .getByRole('navigation', { name: 'Volumes' })
      .getByRole('link', { name: 'b', exact: true })
      .click()
    await page.getByText('5 snapshots').waitFor()
    await shows(page, ['odd-25', 'odd-23', 'odd-21', 'even-24', 'even-22'])
    await page.getByLabel('State').selectOption('Backed up')
    await page.getByRole('heading', { name: 'No snapshot matches' }).waitFor()
    await page.context().close()
  })

  it('goes through it all by keyboard', async () => {
    const page = await openConsole(played.browser, played.stage, { search: '?name=odd-2&order=name-asc' })
    await shows(page, ['odd-21', 'odd-23', 'odd-25'])
    const press = (key: string) => page.keyboard.press(key)
    const focused = () => page.evaluate(() => document.activeElement?.textContent ?? '')
    const tabTo = async (text: string) => {
      for (let steps = 0; steps < 60; steps++) {
        if ((await focused()) === text) return
        await press('Tab')
      }
      throw new Error(`${text} was not reached; the focus is at ${await focused()}`)
    }

    await press('Tab')
    expect(await focused()).toBe('Skip to the snapshots')
    await press('Enter')
    await tabTo('odd-23')
    await press('Enter')
    const panel = page.getByRole('complementary')
    await panel.getByRole('heading', { name: 'odd-23' }).waitFor()
    await eventually(
      async () => (await panel.evaluate((element) => element === document.activeElement)) === true,
      'focus',
    )
    await tabTo('Rename')
    await press('Enter')
    await dialogOf(page).waitFor()
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
    await press('End')
    await page.keyboard.type(' by keyboard')
    await press('Enter')
    await panel.getByRole('heading', { name: 'odd-23 by keyboard' }).waitFor()
    expect(await focused()).toBe('Rename')
    await tabTo('Remove')
    await press('Enter')
    await dialogOf(page).waitFor()
    await press('Escape')
    await dialogOf(page).waitFor({ state: 'detached' })
    expect(await focused()).toBe('Remove')
    await press('Escape')
    await panel.waitFor({ state: 'detached' })
    await eventually(async () => (await focused()) === 'odd-23 by keyboard', 'the focus back in the list')
    await rowOf(page, 'odd-23 by keyboard').waitFor()
    await page.context().close()
  })
})

function shows(page: Page, names: string[]): Promise<void> {
  return eventually(
    async () => (await namesOf(page)).slice(0, names.length).join() === names.join(),
    `a list that begins with ${names}`,
  )
}
