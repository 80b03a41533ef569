import { existsSync } from 'node:fs'
import { chromium, type Page } from 'playwright-core'
import { expect, it, onTestFinished } from 'vitest'
import { serve } from '../support/main-job.ts'
import { type GatewayProcess, startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

// Under the policy that the page is sent with: what it forbids is an error in the console.

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  existsSync,
)
const inChromium = it.skipIf(executablePath === undefined)

/** A window that is open, with what went wrong in it, and what it has asked for. */
interface Window {
  page: Page
  problems: string[]
  urls: string[]
}

async function openWindows(gateway: GatewayProcess) {
  const browser = await chromium.launch({ executablePath: executablePath ?? '', args: ['--no-sandbox'] })
  onTestFinished(() => browser.close())
  return async (): Promise<Window> => {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage()
    page.setDefaultTimeout(60_000)
    const [problems, urls]: string[][] = [[], []]
    page.on('console', (message) => message.type() === 'error' && problems?.push(message.text()))
    page.on('pageerror', (error) => problems?.push(error.message))
    page.on('request', (request) => urls?.push(request.url()))
    await page.goto(gateway.url)
    await page.locator('.graphiql-tab-button').nth(7).waitFor()
    return { page, problems: problems ?? [], urls: urls ?? [] }
  }
}
const open = (page: Page, tab: number) =>
  page
    .locator('.graphiql-tab-button')
    .nth(tab - 1)
    .click()
const execute = (page: Page) => page.locator('.graphiql-execute-button').click()
/** With plain spaces: the editor draws others. */
const result = async (page: Page) =>
  (await page.locator('.result-window').innerText()).replaceAll(/\s+/g, ' ')
const shows = (page: Page, text: string) =>
  expect.poll(() => result(page), { timeout: 60_000 }).toContain(text)
/** Runs a tab. One that was opened just now may not have been read yet: GraphiQL says so, and is asked again. */
async function run(page: Page, tab: number, answer: string): Promise<void> {
  await open(page, tab)
  await execute(page)
  await expect
    .poll(
      async () => {
        const text = await result(page)
        if (text.includes('Cannot infer operation')) await execute(page)
        return text
      },
      { timeout: 60_000, interval: 500 },
    )
    .toContain(answer)
}
async function replaceQuery(page: Page, text: string): Promise<void> {
  await page.locator('.graphiql-query-editor .view-lines').click()
  await page.keyboard.press('Control+A')
  await page.keyboard.press('Delete')
  await page.keyboard.insertText(text)
}

inChromium(
  'GraphiQL does the main job by clicking, watches it in another window, and violates no policy (needs chromium)',
  async () => {
    const gateway = await startProcess(serve, {}, { cwd: temporaryDirectory() })
    const openWindow = await openWindows(gateway)
    const [working, watching] = [await openWindow(), await openWindow()]
    await run(watching.page, 6, '"event": null')

    for (const [tab, answer] of [
      [1, '"state": "ACTIVE"'],
      [2, '"state": "REQUESTED"'],
      [3, '"state": "CREATED"'],
      [4, '"state": "BACKING_UP"'],
      [3, '"state": "BACKED_UP"'],
      [5, '"totalCount": 1'],
      [8, '"role": "ADMIN"'],
      [7, '"state": "REMOVING"'],
    ] as const)
      await run(working.page, tab, answer)
    await shows(watching.page, '"to": "REMOVED"')
    // The stream ends where its button is pressed again.
    await execute(watching.page)

    for (const { problems, urls } of [working, watching]) {
      expect(problems).toEqual([])
      const hosts = new Set(urls.map((url) => new URL(url).host).filter(Boolean))
      expect([...hosts]).toEqual([new URL(gateway.url).host])
    }
    expect(await gateway.stop()).toBe(0)
  },
)

inChromium(
  'GraphiQL completes and checks what is typed, and shows errors and the docs (needs chromium)',
  async () => {
    const gateway = await startProcess(serve, {}, { cwd: temporaryDirectory() })
    const { page, problems, urls } = await (await openWindows(gateway))()

    await replaceQuery(page, '{ snap }')
    await page.locator('.squiggly-error').first().waitFor()
    await replaceQuery(page, '{ snap')
    await expect
      .poll(async () => {
        await page.keyboard.press('Control+Space')
        return page.locator('.suggest-widget .monaco-list-row').allInnerTexts()
      })
      .toEqual(expect.arrayContaining([expect.stringContaining('snapshots')]))
    await page.keyboard.press('Escape')

    await replaceQuery(page, '{ snapshots(first: 101) { totalCount } }')
    await execute(page)
    await shows(page, 'first must be from 0 to 100, not 101')
    await shows(page, '"code": "BAD_USER_INPUT"')

    await page.getByRole('button', { name: /Documentation Explorer/ }).click()
    const docs = page.locator('.graphiql-doc-explorer')
    await docs.getByText('Subscription', { exact: true }).click()
    await docs.getByText('snapshotEvents', { exact: true }).click()
    expect(await docs.innerText()).toMatch(/each once and in order[\s\S]*refused with CURSOR_EXPIRED/)

    expect(problems).toEqual([])
    for (const worker of ['editor', 'json', 'graphql'])
      expect(urls.some((url) => url.endsWith(`/${worker}.worker.js`))).toBe(true)
    // The test sees what it looks for.
    await page.evaluate(() => {
      document.body.append(Object.assign(document.createElement('script'), { text: '1' }))
    })
    await expect.poll(() => problems).toEqual([expect.stringContaining('Content Security Policy')])
    expect(await gateway.stop()).toBe(0)
  },
)
