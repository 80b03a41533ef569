import { execFileSync } from 'node:child_process'
import { copyFileSync, existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

// Installs what the gateway is compared with, which users of the gateway do without; then runs.

const folder = fileURLToPath(new URL('.', import.meta.url))

const lock = `${folder}package-lock.json`
/** The lock that was installed by. */
const installed = `${folder}node_modules/.installed-lock.json`

function isInstalled(): boolean {
  return existsSync(installed) && readFileSync(installed).equals(readFileSync(lock))
}

if (!isInstalled()) {
  console.error('bench: npm ci, once')
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
  })
  copyFileSync(lock, installed)
}
if (process.argv.includes('--rancher-v1')) await (await import('./rancher-v1/run.ts')).main()
else {
  const { main, Interrupted } = await import('./run.ts')
  await main(process.argv.includes('--quick')).catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error
    process.exitCode = 130
  })
}
