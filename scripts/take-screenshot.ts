import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { startGateway } from '../bench/start/start-gateway.ts'

// Takes the README's picture of GraphiQL, by Debian's Chromium: tsx scripts/take-screenshot.ts, after a build.

const dataDir = await mkdtemp(join(tmpdir(), 'snapshot-gateway-picture-'))
const { url, stop } = await startGateway({ DATA_DIR: dataDir })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] })
try {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 760 },
    deviceScaleFactor: 1,
    colorScheme: 'light',
  })
  const ask = (query: string) =>
    fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    })
  await ask('mutation { createVolume(input: { name: "example" }) { __typename } }')
  await page.goto(url)
  const watch = page.locator('.graphiql-tab-button', { hasText: 'Watch' })
  await watch.click()
  const answered = page.locator('.result-window', { hasText: 'cursor' })
  while (!(await answered.isVisible())) {
    await page.locator('.graphiql-execute-button').click()
    await answered.waitFor({ timeout: 3000 }).catch(() => {}) // GraphiQL had not read the tab yet
  }
  await ask(
    'mutation { createSnapshot(input: { volumeId: "1v1", name: "before the upgrade" }) { __typename } }',
  )
  await page.locator('.result-window', { hasText: '"CREATED"' }).waitFor()
  await page.mouse.move(640, 300)
  await page.screenshot({ path: 'docs/images/graphiql.png' })
} finally {
  await browser.close()
  await stop()
  await rm(dataDir, { recursive: true, force: true })
}
