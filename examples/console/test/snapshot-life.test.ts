import { randomBytes } from 'node:crypto'
import { mkdir, open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openConsole } from './support/browser.ts'
import { eventually } from './support/eventually.ts'
import { dialogOf, rowOf, timelineOf } from './support/locators.ts'
import { onStage } from './support/on-stage.ts'

onStage({ auth: 'keys' }, (played) => {
  it('follows a snapshot through its whole life, with the backups away in the middle', async () => {
    const { stage, browser } = played
    const page = await openConsole(browser, stage)
    await fill(join(stage.folder, 'volumes/databases/main'))

    await page.getByRole('button', { name: 'New volume' }).click()
    await dialogOf(page).getByLabel('Name').fill('main')
    await dialogOf(page).getByLabel('Path').fill('../elsewhere')
    await dialogOf(page).getByRole('button', { name: 'Create volume' }).click()
    const path = dialogOf(page).getByLabel('Path')
    await eventually(
      async () => (await path.getAttribute('aria-invalid')) === 'true',
      'a problem with the path',
    )
    const problem = page.locator(`[id="${(await path.getAttribute('aria-describedby'))?.split(' ')[0]}"]`)
    expect(await problem.textContent()).not.toBe('')
    await path.fill('databases/main')
    await dialogOf(page).getByRole('button', { name: 'Create volume' }).click()
    await page.getByRole('heading', { name: 'main', level: 1 }).waitFor()
    await page.getByRole('heading', { name: 'No snapshot yet' }).waitFor()

    await page.getByRole('button', { name: 'Take snapshot' }).click()
    await dialogOf(page).getByLabel('Name').fill('first')
    await dialogOf(page).getByRole('button', { name: 'Take snapshot' }).click()
    const row = rowOf(page, 'first')
    await row.getByText('Creating').waitFor()
    const bar = row.getByRole('progressbar', { name: 'Progress of first' })
    await eventually(async () => Number(await bar.getAttribute('value')) > 0, 'progress')
    await row.getByText('Created', { exact: true }).waitFor()
    await row.getByText(/^2\d\d MiB$/).waitFor()
    expect(await bar.count()).toBe(0)
    await timelineOf(page).getByText('Creating → Created').waitFor()

    const panel = page.getByRole('complementary')
    await panel.getByRole('button', { name: 'Rename' }).click()
    await dialogOf(page).getByLabel('Name').fill('first, renamed')
    await dialogOf(page).getByLabel('Description').fill('To be kept.')
    await dialogOf(page).getByRole('button', { name: 'Save' }).click()
    await panel.getByRole('heading', { name: 'first, renamed' }).waitFor()
    await panel.getByText('To be kept.').waitFor()
    const renamed = rowOf(page, 'first, renamed')
    await renamed.waitFor()
    await timelineOf(page).getByText('Renamed or described').waitFor()

    const backups = join(stage.folder, 'backups')
    await rename(backups, `${backups}.away`)
    await panel.getByRole('button', { name: 'Back up' }).click()
    await renamed.getByText(/attempt \d+ of 10/).waitFor()
    await renamed.getByText('Backing up').waitFor()
    await timelineOf(page).getByText('Will be tried again').first().waitFor()
    await rename(`${backups}.away`, backups)
    await renamed.getByText('Backed up').waitFor()
    await panel.getByText(/^1b\d+$/).waitFor()
    await timelineOf(page).getByText('Backing up → Backed up').waitFor()

    const again = panel.getByRole('button', { name: 'Back up', exact: true })
    expect(await again.getAttribute('aria-disabled')).toBe('true')
    const reason = page.locator(`[id="${await again.getAttribute('aria-describedby')}"]`)
    expect(await reason.textContent()).toMatch(/\w/)

    await panel.getByRole('button', { name: 'Remove backup' }).click()
    await dialogOf(page).getByRole('button', { name: 'Remove backup' }).click()
    await renamed.getByText('Created', { exact: true }).waitFor()
    await timelineOf(page).getByText('Backed up → Created').waitFor()
    await panel.getByText(/^(None\.|Backup 1b\d+ is removed\.)$/).waitFor()

    const removeVolume = page.getByRole('button', { name: 'Remove volume' })
    expect(await removeVolume.getAttribute('aria-disabled')).toBe('true')

    await panel.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialogOf(page).getByText('It has no backup').waitFor()
    await dialogOf(page).getByRole('button', { name: 'Cancel' }).click()
    await panel.getByRole('button', { name: 'Remove', exact: true }).click()
    await dialogOf(page).getByRole('button', { name: 'Remove snapshot' }).click()
    await timelineOf(page).getByText('Removing → Removed').waitFor()
    await page.getByRole('heading', { name: 'No snapshot yet' }).waitFor()

    await eventually(
      async () => (await removeVolume.getAttribute('aria-disabled')) === 'false',
      'a free volume',
    )
    await removeVolume.click()
    await dialogOf(page).getByRole('button', { name: 'Remove volume' }).click()
    await page.getByRole('heading', { name: 'No volume yet' }).waitFor()
    await page.context().close()
  })
})

/** Enough that its progress can be seen, and nothing that compresses. */
async function fill(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  const block = randomBytes(2 ** 25)
  const file = await open(join(folder, 'data'), 'w')
  for (let written = 0; written < 7; written++) await file.write(block)
  await file.close()
}
