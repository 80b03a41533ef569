import { expect, it } from 'vitest'
import { chromium, openPage, type Page } from '../support/chromium.ts'
import { eventually } from '../support/eventually.ts'
import { serve } from '../support/main-job.ts'
import { startProcess } from '../support/process.ts'
import { temporaryDirectory } from '../support/storage.ts'

// Under the policy that the page is sent with: what it forbids is an error in the console.

const rows = '.suggest-widget .monaco-list-row'

it.skipIf(chromium === undefined)(
  'GraphiQL does the main job in a browser, completes and checks what is typed, and violates no policy (needs chromium)',
  async () => {
    const gateway = await startProcess(serve, {}, { cwd: temporaryDirectory() })
    const page = await openPage(gateway.url)
    await eventually(async () => expect(await count(page, '.graphiql-tab-button')).toBe(6), 60_000)

    for (const [tab, answer] of [
      [1, '"state": "ACTIVE"'],
      [2, '"state": "REQUESTED"'],
      [3, '"state": "CREATED"'],
      [4, '"state": "BACKING_UP"'],
      [3, '"state": "BACKED_UP"'],
      [5, '"totalCount": 1'],
      [6, '"state": "REMOVING"'],
    ] as const) {
      await click(page, '.graphiql-tab-button', tab - 1)
      await eventually(async () => {
        await click(page, '.graphiql-execute-button')
        await eventually(async () => expect(await textOf(page, '.result-window')).toContain(answer), 2000)
      }, 30_000)
    }

    await replaceQuery(page, '{ snap }')
    await eventually(async () => expect(await count(page, '.squiggly-error')).toBe(1))
    await replaceQuery(page, '{ snap')
    await eventually(async () => {
      await page.press(' ', { control: true })
      await eventually(async () => expect(await textOf(page, rows)).toContain('snapshots'), 2000)
    }, 30_000)

    expect(page.problems).toEqual([])
    const hosts = new Set(page.requests.map((url) => new URL(url).host).filter(Boolean))
    expect([...hosts]).toEqual([new URL(gateway.url).host])
    for (const worker of ['editor', 'json', 'graphql'])
      expect(page.requests.some((url) => url.endsWith(`/${worker}.worker.js`))).toBe(true)
    // The test sees what it looks for.
    await page.evaluate(
      `document.body.append(Object.assign(document.createElement('script'), { text: '1' }))`,
    )
    await eventually(() =>
      expect(page.problems).toEqual([expect.stringContaining('Content Security Policy')]),
    )
    expect(await gateway.stop()).toBe(0)
  },
)

const all = (selector: string) => `[...document.querySelectorAll(${JSON.stringify(selector)})]`
const count = (page: Page, selector: string) => page.evaluate(`${all(selector)}.length`)
/** With plain spaces: the editor draws others. */
const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(`${all(selector)}.map((element) => element.innerText.replace(/\\s/g, ' ')).join(' ')`)
const click = (page: Page, selector: string, index = 0) => page.evaluate(`${all(selector)}[${index}].click()`)

async function replaceQuery(page: Page, text: string): Promise<void> {
  await page.evaluate(
    `document.querySelector('.graphiql-query-editor :is(textarea, .native-edit-context)').focus()`,
  )
  await page.press('a', { control: true, command: 'selectAll' })
  await page.press('Delete')
  await page.type(text)
}
