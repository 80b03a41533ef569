import { expect, it } from 'vitest'
import { openConsole } from './support/browser.ts'
import { dialogOf, isLive, rowOf, timelineOf } from './support/locators.ts'
import { makeVolume } from './support/make.ts'
import { onStage } from './support/on-stage.ts'

onStage({}, (played) => {
  it('shows in each of two windows what is done in the other', async () => {
    const { stage, browser } = played
    const volume = await makeVolume(stage, 'shared')
    const one = await openConsole(browser, stage, { search: `?volume=${volume}` })
    const other = await openConsole(browser, stage)
    await Promise.all([isLive(one), isLive(other)])

    await one.getByRole('button', { name: 'Take snapshot' }).click()
    await dialogOf(one).getByLabel('Name').fill('of one')
    await dialogOf(one).getByRole('button', { name: 'Take snapshot' }).click()
    await rowOf(other, 'of one').getByText('Created', { exact: true }).waitFor()
    await rowOf(one, 'of one').getByText('Created', { exact: true }).waitFor()

    await other.getByRole('link', { name: 'of one' }).click()
    await other.getByRole('button', { name: 'Rename' }).click()
    await dialogOf(other).getByLabel('Name').fill('of both')
    await dialogOf(other).getByRole('button', { name: 'Save' }).click()
    await rowOf(one, 'of both').waitFor()
    await one.getByRole('heading', { name: 'of both' }).waitFor() // its panel is open there
    await timelineOf(one).getByText('Renamed or described').waitFor()

    // An action that is not available any more says so, where a dialog was open for it.
    await one.getByRole('button', { name: 'Rename' }).click()
    await other.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialogOf(other).getByRole('button', { name: 'Remove snapshot' }).click()
    await timelineOf(one).getByText('Removing → Removed').waitFor()
    await dialogOf(one).getByLabel('Name').fill('too late')
    await dialogOf(one).getByRole('button', { name: 'Save' }).click()
    await dialogOf(one)
      .getByRole('alert')
      .getByText(/removed|REMOVED/)
      .waitFor()
    await dialogOf(one).getByRole('button', { name: 'Cancel' }).click()

    const back = one.getByRole('button', { name: 'Back up' })
    expect(await back.getAttribute('aria-disabled')).toBe('true')
    await one.getByRole('heading', { name: 'No snapshot yet' }).waitFor()
    await other.getByRole('heading', { name: 'No snapshot yet' }).waitFor()
    await Promise.all([one.context().close(), other.context().close()])
  })
})
