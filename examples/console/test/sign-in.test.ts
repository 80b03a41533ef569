import { expect, it } from 'vitest'
import { openConsole } from './support/browser.ts'
import { isLive, rowOf } from './support/locators.ts'
import { makeVolume, takeSnapshot, untilDone } from './support/make.ts'
import { onStage } from './support/on-stage.ts'

onStage({ auth: 'keys' }, (played) => {
  it('asks for a key, and says which it does not accept', async () => {
    const { stage, browser } = played
    const page = await openConsole(browser, stage, { credential: '' })
    await page.getByRole('alert').getByText('asks for an API key or a token').waitFor()
    await page.getByLabel('API key or token').fill(`${'0'.repeat(20)}:wrong`)
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByRole('alert').getByText('does not accept this key or token').waitFor()
    await page.getByLabel('API key or token').fill(stage.key)
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByRole('heading', { name: 'No volume yet' }).waitFor()
    await isLive(page)
    await page.reload()
    await page.getByRole('heading', { name: 'No volume yet' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    expect(await page.getByLabel('API key or token').inputValue()).toBe('')
    await page.context().close()
  })

  it('asks again once the key is revoked', async () => {
    const { stage, browser } = played
    const key = await stage.createKey('ADMIN')
    const page = await openConsole(browser, stage, { credential: key })
    await isLive(page)
    await stage.revokeKey(key)
    await page.getByRole('alert').getByText('does not accept this key or token').waitFor()
    await page.context().close()
  })

  it('tells a viewer why he can change nothing', async () => {
    const { stage, browser } = played
    await takeSnapshot(stage, await makeVolume(stage, 'main'), 'seen')
    await untilDone(stage)
    const page = await openConsole(browser, stage, { credential: await stage.createKey('VIEWER') })
    await page.getByText('viewer').waitFor()
    await rowOf(page, 'seen').getByRole('link').click()
    for (const name of ['New volume', 'Take snapshot', 'Rename', 'Back up', 'Remove']) {
      const button = page.getByRole('button', { name, exact: true })
      expect(await button.getAttribute('aria-disabled'), name).toBe('true')
      await button.click({ force: true })
      expect(await page.getByRole('dialog').count(), name).toBe(0)
    }
    await page.getByRole('button', { name: 'Back up' }).hover()
    await page.getByRole('complementary').getByRole('tooltip').first().waitFor()
    await page.context().close()
  })
})
