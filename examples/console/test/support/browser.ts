import { existsSync } from 'node:fs'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import type { Stage } from './start-stage.ts'

const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium'

/** What these tests lack; null where nothing does. */
export const missingBrowser = existsSync(executablePath)
  ? null
  : `no browser at ${executablePath}: apt-get install chromium, or set CHROMIUM`

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

export interface OpenOptions extends BrowserContextOptions {
  /** What comes after the address of the console. */
  search?: string
  credential?: string
}

/** A window of its own, that knows which gateway it is for. */
export async function openConsole(
  browser: Browser,
  { url, gatewayUrl, key }: Stage,
  { search = '', credential = key, ...options }: OpenOptions = {},
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    ...options,
  })
  const page = await context.newPage()
  await page.addInitScript(
    (settings) => {
      sessionStorage.getItem('snapshot-gateway-console') ??
        sessionStorage.setItem('snapshot-gateway-console', settings)
    },
    JSON.stringify({ url: gatewayUrl, credential }),
  )
  await page.goto(url + search)
  return page
}
